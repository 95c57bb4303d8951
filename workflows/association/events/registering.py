"""The form F20 (record `registration.*`): registering for a date; the survey after it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from workflows.association import people
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none, whole
from workflows.association.events import figures, registrations, words
from workflows.association.events.records import Event
from workflows.association.events.registrations import (
    EMPLOYER,
    LIVE,
    EventRegistration,
    NotForYou,
    RegisteredAlready,
    RegistrationClosed,
    TooManySeats,
)
from workflows.association.records import Record, Subject, Values

_ASKED: Final = frozenset(
    {"date", "seats", "guests", "diet", "access", "listed", "photo", "payer", "employer_reference"}
)
_SAID: Final = frozenset({"score", "opinion"})
_SHOWN: Final = frozenset({"event", "when", "where", "price", "until"})


def registration_of(subject: Subject) -> EventRegistration | None:
    """The registration of the case, None before it is made."""
    found = uuid_or_none(subject.variables, "registration_id")
    return subject.session.get(EventRegistration, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    registration, lang = registration_of(subject), subject.language
    if registration is None:
        return {}
    event = subject.session.get_one(Event, registration.event_id)
    date = subject.session.get_one(Appointment, registration.appointment_id)
    until = registration.offer_until
    return {
        "event": event.title(lang),
        "when": spoken.moment(date.starts_at, lang),
        "where": words.place(event, lang),
        "price": words.seat_price(registration.price, lang),
        "until": spoken.moment(until.astimezone(PARIS), lang) if until is not None else "—",
    }


def _write(subject: Subject, values: Values) -> Values:
    """Registers somebody, or keeps what he says later: of his needs where he took a seat over, of the event after it.

    Raises RegistrationClosed, RegisteredAlready, NotForYou, TooManySeats."""
    registration = registration_of(subject)
    if registration is not None:
        if values.get("score") not in (None, ""):
            registration.score = min(max(whole(values, "score", 0), 0), 10)
        if "opinion" in values:
            registration.opinion = text(values, "opinion").strip()[:600]
        for name, answer in said(values, registration.seats).items():
            if name in values and name != "guests":  # who comes along was settled with the seat
                setattr(registration, name, answer)
        return {}
    session = subject.session
    event = session.get_one(Event, uuid(subject.variables, "event_id"))
    person_id = uuid(subject.variables, "person_id")
    person = people.get(session, person_id)
    if person is None or person.deceased_on is not None:
        raise NotForYou(field="seats")
    registration = made(session, event, person_id, values, subject.now)
    session.add(registration)
    session.flush()
    return of_case(registration, event.key)


def of_case(registration: EventRegistration, event_key: str) -> dict[str, object]:
    """What the case of a registration begins with."""
    return {
        "registration_id": str(registration.id),
        "appointment_id": str(registration.appointment_id),
        "event_id": str(registration.event_id),
        "event_key": event_key,
        "person_id": str(registration.person_id),
        "attendee": f"person:{registration.person_id}",
    }


def made(session: Session, event: Event, person_id: UUID, values: Values, now: datetime) -> EventRegistration:
    """A registration of somebody for a date, as asked for; not yet a seat.

    Raises RegistrationClosed, RegisteredAlready, NotForYou, TooManySeats."""
    entitled = registrations.entitlement(session, event, person_id)
    date = open_date(session, event, values, now)
    mine = registrations.of_person(session, event.id, person_id)
    if any(each.appointment_id == date.id and each.state in LIVE for each in mine):
        raise RegisteredAlready(field="date")
    seats = seats_of(session, event, values, now)
    price = registrations.price_of(session, event, entitled, seats)
    billed = text(values, "payer") == EMPLOYER and price > 0
    return EventRegistration(
        id=uuid4(), event_id=event.id, appointment_id=date.id, person_id=person_id, entitlement=entitled, price=price,
        seats=seats, payer=EMPLOYER if billed else registrations.SELF,
        employer_reference=text(values, "employer_reference").strip()[:80] if billed else "",
        state=registrations.ASKED, asked_at=now, **said(values, seats),
    )  # fmt: skip


def said(values: Values, seats: int) -> dict[str, Any]:
    """What somebody says of himself and of his guests, cut to what is kept."""
    return {
        "guests": text(values, "guests").strip()[:300] if seats > 1 else "",
        "diet": text(values, "diet").strip()[:100],
        "access": text(values, "access").strip()[:100],
        "listed": values.get("listed") is True,
        "photo": values.get("photo") is True,
    }


def open_date(session: Session, event: Event, values: Values, now: datetime) -> Appointment:
    """The date that was chosen, the first where none was. Raises RegistrationClosed."""
    wanted = uuid_or_none(values, "date")
    dates = registrations.open_dates(session, event, now)
    date = next((each for each in dates if wanted in (None, each.id)), None)
    if date is None:
        raise RegistrationClosed(field="date")
    return date


def seats_of(session: Session, event: Event, values: Values, now: datetime) -> int:
    """How many seats are asked for. Raises TooManySeats."""
    most = figures.rule(session, "seats", local_day(now, PARIS)) if event.public != "MEMBERS" else 1
    seats = whole(values, "seats", 1)
    if not 1 <= seats <= most:
        raise TooManySeats(field="seats", most=most)
    return seats


REGISTRATION: Final = Record(_ASKED | _SAID | _SHOWN, _read, _ASKED | _SAID, _write)
