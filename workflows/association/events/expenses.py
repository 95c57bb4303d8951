"""Expenses of volunteers for an event: what somebody paid and asks back, with receipts or kilometres. Domain F23.

The Association gives no tax receipt for expenses that are waived: the form has no such box (domain §1.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Json, Moment
from engine.personal import Personal

ASKED, REFUSED, APPROVED, PAID, DROPPED = "ASKED", "REFUSED", "APPROVED", "PAID", "DROPPED"
KM: Final = "KM"


class EventExpense(Base):
    """What one person asks back for one event. `receipts`: ids of the files."""

    __tablename__ = "event_expense"
    __privacy__ = Personal(
        "accounting", "person_id", "keep", plain="iban state receipts note reference", since="closed_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid)
    iban: Mapped[str] = mapped_column(String(34))
    receipts: Mapped[list[str]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(8), default=ASKED)
    note: Mapped[str] = mapped_column(Text, default="")  # the last word of whoever decided
    reference: Mapped[str] = mapped_column(String(80), default="")  # of the transfer
    asked_at: Mapped[datetime] = mapped_column(Moment)
    paid_on: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class EventExpenseLine(Base):
    """One expense: a receipt, or a journey of so many kilometres."""

    __tablename__ = "event_expense_line"
    __privacy__ = Personal("accounting", "expense_id", "keep", plain="kind label")
    expense_id: Mapped[UUID] = mapped_column(ForeignKey("event_expense.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    spent_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(120), default="")
    kilometres: Mapped[int] = mapped_column(default=0)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    vat: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))  # in euros, included
    __table_args__ = (CheckConstraint("amount > 0", name="ck_event_expense_line_amount"),)


def lines(session: Session, expense_id: UUID) -> Sequence[EventExpenseLine]:
    """The lines of an expense."""
    query = select(EventExpenseLine).where(EventExpenseLine.expense_id == expense_id)
    return session.scalars(query.order_by(EventExpenseLine.position)).all()


def total(session: Session, expense_id: UUID) -> Decimal:
    """What somebody asks back, in euros."""
    return sum((line.amount for line in lines(session, expense_id)), Decimal("0.00"))


def of_event(session: Session, event_id: UUID) -> Sequence[EventExpense]:
    """The expenses of an event, the oldest first."""
    query = select(EventExpense).where(EventExpense.event_id == event_id)
    return session.scalars(query.order_by(EventExpense.asked_at, EventExpense.id)).all()
