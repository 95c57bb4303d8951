"""A cohort, the seats in it, and who was there: ids, enums and dates; names stand in the register of people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Time, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import WorkFailed
from engine.models import Base, Moment
from engine.personal import Impersonal, Personal
from workflows.association.case_variables import text, uuid_or_none

MARKS: Final = ("PRESENT", "REMOTE", "EXCUSED", "UNEXCUSED")
PAUSED: Final = "PAUSED"  # noted by the programme alone: neither there nor missing
MISSED: Final = frozenset({"EXCUSED", "UNEXCUSED"})
REASONS: Final = ("WORK", "INTERVIEW", "TRAVEL", "FAMILY", "OTHER")  # no reason speaks of health
SITTING: Final = frozenset({"CONFIRMED", "RUNNING"})


class Cohort(Base):
    """A group. `state`: RECRUITING, RUNNING, CLOSED, CANCELLED, MERGED (into `successor_id`).

    Its sessions are the appointments of its key.
    """

    __tablename__ = "cohort"
    __privacy__ = Impersonal("dates and places of a group")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    starts_on: Mapped[date]
    begins: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int]
    sessions: Mapped[int]
    place: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default="RECRUITING")
    held: Mapped[int] = mapped_column(default=0)  # sessions of which the attendance is noted
    opened_at: Mapped[datetime] = mapped_column(Moment)
    extra: Mapped[int] = mapped_column(default=0)  # sessions that were added to those of the rule
    successor_id: Mapped[UUID | None] = mapped_column(Uuid)
    meetings_id: Mapped[UUID | None] = mapped_column(Uuid)  # the event of its information meetings


class CohortSeat(Base):
    """Somebody's seat. `state`: CONFIRMED, RUNNING, COMPLETED, SUCCESS (found work), LEFT, WAITING, CANCELLED, MOVED.

    `move_answer`: ASKED where the group may join another one, then JOIN, NEXT or END. `from_seat_id`: the seat in the
    group before, of whoever joined this one so.
    """

    __tablename__ = "cohort_seat"
    __privacy__ = Personal(
        "programme",
        "person_id",
        "keep",
        plain="situation state outcome tariff order_key move_answer",
        since="ended_at",
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    situation: Mapped[str] = mapped_column(String(8))  # IN_POST, SEEKING
    guest: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default="CONFIRMED")
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(12))
    score: Mapped[int | None]  # 0–10, of the closing form
    tariff: Mapped[str | None] = mapped_column(String(8))
    order_key: Mapped[str | None] = mapped_column(String(24))  # by which the fee was paid
    near_lead: Mapped[bool] = mapped_column(default=False)  # a relative or close friend of who leads: another group
    move_answer: Mapped[str] = mapped_column(String(5), default="")
    from_seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohort_seat.id"))
    short_group_on: Mapped[date | None]  # since when a short group is wanted, of whoever's own has ended
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]  # the day on which he is back
    __table_args__ = (Index("uq_cohort_seat_person", "cohort_id", "person_id", unique=True),)

    def pauses_on(self, day: date) -> bool:
        """Whether the holder pauses on a day."""
        return self.paused_from is not None and self.paused_from <= day < (self.paused_until or date.max)


class CohortMark(Base):
    """Whether somebody was at a session, and whether his homework was done."""

    __tablename__ = "cohort_mark"
    __privacy__ = Personal("programme", "seat_id", "keep", ids="noted_by", plain="mark reason", since="noted_at")
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), primary_key=True)
    session_no: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(9))
    reason: Mapped[str | None] = mapped_column(String(9))
    homework: Mapped[bool] = mapped_column(default=False)
    noted_by: Mapped[str] = mapped_column(String(64))
    noted_at: Mapped[datetime] = mapped_column(Moment)


def by_key(session: Session, key: str) -> Cohort | None:
    """The cohort of this key."""
    return session.scalars(select(Cohort).where(Cohort.key == key)).one_or_none()


def of_case(session: Session, variables: Mapping[str, object]) -> Cohort:
    """The cohort that a case names, by its id or its key. Raises WorkFailed where there is none."""
    known = uuid_or_none(variables, "cohort_id")
    found = session.get(Cohort, known) if known is not None else by_key(session, text(variables, "cohort_key"))
    if found is None:
        raise WorkFailed("the cohort of this case is not there", again=False)
    return found


def seats(session: Session, cohort_id: UUID, *, sitting: bool = True) -> Sequence[CohortSeat]:
    """The seats of a cohort, in a steady order; `sitting`: of those who are in it now."""
    query = select(CohortSeat).where(CohortSeat.cohort_id == cohort_id)
    if sitting:
        query = query.where(CohortSeat.state.in_(SITTING))
    return session.scalars(query.order_by(CohortSeat.person_id)).all()


def takes_part(session: Session, cohort_id: UUID, person_id: UUID) -> bool:
    """Whether somebody sits in a cohort now, whichever it is, or has had a seat in this one."""
    mine = or_(CohortSeat.cohort_id == cohort_id, CohortSeat.state.in_(SITTING))
    return (
        session.scalars(select(CohortSeat.id).where(CohortSeat.person_id == person_id, mine).limit(1)).first()
        is not None
    )


def signed_at(session: Session, seat: CohortSeat) -> datetime | None:
    """When somebody signed the charter; whoever joined from a group that was merged signed there."""
    if seat.signed_at is not None or seat.from_seat_id is None:
        return seat.signed_at
    return signed_at(session, session.get_one(CohortSeat, seat.from_seat_id))


def reads_charter(session: Session, cohort_id: UUID, person_id: UUID) -> bool:
    """Whether somebody sits in this group, or signed its charter: that stays theirs, however the group ended."""
    query = select(CohortSeat).where(CohortSeat.cohort_id == cohort_id, CohortSeat.person_id == person_id)
    seat = session.scalars(query).one_or_none()
    return seat is not None and (seat.state in {*SITTING, "COMPLETED"} or signed_at(session, seat) is not None)


def marks_of_session(session: Session, seat_ids: Collection[UUID], number: int) -> dict[UUID, CohortMark]:
    """Who was noted at a session, by seat."""
    query = select(CohortMark).where(CohortMark.seat_id.in_(seat_ids), CohortMark.session_no == number)
    return {each.seat_id: each for each in session.scalars(query)}


def marks(session: Session, seat_id: UUID) -> Sequence[CohortMark]:
    """The marks of a seat, by session."""
    query = select(CohortMark).where(CohortMark.seat_id == seat_id)
    return session.scalars(query.order_by(CohortMark.session_no)).all()


def note(
    session: Session, seat_id: UUID, session_no: int, mark: str, *, reason: str | None, homework: bool, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Notes a mark over an earlier one. Raises KeyError for a mark or a reason that there is not."""
    if mark not in {*MARKS, PAUSED} or (reason is not None and reason not in REASONS):
        raise KeyError(mark if reason in {None, *REASONS} else reason)
    found = session.get(CohortMark, (seat_id, session_no))
    if found is None:
        found = CohortMark(seat_id=seat_id, session_no=session_no, mark=mark, noted_by=by[:64], noted_at=now)
        session.add(found)
    found.mark, found.reason, found.homework = mark, reason if mark in MISSED else None, homework
    found.noted_by, found.noted_at = by[:64], now


def unexcused_in_a_row(found: Sequence[CohortMark]) -> int:
    """How many sessions somebody has just missed without a word, up to the last one noted."""
    count = 0
    for each in reversed([one for one in found if one.mark != PAUSED]):
        if each.mark != "UNEXCUSED":
            break
        count += 1
    return count
