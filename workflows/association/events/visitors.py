"""People who are not in the register and come to one event: what they wrote, until their e-mail address is confirmed.

A visitor needs no account. Nothing is kept of an address that nobody confirmed; once it is, the person stands in the
register like anybody who comes, and this row goes. The same way a seat passes to somebody else: whoever is named by
its holder confirms that the address is his, and takes it over with what was paid for it (domain §P4.4).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS
from engine.errors import Conflict, Invalid
from engine.models import Base, Moment, ProcessInstance
from engine.personal import Personal
from engine.terms import CaseTerm, about
from workflows.association import people
from workflows.association.calendars.appointments import Appointment
from workflows.association.case_variables import local_day
from workflows.association.contacts import email_row
from workflows.association.events import figures, records, registrations
from workflows.association.events.registrations import CONFIRMED, EventRegistration
from workflows.association.names import fold
from workflows.association.people import Person


class SeatNotYours(Conflict):
    """This seat cannot be handed over: it is not confirmed, or its date is too near."""

    code: ClassVar[str] = "event_seat_not_to_give"


class PeopleWait(Conflict):
    """People wait for this date: withdraw, and your seat goes to whoever waits the longest."""

    code: ClassVar[str] = "event_seat_awaited"


class NameNoName(Invalid):
    """“{value}” reads like the address of a page: put a space after each dot of a name."""

    code: ClassVar[str] = "event_visitor_name"


class EventVisitor(Base):
    """What somebody without an account wrote, or what a holder wrote of whoever takes over `seat_id`."""

    __tablename__ = "event_visitor"
    __privacy__ = Personal(
        "draft", "seat_id@event_registration", erase="first_names last_name email guests diet access", plain="lang",
        since="asked_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), index=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"))
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("event_registration.id"), index=True)
    first_names: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(2))
    seats: Mapped[int] = mapped_column(default=1)
    guests: Mapped[str] = mapped_column(String(300), default="")
    diet: Mapped[str] = mapped_column(String(100), default="")
    access: Mapped[str] = mapped_column(String(100), default="")
    listed: Mapped[bool] = mapped_column(default=False)
    photo: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime] = mapped_column(Moment)


_SAID: Final = ("appointment_id", "seats", "guests", "diet", "access", "listed", "photo")
_ADDRESS: Final = re.compile(r"/|\.\w{2}")  # readers of mail make a link of “example.com”


def name_of(value: str, field: str) -> str:
    """A name as it is kept. What a stranger types is mailed to any address: it must not lead anywhere.

    Raises NameNoName."""
    if _ADDRESS.search(value):
        raise NameNoName(value=value[:80], field=field)
    return value.strip()[:80]


def actor_of(visitor_id: UUID) -> str:
    """Who acts by the signed link that was mailed to the visitor."""
    return f"link:{visitor_id}"


def asked_before(session: Session, asked: EventVisitor) -> bool:
    """Whether somebody of that name and address asked for the very same before, and is to confirm it by a mail that
    left or leaves. Two requests at one instant are one; what says anything else is a request of its own, so that
    nobody confirms what a mail did not say."""
    records.locked(session, asked.event_id)
    query = select(EventVisitor).where(
        EventVisitor.event_id == asked.event_id, EventVisitor.email == asked.email, EventVisitor.seat_id.is_(None)
    )
    return any(_same(each, asked) and _waits(session, each) for each in session.scalars(query))


def _waits(session: Session, visitor: EventVisitor) -> bool:
    """Whether a case of this request runs, and does not stand still."""
    runs = ProcessInstance.ended_at.is_(None), ProcessInstance.incidents == 0
    query = select(CaseTerm.instance_id).join(ProcessInstance, ProcessInstance.id == CaseTerm.instance_id)
    return session.scalars(query.where(CaseTerm.term == about(visitor.id), *runs).limit(1)).first() is not None


def _same(one: EventVisitor, other: EventVisitor) -> bool:
    return _same_name(one, other) and all(getattr(one, name) == getattr(other, name) for name in _SAID)


def _same_name(one: EventVisitor, other: EventVisitor) -> bool:
    first, second = ((fold(each.first_names), fold(each.last_name)) for each in (one, other))
    return first == second


def person_of(session: Session, visitor: EventVisitor, now: datetime) -> Person:
    """Who has that name and the confirmed address in the register; else somebody new, of whom nothing is known but
    name, address and language: a couple may share an address."""
    for each in people.by_email(session, visitor.email):
        if each.deceased_on is None and _goes_by(each, visitor):
            return each
    person = Person(
        id=uuid4(), first_names=visitor.first_names, birth_name=visitor.last_name, lang=visitor.lang,
        emails=[], phones=[], addresses=[], diplomas=[], aliases=[],
    )  # fmt: skip
    person.emails.append(email_row(person.id, visitor.email, verified_at=now))
    person.refresh_search_name()
    session.add(person)
    session.flush()
    return person


def _goes_by(person: Person, visitor: EventVisitor) -> bool:
    """Whether this is the person's name, now or by birth; of the first names the first one is enough."""
    known, said = (fold(name).split()[:1] for name in (person.first_names, visitor.first_names))
    return known == said and fold(visitor.last_name) in {fold(person.last_name), fold(person.birth_name)}


def check_giving(session: Session, seat: EventRegistration, now: datetime) -> None:
    """Whether a seat may be handed over now. Raises SeatNotYours; PeopleWait while somebody waits for its date, unless
    it is so late that withdrawing gives nothing back."""
    date = session.get_one(Appointment, seat.appointment_id)
    today = local_day(now, PARIS)
    hours = (date.starts_at - now).total_seconds() / 3600
    if seat.state != CONFIRMED or hours < figures.rule(session, "hand_over_hours", today):
        raise SeatNotYours
    late = (date.day - today).days < figures.rule(session, "hand_over_anyway", today)
    if not late and registrations.waiting(session, seat.appointment_id):
        raise PeopleWait
