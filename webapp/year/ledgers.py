"""Whether the two ledgers balance: what was ordered, what was paid, what was invoiced, for each beneficiary."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance
from workflows.association.invoices import Invoice
from workflows.association.orders import ASSOCIATION, Order, OrderLine
from workflows.association.payments import TOLERANCE, Payment
from workflows.association.surplus import Refund

ZERO = Decimal(0)


def unbalanced(session: Session, engine: Engine) -> Iterator[str]:
    """Paid orders whose money is not what they cost, and invoices that are not the dues of their order.

    An order whose money came back is left out while its incident is open. What was paid too much counts once it was
    refunded or made a line of the order.
    """
    ordered = _sums(session, select(OrderLine.order_id, func.sum(OrderLine.amount)).group_by(OrderLine.order_id))
    paid = _sums(
        session,
        select(Payment.order_id, func.sum(Payment.amount))
        .where(Payment.reversed_at.is_(None))
        .group_by(Payment.order_id),
    )
    refunded = _sums(session, select(Refund.order_id, func.sum(Refund.amount)).group_by(Refund.order_id))
    incidents = set(
        session.scalars(
            select(ProcessInstance.start_key).where(
                ProcessInstance.start_key.is_not(None), ProcessInstance.ended_at.is_(None)
            )
        )
    )
    for id_, key, state, instance_id in session.execute(
        select(Order.id, Order.key, Order.state, Order.instance_id).order_by(Order.key)
    ):
        kept = paid.get(id_, ZERO) - refunded.get(id_, ZERO)
        wanted = ordered.get(id_, ZERO) if state == "PAID" else ZERO
        off = state == "PAID" and key not in incidents and abs(kept - wanted) > TOLERANCE
        if off and not _is_open(session, instance_id):
            yield f"the order {key} costs {wanted}, and {kept} is there"
    yield from _invoices(session)


def _is_open(session: Session, instance_id: UUID | None) -> bool:
    """Whether the case of an order still goes on: an overpayment is settled within it."""
    return instance_id is not None and session.get_one(ProcessInstance, instance_id).ended_at is None


def _invoices(session: Session) -> Iterator[str]:
    dues: ColumnElement[Any] = (
        select(func.sum(OrderLine.amount))
        .where(OrderLine.order_id == Invoice.order_id, OrderLine.beneficiary == ASSOCIATION)
        .scalar_subquery()
    )
    for number, amount, due in session.execute(select(Invoice.number, Invoice.amount, dues).order_by(Invoice.number)):
        if amount != Decimal(str(due or 0)):
            yield f"the invoice {number} is about {amount}, and its order has dues of {due}"


def _sums(session: Session, query: Select[Any]) -> dict[UUID, Decimal]:
    return {row[0]: Decimal(str(row[1])) for row in session.execute(query)}
