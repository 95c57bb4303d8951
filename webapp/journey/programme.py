"""What a guided programme adds to a journey: its people, the dates to come, the sessions that were, one's own side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance
from webapp.authorize import Viewer
from webapp.calendars.page import meeting, reader_zone
from webapp.cohorts.board import mark_words
from webapp.cohorts.inside import companions
from webapp.dates import full_day
from webapp.operations.variables import variables_in
from webapp.words import _
from workflows.association import people, roles
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.case_variables import local_day, uuid_or_none
from workflows.association.cohorts import calendar, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.events.records import ENDED, OPEN, STANDING, Event
from workflows.association.events.registrations import HOLDING, EventRegistration
from workflows.association.mentoring import meetings
from workflows.association.mentorships import LIVE, Mentorship

COMING: Final = 3
WITH_DATES: Final = frozenset(
    {"mentorship", "cohort_participation", "cohort_admission", "event_registration", "event_proposal"}
)


@dataclass(frozen=True, slots=True)
class Reader:
    """In which language and where somebody reads: dates elsewhere are told by the hour of both places."""

    language: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody in the programme, and what he is in it."""

    part: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A date: when and where; how it was, once it is over."""

    title: str
    when: str
    place: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of sessions: completed, now, or later."""

    title: str
    sessions: str
    state: Literal["completed", "now", "later"]


@dataclass(frozen=True, slots=True)
class Programme:
    """`side`: what the reader is in it, in words."""

    side: str
    companions: Sequence[Companion]
    coming: Sequence[Meeting]
    past: Sequence[Meeting]
    phases: Sequence[Phase] = ()
    charter: str = ""  # the key of the group whose charter the reader has signed
    leads: bool = False  # the reader is counted on, and may say that he cannot come
    seated: bool = False  # the reader has a seat: what a step waits for is the next of its dates, nobody's work


_PARTS: Final[Sequence[tuple[str, Callable[[], str]]]] = (
    ("mentor_registration", lambda: _("As a mentor")),
    ("mentorship_application", lambda: _("As a mentee")),
    ("cohort", lambda: _("In a career group")),
    ("event_registration", lambda: _("As a guest of events")),
    ("event", lambda: _("As an organiser")),
    ("membership", lambda: _("As a member")),
    ("donation", lambda: _("As a donor")),
    ("pledge", lambda: _("As a donor")),
    ("receipt", lambda: _("As a donor")),
)


def of_case(session: Session, engine: Engine, viewer: Viewer, case: ProcessInstance, language: str) -> Programme | None:
    """The programme of a case; None where the case is about something else, or its records are not there yet."""
    if case.process_id not in WITH_DATES:
        return None
    known, reader = variables_in(session, engine, case, None), _reader(session, engine, viewer, language)
    if case.process_id == "event_registration":
        found = uuid_or_none(known, "registration_id")
        seat = session.get(EventRegistration, found) if found is not None else None
        return of_seat(session, engine, seat, reader) if seat is not None else None
    if case.process_id == "event_proposal":
        found = uuid_or_none(known, "event_id")
        event = session.get(Event, found) if found is not None else None
        return _of_event(session, engine, event, reader) if event is not None else None
    if case.process_id == "mentorship":
        found = uuid_or_none(known, "pair_id")
        pair = session.get(Mentorship, found) if found is not None else None
        return _of_pair(session, engine, viewer, pair, reader) if pair is not None else None
    found = uuid_or_none(known, "cohort_id")
    cohort = session.get(Cohort, found) if found is not None else None
    seat_id = uuid_or_none(known, "seat_id")
    return _of_cohort(session, engine, cohort, seat_id, reader) if cohort is not None else None


def next_date(programme: Programme | None) -> Meeting | None:
    """The date that is next for whoever has a seat; None where other things are waited for."""
    return programme.coming[0] if programme is not None and programme.seated and programme.coming else None


def _reader(session: Session, engine: Engine, viewer: Viewer, language: str) -> Reader:
    home = engine.settings.zone
    ids = [UUID(each.removeprefix("person:")) for each in viewer.identities if each.startswith("person:")]
    return Reader(language, reader_zone(session, ids[0], home) if len(ids) == 1 else home)


def abroad(session: Session, engine: Engine, viewer: Viewer) -> bool:
    """Whether the reader lives by another hour than the association, so that meetings are told by both."""
    return _reader(session, engine, viewer, "").zone != engine.settings.zone


def part_of(session: Session, viewer: Viewer, case: ProcessInstance) -> str:
    """As what the reader is in a case, in words: the heading under which it stands among his steps."""
    if case.process_id != "mentorship":
        return next((words() for begins, words in _PARTS if case.process_id.startswith(begins)), _("My requests"))
    pair = session.scalars(select(Mentorship).where(Mentorship.instance_id == case.id)).one_or_none()
    return _("As a mentee") if pair is None else _side(viewer, pair)


def _side(viewer: Viewer, pair: Mentorship) -> str:
    return _("As a mentor") if f"person:{pair.mentor_id}" in viewer.identities else _("As a mentee")


def _of_pair(session: Session, engine: Engine, viewer: Viewer, pair: Mentorship, reader: Reader) -> Programme:
    mentor = f"person:{pair.mentor_id}" in viewer.identities
    other = pair.mentee_id if mentor else pair.mentor_id
    part = _("Your mentee") if mentor else _("Your mentor")
    name = people.display_name(session, other)
    companion = Companion(part, name, people.primary_email(session, other) or "")
    dates = appointments.of_calendar(session, meetings.calendar_of(pair))
    coming, past = _parted(engine, dates)
    leads = mentor and pair.state in LIVE
    return Programme(_side(viewer, pair), [companion], _told(coming[:COMING], reader), _told(past, reader), leads=leads)


def of_seat(session: Session, engine: Engine, seat: EventRegistration, reader: Reader) -> Programme | None:
    """The date of whoever has a seat, or is offered one; none for whoever waits, withdrew or was refused."""
    if seat.state not in HOLDING:
        return None
    date = session.get_one(Appointment, seat.appointment_id)
    return Programme("", [], _told(_parted(engine, [date])[0], reader), [], seated=True)


def _of_event(session: Session, engine: Engine, event: Event, reader: Reader) -> Programme | None:
    """The dates of an event for whoever organises it; none of one that does not take place."""
    if event.state not in {*STANDING, ENDED}:
        return None
    coming, past = _parted(engine, appointments.of_calendar(session, event.key))
    return Programme("", [], _told(coming[:COMING], reader), _told(past, reader), seated=event.state in OPEN)


def _of_cohort(session: Session, engine: Engine, cohort: Cohort, seat_id: UUID | None, reader: Reader) -> Programme:
    today = local_day(engine.clock.now(), engine.settings.zone)
    leads = [
        Companion(part, people.display_name(session, person_id), "")
        for role, part in (("FACILITATOR", _("Leads the group")), ("CO_FACILITATOR", _("Leads the group too")))
        for person_id in roles.holders(session, role, today, scope=cohort.key)
    ]
    coming, past = _parted(engine, appointments.of_calendar(session, cohort.key))
    if seat_id is None:
        return Programme("", leads, _told(coming[:COMING], reader), [])
    marks, words = {each.session_no: each for each in records.marks(session, seat_id)}, mark_words()
    seat = session.get_one(CohortSeat, seat_id)
    sitting = seat.state in records.SITTING
    beside = (
        [Companion(part, name, "") for part, name in companions(session, cohort, seat_id, today)] if sitting else []
    )
    held = [
        _meeting(each, reader, words[marks[number].mark])
        for each in past
        if (number := int(each.key.removeprefix("s"))) in marks
    ]
    return Programme(
        "",
        [*leads, *beside],
        _told(coming[:COMING], reader) if sitting else [],
        held,
        _phases(session, engine, cohort, reader.language),
        cohort.key if records.signed_at(session, seat) is not None else "",
        seated=sitting,
    )


def _phases(session: Session, engine: Engine, cohort: Cohort, language: str) -> list[Phase]:
    today = local_day(engine.clock.now(), engine.settings.zone)
    return [
        Phase(
            row.label(language),
            _stretch(first, last),
            "completed" if cohort.held >= last else "now" if cohort.held + 1 >= first else "later",
        )
        for row, first, last in calendar.phases(session, today)
    ]


def _stretch(first: int, last: int) -> str:
    if first < last:
        return _("sessions %(first)d to %(last)d", first=first, last=last)
    return _("session %(number)d", number=last)


def _parted(engine: Engine, dates: Sequence[Appointment]) -> tuple[list[Appointment], list[Appointment]]:
    """What is to come, the nearest first, and what was, the latest first; nothing that was called off."""
    now = engine.clock.now()
    stand = [each for each in dates if each.state != CANCELLED]
    return [each for each in stand if each.ends_at > now], [each for each in stand if each.ends_at <= now][::-1]


def _told(dates: Sequence[Appointment], reader: Reader) -> list[Meeting]:
    return [_meeting(each, reader) for each in dates]


def _meeting(each: Appointment, reader: Reader, mark: str = "") -> Meeting:
    """A date by the hour of its place, and by the reader's own beside it where that is another one."""
    told, when = meeting(each, reader.zone, reader.language), f"{full_day(each.day)}, {each.begins:%H:%M}"
    return Meeting(told.title, f"{when} ({told.city}) – {told.abroad}" if told.abroad else when, each.place, mark)
