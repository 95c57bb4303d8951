"""Somebody who organises an event cannot come: who may stand in, and everybody who is registered is told who does.

The group's leads and the events office act for the event already (`hosts`), so that whoever of them stands in needs no
right besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.engine import Engine
from workflows.association import absence_mails, people, roles
from workflows.association.absence_mails import Texts
from workflows.association.absences import Absence
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.events import hosts, records, registrations
from workflows.association.events.records import STANDING, Event
from workflows.association.people import Person

_GUESTS = {
    "fr": (
        "{title} : {name} ne peut pas venir",
        "{name} ne peut pas venir à « {title} », {when}. {instead}",
        "L’événement a lieu : {other} vous accueille.",
        "L’équipe des événements cherche qui vous accueille, et vous écrit si quelque chose change.",
    ),
    "en": (
        "{title}: {name} cannot come",
        "{name} cannot come to “{title}”, {when}. {instead}",
        "The event takes place: {other} welcomes you.",
        "The events office looks for somebody to welcome you, and writes to you if anything changes.",
    ),
}
_HOSTS = {
    "fr": (
        "{title} : {name} ne peut pas venir",
        "{name} ne peut pas venir à « {title} », {when}. {instead}",
        "{other} accueille à sa place.",
        "Personne ne remplace : trouvez quelqu’un, déplacez la date ou annulez-la sur la page de l’événement.",
    ),
    "en": (
        "{title}: {name} cannot come",
        "{name} cannot come to “{title}”, {when}. {instead}",
        "{other} welcomes people instead.",
        "Nobody stands in: find somebody, move the date or call it off on the page of the event.",
    ),
}


def hosted(session: Session, person_id: UUID, first: date, last: date) -> Sequence[tuple[Event, Appointment]]:
    """The dates of these days at which somebody welcomes people: those of events about which he is written to."""
    held = roles.keys_of(session, person_id, first)
    events = [each for each in hosts.run_by(session, person_id, held) if each.state in STANDING]
    mine = [each for each in events if hosts.person_of(session, each, first) == person_id]
    return [
        (event, meeting)
        for event in mine
        for meeting in records.standing(session, event)
        if first <= meeting.day <= last
    ]


def able(session: Session, person_id: UUID, first: date, last: date) -> Sequence[UUID]:
    """Who may welcome people in somebody's stead on these days: the leads of the group, then the events office."""
    events = {event.id: event for event, _meeting in hosted(session, person_id, first, last)}
    found = [other for event in events.values() for other in _runners(session, event, first)]
    return [each for each in dict.fromkeys(found) if each != person_id]


def tell(session: Session, engine: Engine, absence: Absence) -> int:
    """Writes to everybody who is registered for these dates, to the leads, to the events office and to who stands in;
    answers how many mails."""
    count = 0
    for event, meeting in hosted(session, absence.person_id, absence.from_date, absence.to_date):
        coming = registrations.of_event(session, event.id, registrations.LIVE)
        guests = {each.person_id for each in coming if each.appointment_id == meeting.id}
        runners = {*_runners(session, event, meeting.day)}
        runners |= {absence.substitute_id} if absence.substitute_id is not None else set()
        for reader in sorted((guests | runners) - {absence.person_id}, key=str):
            texts = _HOSTS if reader in runners else _GUESTS
            count += _write(session, engine, absence, event, meeting, reader, texts)
    return count


def _runners(session: Session, event: Event, on: date) -> Sequence[UUID]:
    leads = [each for key in hosts.leads_of(event) for each in _holders(session, key, on)]
    return [*leads, *roles.holders(session, hosts.OFFICE[0], on)]


def _holders(session: Session, key: str, on: date) -> Sequence[UUID]:
    role, scope = roles.parts(key)
    return roles.holders(session, role, on, scope=scope)


def _write(
    session: Session, engine: Engine, absence: Absence, event: Event, meeting: Appointment, reader: UUID, texts: Texts
) -> int:  # fmt: skip
    def words(person: Person, lang: str) -> dict[str, object]:
        when = spoken.moment_for(meeting.starts_at, people.zones(person, PARIS), lang)
        return {"title": event.title(lang), "when": when}

    key = f"absent:{uuid5(absence.id, meeting.id.hex).hex}:{reader.hex}"
    return absence_mails.write(session, engine, absence, reader, texts, words, key=key)
