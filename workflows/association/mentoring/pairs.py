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
FIT, LAST_MONTH = "FIT", "LAST_MONTH"  # whether the pair suits both, after eight weeks; a month before the end
MEETINGS = frozenset({CHECK_IN, REVIEW, CLOSING})  # dates that stand in both calendars; the others are mails alone
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

    kind: Literal["CHECK_IN", "REVIEW", "FIT", "LAST_MONTH", "CLOSING"]
    number: int
    on: date


def after_months(anchor: date, months: int) -> date:
    """A day some months after an anchor, clamped to the end of its month (31 August + 6 months = 28 or 29 February)."""
    noon = datetime.combine(anchor, time(12), PARIS)
    return Duration(months=months).after(noon, PARIS).astimezone(PARIS).date()


def calendar(session: Session, pair: Mentorship) -> Sequence[Date]:
    """Every date of a pair in order, counted from the signature; the closing comes a week before the last day.

    A pair whose calendar was counted before there were questions after eight weeks and notices of the last month
    (`guided` is false) goes on without them: its steps keep their numbers."""
    length = figures.months(session, "PAIR", pair.started_on)
    half = figures.months(session, "REVIEW", pair.started_on)
    notice = timedelta(days=figures.days(session, "LAST_MONTH", pair.started_on)) if pair.guided else None
    dates = sorted([*_stretch(pair.started_on, 1, length, half, notice), *_fit(session, pair)], key=_by_day)
    if pair.extended:
        end = length + figures.months(session, "EXTENSION", pair.started_on)
        dates += sorted(_stretch(pair.started_on, length + 1, end, half, notice), key=_by_day)
    meeting = next((step for step in range(pair.steps, len(dates)) if dates[step].kind in MEETINGS), len(dates))
    return [each if step < pair.steps else _placed(pair, step, each, meeting) for step, each in enumerate(dates)]


def _by_day(planned: Date) -> date:
    return planned.on


def _fit(session: Session, pair: Mentorship) -> Sequence[Date]:
    """The question after eight weeks: weeks count from the introduction, and end without fault until then (§P3.4)."""
    if not pair.guided or pair.introduced_on is None:
        return ()
    on = pair.introduced_on + timedelta(days=figures.days(session, "FIT", pair.started_on))
    return (Date("FIT", 0, on),) if on > pair.started_on else ()


def _placed(pair: Mentorship, step: int, planned: Date, meeting: int) -> Date:
    """A date that is still to come: later by every pause; the next meeting where both moved it to, and what comes
    before it not after it."""
    shifted = planned.on + timedelta(days=pair.paused_days or 0)
    if pair.next_on is not None and step <= meeting:
        shifted = pair.next_on if step == meeting else min(shifted, pair.next_on)
    return replace(planned, on=shifted)


def _stretch(anchor: date, first: int, end: int, half: int, notice: timedelta | None) -> Iterator[Date]:
    last = after_months(anchor, end)
    for month in range(first, end):
        yield Date("CHECK_IN", month, after_months(anchor, month))
        if month == half:
            yield Date("REVIEW", month, after_months(anchor, month))
    if notice is not None:
        yield Date("LAST_MONTH", end, last - notice)
    yield Date("CLOSING", end, last - NOTICE)


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


def next_meeting(session: Session, pair: Mentorship) -> Date | None:
    """The next date that stands in both calendars; None once there is none any more."""
    return next((each for each in calendar(session, pair)[pair.steps :] if each.kind in MEETINGS), None)


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


def beside(session: Session, pair: Mentorship) -> Sequence[Mentorship]:
    """The pairs that run beside this one, with the same mentor: three people who work together."""
    return [each for each in running(session, pair.beside_id or pair.id) if each.id != pair.id]


def running(session: Session, first_id: UUID) -> Sequence[Mentorship]:
    """The pairs of one mentor who work together and run: the first one and those beside it."""
    query = select(Mentorship).where(or_(Mentorship.id == first_id, Mentorship.beside_id == first_id))
    return [each for each in session.scalars(query.order_by(Mentorship.id)) if each.state in LIVE]


def answers(session: Session, pair_id: UUID, step: int | None = None) -> Sequence[MentorshipAnswer]:
    """What both said, the newest last; of one date where `step` names it."""
    query = select(MentorshipAnswer).where(MentorshipAnswer.mentorship_id == pair_id)
    if step is not None:
        query = query.where(MentorshipAnswer.step == step)
    return session.scalars(query.order_by(MentorshipAnswer.answered_at, MentorshipAnswer.side)).all()
