"""Permits of an event: what has to be declared or obtained by when, each a task of its own. Domain §P4.4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.calendar import PARIS
from engine.models import Base, Moment
from engine.personal import Impersonal
from engine.registry import ServiceWork, service_task
from workflows.association import wording
from workflows.association.case_variables import local_day, text, uuid, uuid_or_none, whole
from workflows.association.events import hosts, words
from workflows.association.events.records import Event
from workflows.association.records import Record, Subject, Values

NEEDED: Final = "permit_needed"
OPEN, OBTAINED, NOT_NEEDED, VOID = "OPEN", "OBTAINED", "NOT_NEEDED", "VOID"
_MORNING: Final = time(9)
_KEPT: Final = timedelta(days=30)


class EventPermit(Base):
    """Something to declare or to obtain. `late`: its legal time was over when it came to be needed."""

    __tablename__ = "event_permit"
    __privacy__ = Impersonal("what is declared about an event")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"))
    kind: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date]
    late: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    reference: Mapped[str] = mapped_column(String(80), default="")
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (UniqueConstraint("event_id", "kind"),)


def of_event(session: Session, event_id: UUID) -> Sequence[EventPermit]:
    """The permits of an event, the most pressing first."""
    query = select(EventPermit).where(EventPermit.event_id == event_id)
    return session.scalars(query.order_by(EventPermit.due_on, EventPermit.kind)).all()


@service_task("event.plan_permits", results=())
def plan(work: ServiceWork) -> None:
    """Opens a task for each permit that the table asks for and that is not under way yet; a missed day is flagged."""
    event = work.session.get_one(Event, uuid(work.variables, "event_id"))
    today = local_day(work.now, work.engine.settings.zone)
    known = {each.kind: each for each in of_event(work.session, event.id)}
    asked = work.variables.get("permits")
    for row in asked if isinstance(asked, list) else []:
        kind, due_on = text(row, "kind"), event.day - timedelta(days=whole(row, "days", 0))
        if kind in known:
            known[kind].due_on = due_on
            continue
        permit = EventPermit(id=uuid4(), event_id=event.id, kind=kind, due_on=due_on, late=due_on < today)
        work.session.add(permit)
        work.session.flush()
        commands.correlate_message(
            work.session, work.engine, NEEDED, str(permit.id), _told(work.session, event, permit), source="events",
            message_id=str(permit.id), ttl=_KEPT, by=SYSTEM,
        )  # fmt: skip


def _told(session: Session, event: Event, permit: EventPermit) -> Mapping[str, object]:
    return {
        "permit_id": str(permit.id),
        "event_id": str(event.id),
        "event_key": event.key,
        "person_id": str(event.organiser_id),
        "organiser": f"person:{event.organiser_id}",
        **hosts.candidates(session, event),
        "due_at": datetime.combine(permit.due_on, _MORNING, PARIS),
    }


@service_task("permit.close", results=())
def close(work: ServiceWork) -> None:
    """The permit is there, is not needed, or is void with its event."""
    permit = work.session.get_one(EventPermit, uuid(work.variables, "permit_id"))
    permit.state = work.headers.get("state") or text(work.variables, "permit_outcome", OBTAINED)
    permit.closed_at = work.now


def _of(subject: Subject) -> EventPermit | None:
    found = uuid_or_none(subject.variables, "permit_id")
    return subject.session.get(EventPermit, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    permit, lang = _of(subject), subject.language
    if permit is None:
        return {}
    event = subject.session.get_one(Event, permit.event_id)
    return {
        "event": f"{event.key} – {event.title(lang)}",
        "kind": words.said(words.PERMITS, permit.kind, lang),
        "due": wording.day(permit.due_on, lang),
        "reference": permit.reference,
    }


def _write(subject: Subject, values: Values) -> Values:
    permit = _of(subject)
    if permit is not None:
        permit.reference = text(values, "reference").strip()[:80]
    return {}


PERMIT: Final = Record(frozenset({"event", "kind", "due", "reference"}), _read, frozenset({"reference"}), _write)
