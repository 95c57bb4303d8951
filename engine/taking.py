"""Whose a task is: claim, release, hand over. Nothing here moves the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.assignment import ADMIN, Actor, check_may_act, check_may_claim, may_see
from engine.bounds import ACTOR, check
from engine.errors import NotFound, Refused, TaskClosed, TaskTaken
from engine.history import record
from engine.models import UserTask

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["assign", "claim", "release"]


def claim(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """The actor takes the task. Claiming one's own task again changes nothing.

    Raises NotFound, TaskClosed, TaskTaken.
    """
    task = _open_task(session, task_id, by)
    check_may_claim(by, task)
    if task.assignee == by.id:
        return
    _change(session, task_id, by.id, or_(UserTask.assignee.is_(None), UserTask.assignee == by.id), task)
    record(session, engine, task.instance_id, "task_claimed", task.element, task_id, by)


def release(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """The task goes back to its queue. Raises NotFound, TaskClosed, Refused where there is no queue to go back to."""
    task = _open_task(session, task_id, by)
    check_may_act(by, task)
    if task.assignee is None:
        return
    if not task.candidates:
        raise Refused(action="release", kind="task")
    _change(session, task_id, None, UserTask.assignee == task.assignee, task)
    record(session, engine, task.instance_id, "task_released", task.element, task_id, by)


def assign(session: Session, engine: Engine, task_id: UUID, *, by: Actor, to: str) -> None:
    """Hands the task to `to` (an actor's id). Its holder may, and `ADMIN`; of a free task, every candidate.

    Raises NotFound, TaskClosed, TaskTaken, TextRefused.
    """
    check({"assignee": to}, ACTOR)
    task = _open_task(session, task_id, by)
    if ADMIN not in by.roles:
        check_may_act(by, task)
    seen = task.assignee
    _change(session, task_id, to, UserTask.assignee.is_(None) if seen is None else UserTask.assignee == seen, task)
    record(session, engine, task.instance_id, "task_assigned", task.element, task_id, by, {"to": to})


def _open_task(session: Session, task_id: UUID, by: Actor) -> UserTask:
    task = session.execute(select(UserTask).where(UserTask.id == task_id)).scalar_one_or_none()
    if task is None or not may_see(by, task):
        raise NotFound(kind="task", id=task_id)
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    return task


def _change(session: Session, task_id: UUID, assignee: str | None, unless: Any, task: UserTask) -> None:
    """Writes the assignee where nobody was faster. Raises TaskClosed or TaskTaken where somebody was."""
    statement = update(UserTask).where(UserTask.id == task_id, UserTask.state == "created", unless)
    changed = session.connection().execute(statement.values(assignee=assignee)).rowcount
    if changed:
        return
    session.refresh(task)
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    raise TaskTaken(assignee=task.assignee, name=task.name)
