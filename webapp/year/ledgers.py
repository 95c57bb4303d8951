"""Whether the two ledgers balance: what was ordered, paid, invoiced and received as a gift, for each beneficiary."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance
from workflows.association.gifts import receipts, register
from workflows.association.gifts.receipts import ReceiptLine, TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.invoices import Invoice
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine
from workflows.association.payments import TOLERANCE, Payment
from workflows.association.surplus import Refund

ZERO = Decimal(0)


def unbalanced(session: Session, engine: Engine) -> Iterator[str]:
    """Paid orders whose money is not what they cost, gifts that are not those of their order, invoices that are not the
    dues, receipts that do not state their gifts.

    An order whose money came back is left out while its incident is open, one that was paid too much while the case
    that settles it goes on.
    """
    moving = _moving(session)
    yield from _orders(session, moving)
    yield from _gifts(session, moving)
    yield from _invoices(session)
    yield from _receipts(session)


def _moving(session: Session) -> set[str]:
    """The keys of orders about which something is under way."""
    incidents = select(ProcessInstance.start_key).where(
        ProcessInstance.start_key.is_not(None), ProcessInstance.ended_at.is_(None)
    )
    cases = select(Order.key).join(ProcessInstance, ProcessInstance.id == Order.instance_id)
    return {*map(str, session.scalars(incidents)), *session.scalars(cases.where(ProcessInstance.ended_at.is_(None)))}


def _orders(session: Session, moving: set[str]) -> Iterator[str]:
    ordered = _sums(session, select(OrderLine.order_id, func.sum(OrderLine.amount)).group_by(OrderLine.order_id))
    standing = select(Payment.order_id, func.sum(Payment.amount)).where(Payment.reversed_at.is_(None))
    paid = _sums(session, standing.group_by(Payment.order_id))
    refunded = _sums(session, select(Refund.order_id, func.sum(Refund.amount)).group_by(Refund.order_id))
    closed = select(Order.id, Order.key).where(Order.state == "PAID").order_by(Order.key)
    for id_, key in session.execute(closed):
        kept, wanted = paid.get(id_, ZERO) - refunded.get(id_, ZERO), ordered.get(id_, ZERO)
        if key not in moving and abs(kept - wanted) > TOLERANCE:
            yield f"the order {key} costs {wanted}, and {kept} is there"


def _gifts(session: Session, moving: set[str]) -> Iterator[str]:
    """What was given in baskets is in the Foundation's register, once."""
    lines = select(Order.key, func.sum(OrderLine.amount)).join(OrderLine, OrderLine.order_id == Order.id)
    given = lines.where(OrderLine.beneficiary == FOUNDATION, Order.state == "PAID").group_by(Order.key)
    known = (
        select(Order.key, func.sum(Gift.amount))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Gift, Gift.order_line_id == OrderLine.id)
        .where(Gift.state != register.REVERSED)
        .group_by(Order.key)
    )
    noted = {key: Decimal(str(amount)) for key, amount in session.execute(known)}
    for key, amount in session.execute(given.order_by(Order.key)):
        if key not in moving and noted.get(key, ZERO) != Decimal(str(amount)):
            yield f"the order {key} holds gifts of {amount}, and the register {noted.get(key, ZERO)}"


def _invoices(session: Session) -> Iterator[str]:
    dues: ColumnElement[Any] = (
        select(func.sum(OrderLine.amount))
        .where(OrderLine.order_id == Invoice.order_id, OrderLine.beneficiary == ASSOCIATION)
        .scalar_subquery()
    )
    for number, amount, due in session.execute(select(Invoice.number, Invoice.amount, dues).order_by(Invoice.number)):
        if amount != Decimal(str(due or 0)):
            yield f"the invoice {number} is about {amount}, and its order has dues of {due}"


def _receipts(session: Session) -> Iterator[str]:
    yield from (f"the tax receipt {number} was taken and stands nowhere" for number in receipts.gaps(session))
    stated = select(func.sum(ReceiptLine.amount)).where(ReceiptLine.receipt_id == TaxReceipt.id).scalar_subquery()
    rows = select(TaxReceipt.year, TaxReceipt.number, TaxReceipt.amount, stated)
    for year, number, amount, lines in session.execute(rows.where(TaxReceipt.kind == receipts.RECEIPT)):
        if amount != Decimal(str(lines or 0)):
            yield f"the tax receipt {year}-{number} states {amount}, and its gifts are {lines}"


def _sums(session: Session, query: Select[Any]) -> dict[UUID, Decimal]:
    return {row[0]: Decimal(str(row[1])) for row in session.execute(query)}
