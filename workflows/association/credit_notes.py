"""Credit notes: an invoice is never edited; what was not paid after all is credited, by a number of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Job
from engine.personal import Personal
from workflows.association import invoices
from workflows.association.invoices import Invoice
from workflows.association.number_series import take
from workflows.association.orders import Order

PAPER: Final = "credit_note.paper"


class CreditNote(Base):
    """One invoice, credited once, in whole or in part. AV-YYYY-nnnnnn, without gaps within a year (domain §1.9)."""

    __tablename__ = "credit_note"
    __privacy__ = Personal("accounting", "invoice_id", "keep", plain="number")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"), unique=True)
    issued_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))


def of_invoice(session: Session, invoice_id: UUID) -> CreditNote | None:
    """The credit note of an invoice."""
    return session.scalars(select(CreditNote).where(CreditNote.invoice_id == invoice_id)).one_or_none()


def of_order(session: Session, order: Order, on: date, now: datetime) -> Sequence[CreditNote]:
    """Credits every invoice of an order that nobody will pay."""
    return [issue(session, invoice, on, now) for invoice in invoices.all_of_order(session, order.id)]


def issue(session: Session, invoice: Invoice, on: date, now: datetime, *, share: Decimal = Decimal(1)) -> CreditNote:
    """Credits an invoice, once; `share`: how much of it, 1 being all."""
    found = of_invoice(session, invoice.id)
    if found is not None:
        return found
    number = take(session, f"AV-{on.year:04}")
    note = CreditNote(
        id=uuid4(),
        number=f"AV-{on.year:04}-{number:06}",
        invoice_id=invoice.id,
        issued_on=on,
        amount=(invoice.amount * share).quantize(Decimal("0.01")),
    )
    session.add(note)
    payload = {"variables": {"credit_note_id": str(note.id)}}  # its PDF: `credit_note_papers` sets it
    session.add(Job(id=uuid4(), process_id="", kind="connector", type=PAPER, payload=payload, due_at=now, retries=5))
    return note
