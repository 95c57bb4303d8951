"""Candidates for a career group (form F6): what they asked, what was decided, and who comes next. Domain §P2.4.

Words that a candidate or an interviewer wrote are erased with the case; nothing here speaks of health.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from engine.schema import Json
from workflows.association.cohorts.records import SITTING, Cohort, CohortSeat

APPLIED, WAITING, OFFERED, SEATED = "APPLIED", "WAITING", "OFFERED", "SEATED"
WITHDRAWN, ANSWERED = "WITHDRAWN", "ANSWERED"
OPEN: Final = (APPLIED, WAITING, OFFERED)
RECRUITING: Final = "RECRUITING"


class CohortCandidacy(Base):
    """Somebody who wants a seat. `cohort_id`: the cohort asked for, then the one that is offered.

    `availability`: hundredths of its sessions at which he can be there. `score`: the mean of the talks, of 20.
    `came_first`: he had a seat that was taken from him without his doing, and comes before others. `passed_id`: the
    cohort that he let pass.
    """

    __tablename__ = "cohort_candidacy"
    __privacy__ = Personal(
        "programme", "person_id", erase="motivation conflicts school words reason", since="closed_at",
        plain="situation state decision tariff order_key", withheld="second_interviewer_id", ids="files",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"))
    motivation: Mapped[str] = mapped_column(Text, default="")
    conflicts: Mapped[str] = mapped_column(Text, default="")
    situation: Mapped[str] = mapped_column(String(8))  # IN_POST, SEEKING
    years_exp: Mapped[int] = mapped_column(default=0)
    guest: Mapped[bool] = mapped_column(default=False)
    school: Mapped[str] = mapped_column(String(160), default="")
    availability: Mapped[int] = mapped_column(default=100)
    score: Mapped[int | None]
    talks: Mapped[int] = mapped_column(default=0)
    second_interviewer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text, default="")  # of the interviewers, for them alone
    decision: Mapped[str] = mapped_column(String(14), default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # what the candidate reads
    came_first: Mapped[bool] = mapped_column(default=False)
    passed_id: Mapped[UUID | None] = mapped_column(Uuid)
    files: Mapped[list[str]] = mapped_column(Json, default=list)  # the CV and a proof of looking for work
    near_lead: Mapped[bool] = mapped_column(default=False)  # a relative or close friend of who leads this cohort
    full_rate: Mapped[bool] = mapped_column(default=False)  # the proof did not convince: no reduced fee
    scholarship: Mapped[bool] = mapped_column(default=False)
    tariff: Mapped[str] = mapped_column(String(8), default="")
    order_key: Mapped[str | None] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(9), default=APPLIED)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_cohort_candidacy_cohort", "cohort_id", "state"),)


def open_of(session: Session, person_id: UUID) -> CohortCandidacy | None:
    """The candidacy of somebody that is not closed."""
    query = select(CohortCandidacy).where(CohortCandidacy.person_id == person_id, CohortCandidacy.state.in_(OPEN))
    return session.scalars(query.limit(1)).one_or_none()


_IN_ORDER: Final = (
    CohortCandidacy.came_first.desc(), CohortCandidacy.accepted_at, CohortCandidacy.asked_at, CohortCandidacy.id,
)  # fmt: skip


def waiting(session: Session) -> Sequence[CohortCandidacy]:
    """Everybody who is admitted and waits: those who lost a seat first, then by the day of the yes."""
    query = select(CohortCandidacy).where(CohortCandidacy.state == WAITING)
    return session.scalars(query.order_by(*_IN_ORDER)).all()


def queue(session: Session, cohort: Cohort, seats: int) -> Sequence[CohortCandidacy]:
    """Who waits for a place that this cohort of so many seats has, in their order.

    Who let a cohort pass, or asked for one that is full or takes nobody any more, waits for the next one.
    """
    others = session.scalars(select(Cohort.id).where(Cohort.state == RECRUITING, Cohort.id != cohort.id))
    with_places = {other for other in others if taken(session, other) < seats}
    return [
        each
        for each in waiting(session)
        if each.passed_id != cohort.id and (each.passed_id is not None or each.cohort_id not in with_places)
    ]


def queue_of(session: Session, cohorts: Sequence[Cohort], seats: int) -> Sequence[CohortCandidacy]:
    """Who waits for a place in any of these cohorts, in their order."""
    wanted = {each.id for cohort in cohorts for each in queue(session, cohort, seats)}
    return [each for each in waiting(session) if each.id in wanted]


def taken(session: Session, cohort_id: UUID) -> int:
    """How many places of a cohort are taken or held by an offer."""
    sitting = select(func.count()).select_from(CohortSeat).where(
        CohortSeat.cohort_id == cohort_id, CohortSeat.state.in_(SITTING)
    )  # fmt: skip
    held = select(func.count()).select_from(CohortCandidacy).where(
        CohortCandidacy.cohort_id == cohort_id, CohortCandidacy.state == OFFERED
    )  # fmt: skip
    return (session.scalar(sitting) or 0) + (session.scalar(held) or 0)


def offered(session: Session, cohort_id: UUID) -> set[UUID]:
    """The people for whom a place of a cohort is held."""
    query = select(CohortCandidacy.person_id).where(
        CohortCandidacy.cohort_id == cohort_id, CohortCandidacy.state == OFFERED
    )
    return set(session.scalars(query))


def scholarships(session: Session, cohort_id: UUID) -> int:
    """How many of a cohort were given a scholarship."""
    query = select(func.count()).select_from(CohortCandidacy).where(
        CohortCandidacy.cohort_id == cohort_id, CohortCandidacy.scholarship,
        CohortCandidacy.state.in_((OFFERED, SEATED)),
    )  # fmt: skip
    return session.scalar(query) or 0


def was_in_one(session: Session, person_id: UUID, since: date) -> bool:
    """Whether somebody was in a cohort that ended for him since a day."""
    query = select(CohortSeat.ended_at).where(
        CohortSeat.person_id == person_id, CohortSeat.state.in_(("COMPLETED", "SUCCESS", "LEFT"))
    )
    return any(ended is not None and ended.date() >= since for ended in session.scalars(query))


def again(session: Session, seat: CohortSeat, now: datetime) -> CohortCandidacy:
    """Somebody lost a seat without his doing: he waits for the next cohort, and what he paid goes with him."""
    made = CohortCandidacy(
        id=uuid4(), person_id=seat.person_id, cohort_id=seat.cohort_id, passed_id=seat.cohort_id,
        situation=seat.situation, guest=seat.guest, came_first=True, tariff=seat.tariff or "", order_key=seat.order_key,
        state=WAITING, asked_at=now, accepted_at=now,
    )  # fmt: skip
    seat.order_key = None
    session.add(made)
    session.flush()
    return made


def close(candidacy: CohortCandidacy, state: str, now: datetime) -> None:
    """Ends a candidacy."""
    candidacy.state, candidacy.closed_at = state, now
