"""Mentors on record: what they offer, how many people they take, and whom they would rather not meet (form F12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.memberships import Membership

APPLIED, ACTIVE, DECLINED, ENDED = "APPLIED", "ACTIVE", "DECLINED", "ENDED"
MOST_TOPICS, MOST_FUNCTIONS = 6, 5
RHYTHM_WORDS: Final = {
    "WEEKLY": ("chaque semaine", "every week"),
    "FORTNIGHTLY": ("tous les quinze jours", "every other week"),
    "MONTHLY": ("chaque mois", "every month"),
}


class MemberUnknown(Invalid):
    """No member has the number “{number}”."""

    code: ClassVar[str] = "mentoring_member_unknown"


class TooMany(Invalid):
    """Choose {most} at most."""

    code: ClassVar[str] = "mentoring_too_many"


class MentorProfile(Base):
    """One mentor. `elsewhere`: people of the bursary scheme, who count towards the ceiling. Lists hold keys with blanks
    between them. `reason`: why a person of the staff declined."""

    __tablename__ = "mentor_profile"
    __privacy__ = Personal(
        "membership", "person_id", erase="employer team country reason", since="ended_on",
        plain="sector functions topics languages rhythm track state",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    years_exp: Mapped[int]
    sector: Mapped[str] = mapped_column(String(16))
    functions: Mapped[str] = mapped_column(String(120), default="")
    topics: Mapped[str] = mapped_column(String(160))
    languages: Mapped[str] = mapped_column(String(32))
    capacity: Mapped[int] = mapped_column(default=1)
    elsewhere: Mapped[int] = mapped_column(default=0)
    rhythm: Mapped[str] = mapped_column(String(12))
    track: Mapped[str] = mapped_column(String(8))
    country: Mapped[str] = mapped_column(String(2), default="FR")
    employer: Mapped[str] = mapped_column(String(160), default="")
    team: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(8), default=APPLIED, index=True)
    sanctioned: Mapped[bool] = mapped_column(default=False)
    charter_on: Mapped[date]
    trained_on: Mapped[date | None]
    rests_until: Mapped[date | None]
    registered_at: Mapped[datetime] = mapped_column(Moment)
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (CheckConstraint("capacity BETWEEN 1 AND 3", name="ck_mentor_profile_capacity"),)


class MentoringAvoidance(Base):
    """Somebody would rather not be paired with somebody: never shown to anybody, only kept apart."""

    __tablename__ = "mentoring_avoidance"
    __privacy__ = (
        Personal("membership", "person_id", withheld="avoided_id", since="noted_on"),
        Personal("membership", "avoided_id", withheld="person_id", since="noted_on"),
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    avoided_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    noted_on: Mapped[date]


def of(session: Session, person_id: UUID) -> MentorProfile | None:
    """The profile of a mentor."""
    return session.scalars(select(MentorProfile).where(MentorProfile.person_id == person_id)).one_or_none()


def person_of(session: Session, number: str, field: str) -> UUID:
    """The person who has a member number. Raises MemberUnknown."""
    found = session.scalar(select(Membership.person_id).where(Membership.member_no == number))
    if found is None:
        raise MemberUnknown(number=number, field=field)
    return found


def avoid(session: Session, person_id: UUID, said: str, today: date) -> None:
    """Keeps apart from the member numbers that a person wrote, by blanks or commas. Raises MemberUnknown."""
    for number in said.replace(",", " ").replace(";", " ").split():
        other = person_of(session, number, "avoid")
        if session.get(MentoringAvoidance, (person_id, other)) is None and other != person_id:
            session.add(MentoringAvoidance(person_id=person_id, avoided_id=other, noted_on=today))
            session.flush()


def avoided(session: Session, ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Whom each of these people would rather not meet."""
    found: dict[UUID, set[UUID]] = {}
    query = select(MentoringAvoidance).where(MentoringAvoidance.person_id.in_(list(ids)))
    for each in session.scalars(query):
        found.setdefault(each.person_id, set()).add(each.avoided_id)
    return {person: frozenset(others) for person, others in found.items()}


def kept_apart(session: Session, person_id: UUID) -> frozenset[UUID]:
    """Whom somebody would rather not meet, and who would rather not meet him."""
    mine = avoided(session, [person_id]).get(person_id, frozenset())
    theirs = select(MentoringAvoidance.person_id).where(MentoringAvoidance.avoided_id == person_id)
    return mine | frozenset(session.scalars(theirs))


def keys(values: object, most: int, field: str) -> str:
    """Chosen keys as they are stored. Raises TooMany."""
    chosen: Sequence[object] = values if isinstance(values, list | tuple) else []
    if len(chosen) > most:
        raise TooMany(most=most, field=field)
    return " ".join(str(each) for each in chosen)
