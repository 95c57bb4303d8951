"""What an organiser typed into the page that changes an event and has not sent: kept for him, or for his successor.

Whoever loses the mandate while the page is open loses the event with it; what he had typed until then waits for
whoever leads the group next (domain X12). A month after the last key it is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import Actor
from engine.models import Base, Json, Moment
from engine.personal import Personal
from workflows.association import people
from workflows.association.events import hosts
from workflows.association.events.records import Event

RETENTION: Final = timedelta(days=30)


class EventDraft(Base):
    """The unsent change of one event by one person: field name to text."""

    __tablename__ = "event_draft"
    __privacy__ = Personal("draft", "event_id actor@actor", erase="typed", ids="actor", since="saved_at")
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), primary_key=True)
    typed: Mapped[dict[str, str]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment, index=True)


def save(session: Session, event_id: UUID, actor: str, typed: Mapping[str, str], now: datetime) -> None:
    """Keeps what was typed, over what the same person had typed before. Forgets what is past its time."""
    session.execute(delete(EventDraft).where(EventDraft.saved_at < now - RETENTION))
    session.merge(EventDraft(event_id=event_id, actor=actor, typed=dict(typed), saved_at=now))


def draft_of(session: Session, event: Event, by: Actor) -> EventDraft | None:
    """The draft with which somebody goes on: his own, else the newest of whoever may act for the event no more."""
    query = select(EventDraft).where(EventDraft.event_id == event.id).order_by(EventDraft.saved_at.desc())
    found = session.scalars(query).all()
    own = next((each for each in found if each.actor == by.id), None)
    return own or next((each for each in found if hosts.has_lost(session, event, Actor(each.actor, ""))), None)


def author_of(session: Session, draft: EventDraft, by: Actor) -> str:
    """Who had typed it; empty where that is the reader himself."""
    return "" if draft.actor == by.id else people.display_name(session, UUID(draft.actor.partition(":")[2]))


def drop(session: Session, event_id: UUID) -> None:
    """Forgets everybody's drafts of an event: it was changed."""
    session.execute(delete(EventDraft).where(EventDraft.event_id == event_id))
