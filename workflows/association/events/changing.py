"""A change of an event by its organiser: what was approved is weighed again, and holds until the change is approved.

Registrations beyond the approved places are blocked meanwhile, and nobody who registered loses a seat (§P4.12, 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.calendar import PARIS
from engine.engine import Engine
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day
from workflows.association.events import proposing, records
from workflows.association.events.records import OPEN, REVIEW, SCOPE, Event
from workflows.association.events.registrations import RegistrationClosed, open_dates

MESSAGE: Final = "scope_changed"
_KEPT: Final = timedelta(days=30)


def known(event: Event) -> dict[str, object]:
    """What a case about an event begins with."""
    return {
        "event_id": str(event.id),
        "event_key": event.key,
        "person_id": str(event.organiser_id),
        "organiser": f"person:{event.organiser_id}",
    }


def seat(session: Session, event: Event, person_id: UUID, now: datetime) -> dict[str, object]:
    """What the registration form asks somebody by: whether guests may come, whether it costs something, whether dates
    differ."""
    priced = any(amount > 0 for amount in records.prices(session, event.id).values())
    return {
        **known(event), "person_id": str(person_id), "with_guests": event.public != "MEMBERS", "priced": priced,
        "series": len(open_dates(session, event, now)) > 1,
    }  # fmt: skip


def change(session: Session, engine: Engine, event: Event, values: Mapping[str, object], *, by: Actor) -> bool:
    """Changes a published event; answers whether it has to be weighed again. Raises RegistrationClosed, EventCapacity,
    EventPlace."""
    event, now = records.locked(session, event.id), engine.clock.now()
    if event.state not in OPEN:
        raise RegistrationClosed(field="expected")
    before = {name: getattr(event, name) for name in SCOPE}
    prices = dict(records.prices(session, event.id))
    proposing.fill(session, event, values, local_day(now, PARIS))
    proposing.price(session, event, values)
    for each in records.dates(session, event):
        each.title_fr, each.title_en = event.title("fr"), event.title("en")
        if each.state != appointments.CANCELLED:
            appointments.move(each, each.starts_at, now, place=event.place)
    weighty = before != {name: getattr(event, name) for name in SCOPE} or prices != records.prices(session, event.id)
    session.flush()
    if weighty:
        event.state = REVIEW
        session.flush()
        commands.correlate_message(
            session, engine, MESSAGE, str(event.id), known(event), source="events", ttl=_KEPT, by=by
        )
    return weighty
