"""Service tasks of `mentor_registration`, and those that open and close a demand of `mentorship_application`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from engine.errors import WorkFailed
from engine.registry import ServiceWork, service_task
from workflows.association import memberships, people
from workflows.association.case_variables import local_day, text, uuid
from workflows.association.memberships import PAID_UP
from workflows.association.mentoring import demands, figures, mentors, pairs, places
from workflows.association.mentoring.demands import MentorDemand
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import LIVE, Mentorship

INACTIVE = "CLOSED_INACTIVE"


@service_task("mentor.gather", results=("years_exp", "member_entitled", "training_done", "sanctions", "places_left"))
def gather(work: ServiceWork) -> Mapping[str, object]:
    """What the table `mentor_eligibility` asks about."""
    mentor, today = _mentor(work), _today(work)
    left = places.free(work.session, {mentor.person_id: mentor}, today)[mentor.person_id]
    return {
        "years_exp": mentor.years_exp,
        "member_entitled": memberships.entitlement(work.session, mentor.person_id) in PAID_UP,
        "training_done": _trained(work, mentor, today),
        "sanctions": mentor.sanctioned,
        "places_left": left > 0,
    }


@service_task("mentor.activate", results=("training_until",))
def activate(work: ServiceWork) -> Mapping[str, object]:
    """Opens the places of a mentor; answers the moment at which the training has to be done again."""
    mentor, today = _mentor(work), _today(work)
    mentor.state = mentors.ACTIVE
    if text(work.variables, "mentor_decision") == "STUDENTS":
        mentor.track = "STUDENT"
    mentor.trained_on = mentor.trained_on or today  # who was accepted by a person without it was trained in the talk
    valid = figures.months(work.session, "TRAINING_VALID", today)
    return {"training_until": pairs.morning(pairs.after_months(mentor.trained_on, valid))}


@service_task("mentor.retire", results=())
def retire(work: ServiceWork) -> None:
    """Closes the places of a mentor; pairs that run go on. The header `state` says why."""
    mentor = _mentor(work)
    mentor.state, mentor.ended_on = work.headers["state"], _today(work)


@service_task(
    "demand.open", results=("demand_id", "person_id", "standing", "running_pair", "no_shows", "committed", "age")
)
def open_demand(work: ServiceWork) -> Mapping[str, object]:
    """What the table `mentee_eligibility` asks about. A demand for a new pair opens again at its old place."""
    demand, today = demand_of(work), _today(work)
    demand.state, demand.closed_at = demands.OPEN, None
    person = people.get(work.session, demand.person_id)
    born = person.birth_date if person is not None else None
    since = pairs.after_months(today, -figures.months(work.session, "NO_SHOWS", today))
    return {
        "demand_id": str(demand.id),
        "person_id": str(demand.person_id),
        "standing": _standing(work, demand.person_id),
        "running_pair": _has_mentor(work, demand.person_id),
        "no_shows": _no_shows(work, demand.person_id, since),
        "committed": demand.committed,
        "age": None if born is None else today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
    }


@service_task("demand.close", results=())
def close_demand(work: ServiceWork) -> None:
    """Ends a demand by the header `state`."""
    demands.close(demand_of(work), work.headers["state"], work.now)


def demand_of(work: ServiceWork) -> MentorDemand:
    """The demand of the case. Raises WorkFailed."""
    found = work.session.get(MentorDemand, uuid(work.variables, "demand_id"))
    if found is None:
        raise WorkFailed("the demand of this case is not there", again=False)
    return found


def _mentor(work: ServiceWork) -> MentorProfile:
    found = mentors.of(work.session, uuid(work.variables, "person_id"))
    if found is None:
        raise WorkFailed("the mentor of this case is not there", again=False)
    return found


def _trained(work: ServiceWork, mentor: MentorProfile, today: date) -> bool:
    since = pairs.after_months(today, -figures.months(work.session, "TRAINING_VALID", today))
    return mentor.trained_on is not None and mentor.trained_on > since


def _standing(work: ServiceWork, person_id: UUID) -> str:
    membership = memberships.of(work.session, person_id)
    if membership is None:
        return "NONE"
    if membership.category == "GUEST":
        return "GUEST"
    if membership.service_entitlement not in PAID_UP - {"GRACE"}:
        return "LAPSED"
    return "STUDENT" if membership.category == "STUDENT" else "MEMBER"


def _has_mentor(work: ServiceWork, person_id: UUID) -> bool:
    query = select(Mentorship.id).where(Mentorship.mentee_id == person_id, Mentorship.state.in_(LIVE)).limit(1)
    return work.session.scalar(query) is not None


def _no_shows(work: ServiceWork, person_id: UUID, since: date) -> int:
    query = select(func.count()).where(
        Mentorship.mentee_id == person_id, Mentorship.ending == INACTIVE, Mentorship.ended_on >= since
    )
    return work.session.scalar(query) or 0


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)
