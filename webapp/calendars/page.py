"""What the page of one's meetings shows: the hour of the place, and the reader's own where it is another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import format_datetime
from sqlalchemy.orm import Session

from webapp.dates import first_of, full_day, zone_city
from workflows.association import people
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment

MOST = 60


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as a list shows it; `abroad` is the reader's own day and hour, empty where they are the same."""

    title: str
    day: str
    hours: str
    city: str
    place: str
    abroad: str
    off: bool


def mine(session: Session, person_id: UUID, since: date, home: ZoneInfo, lang: str) -> Sequence[Meeting]:
    """The meetings to come of somebody, the next one first."""
    zone = reader_zone(session, person_id, home)
    return [meeting(each, zone, lang) for each in appointments.of_person(session, person_id, since)[:MOST]]


def reader_zone(session: Session, person_id: UUID, home: ZoneInfo) -> ZoneInfo:
    """Where somebody lives: the zone chosen in the account, else the country's; one of several zones tells nothing."""
    zones = people.zones(people.get(session, person_id), home)
    return zones[0] if len(zones) == 1 else home


def meeting(appointment: Appointment, reader: ZoneInfo, lang: str) -> Meeting:
    """One meeting, as a reader in this zone sees it."""
    starts, ends = appointment.starts_at, appointment.ends_at
    return Meeting(
        title=appointment.title(lang),
        day=full_day(appointment.day),
        hours=f"{_hour(starts)}–{_hour(ends)}",
        city=zone_city(ZoneInfo(appointment.zone)),
        place=appointment.place,
        abroad=_abroad(starts, reader),
        off=appointment.state == CANCELLED,
    )


def _hour(moment: datetime) -> str:
    return f"{moment:%H:%M}"


def _abroad(starts: datetime, reader: ZoneInfo) -> str:
    there = starts.astimezone(reader)
    if there.utcoffset() == starts.utcoffset():
        return ""
    told = first_of(format_datetime(there.replace(tzinfo=None), "EEEE d MMMM y, HH:mm", rebase=False))
    return f"{told} ({zone_city(reader)})"
