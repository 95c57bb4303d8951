"""“I cannot come”: whom somebody's absence concerns, who may stand in, and telling everybody.

Roles are one part of it (`absences`); the others are what somebody does without one: events that he organises, mentees
whom he accompanies.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import absences
from workflows.association.absences import Absence
from workflows.association.cohorts import absent_leads
from workflows.association.events import absent_hosts
from workflows.association.mentoring import absent_mentors
from workflows.association.people import Person


def is_awaited(session: Session, person_id: UUID, today: date) -> bool:
    """Whether others count on somebody without a role: at an event to come, or as their mentor."""
    awaited = absent_mentors.pairs_of(session, person_id) or absent_hosts.hosted(session, person_id, today, date.max)
    return bool(awaited)


def able(session: Session, person_id: UUID, first: date, last: date) -> Sequence[Person]:
    """Who may stand in on all these days: those of his roles, then those who act for his events and mentees."""
    return absences.able(session, person_id, first, last, beside=_beside(session, person_id, first, last))


def note(
    session: Session,
    engine: Engine,
    person_id: UUID,
    first: date,
    last: date,
    *,
    substitute_id: UUID | None = None,
    message: str = "",
) -> Absence:
    """Notes an absence and writes to everybody whom it concerns. Raises AbsenceRefused."""
    away = absences.note(
        session, engine, person_id, first, last, substitute_id=substitute_id, message=message,
        beside=_beside(session, person_id, first, last),
    )  # fmt: skip
    for part in (absent_leads, absent_hosts, absent_mentors):
        part.tell(session, engine, away)
    return away


def _beside(session: Session, person_id: UUID, first: date, last: date) -> Sequence[UUID]:
    hosts = absent_hosts.able(session, person_id, first, last)
    return [*hosts, *absent_mentors.able(session, person_id, first)]
