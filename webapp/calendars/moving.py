"""Which of one's meetings one may move, and moving them: a session for who leads it, the next date of a pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import ProcessInstance
from webapp.auth import current, engine, settings
from webapp.cohorts.board import may_lead
from webapp.house import association_of
from webapp.journey import acts
from webapp.viewer import viewer
from workflows.association.calendars.appointments import Appointment
from workflows.association.cohorts import moving, planning, records
from workflows.association.cohorts.records import Cohort
from workflows.association.mentoring import meetings
from workflows.association.mentorships import LIVE, Mentorship


def movable(session: Session, found: Iterable[Appointment]) -> Mapping[UUID, Cohort | Mentorship]:
    """What each meeting belongs to, of those that the viewer may move."""
    listed = list(found)
    owners: dict[UUID, Cohort | Mentorship] = {}
    for pair in _pairs(session):
        for each in listed:
            if each.calendar == meetings.calendar_of(pair) and each.key == f"step{pair.steps}":
                owners[each.id] = pair
    for key in {each.calendar for each in listed if each.calendar.startswith("COH-") and may_lead(each.calendar)}:
        cohort = records.by_key(session, key)
        ahead = {each.id for _, each in planning.coming(session, cohort)} if cohort is not None else set()
        owners |= {each.id: cohort for each in listed if each.id in ahead and cohort is not None}
    return owners


def _pairs(session: Session) -> Iterable[Mentorship]:
    me = current().person_id
    mine = (Mentorship.mentor_id == me) | (Mentorship.mentee_id == me)
    return session.scalars(select(Mentorship).where(mine, Mentorship.state.in_(LIVE)))


def move(session: Session, appointment: Appointment, day: date, request_key: str) -> None:
    """Moves a meeting to a day, at the same hour; everybody is told, and the timers follow.

    Raises NotFound for one that is not the viewer's to move, SessionPast, TimeTooFar, AppointmentRefused,
    NoLongerAwaited.
    """
    owner = movable(session, [appointment]).get(appointment.id)
    if isinstance(owner, Cohort):
        starts = datetime.combine(day, appointment.begins, appointment.starts_at.tzinfo)
        association, number = association_of(settings(), engine().clock), int(appointment.key.removeprefix("s"))
        moving.move_session(session, engine(), association, owner, number, starts, current().actor)
        return
    case = session.get(ProcessInstance, owner.instance_id) if owner is not None else None
    if case is None:
        raise NotFound(kind="meeting", id=str(appointment.id))
    own = acts.own_act(session, engine(), viewer(), case, "pair_date_changed")
    acts.say(session, engine(), viewer(), own, "MOVE", request_key, day)
