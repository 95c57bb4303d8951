"""Debits that no file for the bank will hold, because no mandate stands for them: a person has to ask for the money.

A mandate ends or pauses after a debit was planned under it (domain §P1.4 `sepa_incident`), or an instalment falls due
when none is left. The payer is told how to pay otherwise; here the accounts see it on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workflows.association import people
from workflows.association.bank.debits import CANCELED, PLANNED, DirectDebit
from workflows.association.mandates import SIGNED, Mandate
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine


@dataclass(frozen=True, slots=True)
class Uncollectable:
    """An order that waits for a debit. `mandate`, `state`: the reference and PAUSED or CANCELED; empty without one.

    `due_on`: the day of the planned debit; None where none could be planned.
    """

    order_key: str
    person_id: UUID | None
    name: str
    amount: Decimal
    due_on: date | None
    mandate: str = ""
    state: str = ""


def waiting(session: Session, entity: str, limit: int = 50) -> Sequence[Uncollectable]:
    """What a legal person would collect and cannot, the first due first, those without a day last."""
    dead = (
        select(DirectDebit, Mandate, Order)
        .join(Mandate, Mandate.id == DirectDebit.mandate_id)
        .join(Order, Order.id == DirectDebit.order_id)
        .where(DirectDebit.state == PLANNED, Mandate.state != SIGNED, Mandate.creditor == entity)
        .where(Order.state == "OPEN")
        .order_by(DirectDebit.due_on, DirectDebit.end_to_end_id)
    )
    found = [
        Uncollectable(order.key, order.person_id, mandate.holder, debit.amount, debit.due_on, mandate.reference,
                      mandate.state)
        for debit, mandate, order in session.execute(dead.limit(limit))
    ]  # fmt: skip
    return [*found, *(_without(session, order) for order in _unplanned(session, entity, limit - len(found)))]


def _unplanned(session: Session, entity: str, limit: int) -> Sequence[Order]:
    """Orders by direct debit for which nothing was planned; the Foundation collects what is gifts alone."""
    others = exists().where(OrderLine.order_id == Order.id, OrderLine.beneficiary != FOUNDATION)
    debited = exists().where(DirectDebit.order_id == Order.id, DirectDebit.state != CANCELED)
    query = (
        select(Order)
        .where(Order.means == "SEPA", Order.state == "OPEN", ~debited, others if entity == ASSOCIATION else ~others)
        .order_by(Order.created_at, Order.key)
    )
    return session.scalars(query.limit(limit)).all()


def _without(session: Session, order: Order) -> Uncollectable:
    name = people.display_name(session, order.person_id) if order.person_id is not None else ""
    return Uncollectable(order.key, order.person_id, name, order.total, None)
