"""Pairs in time: a calendar counted from the signature, signs of life, what both said (domain §P3.5, §P3.12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS, Duration
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.mentoring import figures
from workflows.association.mentorships import LIVE, Mentorship

MENTOR, MENTEE = "MENTOR", "MENTEE"
CHECK_IN, REVIEW, CLOSING = "CHECK_IN", "REVIEW", "CLOSING"
NOTICE = timedelta(days=7)  # before the last day, the closing is opened
MORNING = time(9)


class MentorshipAnswer(Base):
    """What one side said at a check-in, a review or the closing. `note` is read by the coordination alone.

    `progress`: percent by goal, with blanks between; `choice`: how to go on; `nps` from 0 to 10.
    """

    __tablename__ = "mentorship_answer"
    __privacy__ = Personal(
        "membership", "person_id", erase="note changed", plain="side kind progress choice reached", since="answered_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    mentorship_id: Mapped[UUID] = mapped_column(ForeignKey("mentorship.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(8))
    step: Mapped[int]
    met: Mapped[int | None]
    mood: Mapped[int | None]
    help: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    progress: Mapped[str] = mapped_column(String(16), default="")
    choice: Mapped[str] = mapped_column(String(8), default="")
    reached: Mapped[str] = mapped_column(String(4), default="")
    nps: Mapped[int | None]
    hours: Mapped[int | None]
    changed: Mapped[str] = mapped_column(Text, default="")
    testimony: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("uq_mentorship_answer", "mentorship_id", "step", "side", unique=True),)


class MentorshipInquiry(Base):
    """What was found out after somebody reported a grave matter; read by the DPO and the general delegate alone."""

    __tablename__ = "mentorship_inquiry"
    __privacy__ = Personal("membership", "mentorship_id", "keep", erase="findings", ids="noted_by", since="noted_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    mentorship_id: Mapped[UUID] = mapped_column(ForeignKey("mentorship.id"), unique=True)
    findings: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a pair's calendar. `number` counts months from the signature."""

    kind: Literal["CHECK_IN", "REVIEW", "CLOSING"]
    number: int
    on: date


def after_months(anchor: date, months: int) -> date:
    """A day some months after an anchor, clamped to the end of its month (31 August + 6 months = 28 or 29 February)."""
    noon = datetime.combine(anchor, time(12), PARIS)
    return Duration(months=months).after(noon, PARIS).astimezone(PARIS).date()


def calendar(session: Session, pair: Mentorship) -> Sequence[Date]:
    """Every date of a pair in order, counted from the signature; the closing comes a week before the last day."""
    length = figures.months(session, "PAIR", pair.started_on)
    half = figures.months(session, "REVIEW", pair.started_on)
    dates = list(_stretch(pair.started_on, 1, length, half))
    if pair.extended:
        end = length + figures.months(session, "EXTENSION", pair.started_on)
        dates += _stretch(pair.started_on, length + 1, end, half)
    return [each if step < pair.steps else _shifted(pair, step, each) for step, each in enumerate(dates)]


def _shifted(pair: Mentorship, step: int, planned: Date) -> Date:
    """A date that is still to come: later by every pause, and where both moved it to, if it is the next one."""
    if step == pair.steps and pair.next_on is not None:
        return replace(planned, on=pair.next_on)
    return replace(planned, on=planned.on + timedelta(days=pair.paused_days or 0))


def _stretch(anchor: date, first: int, end: int, half: int) -> Iterator[Date]:
    for month in range(first, end):
        yield Date("CHECK_IN", month, after_months(anchor, month))
        if month == half:
            yield Date("REVIEW", month, after_months(anchor, month))
    yield Date("CLOSING", end, after_months(anchor, end) - NOTICE)


def last_day(session: Session, pair: Mentorship) -> date:
    """The planned end, counted from the signature and never from an earlier end; later by every pause."""
    length = figures.months(session, "PAIR", pair.started_on)
    if pair.extended:
        length += figures.months(session, "EXTENSION", pair.started_on)
    return after_months(pair.started_on, length) + timedelta(days=pair.paused_days or 0)


def following(session: Session, pair: Mentorship) -> Date | None:
    """The next date of a pair; None once the calendar is over."""
    dates = calendar(session, pair)
    return dates[pair.steps] if pair.steps < len(dates) else None


def morning(on: date) -> datetime:
    """The moment on a day at which people are asked."""
    return datetime.combine(on, MORNING, PARIS)


def sign(pair: Mentorship, on: date) -> None:
    """Either of the two gave a sign."""
    pair.sign_on = on if pair.sign_on is None else max(pair.sign_on, on)


def silence(pair: Mentorship, on: date) -> int:
    """Days since the last sign."""
    return max(0, (on - (pair.sign_on or pair.introduced_on or pair.started_on)).days)


def live_of(session: Session, person_id: UUID) -> Sequence[Mentorship]:
    """The pairs of a person that run, as mentor or mentee."""
    side = or_(Mentorship.mentor_id == person_id, Mentorship.mentee_id == person_id)
    return session.scalars(select(Mentorship).where(side, Mentorship.state.in_(LIVE))).all()


def answers(session: Session, pair_id: UUID, step: int | None = None) -> Sequence[MentorshipAnswer]:
    """What both said, the newest last; of one date where `step` names it."""
    query = select(MentorshipAnswer).where(MentorshipAnswer.mentorship_id == pair_id)
    if step is not None:
        query = query.where(MentorshipAnswer.step == step)
    return session.scalars(query.order_by(MentorshipAnswer.answered_at, MentorshipAnswer.side)).all()
