"""What is due to people whose seat was given up, and what of it a bank or a provider gave back by itself.

Apart from `refunds`, for whatever takes money back (`payments`, `payment_returns`) says so here.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Numeric, String, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal


class EventRefund(Base):
    """What is to be paid back of a registration; `refund_id`: the transfer, once it was made; `covered`: what of it a
    bank or a provider gave back by itself."""

    __tablename__ = "event_refund"
    __privacy__ = Personal("accounting", "order_id", "keep", plain="cause")
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("event_registration.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), index=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    covered: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal("0.00"), server_default="0")
    cause: Mapped[str] = mapped_column(String(13))
    due_at: Mapped[datetime] = mapped_column(Moment)
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refund.id"))
    __table_args__ = (CheckConstraint("amount > 0", name="ck_event_refund_amount"),)

    @hybrid_property
    def left(self) -> Decimal:
        """What is ours to transfer."""
        return self.amount - self.covered

    @left.inplace.expression
    @classmethod
    def _left(cls) -> ColumnElement[Decimal]:
        return cls.amount - cls.covered


def went_back(session: Session, order_id: UUID, amount: Decimal) -> None:
    """Money of an order went back without us, or came again (an amount below zero): of what is due and was not
    transferred, the oldest first, so much less or more is left."""
    waiting = select(EventRefund).where(EventRefund.order_id == order_id, EventRefund.refund_id.is_(None))
    for each in session.scalars(waiting.order_by(EventRefund.due_at, EventRefund.registration_id)):
        share = min(amount, each.left) if amount > 0 else max(amount, -each.covered)
        each.covered += share
        amount -= share
