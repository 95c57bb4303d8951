"""What a page knows that offers the form of a process about something: in a play, about the newest event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.events import cancelling, changing, registrations
from workflows.association.events.records import Event

__all__ = ["occasion"]

SEAT: Final = "event_registration"
CALLING_OFF: Final = "event_cancellation"
EXPENSE: Final = "event_expense"
VISIT: Final = "event_visitor"
INCIDENT: Final = "event_incident"
ABOUT: Final = frozenset({SEAT, CALLING_OFF, EXPENSE, INCIDENT, VISIT})
Known = Mapping[str, object]


def occasion(session: Session, process_id: str, person_id: UUID | None, now: datetime) -> Known | None:
    """What the page of the newest event knows when this person, or a visitor, asks for the form; None where the process
    is about no event, where there is none, or where its page offers this to no visitor."""
    if process_id not in ABOUT:
        return None
    event = session.scalars(select(Event).order_by(Event.key.desc()).limit(1)).first()
    if event is None:
        return None
    if process_id == VISIT:
        return _visit(session, event, person_id, now)
    if person_id is None:
        return None
    if process_id == SEAT:
        return changing.seat(session, event, person_id, now)
    if process_id in (EXPENSE, INCIDENT):
        return {**changing.known(event), "person_id": str(person_id)}
    return {**changing.known(event), "series": len(cancelling.coming(session, event, now)) > 1}


def _visit(session: Session, event: Event, person_id: UUID | None, now: datetime) -> Known:
    """Whoever holds a seat hands it over; anybody else comes."""
    about: Known = {"event_id": str(event.id), "event_key": event.key}
    held = () if person_id is None else registrations.of_person(session, event.id, person_id)
    if held:
        return {**about, "seat_id": str(held[0].id), "series": False, "taking": True}
    return {**about, "series": len(registrations.open_dates(session, event, now)) > 1, "taking": False}
