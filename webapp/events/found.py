"""The event of a page: one that the viewer may read, or one that he runs."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import Session

from webapp.auth import current, visitor
from webapp.authorize import MandateEnded
from workflows.association.events import hosts, records
from workflows.association.events.records import Event, EventUnknown


class EventHandedOn(MandateEnded):
    """Your mandate has ended, and this event goes on with whoever follows you."""

    code: ClassVar[str] = "event_handed_on"


class EventChangeHandedOn(EventHandedOn):
    """Your mandate has ended, and this event goes on with whoever follows you. What you typed is kept there."""

    code: ClassVar[str] = "event_change_handed_on"


def runs(session: Session, event: Event) -> bool:
    """Whether the viewer acts for this event."""
    person = visitor()
    return person is not None and hosts.may_run(session, event, person.actor)


def shown_event(session: Session, key: str) -> Event:
    """An event that the viewer may read: one that was published, or his own. Raises EventUnknown."""
    event = records.by_key(session, key)
    if event is None or (event.approved is None and not runs(session, event)):
        raise EventUnknown(kind="event", id=key[:40])
    return event


def own_event(session: Session, key: str) -> Event:
    """An event for which the viewer acts. Raises EventUnknown; EventHandedOn where he did until his mandate ended."""
    event = records.by_key(session, key)
    if event is not None and runs(session, event):
        return event
    if event is not None and hosts.has_lost(session, event, current().actor):
        raise EventHandedOn
    raise EventUnknown(kind="event", id=key[:40])
