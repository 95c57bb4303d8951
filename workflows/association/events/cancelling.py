"""Calling an event off, or moving it: the form (record `calling_off.*`) and the service tasks that carry it out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from engine.calendar import PARIS
from engine.registry import ServiceWork, service_task
from workflows.association.calendars import appointments
from workflows.association.case_variables import day, local_day, text
from workflows.association.events import records
from workflows.association.events.living import plan_dates
from workflows.association.events.proposing import EventPast, clock
from workflows.association.events.proposing import event_of as event_of_subject
from workflows.association.events.records import CANCELLED, STANDING
from workflows.association.events.registrations import RegistrationClosed
from workflows.association.events.weighing import event_of
from workflows.association.records import Record, Subject, Values

_FIELDS: Final = frozenset({"new_day", "new_hour", "notice"})


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    return {}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what attendees are told, and the new date. Raises RegistrationClosed, EventPast."""
    event = event_of_subject(subject)
    if event is None or event.state not in STANDING:
        raise RegistrationClosed
    event.notice = text(values, "notice").strip()[:600]
    if values.get("new_day"):
        moved = day(values, "new_day")
        if moved <= local_day(subject.now, PARIS):
            raise EventPast(field="new_day")
        hour = clock(values["new_hour"]) if values.get("new_hour") else event.begins
        return {"new_at": datetime.combine(moved, hour).isoformat()}
    return {}


CALLING_OFF: Final = Record(_FIELDS, _read, _FIELDS, _write)


@service_task("event.call_off", results=("cause",))
def call_off(work: ServiceWork) -> dict[str, object]:
    """The event does not take place; its dates are called off under their own identifiers, once."""
    event = records.locked(work.session, event_of(work).id)
    cause = text(work.variables, "cause", "ORGANISER") or "ORGANISER"
    if event.state != CANCELLED:
        event.state, event.cause, event.closed_at = CANCELLED, cause[:13], work.now
        for each in records.dates(work.session, event):
            appointments.cancel(each, work.now)
    return {"cause": cause}


@service_task("event.postpone", results=())
def postpone(work: ServiceWork) -> None:
    """Every date moves by as much as the first one; calendars hear of it under the same identifiers."""
    event = records.locked(work.session, event_of(work).id)
    new = datetime.fromisoformat(text(work.variables, "new_at"))
    event.day, event.begins, event.moved_at = new.date(), new.time(), work.now
    if records.dates(work.session, event):
        plan_dates(work.session, event, work.now)
