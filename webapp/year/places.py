"""Whether nobody has a place that is another's: seats of events, places with mentors, seats of cohorts."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from workflows.association.case_variables import local_day
from workflows.association.cohorts import figures as cohort_figures
from workflows.association.cohorts.records import SITTING, Cohort, CohortSeat
from workflows.association.events.records import Event
from workflows.association.events.registrations import HOLDING, LIVE, EventRegistration
from workflows.association.mentoring import figures
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import LIVE as LIVE_PAIR
from workflows.association.mentorships import Mentorship


def double(session: Session, engine: Engine) -> Iterator[str]:
    """Seats that are sold twice, people who take part twice at once, mentors with more mentees than they offered."""
    yield from _seats(session)
    yield from _registered_twice(session)
    yield from _pairs(session, figures.limit(session, "CEILING", local_day(engine.clock.now(), engine.settings.zone)))
    yield from _cohorts(session, engine)


def _seats(session: Session) -> Iterator[str]:
    taken = func.sum(EventRegistration.seats)
    query = (
        select(Event.key, Event.approved_capacity, taken)
        .join(EventRegistration, EventRegistration.event_id == Event.id)
        .where(EventRegistration.state.in_(HOLDING))
        .group_by(Event.key, Event.approved_capacity, EventRegistration.appointment_id)
        .having(taken > Event.approved_capacity)
    )
    for key, seats, count in session.execute(query.order_by(Event.key)):
        yield f"{count} of {seats} seats of one date of the event {key} are taken"


def _registered_twice(session: Session) -> Iterator[str]:
    query = (
        select(EventRegistration.person_id, EventRegistration.appointment_id)
        .where(EventRegistration.state.in_({*LIVE, *HOLDING}))
        .group_by(EventRegistration.person_id, EventRegistration.appointment_id)
        .having(func.count() > 1)
    )
    for person_id, appointment_id in session.execute(query):
        yield f"{person_id} is registered twice for the meeting {appointment_id}"


def _pairs(session: Session, ceiling: int) -> Iterator[str]:
    live = Mentorship.state.in_(LIVE_PAIR)
    mentees = select(Mentorship.mentee_id).where(live).group_by(Mentorship.mentee_id).having(func.count() > 1)
    yield from (f"{person_id} has two mentors at once" for person_id in session.scalars(mentees))
    mentors = (
        select(MentorProfile.person_id, MentorProfile.capacity, func.count())
        .join(Mentorship, Mentorship.mentor_id == MentorProfile.person_id)
        .where(live)
        .group_by(MentorProfile.person_id, MentorProfile.capacity)
    )
    for person_id, capacity, count in session.execute(mentors):
        if count > min(capacity, ceiling):
            yield f"{person_id} offered {capacity} places and has {count} mentees"


def _cohorts(session: Session, engine: Engine) -> Iterator[str]:
    sitting = CohortSeat.state.in_(SITTING)
    twice = select(CohortSeat.person_id).where(sitting).group_by(CohortSeat.person_id).having(func.count() > 1)
    yield from (f"{person_id} sits in two cohorts at once" for person_id in session.scalars(twice))
    seats = cohort_figures.limit(session, "SEATS", local_day(engine.clock.now(), engine.settings.zone))
    full = (
        select(Cohort.key, func.count())
        .join(CohortSeat, CohortSeat.cohort_id == Cohort.id)
        .where(sitting)
        .group_by(Cohort.key)
        .having(func.count() > seats)
    )
    yield from (f"{count} people sit on {seats} seats of the cohort {key}" for key, count in session.execute(full))
