"""Places of mentors: numbered rows, taken when somebody is proposed. The key makes a place impossible to give twice.

Two proposals that reach for the last place at one instant insert the same number; the database lets one of them in, and
the other takes the next number or hears that there is none (domain §P3.12, 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.mentoring import figures
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import RUNNING, Mentorship


class MentorPlace(Base):
    """Place `number` of a mentor, held by a proposal, and then by the pair that came of it."""

    __tablename__ = "mentor_place"
    __privacy__ = (Personal("membership", "person_id"), Personal("membership", "proposal_id", withheld="person_id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("pair_proposal.id"), unique=True)
    taken_at: Mapped[datetime] = mapped_column(Moment)


def reserve(session: Session, mentor: MentorProfile, proposal_id: UUID, now: datetime, today: date) -> bool:
    """Takes a place for a proposal; False where the mentor has none. Asked twice, it holds one."""
    if session.scalar(select(MentorPlace.number).where(MentorPlace.proposal_id == proposal_id)) is not None:
        return True
    for number in range(1, _most(session, mentor, today) + 1):
        if session.get(MentorPlace, (mentor.person_id, number)) is not None:
            continue
        place = MentorPlace(person_id=mentor.person_id, number=number, proposal_id=proposal_id, taken_at=now)
        try:
            with session.begin_nested():
                session.add(place)
        except IntegrityError:
            continue
        return True
    return False


def free_up(session: Session, proposal_id: UUID) -> None:
    """Gives the place of a proposal back."""
    session.execute(delete(MentorPlace).where(MentorPlace.proposal_id == proposal_id))


def free(session: Session, mentors: Mapping[UUID, MentorProfile], today: date) -> dict[UUID, int]:
    """How many places each mentor has left; none while he rests."""
    taken = Counter(session.scalars(select(MentorPlace.person_id)).all())
    ceiling, brought = figures.limit(session, "CEILING", today), _brought(session)
    return {
        person: 0
        if _rests(each, today)
        else max(0, min(each.capacity, ceiling - each.elsewhere) - brought[person] - taken[person])
        for person, each in mentors.items()
    }


def _rests(mentor: MentorProfile, today: date) -> bool:
    return mentor.rests_until is not None and mentor.rests_until > today


def _most(session: Session, mentor: MentorProfile, today: date) -> int:
    if _rests(mentor, today):
        return 0
    ceiling = figures.limit(session, "CEILING", today) - mentor.elsewhere
    return min(mentor.capacity, ceiling) - _brought(session)[mentor.person_id]


def _brought(session: Session) -> Counter[UUID]:
    """Running pairs that an import brought along: they hold no numbered place, and count all the same."""
    query = select(Mentorship.mentor_id).where(Mentorship.state == RUNNING, Mentorship.proposal_id.is_(None))
    return Counter(session.scalars(query).all())
