"""Service tasks of the process `cohort_planning`: is a cohort due, who is offered its places, who waits on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance
from engine.registry import ServiceWork, service_task
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day
from workflows.association.cohorts import candidacies, figures, seasons
from workflows.association.cohorts.candidacies import APPLIED, CohortCandidacy
from workflows.association.cohorts.records import Cohort

PROCESS: Final = "cohort_planning"
LEAD, CLOSING = "LEAD", "CLOSING"  # the two moments at which the table `cohort_need` is asked
_LOOKED: Final = ("reason", "season_on", "next_season_on", "moment", "candidates", "groups", "cohort_ids", "left_over")


@service_task("season.look", results=_LOOKED)
def look(work: ServiceWork) -> Mapping[str, object]:
    """Whether a cohort is to be planned now: for a SEASON that comes, for those WAITING, or NONE."""
    session, today = work.session, local_day(work.now, work.engine.settings.zone)
    season, reason = seasons.take(session, today), "SEASON"
    if season is None and seasons.enough_wait(session, today) and not _others(session, work.instance_id):
        season, reason = seasons.free_monday(session, today + seasons.lead(session, today)), "WAITING"
    following = None if season is None else seasons.following(session, season)
    waiting = candidacies.waiting(session)
    return {
        "reason": "NONE" if season is None else reason,
        "season_on": season, "next_season_on": following, "moment": LEAD,
        "candidates": len(waiting), "groups": 0, "cohort_ids": [],
        "left_over": [str(each.person_id) for each in waiting],
    }  # fmt: skip


def _others(session: Session, instance_id: UUID) -> bool:
    """Whether another planning is at work: it takes those who wait into account before it ends."""
    query = select(ProcessInstance.id).where(
        ProcessInstance.process_id == PROCESS, ProcessInstance.status == "active", ProcessInstance.id != instance_id
    )
    return session.scalar(query.limit(1)) is not None


def shares(waiting: int, cohorts: int, seats: int) -> int:
    """How many of those who wait each new cohort is to call first, so that two begin with as many."""
    return min(seats, -(-waiting // cohorts))


@service_task("season.share", results=("planned", "left_over", "closing_at", "season_on", "next_season_on"))
def share(work: ServiceWork) -> Mapping[str, object]:
    """How many each new cohort calls, who waits on, when the first begins and applications for it close."""
    session, today = work.session, local_day(work.now, work.engine.settings.zone)
    planned = [each for each in _list(work, "planned") if isinstance(each, Mapping)]
    seats = figures.limit(session, "SEATS", today)
    cohorts = [session.get_one(Cohort, UUID(str(each["cohort_id"]))) for each in planned]
    waiting = candidacies.queue_of(session, cohorts, seats)
    each_calls = shares(len(waiting), len(planned), seats)
    first = min(appointments.of_calendar(session, str(each["cohort_key"]))[0].starts_at for each in planned)
    return {
        "planned": [{**each, "first_call": each_calls} for each in planned],
        "left_over": [str(each.person_id) for each in waiting[each_calls * len(planned) :]],
        "closing_at": (first - timedelta(weeks=figures.limit(session, "CLOSES", today))).isoformat(),
        "season_on": first.date(),
        "next_season_on": seasons.following(session, first.date()),
    }


@service_task("season.count", results=("moment", "candidates", "groups", "left_over"))
def count(work: ServiceWork) -> Mapping[str, object]:
    """At the close of applications: how many cohorts stand, how many people want in, and who still waits."""
    session = work.session
    known = [UUID(str(each)) for each in _list(work, "cohort_ids")]
    standing = session.scalars(select(Cohort.id).where(Cohort.id.in_(known), Cohort.state != "CANCELLED")).all()
    applied = select(func.count()).select_from(CohortCandidacy).where(
        CohortCandidacy.cohort_id.in_(standing), CohortCandidacy.state == APPLIED
    )  # fmt: skip
    waiting = candidacies.waiting(session)
    inside = sum(candidacies.taken(session, each) for each in standing) + (session.scalar(applied) or 0)
    return {
        "moment": CLOSING, "candidates": inside + len(waiting), "groups": len(standing),
        "left_over": [str(each.person_id) for each in waiting],
    }  # fmt: skip


def _list(work: ServiceWork, name: str) -> Sequence[object]:
    found = work.variables.get(name)
    return found if isinstance(found, list | tuple) else ()
