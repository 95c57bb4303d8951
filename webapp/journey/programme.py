"""What a guided programme adds to a journey: its people, the dates to come, the sessions that were, one's own side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance
from webapp.authorize import Viewer
from webapp.cohorts.board import mark_words
from webapp.dates import full_day
from webapp.operations.variables import variables_in
from webapp.words import _
from workflows.association import people, roles
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import CANCELLED, Appointment
from workflows.association.case_variables import local_day, uuid_or_none
from workflows.association.cohorts import calendar, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.mentoring import meetings
from workflows.association.mentorships import Mentorship

COMING: Final = 3
WITH_DATES: Final = frozenset({"mentorship", "cohort_participation", "cohort_admission"})


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
    known = variables_in(session, engine, case, None)
    if case.process_id == "mentorship":
        found = uuid_or_none(known, "pair_id")
        pair = session.get(Mentorship, found) if found is not None else None
        return _of_pair(session, engine, viewer, pair, language) if pair is not None else None
    found = uuid_or_none(known, "cohort_id")
    cohort = session.get(Cohort, found) if found is not None else None
    seat_id = uuid_or_none(known, "seat_id")
    return _of_cohort(session, engine, cohort, seat_id, language) if cohort is not None else None


def part_of(session: Session, viewer: Viewer, case: ProcessInstance) -> str:
    """As what the reader is in a case, in words: the heading under which it stands among his steps."""
    if case.process_id != "mentorship":
        return next((words() for begins, words in _PARTS if case.process_id.startswith(begins)), _("My requests"))
    pair = session.scalars(select(Mentorship).where(Mentorship.instance_id == case.id)).one_or_none()
    return _("As a mentee") if pair is None else _side(viewer, pair)


def _side(viewer: Viewer, pair: Mentorship) -> str:
    return _("As a mentor") if f"person:{pair.mentor_id}" in viewer.identities else _("As a mentee")


def _of_pair(session: Session, engine: Engine, viewer: Viewer, pair: Mentorship, language: str) -> Programme:
    mentor = f"person:{pair.mentor_id}" in viewer.identities
    other = pair.mentee_id if mentor else pair.mentor_id
    part = _("Your mentee") if mentor else _("Your mentor")
    name = people.display_name(session, other)
    companion = Companion(part, name, people.primary_email(session, other) or "")
    dates = appointments.of_calendar(session, meetings.calendar_of(pair))
    coming, past = _parted(engine, dates)
    return Programme(_side(viewer, pair), [companion], _told(coming[:COMING], language), _told(past, language))


def _of_cohort(session: Session, engine: Engine, cohort: Cohort, seat_id: UUID | None, language: str) -> Programme:
    today = local_day(engine.clock.now(), engine.settings.zone)
    leads = [
        Companion(part, people.display_name(session, person_id), "")
        for role, part in (("FACILITATOR", _("Leads the group")), ("CO_FACILITATOR", _("Leads the group too")))
        for person_id in roles.holders(session, role, today, scope=cohort.key)
    ]
    coming, past = _parted(engine, appointments.of_calendar(session, cohort.key))
    if seat_id is None:
        return Programme("", leads, _told(coming[:COMING], language), [])
    marks, words = {each.session_no: each for each in records.marks(session, seat_id)}, mark_words()
    sitting = session.get_one(CohortSeat, seat_id).state in records.SITTING
    held = [
        _meeting(each, language, words[marks[number].mark])
        for each in past
        if (number := int(each.key.removeprefix("s"))) in marks
    ]
    return Programme(
        "",
        leads,
        _told(coming[:COMING], language) if sitting else [],
        held,
        _phases(session, engine, cohort, language),
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


def _told(dates: Sequence[Appointment], language: str) -> list[Meeting]:
    return [_meeting(each, language) for each in dates]


def _meeting(each: Appointment, language: str, mark: str = "") -> Meeting:
    return Meeting(each.title(language), f"{full_day(each.day)}, {each.begins:%H:%M}", each.place, mark)
