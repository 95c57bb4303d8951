"""Somebody who leads a cohort cannot come: everybody who is invited to those sessions is told, and who stands in.

Where nobody does and it is near (rule `lead_search_hours`), or nobody else leads on that day, somebody is looked for:
the careers office and whoever leads other groups are asked at once. Source: domain §P2.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association import absence_mails, absences, people, roles, wording
from workflows.association.absence_mails import Texts
from workflows.association.absences import Absence
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.case_variables import local_day
from workflows.association.cohorts import calendar, records
from workflows.association.cohorts.records import Cohort
from workflows.association.cohorts.running import LEADS
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

_ROLES: Final = tuple(role for role, _ in LEADS)
_OFFICE: Final = ("CAREERS_HEAD", "CAREERS_ASST")
_SUBJECTS: Final = {"fr": "{key} : {name} ne peut pas venir le {day}", "en": "{key}: {name} cannot come on {day}"}
_SAID: Final = {
    "fr": "{name} ne peut pas venir à la séance du {day}, {hour}. {instead}",
    "en": "{name} cannot come to the session on {day}, {hour}. {instead}",
}
_STANDS_IN: Final = {
    "fr": "La séance a lieu, avec {other}.",
    "en": "The session takes place, with {other}.",
}
_WITH_THE_OTHER: Final = {
    "fr": "La séance a lieu avec l’autre personne qui anime.",
    "en": "The session takes place with the other person who leads.",
}
_NOBODY: Final = {
    "fr": "Le service carrières cherche qui anime ce jour-là ; la séance reste prévue.",
    "en": "The careers office looks for somebody to lead on that day; the session stays planned.",
}
_SEARCH: Final[Texts] = {
    "fr": (
        "{key} : qui anime le {day} ?",
        "{name} ne peut pas animer la séance du {day}, {hour}, et personne ne remplace. {rest} Peuvent être libres : "
        "{able}. Un mandat pour ce seul jour se donne sur la page « Mandats », pour le groupe {key}.",
        "", "",
    ),
    "en": (
        "{key}: who leads on {day}?",
        "{name} cannot lead the session on {day}, {hour}, and nobody stands in. {rest} These may be free: {able}. A "
        "mandate for that one day is given on the page “Mandates”, for the group {key}.",
        "", "",
    ),
}  # fmt: skip
_ASKED: Final[Texts] = {
    "fr": (
        "{key} : pouvez-vous animer le {day} ?",
        "{name} ne peut pas animer la séance du {day}, {hour}, {place}. Si vous pouvez venir ce jour-là, répondez à ce "
        "message : le service carrières vous donne un mandat pour ce jour.",
        "", "",
    ),
    "en": (
        "{key}: can you lead on {day}?",
        "{name} cannot lead the session on {day}, {hour}, {place}. If you can come on that day, answer this mail: the "
        "careers office gives you a mandate for it.",
        "", "",
    ),
}  # fmt: skip
_REST: Final = {
    "fr": ("L’autre personne qui anime est seule.", "Personne d’autre n’anime ce groupe ce jour-là."),
    "en": ("The other person who leads is alone.", "Nobody else leads this group on that day."),
}


def tell(session: Session, engine: Engine, absence: Absence) -> int:
    """Writes to the guests of every session of these days that the absent person leads, and looks for somebody where it
    has to be; answers how many mails to guests."""
    held = select(RoleHolding.scope).where(
        RoleHolding.person_id == absence.person_id, RoleHolding.role.in_(_ROLES), RoleHolding.stands_for.is_(None),
        RoleHolding.from_date <= absence.to_date, RoleHolding.to_date >= absence.from_date,
    )  # fmt: skip
    count = 0
    for key in sorted(set(session.scalars(held))):
        cohort = records.by_key(session, key)
        for meeting in appointments.of_calendar(session, key) if cohort is not None else ():
            if absence.from_date <= meeting.day <= absence.to_date and meeting.state != CANCELLED:
                count += _of_session(session, engine, absence, meeting)
    return count


def _of_session(session: Session, engine: Engine, absence: Absence, meeting: Appointment) -> int:
    others = _others(session, absence, meeting)
    guests = set(appointments.guests(session, meeting.id)) - {absence.person_id, absence.substitute_id}
    alone = _WITH_THE_OTHER if others else _NOBODY
    texts = {lang: (_SUBJECTS[lang], _SAID[lang], _STANDS_IN[lang], alone[lang]) for lang in _SAID}
    place = f"{absence.id.hex}:{meeting.key}"
    count = sum(
        _write(session, engine, absence, meeting, reader, texts, key=f"absent:{place}:{reader.hex}")
        for reader in sorted(guests, key=str)
    )
    ahead = meeting.starts_at > engine.clock.now()
    if absence.substitute_id is None and ahead and (not others or _is_near(session, engine, meeting)):
        _look_for_somebody(session, engine, absence, meeting, alone=not others)
    return count


def _others(session: Session, absence: Absence, meeting: Appointment) -> list[UUID]:
    """Who else leads the group on that day and is not away."""
    found = [each for role in _ROLES for each in roles.holders(session, role, meeting.day, scope=meeting.calendar)]
    return [
        each
        for each in found
        if each not in {absence.person_id, absence.substitute_id}
        and not absences.is_away(session, each, meeting.day, meeting.day)
    ]


def _is_near(session: Session, engine: Engine, meeting: Appointment) -> bool:
    now = engine.clock.now()
    hours = calendar.rule(session, "lead_search_hours", local_day(now, engine.settings.zone))
    return meeting.starts_at - now <= timedelta(hours=hours)


def _look_for_somebody(
    session: Session, engine: Engine, absence: Absence, meeting: Appointment, *, alone: bool
) -> None:
    """Asks whoever leads other groups, and tells the careers office whom it may name."""
    free, place = _free(session, absence, meeting), f"{absence.id.hex}:{meeting.key}"
    for reader in free:
        _write(session, engine, absence, meeting, reader, _ASKED, key=f"lead-asked:{place}:{reader.hex}")
    names = people.names_of(session, free)
    able = ", ".join(sorted(names.values())) or "—"
    today = local_day(engine.clock.now(), engine.settings.zone)
    office = dict.fromkeys(each for role in _OFFICE for each in roles.holders(session, role, today))
    for reader in office:
        key = f"lead-search:{place}:{reader.hex}"
        _write(session, engine, absence, meeting, reader, _SEARCH, key=key, able=able, alone=alone)


def _free(session: Session, absence: Absence, meeting: Appointment) -> Sequence[UUID]:
    """Who leads another group on that day, has no part in this one, and is not away."""
    query = select(RoleHolding.person_id).where(
        RoleHolding.role.in_(_ROLES), RoleHolding.scope != meeting.calendar, roles.in_force(meeting.day)
    )
    cohort = records.by_key(session, meeting.calendar)
    inside = {absence.person_id, *_others(session, absence, meeting), *_people_of(session, cohort)}
    found = sorted(set(session.scalars(query)) - inside, key=str)
    return [each for each in found if not absences.is_away(session, each, meeting.day, meeting.day)]


def _people_of(session: Session, cohort: Cohort | None) -> list[UUID]:
    return [seat.person_id for seat in records.seats(session, cohort.id)] if cohort is not None else []


def _write(
    session: Session, engine: Engine, absence: Absence, meeting: Appointment, reader: UUID, texts: Texts,
    *, key: str, able: str = "", alone: bool = False,
) -> int:  # fmt: skip
    def words(_person: Person, lang: str) -> dict[str, object]:
        return {
            "key": meeting.calendar, "day": wording.day(meeting.day, lang), "hour": f"{meeting.begins:%H:%M}",
            "place": meeting.place or "—", "able": able, "rest": _REST[lang][alone],
        }  # fmt: skip

    return absence_mails.write(session, engine, absence, reader, texts, words, key=key)
