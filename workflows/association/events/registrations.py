"""Registrations and seats: who comes to which date, who waits, and who is offered a seat that came free.

Seats are counted under the event's locked row, so that two people who reach for the last one at the same instant stand
in a queue: one of them gets it. A seat that came free belongs to those who wait, in their order (domain §P7.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, Uuid, case, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association import memberships
from workflows.association.calendars.appointments import CANCELLED as CALLED_OFF
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day
from workflows.association.events import figures, records
from workflows.association.events.records import OPEN, Event

ASKED, WAITING, OFFERED, PAYING, CONFIRMED = "ASKED", "WAITING", "OFFERED", "PAYING", "CONFIRMED"
ATTENDED, MISSED, WITHDRAWN, EXPIRED, CANCELLED, FULL, GIVEN = (
    "ATTENDED", "MISSED", "WITHDRAWN", "EXPIRED", "CANCELLED", "FULL", "GIVEN",
)  # fmt: skip
HOLDING: Final = (OFFERED, PAYING, CONFIRMED, ATTENDED, MISSED)  # a seat
COMING: Final = (CONFIRMED, ATTENDED, MISSED)
LIVE: Final = (ASKED, WAITING, OFFERED, PAYING, CONFIRMED)
EVERY: Final = (*LIVE, ATTENDED, MISSED, WITHDRAWN, EXPIRED, CANCELLED, FULL, GIVEN)
PLACE, QUEUE = "PLACE", "QUEUE"
SELF, EMPLOYER = "SELF", "EMPLOYER"


class RegistrationClosed(Conflict):
    """Nobody registers for this date any more: it is past, called off, or not open yet."""

    code: ClassVar[str] = "event_registration_closed"


class ForMembersOnly(RegistrationClosed):
    """This event is for members: sign in, and register with your account."""

    code: ClassVar[str] = "event_for_members"


class RegisteredAlready(Conflict):
    """You are registered for this date already: follow it on its page."""

    code: ClassVar[str] = "event_registered_already"


class NotForYou(Invalid):
    """This event is for members whose dues are paid."""

    code: ClassVar[str] = "event_not_for_you"


class TooManySeats(Invalid):
    """At most {most} seats are taken at once, and guests come only where they may."""

    code: ClassVar[str] = "event_too_many_seats"


class EventRegistration(Base):
    """Somebody's registration for one date. `price` is the whole of it, in euros; `payer`: SELF or EMPLOYER.

    `diet` and `access` are erased a week after the event, by the nightly step of its case."""

    __tablename__ = "event_registration"
    __privacy__ = Personal(
        "programme", "person_id", "empty", erase="guests diet access employer_reference opinion",
        plain="state entitlement payer order_key ticket", since="closed_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"))
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid)
    seats: Mapped[int] = mapped_column(default=1)
    guests: Mapped[str] = mapped_column(String(300), default="")
    entitlement: Mapped[str] = mapped_column(String(8))
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    payer: Mapped[str] = mapped_column(String(8), default=SELF)
    employer_reference: Mapped[str] = mapped_column(String(80), default="")
    diet: Mapped[str] = mapped_column(String(100), default="")
    access: Mapped[str] = mapped_column(String(100), default="")
    listed: Mapped[bool] = mapped_column(default=False)  # on the list that other attendees see
    photo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(9), default=ASKED)
    order_key: Mapped[str | None] = mapped_column(String(24))
    ticket: Mapped[str | None] = mapped_column(String(12), unique=True)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    offer_until: Mapped[datetime | None] = mapped_column(Moment)
    checked_in_at: Mapped[datetime | None] = mapped_column(Moment)
    marked_at: Mapped[datetime | None] = mapped_column(Moment)  # the latest mark of the door, “here” or not
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    score: Mapped[int | None]  # of the survey, 0–10
    opinion: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (
        Index("ix_event_registration_date", "appointment_id", "state"),
        Index("ix_event_registration_event", "event_id", "state"),
    )


def taken(session: Session, appointment_id: UUID) -> int:
    """How many seats of a date are held: taken, being paid for, or offered."""
    query = select(func.sum(EventRegistration.seats)).where(
        EventRegistration.appointment_id == appointment_id, EventRegistration.state.in_(HOLDING)
    )
    return int(session.scalar(query) or 0)


def free(session: Session, event: Event, appointment_id: UUID) -> int:
    """How many seats of a date may still be taken, up to what was approved; not below zero."""
    return max(event.approved_capacity - taken(session, appointment_id), 0)


def waiting(session: Session, appointment_id: UUID) -> Sequence[EventRegistration]:
    """Who waits for a date: paid-up members first, then students, then the others; inside by time."""
    rank = case({"MEMBER": 0, "STUDENT": 1}, value=EventRegistration.entitlement, else_=2)
    query = select(EventRegistration).where(
        EventRegistration.appointment_id == appointment_id, EventRegistration.state == WAITING
    )
    return session.scalars(query.order_by(rank, EventRegistration.asked_at, EventRegistration.id)).all()


def take(session: Session, registration: EventRegistration, today: date) -> str:
    """Gives a seat, a place in the queue, or neither: PLACE, QUEUE, FULL. Asked twice it answers the same."""
    event = records.locked(session, registration.event_id)
    if registration.state != ASKED:
        return QUEUE if registration.state == WAITING else FULL if registration.state == FULL else PLACE
    found = FULL
    if event.state in OPEN:
        found = outlook(session, event, registration.appointment_id, today, registration.seats)
    registration.state = {PLACE: PAYING, QUEUE: WAITING}.get(found, FULL)
    session.flush()
    return found


def outlook(session: Session, event: Event, appointment_id: UUID, today: date, seats: int = 1) -> str:
    """What whoever asks now for so many seats of a date of an open event gets: PLACE, QUEUE where they are held or
    others wait for them, FULL where too many wait."""
    queue = waiting(session, appointment_id)
    if not queue and seats <= free(session, event, appointment_id):
        return PLACE
    return QUEUE if len(queue) < figures.rule(session, "waiting", today) else FULL


def best_outlook(session: Session, event: Event, now: datetime) -> str | None:
    """What whoever asks now for one seat gets on the best of the dates; None where nobody may register."""
    today = local_day(now, PARIS)
    found = {outlook(session, event, each.id, today) for each in open_dates(session, event, now)}
    return next((each for each in (PLACE, QUEUE, FULL) if each in found), None)


def offer_next(session: Session, event_id: UUID, now: datetime) -> EventRegistration | None:
    """Offers a seat that is free to the first who waits and whom it is enough for; None where there is none.

    The event's row is locked: of two who do this at the same instant one waits, and then sees what the other did.
    """
    event = records.locked(session, event_id)
    if event.state not in OPEN:
        return None
    for appointment in records.dates(session, event):
        if appointment.state == CALLED_OFF or appointment.starts_at <= now:
            continue
        left = free(session, event, appointment.id)
        found = next((each for each in waiting(session, appointment.id) if each.seats <= left), None)
        if found is not None:
            found.state = OFFERED
            session.flush()
            return found
    return None


def entitlement(session: Session, event: Event, person_id: UUID) -> str:
    """By which price somebody comes. Raises NotForYou."""
    membership = memberships.of(session, person_id)
    guest = membership is not None and membership.category == "GUEST"  # of another service: no member of anything
    if membership is not None and not guest and membership.service_entitlement in memberships.PAID_UP:
        return "STUDENT" if membership.category == "STUDENT" else "MEMBER"
    if event.public != "OPEN":
        raise NotForYou(field="seats")
    return "PUBLIC"


def price_of(session: Session, event: Event, entitled: str, seats: int) -> Decimal:
    """What a registration costs: one seat by the own price, the others at the guests'."""
    prices = records.prices(session, event.id)
    own, guest = prices.get(entitled, Decimal(0)), prices.get("GUEST", Decimal(0))
    return own + guest * (seats - 1)


def open_dates(session: Session, event: Event, now: datetime) -> Sequence[Appointment]:
    """The dates for which one may register."""
    if event.state not in OPEN:
        return ()
    return [each for each in records.dates(session, event) if each.state != CALLED_OFF and each.starts_at > now]


def of_person(session: Session, event_id: UUID, person_id: UUID) -> Sequence[EventRegistration]:
    """The registrations of somebody for an event that are not over, the newest first."""
    query = select(EventRegistration).where(
        EventRegistration.event_id == event_id, EventRegistration.person_id == person_id,
        EventRegistration.state.in_((*LIVE, ATTENDED)),
    )  # fmt: skip
    return session.scalars(query.order_by(EventRegistration.asked_at.desc())).all()


def of_event(session: Session, event_id: UUID, states: Sequence[str] = COMING) -> Sequence[EventRegistration]:
    """The registrations of an event in these states, in the order in which they were made."""
    query = select(EventRegistration).where(EventRegistration.event_id == event_id, EventRegistration.state.in_(states))
    return session.scalars(query.order_by(EventRegistration.asked_at, EventRegistration.id)).all()


def counts(session: Session, event_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many people are registered for each of these events, or wait; one who is for two dates counts once."""
    query = (
        select(EventRegistration.event_id, func.count(EventRegistration.person_id.distinct()))
        .where(EventRegistration.event_id.in_(event_ids), EventRegistration.state.in_(LIVE))
        .group_by(EventRegistration.event_id)
    )
    return {event_id: int(number) for event_id, number in session.execute(query)}
