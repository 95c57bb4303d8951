"""The list of attendees: open to those who welcome people from two days before until the day after; checking in.

Whoever has a seat reads who else comes, of those who agreed to it, as long as that list may be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import people
from workflows.association.calendars.appointments import CANCELLED
from workflows.association.case_variables import local_day
from workflows.association.events import figures, records, registrations, tickets
from workflows.association.events.records import OPEN, Event
from workflows.association.events.registrations import ATTENDED, CONFIRMED, EventRegistration
from workflows.association.people import Person

_SURE: Final = (CONFIRMED, ATTENDED)


def days(session: Session, event: Event, today: date) -> tuple[date, date] | None:
    """From which day to which the list may be read, both included; None where no date stands."""
    held = [each for each in records.dates(session, event) if each.state != CANCELLED]
    if not held:
        return None
    before = timedelta(days=figures.rule(session, "list_opens", today))
    after = timedelta(days=figures.rule(session, "list_closes", today))
    return held[0].day - before, max(each.ends_at for each in held).date() + after


def is_open(session: Session, event: Event, now: datetime) -> bool:
    """Whether the list may be read now."""
    today = local_day(now, PARIS)
    found = days(session, event, today)
    stands = event.state in OPEN or event.state == records.ENDED
    return stands and found is not None and found[0] <= today <= found[1]


def closes(session: Session, event: Event, now: datetime) -> datetime:
    """Until when the list may be read, and kept on a device; now where no date stands."""
    found = days(session, event, local_day(now, PARIS))
    return datetime.combine(found[1] + timedelta(days=1), time(0), PARIS) if found is not None else now


def attendees(session: Session, event: Event) -> Sequence[tuple[EventRegistration, str]]:
    """Who comes, by name."""
    found = registrations.of_event(session, event.id)
    names = people.names_of(session, [each.person_id for each in found])
    listed = [(each, names.get(each.person_id, "—")) for each in found]
    return sorted(listed, key=lambda pair: pair[1].casefold())


def beside(session: Session, seat: EventRegistration, now: datetime) -> Sequence[str]:
    """Who else comes on the date of a seat and lets the others see it, by name; nobody before it is sure, and once the
    list is closed."""
    event = session.get_one(Event, seat.event_id)
    if seat.state not in _SURE or now >= closes(session, event, now):
        return ()
    query = select(Person).join(EventRegistration, EventRegistration.person_id == Person.id)
    others = query.where(
        EventRegistration.appointment_id == seat.appointment_id, EventRegistration.person_id != seat.person_id,
        EventRegistration.listed, EventRegistration.state.in_(_SURE), Person.deceased_on.is_(None),
        Person.erased_on.is_(None),
    )  # fmt: skip
    return sorted({each.display_name for each in session.scalars(others)}, key=str.casefold)


def of_ticket(session: Session, event_id: UUID, ticket: str) -> EventRegistration | None:
    """The registration of a ticket, typed or scanned; None where nobody comes with it."""
    wanted = tickets.code_of(ticket)
    found = registrations.of_event(session, event_id)
    return next((each for each in found if each.ticket == wanted), None)
