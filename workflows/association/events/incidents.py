"""What went wrong at an event: told within 24 hours, looked at on the next working day, told to the insurer in time.

The insurance code gives five working days for telling the insurer, two after a theft (article L. 113-2); domain §P4.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS
from engine.errors import Invalid
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import people, wording
from workflows.association.calendars import spoken
from workflows.association.case_variables import day, local_day, text, uuid, uuid_or_none
from workflows.association.events import figures, words
from workflows.association.events.proposing import clock
from workflows.association.events.records import Event
from workflows.association.records import Record, Subject, Values

_NOTICE: Final = frozenset({"kind", "happened_on", "happened_at", "hurt", "what"})
_WORK: Final = frozenset({"answer", "insurer_told_on", "reference"})
_OLDEST: Final = timedelta(days=366)  # before that the year is a slip of the keyboard; the form asks for a year at most
_MORNING: Final = time(9)  # of the last day: whoever is told then can still tell the insurer
_SHOWN: Final = frozenset({"kind_words", "told", "insurer_by"})


class IncidentNotYet(Invalid):
    """The incident is dated {moment}, which has not come yet. Write when it happened."""

    code: ClassVar[str] = "event_incident_not_yet"


class IncidentTooOld(Invalid):
    """The incident is dated {day}, more than a year ago. Look at the year."""

    code: ClassVar[str] = "event_incident_too_old"


class EventIncident(Base):
    """What went wrong, as whoever runs the event told it; what the office answered, and when the insurer was told.

    `kind`: ACCIDENT, DAMAGE, THEFT, CONDUCT, OTHER. `late`: told later than the rule asks, counted from when it
    happened.
    """

    __tablename__ = "event_incident"
    __privacy__ = Personal("programme", "told_by", "keep", erase="what answer reference", plain="kind", since="told_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"), index=True)
    told_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    hurt: Mapped[bool]
    what: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(Moment)
    told_at: Mapped[datetime] = mapped_column(Moment)
    late: Mapped[bool]
    insurer_by: Mapped[date]  # the last day on which the insurer may be told
    answer: Mapped[str] = mapped_column(Text, default="")  # what the office does, for whoever told of it
    insurer_told_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(80), default="")  # the insurer's


def of_event(session: Session, event_id: UUID) -> Sequence[EventIncident]:
    """What went wrong at an event, in the order in which it was told."""
    query = select(EventIncident).where(EventIncident.event_id == event_id)
    return session.scalars(query.order_by(EventIncident.told_at, EventIncident.id)).all()


def told_words(incident: EventIncident, lang: str) -> str:
    """When it happened and when it was told, by the hour of Paris, and whether that was in time."""
    happened, told = (spoken.moment(each.astimezone(PARIS), lang) for each in (incident.happened_at, incident.told_at))
    if lang == "en":
        return f"{told}; it happened on {happened} ({'late' if incident.late else 'in time'})"
    return f"{told} ; survenu le {happened} ({'en retard' if incident.late else 'à temps'})"


def kind_words(incident: EventIncident, lang: str) -> str:
    """What kind of thing happened, and whether somebody is hurt."""
    kind = words.said(words.INCIDENTS, incident.kind, lang)
    hurt = ("somebody is or may be hurt" if lang == "en" else "une personne est blessée, ou peut-être") * incident.hurt
    return " · ".join(each for each in (kind, hurt) if each)


def told_of(session: Session, event_id: UUID, lang: str) -> str:
    """The incidents that were told of an event, a line each; nothing where there is none."""
    found = of_event(session, event_id)
    return "\n".join(f"{kind_words(each, lang)} ({told_words(each, lang)})" for each in found)


def _of(subject: Subject) -> EventIncident | None:
    found = uuid_or_none(subject.variables, "incident_id")
    return subject.session.get(EventIncident, found) if found is not None else None


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    incident, lang = _of(subject), subject.language
    if incident is None:
        return {}
    happened = incident.happened_at.astimezone(_zone(subject.session.get_one(Event, incident.event_id)))
    return {
        "kind": incident.kind, "hurt": "YES" if incident.hurt else "NO",
        "what": people.said_by(subject.session, incident.told_by, incident.what),
        "happened_on": happened.date(), "happened_at": happened.time(), "kind_words": kind_words(incident, lang),
        "told": told_words(incident, lang), "insurer_by": wording.day(incident.insurer_by, lang),
        "answer": incident.answer, "insurer_told_on": incident.insurer_told_on, "reference": incident.reference,
    }  # fmt: skip


def _zone(event: Event) -> ZoneInfo:
    return ZoneInfo(event.zone)


def _write(subject: Subject, values: Values) -> Values:
    """Puts what was told on record, or what the office did about it.

    Raises IncidentNotYet, IncidentTooOld.
    """
    incident = _of(subject)
    if incident is None:
        return _told(subject, values)
    incident.answer = text(values, "answer").strip()[:600] or incident.answer
    incident.reference = text(values, "reference").strip()[:80] or incident.reference
    if values.get("insurer_told_on") is not None:
        incident.insurer_told_on = day(values, "insurer_told_on")
    return {}


def _told(subject: Subject, values: Values) -> Values:
    event = subject.session.get_one(Event, uuid(subject.variables, "event_id"))
    happened = datetime.combine(day(values, "happened_on"), clock(values.get("happened_at")), _zone(event))
    if local_day(subject.now, PARIS) - happened.date() > _OLDEST:
        raise IncidentTooOld(day=wording.day(happened.date(), subject.language), field="happened_on")
    if happened > subject.now:
        raise IncidentNotYet(moment=spoken.moment(happened, subject.language), field="happened_at")
    hours = figures.rule(subject.session, "incident_hours", local_day(subject.now, PARIS))
    incident = EventIncident(
        id=uuid4(), event_id=event.id, told_by=uuid(subject.variables, "person_id"), kind=text(values, "kind")[:8],
        hurt=text(values, "hurt") == "YES", what=text(values, "what").strip()[:2_000], happened_at=happened,
        told_at=subject.now, late=subject.now - happened > timedelta(hours=hours), insurer_by=happened.date(),
    )  # fmt: skip
    subject.session.add(incident)
    subject.session.flush()
    return {"incident_id": str(incident.id)}


INCIDENT: Final = Record(_NOTICE | _WORK | _SHOWN, _read, _NOTICE | _WORK, _write)


@service_task("event_incident.file", results=("watchers", "insurer_due"))
def file(work: ServiceWork) -> Mapping[str, object]:
    """By when the insurer has to be told, in working days from the day on which it happened: the closings of the
    office lengthen no delay of the law.

    And who looks at it: the events office, with the general delegate where somebody is hurt."""
    incident = work.session.get_one(EventIncident, uuid(work.variables, "incident_id"))
    delay = "theft_days" if incident.kind == "THEFT" else "insurer_days"
    days = figures.rule(work.session, delay, local_day(work.now, PARIS))
    incident.insurer_by = work.engine.settings.work_calendar.add(local_day(incident.happened_at, PARIS), days)
    due = datetime.combine(incident.insurer_by, _MORNING, PARIS)
    return {"watchers": ["EVENTS", "GENERAL_DELEGATE"] if incident.hurt else ["EVENTS"], "insurer_due": due}
