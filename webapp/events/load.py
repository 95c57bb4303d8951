"""The office's calendar: week by week every date that stands, its load, what it risks, and what is side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.association import people
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.events import figures, publishing, records, words
from workflows.association.events.records import STANDING, Event
from workflows.association.events.registrations import HOLDING, EventRegistration

MOST: Final = 300
LEAST_WEEKS: Final = 4  # that are shown, so that a date can be dragged into an empty one


@dataclass(frozen=True, slots=True)
class Row:
    """A date of an event. `date_id`: of the meeting; empty while the event is not approved and has none.

    `near`: others of the same town and days."""

    date_id: str
    key: str
    title: str
    day: date
    hour: str
    place: str
    town: str
    organiser: str
    state: str
    state_words: str
    tier: str
    taken: int
    capacity: int
    exposure: Decimal
    page_due: date | None  # by which its page should have stood; None while that is not late
    near: Sequence[str] = ()


@dataclass(slots=True)
class Week:
    """A week of the calendar, with its load."""

    monday: date
    rows: list[Row] = field(default_factory=list)

    @property
    def days(self) -> Sequence[tuple[date, Sequence[Row]]]:
        """Its seven days, each with what is on."""
        days = [self.monday + timedelta(days=number) for number in range(7)]
        return [(day, [row for row in self.rows if row.day == day]) for day in days]

    @property
    def seats(self) -> int:
        """How many places there are in it."""
        return sum(row.capacity for row in self.rows)

    @property
    def exposure(self) -> Decimal:
        """What it risks, in euros."""
        return sum((row.exposure for row in self.rows), Decimal(0))


def calendar(session: Session, today: date, lang: str) -> Sequence[Week]:
    """The weeks from this one on, with every date that stands; empty ones between them too."""
    monday = today - timedelta(days=today.weekday())
    rows = _rows(session, monday, today, lang)
    apart = timedelta(days=figures.rule(session, "overlap", today))
    last = max([monday + timedelta(weeks=LEAST_WEEKS - 1), *(row.day for row in rows)])
    weeks = {monday + timedelta(weeks=number): Week(monday + timedelta(weeks=number))
             for number in range((last - monday).days // 7 + 1)}  # fmt: skip
    for row in rows:
        near = [
            other.title for other in rows
            if other.key != row.key and abs(other.day - row.day) < apart and other.town == row.town != ""
        ]  # fmt: skip
        weeks[row.day - timedelta(days=row.day.weekday())].rows.append(replace(row, near=near))
    return list(weeks.values())


def _rows(session: Session, monday: date, today: date, lang: str) -> Sequence[Row]:
    query = (
        select(Event, Appointment)
        .outerjoin(Appointment, (Appointment.calendar == Event.key) & (Appointment.state != CANCELLED))
        .where(Event.state.in_(STANDING), func.coalesce(Appointment.day, Event.day) >= monday)
        .order_by(func.coalesce(Appointment.day, Event.day), func.coalesce(Appointment.begins, Event.begins), Event.key)
        .limit(MOST)
    )
    found = [(event, at) for event, at in session.execute(query)]
    names = people.names_of(session, [event.organiser_id for event, _ in found])
    taken = _taken(session, [at.id for _, at in found if at is not None])
    counted: set[UUID] = set()  # what an event risks stands once, at its next date
    rows = []
    for event, at in found:
        risk = Decimal(0) if event.id in counted else records.exposure(session, event.id)
        counted.add(event.id)
        begins: time = at.begins if at is not None else event.begins
        rows.append(
            Row(
                str(at.id) if at is not None else "", event.key, event.title(lang),
                at.day if at is not None else event.day, f"{begins:%H:%M}", words.place(event, lang), _town(event),
                names.get(event.organiser_id, "—"), event.state, words.said(words.STATES, event.state, lang),
                words.said(words.TIERS, event.tier, lang), taken.get(at.id, 0) if at is not None else 0,
                event.capacity, risk,
                publishing.due_on(session, event) if publishing.is_late(session, event, today) else None,
            )
        )  # fmt: skip
    return rows


def _taken(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    query = (
        select(EventRegistration.appointment_id, func.sum(EventRegistration.seats))
        .where(EventRegistration.appointment_id.in_(ids), EventRegistration.state.in_(HOLDING))
        .group_by(EventRegistration.appointment_id)
    )
    return {appointment_id: int(number) for appointment_id, number in session.execute(query)}


def _town(event: Event) -> str:
    """The last part of an address, which is its town; nothing for what is online."""
    return "" if event.online else event.place.rpartition(",")[2].strip().casefold()
