"""What the pages of events show: what is on, and one event with its dates and seats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.calendars.page import Meeting, meeting, reader_zone
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.events import notices, records, registrations, words
from workflows.association.events.records import OPEN, Event

MOST = 200


@dataclass(frozen=True, slots=True)
class Card:
    """An event in a list."""

    key: str
    title: str
    kind: str
    when: str
    place: str
    group: str
    price: str
    full: bool


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date of an event: when, and how many seats are left."""

    id: UUID
    meeting: Meeting
    left: int
    waiting: int  # where people wait, the seats that are left are theirs
    past: bool
    notice: str  # what the organiser tells of it


def coming(session: Session, now: datetime, lang: str) -> Sequence[Card]:
    """The events that are published and have a date to come, the nearest first."""
    next_date = (
        select(Appointment.calendar, func.min(Appointment.day).label("day"))
        .where(Appointment.state != CANCELLED, Appointment.day >= now.date())
        .group_by(Appointment.calendar)
        .subquery()
    )
    query = select(Event).join(next_date, next_date.c.calendar == Event.key).where(Event.state.in_(OPEN))
    found = session.scalars(query.order_by(next_date.c.day, Event.begins, Event.key).limit(MOST)).all()
    return [_card(session, event, now, lang) for event in found]


def _card(session: Session, event: Event, now: datetime, lang: str) -> Card:
    full = registrations.best_outlook(session, event, now) in {registrations.QUEUE, registrations.FULL}
    return Card(
        event.key, event.title(lang), words.said(words.KINDS, event.kind, lang), words.when(session, event, lang),
        words.place(event, lang), words.group(session, event, lang), words.price_words(session, event, lang), full,
    )  # fmt: skip


def dates(session: Session, event: Event, now: datetime, reader: UUID | None, home: ZoneInfo, lang: str) -> Sequence[
    DateRow
]:  # fmt: skip
    """The dates of an event as a reader sees them."""
    zone = reader_zone(session, reader, home) if reader is not None else home
    told = {each.appointment_id: each.said(lang) for each in notices.of_event(session, event.id)}
    return [
        DateRow(
            each.id,
            meeting(each, zone, lang), registrations.free(session, event, each.id),
            len(registrations.waiting(session, each.id)), each.starts_at <= now, told.get(each.id, ""),
        )
        for each in records.dates(session, event)
    ]  # fmt: skip
