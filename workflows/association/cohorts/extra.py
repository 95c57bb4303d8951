"""Further sessions that a group wants after its last one, up to the number of the rule (domain §P2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.engine import Engine
from engine.registry import ServiceWork, service_task
from workflows.association.calendars import appointments
from workflows.association.case_variables import local_day, uuid, whole
from workflows.association.cohorts import calendar, leaders, planning, records
from workflows.association.cohorts.records import Cohort


def ask(session: Session, engine: Engine, key: str, number: int, by: Actor) -> None:
    """The group of this key wants `number` further sessions; whoever asks for them does not grant them (four eyes)."""
    said = {"extra_asked": number, "asked_by": by.id}
    commands.correlate_message(session, engine, "extra_asked", key, said, source=by.id, by=by)


@service_task("cohort.weigh_extra", results=("extra_over", "running", "leading"))
def weigh(work: ServiceWork) -> Mapping[str, object]:
    """By how many the wish is above what the rule still allows (nought or less is within it), whether the group meets,
    and who is told of a refusal."""
    cohort, today = _cohort(work), local_day(work.now, work.engine.settings.zone)
    left = calendar.rule(work.session, "extra_most", today) - cohort.extra
    return {
        "extra_over": whole(work.variables, "extra_asked", 0) - left, "running": cohort.state == "RUNNING",
        "leading": [str(each) for each in leaders.of(work, cohort.key)],
    }  # fmt: skip


@service_task("cohort.add_sessions", results=("told",))
def add(work: ServiceWork) -> Mapping[str, object]:
    """Plans them week by week after the last date, invites everybody, and lets the group look for its next session."""
    session, cohort = work.session, _cohort(work)
    more = whole(work.variables, "extra_asked", 0)
    planned = appointments.of_calendar(session, cohort.key)
    guests = [*(seat.person_id for seat in records.seats(session, cohort.id)), *leaders.of(work, cohort.key)]
    first = max(each.day for each in planned) + timedelta(weeks=1)
    for number, on in enumerate(calendar.dates(first, more, calendar.breaks(session)), start=cohort.sessions + 1):
        made = planning.plan_session(session, cohort, number, datetime.combine(on, cohort.begins, PARIS), work.now)
        appointments.invite(session, made, guests)
    cohort.sessions, cohort.extra = cohort.sessions + more, cohort.extra + more
    commands.correlate_message(session, work.engine, "session_moved", cohort.key, source="extra", by=SYSTEM)
    return {"told": [str(each) for each in dict.fromkeys(guests)]}


def _cohort(work: ServiceWork) -> Cohort:
    """The group, locked: two wishes at once are weighed one after the other, and plan no session twice."""
    query = select(Cohort).where(Cohort.id == uuid(work.variables, "cohort_id")).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()
