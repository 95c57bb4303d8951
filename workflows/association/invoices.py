"""Invoices of the association: numbered without gaps within a year, never edited, for its own lines only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base
from engine.personal import Personal
from workflows.association.number_series import invoice_number
from workflows.association.orders import ASSOCIATION, Order


class Invoice(Base):
    """A paid invoice. The number holds the year; the order holds the lines."""

    __tablename__ = "invoice"
    __privacy__ = Personal("accounting", "person_id order_id", "keep", plain="number")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    issued_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))


def of_order(session: Session, order_id: UUID) -> Invoice | None:
    """The invoice of an order."""
    return session.scalars(select(Invoice).where(Invoice.order_id == order_id)).one_or_none()


def issue(session: Session, order: Order, person_id: UUID, on: date) -> Invoice | None:
    """Invoices the association's lines once; None where they cost nothing. A gift is not invoiced: it has a receipt."""
    amount = order.total_for(ASSOCIATION)
    if amount == 0:
        return None
    found = of_order(session, order.id)
    if found is not None:
        return found
    invoice = Invoice(
        id=uuid4(),
        number=invoice_number(session, on.year),
        order_id=order.id,
        person_id=person_id,
        issued_on=on,
        amount=amount,
    )
    session.add(invoice)
    return invoice
