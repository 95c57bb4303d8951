"""What somebody has to do by a day, for calendar programs: tasks that are his by name, and a while what became of them.

A calendar program keeps what it read until it is told otherwise: so a task that was done, or is needed no longer, stays
as such for some days; one that somebody else has now is gone, as is everything else that left the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import HistoryEvent, UserTask
from webapp.operations.diagrams import element_name
from workflows.association.calendars.icalendar_text import DatedTask, TaskState
from workflows.association.people import Person

MOST: Final = 100
KEPT: Final = timedelta(days=14)  # how long what is closed stays
STATES: Final[Mapping[str, TaskState]] = {
    "created": "NEEDS-ACTION", "completed": "COMPLETED", "canceled": "CANCELLED",
}  # fmt: skip
MIGRATED: Final = "case_migrated"  # by this alone the day of a task changes while it is open


def dated_tasks(
    session: Session, engine: Engine, person: Person, zone: ZoneInfo, public_url: str
) -> Sequence[DatedTask]:
    """The tasks, the open ones first and the nearest day first; named as their diagrams name them in the person's
    language."""
    now, actor = engine.clock.now(), f"person:{person.id}"
    closed = and_(
        UserTask.state != "created", UserTask.closed_at > now - KEPT,
        or_(UserTask.closed_by == actor, UserTask.state == "canceled"),
    )  # fmt: skip
    query = select(UserTask).where(
        UserTask.assignee == actor, UserTask.due_at.is_not(None), or_(UserTask.state == "created", closed)
    )
    found = session.scalars(query.order_by(UserTask.state != "created", UserTask.due_at, UserTask.id).limit(MOST)).all()
    changes = _changes(session, found)
    return [
        DatedTask(
            id=str(each.id),
            title=element_name(session, engine, each.definition_id, each.element, person.lang or "fr"),
            due=each.due_at.astimezone(zone).date(),
            link=f"{public_url}/tasks/{each.id}",
            state=STATES[each.state],
            sequence=changes[each.id][0],
            changed_at=changes[each.id][1],
            closed_at=each.closed_at,
        )
        for each in found
        if each.due_at is not None
    ]


def _changes(session: Session, tasks: Sequence[UserTask]) -> dict[UUID, tuple[int, datetime]]:
    """How often each task changed since it was opened, and when it last did, as history has it: nothing is ever taken
    out of history, so that the number only rises."""
    cases = {each.instance_id for each in tasks}
    query = (
        select(HistoryEvent.instance_id, HistoryEvent.token, func.count(), func.max(HistoryEvent.at))
        .where(
            HistoryEvent.instance_id.in_(cases),
            or_(HistoryEvent.token.in_([each.id for each in tasks]), HistoryEvent.kind == MIGRATED),
        )
        .group_by(HistoryEvent.instance_id, HistoryEvent.token)
    )
    rows = {(case, token): (count, at) for case, token, count, at in session.execute(query)} if cases else {}
    found = {}
    for each in tasks:
        of_task = rows.get((each.instance_id, each.id), (0, each.created_at))
        of_case = rows.get((each.instance_id, None), (0, each.created_at))
        found[each.id] = of_task[0] + of_case[0], max(of_task[1], of_case[1])
    return found
