"""The door of an event: marks of several devices, some of them without a network, and people who come unannounced.

A mark says at what time somebody is there, or is not after all. For each seat the latest mark holds, so that devices
may send in any order, and twice, and all come to the same list (a last-writer-wins register).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.events import records, registrations
from workflows.association.events.registrations import ATTENDED, COMING, MISSED, EventRegistration


class EventWalkIn(Base):
    """Somebody who came without a registration, as the door noted it. `paid`: at the door, in euros. The name is erased
    a week after the event, with what registrations say of diets; the figures stay for the report."""

    __tablename__ = "event_walk_in"
    __privacy__ = Personal("programme", "", "empty", erase="name", since="arrived_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)  # made on the device: sent twice, kept once
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    seats: Mapped[int] = mapped_column(default=1)
    paid: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    arrived_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Mark:
    """Somebody is there, or is not after all, since then."""

    seat: UUID
    here: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came unannounced."""

    id: UUID
    name: str
    seats: int
    paid: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Register:
    """What is known of one seat: whether somebody is there, by the latest mark, and when that was made."""

    here: bool
    at: datetime

    def told(self, here: bool, at: datetime) -> Register:
        """With one more mark; of two made at the same instant, the one that says “here” holds."""
        return max(self, Register(here, at), key=lambda each: (each.at, each.here))


def note(session: Session, event_id: UUID, marks: Iterable[Mark], arrivals: Iterable[Arrival]) -> None:
    """Takes over what a device sent; seats of other events, and those that were let go, are passed over.

    Devices wait for each other here, else the one that commits last would win though its mark is older."""
    records.locked(session, event_id)
    seats = {each.id: each for each in registrations.of_event(session, event_id)}
    for mark in marks:
        if (seat := seats.get(mark.seat)) is not None:
            tell(seat, mark.here, mark.at)
    for each in arrivals:
        if session.get(EventWalkIn, each.id) is None:
            session.add(
                EventWalkIn(
                    id=each.id, event_id=event_id, name=each.name, seats=each.seats, paid=each.paid, arrived_at=each.at
                )
            )
    session.flush()


def tell(seat: EventRegistration, here: bool, at: datetime) -> bool:
    """One mark for one seat. A mark that arrives after the event counted as missed mends that. False without a seat."""
    if seat.state not in COMING:
        return False
    known = Register(seat.checked_in_at is not None, seat.marked_at) if seat.marked_at is not None else None
    held = known.told(here, at) if known is not None else Register(here, at)
    seat.checked_in_at, seat.marked_at = held.at if held.here else None, held.at
    if seat.state == MISSED and held.here:
        seat.state = ATTENDED
    return True


def walk_ins(session: Session, event_id: UUID) -> Sequence[EventWalkIn]:
    """Who came unannounced, in the order of arrival."""
    query = select(EventWalkIn).where(EventWalkIn.event_id == event_id)
    return session.scalars(query.order_by(EventWalkIn.arrived_at, EventWalkIn.id)).all()


def counted(session: Session, event_id: UUID) -> Mapping[str, int] | None:
    """How many people came and how many did not, guests included, by the door; None where nobody counted."""
    seats, others = registrations.of_event(session, event_id), walk_ins(session, event_id)
    if not others and all(each.marked_at is None for each in seats):
        return None
    came = sum(each.seats for each in seats if each.checked_in_at is not None) + sum(each.seats for each in others)
    return {"attended": came, "missed": sum(each.seats for each in seats if each.checked_in_at is None)}


def forget_names(session: Session, event_id: UUID) -> None:
    """The names of those who came unannounced go; how many they were stays."""
    for each in walk_ins(session, event_id):
        each.name = ""
