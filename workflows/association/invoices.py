"""Invoices of the association: numbered without gaps within a year, never edited, for its own lines only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Numeric, String, UniqueConstraint, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base
from engine.personal import Personal
from engine.prepared import attached, fetch
from workflows.association.number_series import invoice_number
from workflows.association.orders import ASSOCIATION, Order, OrderLine


class Invoice(Base):
    """A paid invoice. The number holds the year; the order holds the lines: those from `first_position` on, up to the
    next invoice of the order. A paid order has a second one where it gains a line (an extension by a surplus)."""

    __tablename__ = "invoice"
    __privacy__ = Personal("accounting", "person_id order_id", "keep", plain="number")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    first_position: Mapped[int] = mapped_column(default=1, server_default="1")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issued_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    __table_args__ = (UniqueConstraint("order_id", "first_position"),)


_OF_ORDER: Final = (
    select(*Invoice.__table__.columns)
    .where(Invoice.order_id == bindparam("order", type_=Uuid()))
    .order_by(Invoice.first_position)
)


def all_of_order(session: Session, order_id: UUID) -> Sequence[Invoice]:
    """The invoices of an order, the first one first."""
    return [attached(session, Invoice, row) for row in fetch(session, _OF_ORDER, {"order": order_id})]


def of_order(session: Session, order_id: UUID) -> Invoice | None:
    """The latest invoice of an order."""
    issued = all_of_order(session, order_id)
    return issued[-1] if issued else None


def lines(invoice: Invoice, order: Order) -> Sequence[OrderLine]:
    """The lines of its order that an invoice is about, as long as it is the latest one."""
    return [line for line in order.lines if line.beneficiary == ASSOCIATION and line.position >= invoice.first_position]


def issue(session: Session, order: Order, person_id: UUID, on: date) -> Invoice | None:
    """Invoices the association's lines that no invoice is about, once; None where they cost nothing.

    A gift is not invoiced: it has a receipt.
    """
    issued = all_of_order(session, order.id)
    amount = order.total_for(ASSOCIATION) - sum((each.amount for each in issued), Decimal("0.00"))
    if amount == 0:
        return issued[-1] if issued else None
    invoice = Invoice(
        id=uuid4(), number=invoice_number(session, on.year), order_id=order.id, person_id=person_id, issued_on=on,
        amount=amount, first_position=max(line.position for line in order.lines) if issued else 1,
    )  # fmt: skip
    session.add(invoice)
    return invoice
