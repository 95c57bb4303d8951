"""What an event is: its dates, its place, whom it is for, what it risks, and where it stands.

Meetings are appointments of the calendar that is called as the event's key, one for each date of a series. What was
approved is kept apart from what is proposed: until a change is approved, nobody registers beyond the approved places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, Time, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import NotFound
from engine.models import Base, Json, Moment
from engine.personal import Impersonal, Personal
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment

PROPOSED, PUBLISHED, REVIEW = "PROPOSED", "PUBLISHED", "REVIEW"
REFUSED, DROPPED, CANCELLED, ENDED = "REFUSED", "DROPPED", "CANCELLED", "ENDED"
OPEN: Final = frozenset({PUBLISHED, REVIEW})  # people register
STANDING: Final = frozenset({PROPOSED, PUBLISHED, REVIEW})
MOST_OPEN: Final = 300  # that are shown at once
COST, INCOME = "COST", "INCOME"
PRICES: Final = ("MEMBER", "STUDENT", "GUEST", "PUBLIC")
SCOPE: Final = ("expected", "capacity", "alcohol", "place", "online", "country")  # what an approval is about


class EventUnknown(NotFound):
    """There is no such event, or it is not yours."""

    code: ClassVar[str] = "event_unknown"


class Event(Base):
    """An event. `approved_capacity`: up to how many places people may register; `approved`: what was approved last.

    `alcohol`: NONE, FREE, SOLD; `speaker`: NONE, OUTSIDE, POLITICAL; `public`: MEMBERS, GUESTS (and who they bring),
    OPEN (everybody of the register). `adventure`: public road, boat, sport, or travel of more than a night.
    """

    __tablename__ = "association_event"
    __privacy__ = Personal(
        "programme", "organiser_id", "keep", erase="conflict_note sponsor", since="closed_at",
        plain="key kind title_fr title_en about about_en place country zone public alcohol speaker insurance "
        "data_purpose state tier cause approved",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(24), unique=True)
    organiser_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("association_group.id"), index=True)
    co_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("association_group.id"))
    kind: Mapped[str] = mapped_column(String(10))
    title_fr: Mapped[str] = mapped_column(String(90))
    title_en: Mapped[str] = mapped_column(String(90), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    about_en: Mapped[str] = mapped_column(Text, default="")
    day: Mapped[date] = mapped_column(index=True)
    begins: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int]
    repeats: Mapped[int] = mapped_column(default=1)
    every_weeks: Mapped[int] = mapped_column(default=1)
    place: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(String(2), default="FR")
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Paris")
    public: Mapped[str] = mapped_column(String(7), default="MEMBERS")
    expected: Mapped[int]
    capacity: Mapped[int]
    approved_capacity: Mapped[int] = mapped_column(default=0)
    alcohol: Mapped[str] = mapped_column(String(4), default="NONE")
    adventure: Mapped[bool] = mapped_column(default=False)
    road: Mapped[bool] = mapped_column(default=False)
    minors: Mapped[bool] = mapped_column(default=False)
    music: Mapped[bool] = mapped_column(default=False)
    artists: Mapped[bool] = mapped_column(default=False)
    recording: Mapped[bool] = mapped_column(default=False)
    media: Mapped[bool] = mapped_column(default=False)
    speaker: Mapped[str] = mapped_column(String(9), default="NONE")
    sponsor: Mapped[str] = mapped_column(String(120), default="")
    insurance: Mapped[str] = mapped_column(String(80), default="")
    data_purpose: Mapped[str] = mapped_column(String(200), default="")
    conflict: Mapped[bool] = mapped_column(default=False)
    conflict_note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(9), default=PROPOSED)
    tier: Mapped[str] = mapped_column(String(8), default="")
    points: Mapped[int] = mapped_column(default=0)
    late: Mapped[bool] = mapped_column(default=False)
    rounds: Mapped[int] = mapped_column(default=0)  # of approval
    approved: Mapped[dict[str, object] | None] = mapped_column(Json)
    cause: Mapped[str] = mapped_column(String(13), default="")
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)  # for the first time
    moved_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)  # the lists, after the event

    def title(self, lang: str) -> str:
        """The title in one language."""
        return (self.title_en or self.title_fr) if lang == "en" else self.title_fr

    def presentation(self, lang: str) -> str:
        """What its page says of it in one language."""
        return (self.about_en or self.about) if lang == "en" else self.about


class EventPrice(Base):
    """What a seat costs whoever is entitled to this price, in euros."""

    __tablename__ = "event_price"
    __privacy__ = Impersonal("prices of seats")
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), primary_key=True)
    entitlement: Mapped[str] = mapped_column(String(8), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))


class EventLine(Base):
    """A line of an event's budget; `side` is COST or INCOME. Tickets are no line: they follow from prices."""

    __tablename__ = "event_line"
    __privacy__ = Impersonal("amounts of a budget")
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(6))
    label: Mapped[str] = mapped_column(String(12))
    quantity: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    unit: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    vat: Mapped[Decimal] = mapped_column(Numeric(4, 1), default=Decimal(0))  # in percent, included

    @property
    def amount(self) -> Decimal:
        """Quantity by price, in euros."""
        return (self.quantity * self.unit).quantize(Decimal("0.01"))


class EventApproval(Base):
    """What somebody decided about an event in a round: APPROVE, CONDITIONS, RETURN, REFUSE. Append-only."""

    __tablename__ = "event_approval"
    __privacy__ = (
        Personal("programme", "event_id", "keep", ids="decided_by", plain="role decision note"),
        Personal("work", "decided_by@actor", "keep", ids="decided_by"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"))
    round: Mapped[int]
    role: Mapped[str] = mapped_column(String(64))
    decision: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("ix_event_approval_event", "event_id", "round"),)


def by_key(session: Session, key: str) -> Event | None:
    """The event of this key."""
    return session.scalars(select(Event).where(Event.key == key)).one_or_none()


def open_events(session: Session) -> Sequence[Event]:
    """The events that people register for, the next first."""
    query = select(Event).where(Event.state.in_(OPEN)).order_by(Event.day, Event.key)
    return session.scalars(query.limit(MOST_OPEN)).all()


def locked(session: Session, event_id: UUID) -> Event:
    """The event, with its row held until the transaction ends: one writer at a time for its seats."""
    query = select(Event).where(Event.id == event_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def lines(session: Session, event_id: UUID, side: str | None = None) -> Sequence[EventLine]:
    """The budget lines of an event, of one side where it is named."""
    query = select(EventLine).where(EventLine.event_id == event_id)
    if side is not None:
        query = query.where(EventLine.side == side)
    return session.scalars(query.order_by(EventLine.position)).all()


def total(session: Session, event_id: UUID, side: str) -> Decimal:
    """The sum of one side of the budget, in euros."""
    return sum((line.amount for line in lines(session, event_id, side)), Decimal("0.00"))


def exposure(session: Session, event_id: UUID) -> Decimal:
    """What the association stands to lose: the costs that no firm income (a sponsor, a grant) covers."""
    return max(total(session, event_id, COST) - total(session, event_id, INCOME), Decimal("0.00"))


def prices(session: Session, event_id: UUID) -> Mapping[str, Decimal]:
    """The prices by entitlement."""
    found = session.scalars(select(EventPrice).where(EventPrice.event_id == event_id))
    return {each.entitlement: each.amount for each in found}


def dates(session: Session, event: Event) -> Sequence[Appointment]:
    """The dates of an event in time, those that were called off included."""
    return appointments.of_calendar(session, event.key)


def standing(session: Session, event: Event) -> Sequence[Appointment]:
    """The dates of an event that were not called off, in time."""
    return [each for each in dates(session, event) if each.state != appointments.CANCELLED]


def approvals(session: Session, event: Event, round_: int | None = None) -> Sequence[EventApproval]:
    """What was decided, the oldest first; of one round where it is named."""
    query = select(EventApproval).where(EventApproval.event_id == event.id)
    if round_ is not None:
        query = query.where(EventApproval.round == round_)
    return session.scalars(query.order_by(EventApproval.decided_at, EventApproval.role)).all()
