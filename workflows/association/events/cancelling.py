"""Calling an event off, or moving it: the form (record `calling_off.*`) and the service tasks that carry it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED as CALLED_OFF
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import day, local_day, text, uuid_or_none
from workflows.association.events import notices, records
from workflows.association.events.choices import EVERY
from workflows.association.events.proposing import EventPast, clock
from workflows.association.events.proposing import event_of as event_of_subject
from workflows.association.events.records import CANCELLED, STANDING, Event
from workflows.association.events.registrations import RegistrationClosed
from workflows.association.events.weighing import event_of
from workflows.association.records import Record, Subject, Values

_FIELDS: Final = frozenset({"date", "new_day", "new_hour", "notice"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what attendees are told, which date it is about, and when it is instead.

    Raises RegistrationClosed, EventPast."""
    event = event_of_subject(subject)
    if event is None or event.state not in STANDING:
        raise RegistrationClosed
    wanted = uuid_or_none(values, "date") if values.get("date") != EVERY else None
    if wanted is not None and wanted not in {each.id for each in coming(subject.session, event, subject.now)}:
        raise RegistrationClosed(field="date")
    of_date = wanted if len(records.dates(subject.session, event)) > 1 else None
    notices.tell(subject.session, event.id, of_date, text(values, "notice").strip()[:600], subject.now)
    about = {"date": str(wanted) if wanted is not None else None}
    if not values.get("new_day"):
        return about
    moved = day(values, "new_day")
    if moved <= local_day(subject.now, PARIS):
        raise EventPast(field="new_day")
    hour = clock(values["new_hour"]) if values.get("new_hour") else event.begins
    return {**about, "new_at": datetime.combine(moved, hour).isoformat()}


CALLING_OFF: Final = Record(_FIELDS, _read, _FIELDS, _write)


def coming(session: Session, event: Event, now: datetime) -> Sequence[Appointment]:
    """The dates of an event that stand and have not begun."""
    return [each for each in records.dates(session, event) if each.state != CALLED_OFF and each.starts_at > now]


def _chosen(work: ServiceWork, event: Event) -> Sequence[Appointment]:
    """The dates that a case is about: the one that it names, else all that are to come."""
    wanted = uuid_or_none(work.variables, "date")
    return [each for each in coming(work.session, event, work.now) if wanted in (None, each.id)]


@service_task("event.call_off", results=("cause", "dates", "whole"))
def call_off(work: ServiceWork) -> Mapping[str, object]:
    """Calls off one date, or all that are to come, under their own identifiers, once. `dates`: those whose attendees
    are to be told; `whole`: whether the event does not take place at all: a date that was held stays held."""
    event = records.locked(work.session, event_of(work).id)
    cause = text(work.variables, "cause", "ORGANISER") or "ORGANISER"
    chosen = _chosen(work, event)
    for each in chosen:
        appointments.cancel(each, work.now)
    whole = all(each.state == CALLED_OFF for each in records.dates(work.session, event))
    if whole and event.state != CANCELLED:
        event.state, event.cause, event.closed_at = CANCELLED, cause[:13], work.now
    return {"cause": cause, "dates": [str(each.id) for each in chosen], "whole": whole}


@service_task("event.postpone", results=("dates",))
def postpone(work: ServiceWork) -> Mapping[str, object]:
    """Moves one date, or all that are to come by as much as the first of them; calendars hear of it under the same
    identifiers. `dates`: those that moved."""
    event = records.locked(work.session, event_of(work).id)
    new, chosen = datetime.fromisoformat(text(work.variables, "new_at")), _chosen(work, event)
    by = new.date() - (chosen[0].day if chosen else event.day)
    moved = [
        each for each in chosen
        if appointments.move(each, datetime.combine(each.day + by, new.time(), ZoneInfo(each.zone)), work.now)
    ]  # fmt: skip
    event.moved_at = work.now
    stand = [each for each in records.dates(work.session, event) if each.state != CALLED_OFF]
    event.day, event.begins = (stand[0].day, stand[0].begins) if stand else (new.date(), new.time())
    return {"dates": [str(each.id) for each in moved]}
