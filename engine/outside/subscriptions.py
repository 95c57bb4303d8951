"""What other systems are told of: an administrator's subscriptions to events of tasks and cases, and what was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.bounds import ACTOR
from engine.errors import Invalid, NotFound
from engine.personal import Impersonal, Personal
from engine.schema import Base, Json, Moment

__all__ = ["EVENTS", "EventSubscription", "ToldEvent", "end", "living", "subscribe"]

EVENTS: Final[Mapping[str, str]] = {
    "task.opened": "task_opened", "task.claimed": "task_claimed", "task.released": "task_released",
    "task.assigned": "task_assigned", "task.completed": "task_completed", "task.canceled": "task_canceled",
    "case.started": "case_started", "case.completed": "case_completed", "case.canceled": "case_canceled",
    "case.suspended": "case_suspended", "case.resumed": "case_resumed", "incident.raised": "incident_raised",
    "incident.resolved": "incident_resolved",
}  # fmt: skip


class EventsRefused(Invalid):
    """Choose a receiver that is set up, and at least one of these events: {known}."""

    code: ClassVar[str] = "events_refused"


class EventSubscription(Base):
    """A receiver is told of these events, of one process or (empty) of all. `cursor`: how far history has been read."""

    __tablename__ = "event_subscription"
    __privacy__ = Personal("work", "made_by@actor", "keep", ids="made_by", plain="receiver events process_id")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    receiver: Mapped[str] = mapped_column(String(80))
    events: Mapped[list[str]] = mapped_column(Json)
    process_id: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(String(ACTOR))
    cursor: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class ToldEvent(Base):
    """An event of which a receiver was promised a webhook; kept as long as history near it is read again."""

    __tablename__ = "told_event"
    __privacy__ = Impersonal("marks of events, deleted within the hour")
    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("event_subscription.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


def subscribe(
    session: Session, receiver: str, events: Sequence[str], process_id: str, *, by: str, now: datetime
) -> EventSubscription:
    """A subscription, from now on; one that asks the very same already stays the only one: nobody is told twice.

    Raises EventsRefused."""
    if not events or set(events) - set(EVENTS):
        raise EventsRefused(known=", ".join(EVENTS), field="events")
    wanted = [each for each in EVENTS if each in events]
    for known in living(session):
        if (known.receiver, known.process_id, known.events) == (receiver, process_id, wanted):
            return known
    made = EventSubscription(
        id=uuid4(), receiver=receiver, events=wanted, process_id=process_id, made_at=now, made_by=by, cursor=now
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, subscription_id: UUID, now: datetime) -> None:
    """Nothing more is told. One that ended stays as it is. Raises NotFound."""
    found = session.get(EventSubscription, subscription_id)
    if found is None:
        raise NotFound(kind="subscription", id=subscription_id)
    found.ended_at = found.ended_at or now


def living(session: Session) -> Sequence[EventSubscription]:
    """Those that have not ended, the oldest first."""
    query = select(EventSubscription).where(EventSubscription.ended_at.is_(None))
    return session.scalars(query.order_by(EventSubscription.made_at, EventSubscription.id)).all()
