"""Service tasks of `event_registration`: a seat, a place in the queue, an order, a ticket; letting it go."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4

from engine.registry import ServiceWork, service_task
from workflows.association import checkout, orders
from workflows.association import figures as shared
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none, whole
from workflows.association.events import figures, records, refunds, registrations
from workflows.association.events.records import Event
from workflows.association.events.registrations import CONFIRMED, EMPLOYER, EventRegistration
from workflows.association.orders import OrderLine

REMIND, THANKS = "REMIND", "THANKS"
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no digit that looks like a letter
_MORNING: Final = 9


def registration_of(work: ServiceWork) -> EventRegistration:
    """The registration of a case."""
    return work.session.get_one(EventRegistration, uuid(work.variables, "registration_id"))


def date_of(work: ServiceWork) -> Appointment:
    """The date that the registration is for."""
    return work.session.get_one(Appointment, registration_of(work).appointment_id)


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


@service_task("registration.take", results=("seat", "close_at", "appointment_id", "amount_due", "payer", "step_no"))
def take(work: ServiceWork) -> Mapping[str, object]:
    """A seat, a place in the queue, or neither; and what it costs."""
    registration = registration_of(work)
    registration.instance_id = work.instance_id
    seat = registrations.take(work.session, registration, _today(work))
    starts = date_of(work).starts_at
    return {
        "seat": seat,
        "close_at": starts,
        "appointment_id": str(registration.appointment_id),
        "amount_due": Decimal(0) if registration.order_key else registration.price,  # taken over: it is paid
        "payer": registration.payer,
        "step_no": None,
    }


@service_task("registration.date_queue", results=("close_at",))
def date_queue(work: ServiceWork) -> Mapping[str, object]:
    """Until when one waits now that the date has moved."""
    return {"close_at": date_of(work).starts_at}


@service_task("registration.look_ahead", results=("days_left",))
def look_ahead(work: ServiceWork) -> Mapping[str, object]:
    """How many days are left before the date."""
    return {"days_left": (date_of(work).day - _today(work)).days}


@service_task("registration.offer", results=("offer_until",))
def offer(work: ServiceWork) -> Mapping[str, object]:
    """Until when the offered seat is kept: so many hours, and not beyond the beginning."""
    registration = registration_of(work)
    until = min(work.now + timedelta(hours=whole(work.variables, "offer_hours", 24)), date_of(work).starts_at)
    registration.offer_until = until
    return {"offer_until": until}


@service_task("registration.accept", results=())
def accept(work: ServiceWork) -> None:
    """The offered seat is taken."""
    registration = registration_of(work)
    if registration.state == registrations.OFFERED:
        registration.state = registrations.PAYING


@service_task("registration.order", results=("order_key", "pay_until", "gift_key"))
def order(work: ServiceWork) -> Mapping[str, object]:
    """The order of the seats, open for so many minutes; one for the employer waits for his transfer."""
    registration = registration_of(work)
    billed = registration.payer == EMPLOYER
    made = checkout.new_order(work, "TRANSFER" if billed else "CARD", _today(work), person_id=registration.person_id)
    until = work.now + timedelta(minutes=figures.rule(work.session, "payment_minutes", _today(work)))
    if not billed:
        made.expires_at = until
    made.lines.append(
        OrderLine(
            id=uuid4(), position=1, beneficiary=orders.ASSOCIATION, kind="FEE", tariff_code="EVENT",
            amount=registration.price,
        )
    )  # fmt: skip
    work.session.add(made)
    work.session.flush()
    registration.order_key = made.key
    return {"order_key": made.key, "pay_until": until, "gift_key": None}


@service_task("registration.confirm", results=("step_no",))
def confirm(work: ServiceWork) -> Mapping[str, object]:
    """The seat is taken for good: a ticket, and the date in the attendee's calendar."""
    registration = registration_of(work)
    registration.state, registration.offer_until = CONFIRMED, None
    registration.ticket = registration.ticket or "".join(secrets.choice(_ALPHABET) for _ in range(10))
    appointments.invite(work.session, date_of(work), [registration.person_id])
    return {"step_no": -1}


def steps(work: ServiceWork, starts: datetime, ends: datetime) -> list[tuple[str, datetime]]:
    """What an attendee hears: two reminders before, thanks after, at nine in the morning of the place."""

    def morning(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, _MORNING, tzinfo=starts.tzinfo)

    def rule(key: str) -> timedelta:
        return timedelta(days=figures.rule(work.session, key, _today(work)))

    before = [(REMIND, morning(starts.date() - rule(key))) for key in ("reminder_1", "reminder_2")]
    return [*before, (THANKS, max(morning(ends.date() + rule("thanks")), ends))]


@service_task("registration.next", results=("step_no", "step_at"))
def following(work: ServiceWork) -> Mapping[str, object]:
    """The next thing that the attendee hears, and when; a reminder whose day has gone is left out."""
    date_, number = date_of(work), whole(work.variables, "step_no", -1)
    planned = steps(work, date_.starts_at, date_.ends_at)
    if number >= 0 and planned[number][1] > work.now:
        return {"step_no": number, "step_at": planned[number][1]}  # the date moved meanwhile
    rest = [at for at in range(number + 1, len(planned)) if planned[at][0] == THANKS or planned[at][1] > work.now]
    return {"step_no": rest[0], "step_at": planned[rest[0]][1]}


@service_task("registration.reached", results=("step",))
def reached(work: ServiceWork) -> Mapping[str, object]:
    """What is due now: REMIND or THANKS; LATER where the date moved meanwhile, or its reminder comes too late after an
    outage."""
    date_, number = date_of(work), whole(work.variables, "step_no", 0)
    kind, at = steps(work, date_.starts_at, date_.ends_at)[number]
    last = min(date_.starts_at, at + shared.catch_up(work.session, _today(work)))
    too_late = kind == REMIND and last <= work.now
    return {"step": "LATER" if too_late or at > work.now else kind}


@service_task("registration.finish", results=("came", "opinion_until"))
def finish(work: ServiceWork) -> Mapping[str, object]:
    """The date is over: who was not checked in counts as missed where others were."""
    registration = registration_of(work)
    patience = timedelta(days=figures.rule(work.session, "opinion", _today(work)))
    if registration.state == registrations.GIVEN:  # a moment ago: the case hears of it next
        return {"came": False, "opinion_until": work.now + patience}
    registration.closed_at = work.now
    event = work.session.get_one(Event, registration.event_id)
    others = registrations.of_event(work.session, event.id)
    same = [each for each in others if each.appointment_id == registration.appointment_id]
    counted = any(each.checked_in_at is not None for each in same)
    came = registration.checked_in_at is not None or not counted
    registration.state = registrations.ATTENDED if came else registrations.MISSED
    return {"came": came, "opinion_until": work.now + patience}


@service_task("registration.facts", results=("who", "days_left", "moved"))
def facts(work: ServiceWork) -> Mapping[str, object]:
    """What `cancel_refund` asks: who calls it off, how long before, and whether the event had moved to another day."""
    registration = registration_of(work)
    event = work.session.get_one(Event, registration.event_id)
    since = registration.asked_at  # of a series other dates may have moved, and this one not
    moved = event.moved_at is not None and min(event.moved_at, date_of(work).changed_at) >= since
    return {
        "who": work.headers.get("who") or text(work.variables, "cause", "ORGANISER"),
        "days_left": (date_of(work).day - _today(work)).days,
        "moved": moved,
    }


@service_task("registration.let_go", results=("refund_amount", "had_ticket"))
def let_go(work: ServiceWork) -> Mapping[str, object]:
    """The registration is over before its date, as the header `state` says: money goes back as the table decided.

    A seat that somebody took over in the meantime went with its money: of that nothing goes back.
    """
    registration = registration_of(work)
    records.locked(work.session, registration.event_id)
    work.session.refresh(registration)  # as it is under the lock: it may have been handed over since it was read
    appointments.uninvite_from(work.session, registration.appointment_id, registration.person_id, work.now)
    if registration.state not in registrations.LIVE:
        return {"refund_amount": Decimal(0), "had_ticket": registration.ticket is not None}
    had = registration.state == CONFIRMED
    decided = work.variables.get("refund")
    percent = whole(decided, "percent", 0) if isinstance(decided, Mapping) else 100
    cause = text(work.variables, "who", "EXPIRED")
    back = refunds.give_back(work.session, registration, percent, cause[:13], work.now)
    registration.state, registration.closed_at = work.headers.get("state", registrations.EXPIRED), work.now
    registration.offer_until = None
    return {"refund_amount": back, "had_ticket": had}


@service_task("seat.offer_next", results=("offered_id",))
def offer_next(work: ServiceWork) -> Mapping[str, object]:
    """Offers one free seat to whoever waits for it the longest; null where nobody does, or none is free."""
    event_id = uuid_or_none(work.variables, "event_id")
    assert event_id is not None
    found = registrations.offer_next(work.session, event_id, work.now)
    return {"offered_id": str(found.id) if found is not None else None}


@service_task("registration.hand_over", results=())
def hand_over(work: ServiceWork) -> None:
    """Somebody took the seat over, with what was paid for it: the date leaves the calendar of whoever had it."""
    registration = registration_of(work)
    appointments.uninvite_from(work.session, registration.appointment_id, registration.person_id, work.now)
