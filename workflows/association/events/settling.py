"""The settlement of an event: what the books say came in and went out, and who has to agree to its result.

Tickets are what was received for its orders, less what went back; expenses are what volunteers were paid. A loss that
is larger than what the approval put at risk, by more than the margin `accounts_margin`, is for the treasurer. Source:
domain §P4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from workflows.association import orders, payments, wording
from workflows.association.case_variables import local_day
from workflows.association.events import expenses, figures, records, registrations
from workflows.association.events.expenses import APPROVED, ASKED, PAID
from workflows.association.events.records import Event
from workflows.association.events.refunds import EventRefund
from workflows.association.records import Subject


class ExpensesOpen(Invalid):
    """Expenses of this event wait: {count}. Decide them and note their transfers first, then close the accounts."""

    code: ClassVar[str] = "event_expenses_open"


@dataclass(frozen=True, slots=True)
class Books:
    """What is on record for an event, in euros; `waiting`: how many requests for expenses are not paid or refused."""

    tickets: Decimal
    given_back: Decimal
    expenses: Decimal
    waiting: int


def books(session: Session, event: Event) -> Books:
    """What came in and went out for an event."""
    keys = {each.order_key for each in registrations.of_event(session, event.id, registrations.EVERY) if each.order_key}
    found = [order for key in sorted(keys) if (order := orders.by_key(session, key)) is not None]
    paid = sum((each.net for order in found for each in payments.of_order(session, order.id)), Decimal("0.00"))
    back = session.scalar(select(func.sum(EventRefund.amount)).where(EventRefund.event_id == event.id))
    asked = expenses.of_event(session, event.id)
    spent = sum((expenses.total(session, each.id) for each in asked if each.state == PAID), Decimal("0.00"))
    return Books(paid, back or Decimal("0.00"), spent, sum(each.state in (ASKED, APPROVED) for each in asked))


def words(session: Session, event: Event, lang: str) -> str:
    """The books in a line."""
    found = books(session, event)
    tickets, back, spent = (wording.amount(each, lang) for each in (found.tickets, found.given_back, found.expenses))
    if lang == "en":
        return f"tickets {tickets}, given back {back}, expenses paid {spent}, requests that wait: {found.waiting}"
    return f"billets {tickets}, remboursés {back}, frais payés {spent}, demandes en attente : {found.waiting}"


def result(income: Decimal, costs: Decimal, lang: str) -> str:
    """The result of an event in words."""
    told = (wording.amount(each, lang) for each in (income, costs, income - costs))
    return ("income {}, costs {}, result {}" if lang == "en" else "recettes {}, dépenses {}, résultat {}").format(*told)


def all_settled(session: Session, event: Event) -> None:
    """Raises ExpensesOpen."""
    waiting = books(session, event).waiting
    if waiting:
        raise ExpensesOpen(count=waiting, field="final_costs")


def exceeds(subject: Subject, event: Event, income: Decimal, costs: Decimal) -> bool:
    """Whether the event lost more than its approval put at risk, by more than the margin."""
    margin = figures.rule(subject.session, "accounts_margin", local_day(subject.now, PARIS))
    return costs - income > records.exposure(subject.session, event.id) + margin
