"""Which orders a line of the account may be about: by a number, by a name, or by what the line itself tells.

A line tells its amount, who paid, and what is written in it: numbers of orders, of members, of mandates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import applications, payments, people, person_search
from workflows.association.applications import Application
from workflows.association.bank.accounts import BankLine
from workflows.association.bank.debits import DirectDebit
from workflows.association.bank.matching import keys_in
from workflows.association.mandates import Mandate
from workflows.association.memberships import Membership
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine

__all__ = ["LONGEST", "FoundOrder", "found"]

LONGEST: Final = 80  # characters of a question that are read
SHOWN: Final = 20
PEOPLE: Final = 10
_WORD: Final = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{3,33})[A-Z0-9]")  # as long as numbers of members and mandates are
_NUMBER: Final = re.compile(r"(?:CMD[\s\-./]*)?(?:(\d{4})[\s\-./]+)?(\d{1,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order, whose it is, and what is left to pay. `fits`: the line is what is left, or what was paid."""

    key: str
    name: str
    total: Decimal
    left: Decimal
    state: str
    ordered_on: date
    fits: bool


def found(session: Session, entity: str, line: BankLine, text: str) -> Sequence[FoundOrder]:
    """The orders that are meant, those first whose money is as much as the line, then the newest.

    Without a text those that wait for this amount, those of whoever the line names (also as the holder of a mandate),
    and those whose number, member or mandate it mentions. The Foundation's account is asked about gifts alone.
    """
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    condition = _asked(session, text) if text else _likely(session, line)
    query = select(Order).where(condition).order_by(Order.created_at.desc(), Order.key.desc()).limit(SHOWN)
    if entity != ASSOCIATION:
        query = query.where(_has_line(FOUNDATION), ~_has_line(ASSOCIATION))
    shown = [_found(session, each, abs(line.amount)) for each in session.scalars(query)]
    return sorted(shown, key=lambda each: not each.fits)


def _has_line(beneficiary: str) -> ColumnElement[bool]:
    """Whether something of an order is for this entity, as `creditors.collector` asks."""
    lines = select(OrderLine.id).where(OrderLine.order_id == Order.id, OrderLine.amount > 0)
    return lines.where(OrderLine.beneficiary == beneficiary).exists()


def _asked(session: Session, text: str) -> ColumnElement[bool]:
    number = _NUMBER.fullmatch(text)
    if number is not None:
        year, digits = number.groups()
        return Order.key.like(f"CMD-{year or '____'}-%{digits}")
    return _of(session, text)


def _likely(session: Session, line: BankLine) -> ColumnElement[bool]:
    total = select(func.sum(OrderLine.amount)).where(OrderLine.order_id == Order.id).scalar_subquery()
    meant: list[ColumnElement[bool]] = [
        (Order.state == ("OPEN" if line.amount > 0 else "PAID")) & (total == abs(line.amount))
    ]
    if line.counterparty:
        meant += [_of(session, line.counterparty), _by_mandate(func.upper(Mandate.holder) == line.counterparty.upper())]
    written = f"{line.end_to_end_id} {line.batch_id} {line.remittance}".upper()
    if keys := keys_in(written):
        meant.append(Order.key.in_(keys))
    if words := _WORD.findall(written):
        numbered = select(Membership.person_id).where(Membership.member_no.in_(words))
        meant += [Order.person_id.in_(numbered), _by_mandate(Mandate.reference.in_(words))]
    return or_(*meant)


def _by_mandate(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """The orders that were to be debited by such mandates."""
    return Order.id.in_(select(DirectDebit.order_id).join(Mandate, Mandate.id == DirectDebit.mandate_id).where(which))


def _of(session: Session, name: str) -> ColumnElement[bool]:
    """The orders of people and applicants with this name."""
    persons = [each.id for each in person_search.find(session, name[:LONGEST], limit=PEOPLE)]
    asked = applications.search(session, name[:LONGEST], limit=PEOPLE)
    return or_(Order.person_id.in_(persons), Order.application_id.in_(asked))


def _found(session: Session, order: Order, amount: Decimal) -> FoundOrder:
    paid = sum((each.net for each in payments.of_order(session, order.id)), Decimal("0.00"))
    left = max(order.total - paid, Decimal("0.00"))
    return FoundOrder(
        order.key, _name(session, order), order.total, left, order.state,
        order.created_at.astimezone(PARIS).date(), amount in {left, paid},
    )  # fmt: skip


def _name(session: Session, order: Order) -> str:
    if order.person_id is not None:
        return people.display_name(session, order.person_id)
    application = session.get(Application, order.application_id) if order.application_id is not None else None
    return application.display_name if application is not None else ""
