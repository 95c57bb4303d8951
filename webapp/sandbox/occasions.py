"""What a page knows that offers the form of a process about something: in a play, about the newest event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.events import cancelling, changing
from workflows.association.events.records import Event

__all__ = ["occasion"]

SEAT: Final = "event_registration"
CALLING_OFF: Final = "event_cancellation"
EXPENSE: Final = "event_expense"


def occasion(session: Session, process_id: str, person_id: UUID, now: datetime) -> Mapping[str, object] | None:
    """What the page of the newest event knows when this person asks for the form; None where the process is about no
    event, or where there is none."""
    if process_id not in {SEAT, CALLING_OFF, EXPENSE}:
        return None
    event = session.scalars(select(Event).order_by(Event.key.desc()).limit(1)).first()
    if event is None:
        return None
    if process_id == SEAT:
        return changing.seat(session, event, person_id, now)
    if process_id == EXPENSE:
        return {**changing.known(event), "person_id": str(person_id)}
    return {**changing.known(event), "series": len(cancelling.coming(session, event, now)) > 1}
