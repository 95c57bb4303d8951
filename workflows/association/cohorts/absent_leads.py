"""Somebody who leads a cohort cannot come: everybody who is invited to those sessions is told, and who stands in."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import absence_mails, wording
from workflows.association.absences import Absence
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.cohorts import records
from workflows.association.cohorts.running import LEADS
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

_TEXTS = {
    "fr": (
        "{key} : {name} ne peut pas venir le {day}",
        "{name} ne peut pas venir à la séance du {day}, {hour}. {instead}",
        "La séance a lieu, avec {other}.",
        "La séance a lieu avec l’autre personne qui anime.",
    ),
    "en": (
        "{key}: {name} cannot come on {day}",
        "{name} cannot come to the session on {day}, {hour}. {instead}",
        "The session takes place, with {other}.",
        "The session takes place with the other person who leads.",
    ),
}


def tell(session: Session, engine: Engine, absence: Absence) -> int:
    """Writes to the guests of every session of these days that the absent person leads; answers how many mails."""
    held = select(RoleHolding.scope).where(
        RoleHolding.person_id == absence.person_id, RoleHolding.role.in_([role for role, _ in LEADS]),
        RoleHolding.stands_for.is_(None), RoleHolding.from_date <= absence.to_date,
        RoleHolding.to_date >= absence.from_date,
    )  # fmt: skip
    count = 0
    for key in sorted(set(session.scalars(held))):
        if records.by_key(session, key) is None:
            continue
        for meeting in appointments.of_calendar(session, key):
            if absence.from_date <= meeting.day <= absence.to_date and meeting.state != CANCELLED:
                guests = set(appointments.guests(session, meeting.id)) - {absence.person_id, absence.substitute_id}
                for person_id in sorted(guests, key=str):
                    count += _write(session, engine, absence, meeting, person_id)
    return count


def _write(session: Session, engine: Engine, absence: Absence, meeting: Appointment, reader: UUID) -> int:
    def words(_person: Person, lang: str) -> dict[str, object]:
        return {"key": meeting.calendar, "day": wording.day(meeting.day, lang), "hour": f"{meeting.begins:%H:%M}"}

    key = f"absent:{absence.id.hex}:{meeting.key}:{reader.hex}"
    return absence_mails.write(session, engine, absence, reader, _TEXTS, words, key=key)
