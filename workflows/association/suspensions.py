"""Suspensions: services that stay closed while something is in question, each with its cause, and the way back.

The legal membership is untouched (domain §1.2): who is suspended stays a member and may vote. Several causes may stand
at once; services open again when the last one is lifted, by what is paid that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import memberships
from workflows.association.memberships import Membership

CHARGEBACK, UNPAID, IDENTITY, DISCIPLINARY = "CHARGEBACK", "UNPAID", "IDENTITY", "DISCIPLINARY"
CAUSES: Final = (CHARGEBACK, UNPAID, IDENTITY, DISCIPLINARY)
_AWAITED: Final = frozenset({"PENDING_VERIF", "PENDING_PAY"})


class Suspension(Base):
    """One cause for which services are closed, until it is lifted. `before`: the entitlement that it closed."""

    __tablename__ = "suspension"
    __privacy__ = Personal(
        "membership", "membership_id", "empty", unlink="order_id", plain="cause before", since="lifted_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    cause: Mapped[str] = mapped_column(String(12))
    before: Mapped[str] = mapped_column(String(16))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"))  # whose money is in question
    suspended_at: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_suspension_membership", "membership_id", "lifted_at"),
        CheckConstraint(
            "cause IN ('CHARGEBACK', 'UNPAID', 'IDENTITY', 'DISCIPLINARY')", name="ck_suspension_cause"
        ),
    )  # fmt: skip


def standing(session: Session, membership_id: UUID) -> Sequence[Suspension]:
    """The suspensions of a membership that nobody lifted, the oldest first."""
    query = select(Suspension).where(Suspension.membership_id == membership_id, Suspension.lifted_at.is_(None))
    return session.scalars(query.order_by(Suspension.suspended_at, Suspension.id)).all()


def suspend(
    session: Session, membership: Membership, cause: str, now: datetime, *, order_id: UUID | None = None
) -> bool:
    """Closes the services for this cause; False where it stands already, or the membership has ended."""
    known = {(each.cause, each.order_id) for each in standing(session, membership.id)}
    if membership.service_entitlement == "ENDED" or (cause, order_id) in known:
        return False
    session.add(
        Suspension(
            id=uuid4(), membership_id=membership.id, cause=cause, before=membership.service_entitlement,
            order_id=order_id, suspended_at=now,
        )
    )  # fmt: skip
    membership.service_entitlement, membership.changed_at = "SUSPENDED", now
    session.flush()
    return True


def lift(
    session: Session, membership: Membership, cause: str, today: date, now: datetime, *, order_id: UUID | None = None
) -> None:
    """Ends this cause. Where no other one stands, what was paid counts as of today, and what was awaited is again."""
    known = standing(session, membership.id)
    lifted = [each for each in known if each.cause == cause and each.order_id == order_id]
    for each in lifted:
        each.lifted_at = now
    if len(lifted) < len(known) or membership.service_entitlement != "SUSPENDED":
        return
    before = lifted[0].before if lifted else ""
    again = before if before in _AWAITED else memberships.present(session, membership, today)
    membership.service_entitlement, membership.changed_at = again, now


def lift_all_of_order(session: Session, membership: Membership, order_id: UUID, today: date, now: datetime) -> None:
    """The money of this order is in question no longer."""
    for cause in (CHARGEBACK, UNPAID):
        lift(session, membership, cause, today, now, order_id=order_id)
