"""Meetings as iCalendar: a feed to subscribe to (RFC 5545), an invitation or a cancellation in a mail (RFC 5546, 6047).

The UID is the meeting's own id and never changes; SEQUENCE counts its changes. Times are local to the place, with the
rules of its zone in the file, so that a program abroad shows its reader's own hour and the clock change moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, Literal

from icalendar import Calendar, Event, Timezone, Todo, vCalAddress, vText

from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.mail_templates import one_line

Method = Literal["REQUEST", "CANCEL"]
TaskState = Literal["NEEDS-ACTION", "COMPLETED", "CANCELLED"]
PRODUCT: Final = "-//Amicale//Calendar//EN"
REFRESH: Final = timedelta(hours=6)  # how often programs are asked to look again


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody with an address: who invites, or who is invited."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class DatedTask:
    """Something to do by a day, with the address of its page. `state`: a STATUS of RFC 5545, section 3.8.1.11.

    `sequence` counts what changed of it, its day among that (section 3.8.7.4), `changed_at` says when it last did.
    """

    id: str
    title: str
    due: date
    link: str
    state: TaskState
    sequence: int
    changed_at: datetime
    closed_at: datetime | None = None


def invitation(appointment: Appointment, *, organizer: Party, guest: Party, lang: str, method: Method) -> str:
    """The calendar part of a mail: asks one guest to come, or tells him not to. A change asks again."""
    return invitations([appointment], organizer=organizer, guest=guest, lang=lang, method=method)


def invitations(
    appointments: Iterable[Appointment], *, organizer: Party, guest: Party, lang: str, method: Method
) -> str:
    """The same for several meetings at once: one mail in place of one for each."""
    calendar = _calendar()
    calendar.add("method", method)
    for each in appointments:
        event = _event(each, organizer.address, lang)
        if method == "CANCEL":
            event["status"] = vText(CANCELLED)
        event.add("organizer", _party(organizer), encode=0)
        attendee = _party(guest)
        if method == "REQUEST":
            attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
        event.add("attendee", attendee, encode=0)
        calendar.add_component(event)
    return _text(calendar)


def feed(
    name: str, appointments: Iterable[Appointment], *, domain: str, lang: str, tasks: Iterable[DatedTask] = (),
) -> str:  # fmt: skip
    """A calendar to subscribe to. What was called off stays in it as such, or programs would keep their copy."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in appointments:
        calendar.add_component(_event(each, domain, lang))
    for task in tasks:
        calendar.add_component(_todo(task, domain))
    return _text(calendar)


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _event(appointment: Appointment, address: str, lang: str) -> Event:
    event = Event()
    event.add("uid", uid(appointment, address))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at.astimezone(UTC))
    event.add("last-modified", appointment.changed_at.astimezone(UTC))
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", one_line(appointment.title(lang)), parameters={"LANGUAGE": lang})
    if appointment.place:
        event.add("location", one_line(appointment.place))
    event.add("status", appointment.state)
    return event


def _todo(task: DatedTask, domain: str) -> Todo:
    todo = Todo()
    todo.add("uid", f"{task.id}@{domain.rpartition('@')[2]}")
    todo.add("sequence", task.sequence)
    todo.add("dtstamp", task.changed_at.astimezone(UTC))  # of a calendar that is published: when it last changed
    todo.add("last-modified", task.changed_at.astimezone(UTC))
    todo.add("summary", one_line(task.title))
    todo.add("due", task.due)
    todo.add("url", task.link)
    todo.add("status", task.state)
    if task.state == "COMPLETED" and task.closed_at is not None:
        todo.add("completed", task.closed_at.astimezone(UTC))
    return todo


def uid(appointment: Appointment, address: str) -> str:
    """The identifier under which every program knows the meeting: the same in mails and feeds, RFC 7986 §5.3."""
    return f"{appointment.id}@{address.rpartition('@')[2]}"


def _party(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    if party.name:
        address.params["CN"] = vText(one_line(party.name).replace('"', "'"))
    return address


def _text(calendar: Calendar) -> str:
    for name in sorted(calendar.get_missing_tzids()):
        if (rules := _rules(name)) is not None:
            calendar.add_component(rules)
    return str(calendar.to_ical(), "utf-8")


@cache
def _rules(zone: str) -> Timezone | None:
    """The rules of a zone, None where it has no name that is known. They take longer to find than all the rest."""
    try:
        return Timezone.from_tzid(zone)
    except ValueError:
        return None
