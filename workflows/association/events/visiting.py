"""The form of visitors (record `visitor.*`) and the service tasks of `event_visitor`: confirmed, seated, forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import uuid4

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from engine.registry import ServiceWork, service_task
from workflows.association import mails
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none
from workflows.association.contact_texts import email_address
from workflows.association.events import figures, records, registering, registrations, visitors
from workflows.association.events.records import Event
from workflows.association.events.registrations import EventRegistration, NotForYou
from workflows.association.events.visitors import EventVisitor, SeatNotYours
from workflows.association.records import Record, Subject, Values

_ASKED: Final = frozenset(
    {"first_names", "last_name", "email", "lang", "date", "seats", "guests", "diet", "access", "listed", "photo"}
)
SEATED, TAKEN_OVER, REFUSED = "SEATED", "TAKEN_OVER", "REFUSED"


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    """Nothing is known of a visitor but in which language he reads: that is the first choice for his mails, and for
    those of whoever takes his seat."""
    return {"lang": subject.language}


def _write(subject: Subject, values: Values) -> Values:
    """Keeps what a visitor wrote, or what a holder wrote of whoever takes his seat over. `visitor_id` is null where the
    visitor had asked for the very same before and can confirm that.

    Raises NotForYou, RegistrationClosed, TooManySeats, EmailRefused, NameNoName, SeatNotYours, PeopleWait."""
    session, now = subject.session, subject.now
    event = session.get_one(Event, uuid(subject.variables, "event_id"))
    seat = _seat(subject)
    if seat is None and event.public != "OPEN":
        raise NotForYou(field="email")
    date = seat.appointment_id if seat else registering.open_date(session, event, values, now).id
    seats = seat.seats if seat else registering.seats_of(session, event, values, now)
    visitor = EventVisitor(
        id=uuid4(), event_id=event.id, appointment_id=date, seat_id=seat.id if seat else None, seats=seats,
        first_names=visitors.name_of(text(values, "first_names"), "first_names"),
        last_name=visitors.name_of(text(values, "last_name"), "last_name"),
        email=email_address(text(values, "email")), lang="en" if values.get("lang") == "en" else "fr", asked_at=now,
        **registering.said({} if seat else values, seats),
    )  # fmt: skip
    asked_already = seat is None and visitors.asked_before(session, visitor)
    if not asked_already:
        session.add(visitor)
        session.flush()
    return {
        "visitor_id": None if asked_already else str(visitor.id), "event_id": str(event.id), "event_key": event.key,
        "seat_id": str(seat.id) if seat else None,
    }  # fmt: skip


def _seat(subject: Subject) -> EventRegistration | None:
    found = uuid_or_none(subject.variables, "seat_id")
    if found is None:
        return None
    seat = subject.session.get_one(EventRegistration, found)
    if subject.by != f"person:{seat.person_id}":
        raise SeatNotYours
    visitors.check_giving(subject.session, seat, subject.now)
    return seat


@service_task("visitor.open", results=("confirm_until",))
def open_visit(work: ServiceWork) -> Mapping[str, object]:
    """Until when the address may be confirmed: so many hours, and not beyond the beginning; a seat that is handed over,
    not beyond the hour until which that may be. Null where an earlier request has its mail already."""
    if work.variables.get("visitor_id") is None:
        return {"confirm_until": None}
    visitor = work.session.get_one(EventVisitor, uuid(work.variables, "visitor_id"))
    today = local_day(work.now, PARIS)
    hours = figures.rule(work.session, "confirm_hours", today)
    last = work.session.get_one(Appointment, visitor.appointment_id).starts_at
    if visitor.seat_id is not None:
        last -= timedelta(hours=figures.rule(work.session, "hand_over_hours", today))
    return {"confirm_until": min(work.now + timedelta(hours=hours), last)}


_FOUND: Final = ("outcome", "registration_id", "appointment_id", "person_id", "attendee", "needs_until")


@service_task("visitor.enrol", results=_FOUND)
def enrol(work: ServiceWork) -> Mapping[str, object]:
    """The address is confirmed: whoever has it is registered, or takes the seat over. What was kept until then goes.

    Where that cannot be, `outcome` is REFUSED: closed meanwhile, registered already, a dearer price, a seat that went.
    """
    session = work.session
    visitor = session.get_one(EventVisitor, uuid(work.variables, "visitor_id"))
    event = records.locked(session, visitor.event_id)
    try:
        with session.begin_nested():
            person = visitors.person_of(session, visitor, work.now)
            asked = {
                "date": str(visitor.appointment_id), "seats": visitor.seats, "guests": visitor.guests,
                "diet": visitor.diet, "access": visitor.access, "listed": visitor.listed, "photo": visitor.photo,
            }  # fmt: skip
            made = registering.made(session, event, person.id, asked, work.now)
            session.add(made)
            session.flush()
            if visitor.seat_id is not None:
                _take_over(work, visitor, made)
    except (Conflict, Invalid):
        return dict.fromkeys(_FOUND) | {"outcome": REFUSED}
    session.delete(visitor)
    mails.file_with(session, work.instance_id, person.id)
    found = registering.of_case(made, event.key)
    found["needs_until"] = session.get_one(Appointment, made.appointment_id).starts_at
    return {name: found.get(name) for name in _FOUND} | {"outcome": TAKEN_OVER if visitor.seat_id else SEATED}


def _take_over(work: ServiceWork, visitor: EventVisitor, made: EventRegistration) -> None:
    """The seat, its price and its payment change hands at once: no seat is free between.

    Raises SeatNotYours, PeopleWait; NotForYou where the new price would be higher."""
    seat = work.session.get_one(EventRegistration, visitor.seat_id, populate_existing=True)
    visitors.check_giving(work.session, seat, work.now)
    if made.price > seat.price:
        raise NotForYou(field="email")
    seat.state, seat.closed_at = registrations.GIVEN, work.now
    made.state, made.price, made.order_key = registrations.PAYING, seat.price, seat.order_key
    made.payer, made.employer_reference = seat.payer, seat.employer_reference
    made.guests = seat.guests  # they still come; what the holder said of himself stays with him


@service_task("visitor.forget", results=("giver_id",))
def forget(work: ServiceWork) -> Mapping[str, object]:
    """Nobody confirmed the address, or nothing came of it: nothing of it is kept, and no mail says who it was.

    `giver_id` is who offered a seat and has it still, else null: a seat that went elsewhere meanwhile is told so."""
    visitor = work.session.get(EventVisitor, uuid(work.variables, "visitor_id"))
    if visitor is not None:
        work.session.delete(visitor)
    mails.forget_strangers(work.session, work.instance_id)
    seat_id = uuid_or_none(work.variables, "seat_id")
    seat = work.session.get(EventRegistration, seat_id) if seat_id is not None else None
    return {"giver_id": str(seat.person_id) if seat is not None and seat.state == registrations.CONFIRMED else None}


VISITOR: Final = Record(_ASKED, _read, _ASKED, _write)
