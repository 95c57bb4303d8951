"""Demands for a mentor (form F13). The day of the first demand is kept over refusals: nobody loses a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.mentorships import LIVE, Mentorship

OPEN, PROPOSED, PAIRED, WITHDRAWN, DECLINED = "OPEN", "PROPOSED", "PAIRED", "WITHDRAWN", "DECLINED"


class MentorDemand(Base):
    """One person who looks for a mentor. `topics` in the order of their weight; lists hold keys with blanks between
    them. `asked_on`: the day that counts for the place in the queue."""

    __tablename__ = "mentor_demand"
    __privacy__ = Personal(
        "membership", "person_id", erase="goals employer team country reason words", since="closed_at",
        plain="topics sector functions languages rhythm state",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    goals: Mapped[str] = mapped_column(Text)
    topics: Mapped[str] = mapped_column(String(80))
    sector: Mapped[str] = mapped_column(String(16), default="")
    functions: Mapped[str] = mapped_column(String(64), default="")
    languages: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(2), default="FR")
    rhythm: Mapped[str] = mapped_column(String(12))
    years_exp: Mapped[int]
    student: Mapped[bool] = mapped_column(default=False)
    employer: Mapped[str] = mapped_column(String(160), default="")
    team: Mapped[str] = mapped_column(String(80), default="")
    committed: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(9), default=OPEN, index=True)
    asked_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text, default="")


def open_ones(session: Session) -> Sequence[MentorDemand]:
    """Every demand that waits, the oldest first."""
    return session.scalars(
        select(MentorDemand).where(MentorDemand.state == OPEN).order_by(MentorDemand.asked_on, MentorDemand.id)
    ).all()


def alone(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, MentorDemand]:
    """Demands as they are now, while whoever else would propose somebody for one of them waits.

    By hand and by a round at one moment, each would see no proposal of the other and reserve a place of its own."""
    query = select(MentorDemand).where(MentorDemand.id.in_(set(ids))).order_by(MentorDemand.id).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True))
    return {each.id: each for each in found}


def graduated(session: Session, person_id: UUID) -> None:
    """A student has the diploma: what they asked for is a graduate's from now on.

    It waits in its old place, by the week and not for a wave of students; a pair that runs goes on, and counts on the
    other track (domain §P3.7)."""
    live = select(Mentorship.demand_id).where(Mentorship.mentee_id == person_id, Mentorship.state.in_(LIVE))
    concerned = or_(MentorDemand.state.in_((OPEN, PROPOSED)), MentorDemand.id.in_(live))
    for each in session.scalars(select(MentorDemand).where(MentorDemand.person_id == person_id, concerned)):
        each.student = False


def close(demand: MentorDemand, state: str, now: datetime) -> None:
    """Ends a demand."""
    demand.state, demand.closed_at = state, now
