"""Somebody pauses: no session of those weeks counts, and those who lead know of it. It ends on the day that was said,
or when the person is back earlier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from engine.registry import ServiceWork, service_task
from workflows.association import mails, people, roles, wording
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED
from workflows.association.case_variables import day, local_day, text, uuid
from workflows.association.cohorts.records import SITTING, CohortSeat
from workflows.association.cohorts.running import LEADS

_TEXTS: Final = {
    "fr": {
        "PAUSE": ("{key} : {name} fait une pause", "{name} fait une pause jusqu’au {day}, sans absences."),
        "BACK": ("{key} : {name} reprend", "{name} reprend plus tôt, et est de nouveau invité·e aux séances."),
    },
    "en": {
        "PAUSE": ("{key}: {name} pauses", "{name} pauses until {day}. Nothing counts as an absence."),
        "BACK": ("{key}: {name} is back", "{name} is back earlier than planned, and invited to the sessions again."),
    },
}  # fmt: skip


@service_task("participation.pause", results=("paused_until",))
def pause(work: ServiceWork) -> Mapping[str, object]:
    """From today to the day before `day`: the sessions of that time are left out, and those who lead are told."""
    seat, until = _seat(work), day(work.variables, "day")
    today = local_day(work.now, work.engine.settings.zone)
    if seat.state not in SITTING:
        return {"paused_until": None}
    _invite(work, seat, today, date.max)  # an earlier pause gives way to this one
    seat.paused_from, seat.paused_until = today, until
    for each in appointments.of_calendar(work.session, _key(work)):
        if seat.pauses_on(each.day) and each.starts_at > work.now:
            appointments.uninvite_from(work.session, each.id, seat.person_id, work.now)
    _tell(work, seat, "PAUSE", until)
    return {"paused_until": until}


@service_task("participation.resume", results=("paused_until",))
def resume(work: ServiceWork) -> Mapping[str, object]:
    """Back today: invited again to what is still to come."""
    seat, today = _seat(work), local_day(work.now, work.engine.settings.zone)
    if seat.state in SITTING and seat.paused_until is not None and seat.paused_until > today:
        _invite(work, seat, today, seat.paused_until)
        seat.paused_until = today
        _tell(work, seat, "BACK", today)
    return {"paused_until": None}


def _seat(work: ServiceWork) -> CohortSeat:
    return work.session.get_one(CohortSeat, uuid(work.variables, "seat_id"))


def _key(work: ServiceWork) -> str:
    return text(work.variables, "cohort_key")


def _invite(work: ServiceWork, seat: CohortSeat, first: date, before: date) -> None:
    for each in appointments.of_calendar(work.session, _key(work)):
        if first <= each.day < before and each.starts_at > work.now and each.state != CANCELLED:
            appointments.invite(work.session, each, [seat.person_id])


def _tell(work: ServiceWork, seat: CohortSeat, what: str, until: date) -> None:
    today, key = local_day(work.now, work.engine.settings.zone), _key(work)
    name = people.display_name(work.session, seat.person_id)
    for role, _ in LEADS:
        for reader in roles.holders(work.session, role, today, scope=key):
            lang = "en" if people.language(work.session, reader) == "en" else "fr"
            words = {"key": key, "name": name, "day": wording.day(until, lang)}
            subject, said = (each.format(**words) for each in _TEXTS[lang][what])
            mails.post(work.session, work.engine, to=reader, subject=subject, text=said, lang=lang)
