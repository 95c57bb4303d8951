"""What the pages of events show: what is on, one event with its dates and seats, and the office's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.calendars.page import Meeting, meeting, reader_zone
from workflows.association import people
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.events import figures, records, registrations, words
from workflows.association.events.records import OPEN, STANDING, Event
from workflows.association.events.registrations import HOLDING, EventRegistration

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

    meeting: Meeting
    left: int
    waiting: int
    past: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An event in the office's calendar. `near`: others of the same town and days."""

    key: str
    title: str
    when: str
    place: str
    organiser: str
    state: str
    state_words: str
    tier: str
    taken: int
    capacity: int
    exposure: Decimal
    near: Sequence[str] = ()


@dataclass(slots=True)
class Week:
    """A week of the calendar, with its load."""

    monday: date
    rows: list[Row] = field(default_factory=list)
    seats: int = 0
    exposure: Decimal = Decimal(0)


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
    dates = registrations.open_dates(session, event, now)
    left = sum(registrations.free(session, event, each.id) for each in dates)
    return Card(
        event.key, event.title(lang), words.said(words.KINDS, event.kind, lang), words.when(session, event, lang),
        words.place(event, lang), words.group(session, event, lang), words.price_words(session, event, lang), left == 0,
    )  # fmt: skip


def dates(session: Session, event: Event, now: datetime, reader: UUID | None, home: ZoneInfo, lang: str) -> Sequence[
    DateRow
]:  # fmt: skip
    """The dates of an event as a reader sees them."""
    zone = reader_zone(session, reader, home) if reader is not None else home
    return [
        DateRow(
            meeting(each, zone, lang), registrations.free(session, event, each.id),
            len(registrations.waiting(session, each.id)), each.starts_at <= now,
        )
        for each in records.dates(session, event)
    ]  # fmt: skip


def calendar(session: Session, today: date, lang: str) -> Sequence[Week]:
    """The weeks from this one on, with every event that stands: how much is on, what it risks, what is side by side."""
    query = select(Event).where(Event.state.in_(STANDING), Event.day >= today - timedelta(days=today.weekday()))
    events = session.scalars(query.order_by(Event.day, Event.begins, Event.key).limit(MOST)).all()
    names = people.names_of(session, [each.organiser_id for each in events])
    taken = _taken(session, [each.id for each in events])
    apart = timedelta(days=figures.rule(session, "overlap", today))
    weeks: dict[date, Week] = {}
    for event in events:
        near = [
            other.title(lang) for other in events
            if other.id != event.id and abs(other.day - event.day) < apart and _town(other) == _town(event) != ""
        ]  # fmt: skip
        row = Row(
            event.key, event.title(lang), words.when(session, event, lang), words.place(event, lang),
            names.get(event.organiser_id, "—"), event.state, words.said(words.STATES, event.state, lang),
            words.said(words.TIERS, event.tier, lang), taken.get(event.id, 0), event.capacity,
            records.exposure(session, event.id), near,
        )  # fmt: skip
        monday = event.day - timedelta(days=event.day.weekday())
        week = weeks.setdefault(monday, Week(monday))
        week.rows.append(row)
        week.seats, week.exposure = week.seats + row.capacity, week.exposure + row.exposure
    return list(weeks.values())


def _taken(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    query = (
        select(EventRegistration.event_id, func.sum(EventRegistration.seats))
        .where(EventRegistration.event_id.in_(ids), EventRegistration.state.in_(HOLDING))
        .group_by(EventRegistration.event_id)
    )
    return {event_id: int(number) for event_id, number in session.execute(query)}


def _town(event: Event) -> str:
    """The last part of an address, which is its town; nothing for what is online."""
    return "" if event.online else event.place.rpartition(",")[2].strip().casefold()
