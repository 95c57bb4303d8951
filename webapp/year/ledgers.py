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
from workflows.association.case_variables import local_day
from workflows.association.gifts import receipts, register
from workflows.association.gifts.receipts import ReceiptLine, TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.invoices import Invoice
from workflows.association.orders import ASSOCIATION, FOUNDATION, Order, OrderLine
from workflows.association.payments import Payment, tolerance
from workflows.association.surplus import Refund

ZERO = Decimal(0)


def unbalanced(session: Session, engine: Engine) -> Iterator[str]:
    """Paid orders whose money is not what they cost, gifts that are not those of their order, invoices that are not the
    dues, receipts that do not state their gifts.

    An order whose money came back is left out while its incident is open, one that was paid too much while the case
    that settles it goes on.
    """
    moving = _moving(session)
    yield from _orders(session, moving, tolerance(session, local_day(engine.clock.now(), engine.settings.zone)))
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


def _orders(session: Session, moving: set[str], allowed: Decimal) -> Iterator[str]:
    """Money counts for all orders of the same application or case: what came late for one is taken off the next."""
    pot = func.coalesce(Order.application_id, Order.instance_id, Order.id)
    net = Payment.amount - Payment.refunded - Payment.disputed
    ordered = select(pot, func.sum(OrderLine.amount)).join(OrderLine, OrderLine.order_id == Order.id)
    wanted = _sums(session, ordered.where(Order.state != "CANCELED").group_by(pot))
    standing = select(pot, func.sum(net)).join(Payment, Payment.order_id == Order.id)
    paid = _sums(session, standing.where(Payment.reversed_at.is_(None)).group_by(pot))
    back = select(pot, func.sum(Refund.amount)).join(Refund, Refund.order_id == Order.id)
    refunded = _sums(session, back.group_by(pot))
    busy = {row[0] for row in session.execute(select(pot).where(Order.key.in_(moving)))}
    for id_, key in session.execute(select(pot, func.max(Order.key)).where(Order.state == "PAID").group_by(pot)):
        kept = paid.get(id_, ZERO) - refunded.get(id_, ZERO)
        if id_ not in busy and abs(kept - wanted.get(id_, ZERO)) > allowed:
            yield f"the order {key} costs {wanted.get(id_, ZERO)}, and {kept} is there"


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
    invoiced = select(func.max(Invoice.number), func.sum(Invoice.amount), dues).group_by(Invoice.order_id)
    for number, amount, due in session.execute(invoiced.order_by(func.max(Invoice.number))):
        if Decimal(str(amount)) != Decimal(str(due or 0)):
            yield f"the invoices up to {number} are about {amount}, and their order has dues of {due}"


def _receipts(session: Session) -> Iterator[str]:
    yield from (f"the tax receipt {number} was taken and stands nowhere" for number in receipts.gaps(session))
    stated = select(func.sum(ReceiptLine.amount)).where(ReceiptLine.receipt_id == TaxReceipt.id).scalar_subquery()
    rows = select(TaxReceipt.year, TaxReceipt.number, TaxReceipt.amount, stated)
    for year, number, amount, lines in session.execute(rows.where(TaxReceipt.kind == receipts.RECEIPT)):
        if amount != Decimal(str(lines or 0)):
            yield f"the tax receipt {year}-{number} states {amount}, and its gifts are {lines}"


def _sums(session: Session, query: Select[Any]) -> dict[UUID, Decimal]:
    return {row[0]: Decimal(str(row[1])) for row in session.execute(query)}
