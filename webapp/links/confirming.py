"""What a signed link confirms, shown before it does: of two requests from one address, which one this is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from engine.models import ProcessInstance
from webapp.dates import moment
from webapp.words import _, language
from workflows.association.calendars import spoken
from workflows.association.calendars.appointments import Appointment
from workflows.association.events.records import Event
from workflows.association.events.visitors import EventVisitor


def asked(session: Session, actor: str, instance_id: UUID) -> Sequence[tuple[str, str]]:
    """What a visitor asked for, each answer with its name; nothing where the link belongs to somebody else,
    or its case has ended.

    Mails are kept for longer than diets and names of guests, so these stand here and in no mail."""
    try:
        visitor = session.get(EventVisitor, UUID(actor.removeprefix("link:")))
    except ValueError:
        return ()
    if visitor is None or session.get_one(ProcessInstance, instance_id).ended_at is not None:
        return ()
    event, lang = session.get_one(Event, visitor.event_id), language()
    date = session.get_one(Appointment, visitor.appointment_id)
    told = (
        (_("Event"), event.title(lang)),
        (_("Date"), spoken.moment(date.starts_at, lang)),
        (_("Seats"), str(visitor.seats)),
        (_("Guests"), visitor.guests),
        (_("Diet"), visitor.diet),
        (_("Access need"), visitor.access),
        (_("Asked on"), moment(visitor.asked_at)),
    )
    return [(name, answer) for name, answer in told if answer]
