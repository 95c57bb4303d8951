"""Promises of gifts: a pledge with instalments, or a regular gift that goes on until it is stopped.

A pledge is a promise and no debt: nobody is dunned for it in legal words, it may be put off, reduced or let go. Each
instalment is asked for by an order of its own with a line of the Foundation, so that money comes and goes back as
everywhere (domain §P5.3, §P5.4 `pledge_dunning`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from engine.calendar import PARIS, Duration
from engine.errors import Conflict
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.orders import Order

PLEDGE, REGULAR = "PLEDGE", "REGULAR"
ACTIVE, PAUSED, FULFILLED, RELEASED, STOPPED = "ACTIVE", "PAUSED", "FULFILLED", "RELEASED", "STOPPED"
PLANNED, ASKED, PAID, MISSED, SKIPPED, DROPPED = "PLANNED", "ASKED", "PAID", "MISSED", "SKIPPED", "DROPPED"
OPEN: Final = (PLANNED, ASKED)
RUNNING: Final = (ACTIVE, PAUSED)
EVERY: Final = {"MONTHLY": 1, "QUARTERLY": 3, "YEARLY": 12}  # months


class PledgeOver(Conflict):
    """This promise has come to its end: it can be neither paused nor taken up again."""

    code: ClassVar[str] = "pledge_over"


class Pledge(Base):
    """One promise. `total`: of a pledge; a regular gift has none and goes on. `amount`: of one instalment."""

    __tablename__ = "pledge"
    __privacy__ = Personal(
        "gift", "donor_id", "empty", erase="legacy_contact", ids="opened_by", since="ended_at",
        plain="kind every means fund state end_reason",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    donor_id: Mapped[UUID] = mapped_column(ForeignKey("donor.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    total: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    every: Mapped[str] = mapped_column(String(10))
    means: Mapped[str] = mapped_column(String(8))
    fund: Mapped[str] = mapped_column(String(24), default="UNRESTRICTED")
    state: Mapped[str] = mapped_column(String(9), default=ACTIVE)
    signed_on: Mapped[date]
    first_on: Mapped[date]
    legacy_contact: Mapped[str] = mapped_column(String(160), default="")
    opened_at: Mapped[datetime] = mapped_column(Moment)
    opened_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None] = mapped_column(String(16))
    instalments: Mapped[list[Instalment]] = relationship(order_by="Instalment.number")
    __table_args__ = (
        Index("ix_pledge_state", "state", "kind"),
        CheckConstraint("amount > 0 AND (total IS NULL OR total >= amount)", name="ck_pledge_amount"),
    )


class Instalment(Base):
    """What is due on one day of a promise."""

    __tablename__ = "pledge_instalment"
    __privacy__ = Personal("gift", "pledge_id", "keep", plain="state")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    pledge_id: Mapped[UUID] = mapped_column(ForeignKey("pledge.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    state: Mapped[str] = mapped_column(String(8), default=PLANNED)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"), index=True)
    paid_on: Mapped[date | None]
    __table_args__ = (
        Index("uq_pledge_instalment_number", "pledge_id", "number", unique=True),
        Index("ix_pledge_instalment_due", "state", "due_on"),
    )


def due_day(pledge: Pledge, number: int) -> date:
    """The day of an instalment, counted from the first one; the 31st clamps to the month's end (domain §1.5)."""
    noon = datetime.combine(pledge.first_on, time(12), PARIS)
    return Duration(months=EVERY[pledge.every] * (number - 1)).after(noon, PARIS).astimezone(PARIS).date()


def schedule(pledge: Pledge) -> None:
    """Writes the instalments of a pledge; the last one is what is left. A regular gift is written as it goes."""
    left = pledge.total if pledge.total is not None else pledge.amount
    number = 0
    while left > 0 and number < 120:
        number += 1
        amount = min(pledge.amount, left)
        pledge.instalments.append(_instalment(pledge, number, amount))
        left -= amount


def following(pledge: Pledge) -> Instalment | None:
    """The next instalment that is to be asked for; a regular gift always has one while it runs."""
    found = next((each for each in pledge.instalments if each.state in OPEN), None)
    if found is None and pledge.kind == REGULAR and pledge.state in RUNNING:
        found = _instalment(pledge, len(pledge.instalments) + 1, pledge.amount)
        pledge.instalments.append(found)
    return found


def _instalment(pledge: Pledge, number: int, amount: Decimal) -> Instalment:
    return Instalment(
        id=uuid4(), pledge_id=pledge.id, number=number, due_on=due_day(pledge, number), amount=amount, state=PLANNED
    )


def of_order(session: Session, order_id: UUID) -> Instalment | None:
    """The instalment that an order asks for."""
    return session.scalars(select(Instalment).where(Instalment.order_id == order_id)).one_or_none()


def any_of(session: Session, asked: Sequence[Order]) -> bool:
    """Whether any of these orders asks for an instalment."""
    query = select(Instalment.id).where(Instalment.order_id.in_([each.id for each in asked])).limit(1)
    return session.scalar(query) is not None


def of_donor(session: Session, donor_id: UUID) -> Sequence[Pledge]:
    """Every promise of a donor, the newest first."""
    return session.scalars(select(Pledge).where(Pledge.donor_id == donor_id).order_by(Pledge.opened_at.desc())).all()


def late(session: Session, today: date) -> Sequence[tuple[Pledge, Instalment]]:
    """Instalments that were due before a day and are not paid, the oldest first."""
    query = (
        select(Pledge, Instalment)
        .join(Instalment, Instalment.pledge_id == Pledge.id)
        .where(Pledge.state.in_(RUNNING), Instalment.state.in_((ASKED, MISSED)), Instalment.due_on < today)
    )
    return [(pledge, each) for pledge, each in session.execute(query.order_by(Instalment.due_on))]


def missed(pledge: Pledge) -> int:
    """How many instalments were missed or are asked for in vain, the present one included."""
    return sum(each.state == MISSED for each in pledge.instalments)


def pause(pledge: Pledge, *, paused: bool) -> None:
    """Pauses a promise or takes it up again. Raises PledgeOver."""
    if pledge.state not in RUNNING:
        raise PledgeOver
    pledge.state = PAUSED if paused else ACTIVE


def finish(pledge: Pledge, state: str, reason: str, now: datetime) -> bool:
    """Ends a promise; what was not paid is let go. Answers False where it had ended."""
    if pledge.state not in RUNNING:
        return False
    pledge.state, pledge.ended_at, pledge.end_reason = state, now, reason
    for each in pledge.instalments:
        if each.state in OPEN:
            each.state = DROPPED
    return True
