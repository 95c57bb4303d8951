"""What somebody has to do by a day, for calendar programs: open tasks that are his by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import UserTask
from webapp.operations.diagrams import element_name
from workflows.association.calendars.icalendar_text import OpenTask
from workflows.association.people import Person

MOST: Final = 100


def open_tasks(session: Session, engine: Engine, person: Person, zone: ZoneInfo, public_url: str) -> Sequence[OpenTask]:
    """The tasks, the nearest day first; they are named as their diagrams name them in the person's language."""
    query = select(UserTask).where(
        UserTask.assignee == f"person:{person.id}", UserTask.state == "created", UserTask.due_at.is_not(None)
    )
    found = session.scalars(query.order_by(UserTask.due_at, UserTask.id).limit(MOST))
    return [
        OpenTask(
            str(each.id),
            _name(session, engine, each, person.lang or "fr"),
            each.due_at.astimezone(zone).date(),
            f"{public_url}/tasks/{each.id}",
        )
        for each in found
        if each.due_at is not None
    ]


def _name(session: Session, engine: Engine, task: UserTask, lang: str) -> str:
    return element_name(session, engine, task.definition_id, task.element, lang)
