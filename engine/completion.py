"""Completing a user task: the one request that everything else serves."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from engine import undo
from engine.advance import advance
from engine.assignment import COMPLETED_BY, Actor, check_may_act, may_act, may_see
from engine.bounds import REQUEST_KEY, check
from engine.bpmn.model import Element
from engine.definitions import Definition
from engine.errors import NotFound, TaskClosed
from engine.feel.values import Value
from engine.jsontext import to_ascii_json
from engine.requests import remember, stored_answer
from engine.step import Step, check_open, resume_step, steps_of
from engine.store import instance_of, lock_task
from engine.transaction import afterwards
from engine.variables import encode, entering, without

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Completed", "TaskContext", "complete", "next_tasks", "opened_so_far"]


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What a writer of records knows of the task that is being completed; it writes in the same transaction."""

    engine: Engine
    task_id: UUID
    instance_id: UUID
    definition: Definition
    element: str
    name: str
    variables: Mapping[str, Value]
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Completed:
    """What came of it: the tasks that this opened and that the same actor may do, whether the case ended, and whether
    it can be undone (`engine.undo`)."""

    instance_id: UUID
    next_tasks: tuple[UUID, ...]
    ended: bool
    way_back: bool = False

    def dump(self) -> str:
        """The stored answer of a request key."""
        tasks = [str(task) for task in self.next_tasks]
        return to_ascii_json(
            {"instance": str(self.instance_id), "tasks": tasks, "ended": self.ended, "way_back": self.way_back}
        )

    @classmethod
    def load(cls, answer: str) -> Completed:
        """The opposite of `dump`."""
        stored = json.loads(answer)
        return cls(
            UUID(stored["instance"]), tuple(map(UUID, stored["tasks"])), stored["ended"], stored.get("way_back", False)
        )


Writer = Callable[[Session, TaskContext], Mapping[str, object] | None]


def complete(
    session: Session,
    engine: Engine,
    task_id: UUID,
    variables: Mapping[str, object] | None = None,
    *,
    by: Actor,
    request_key: str | None = None,
    write: Writer | None = None,
    undoable: bool = False,
) -> Completed:
    """Completes an open task with its result; see `engine.commands`."""
    check({"request key": request_key}, REQUEST_KEY)
    act = f"complete {task_id}"
    row = lock_task(session, task_id, request_key)
    if row.act is not None:
        return Completed.load(stored_answer(row, act, by))
    check_still_open(row, by)
    instance = instance_of(row)
    check_open(instance)
    check_may_act(by, row)
    before = opened_so_far(session)
    step = resume_step(engine, session, instance, row.case_state, by)
    element, due = step.definition.spec.elements[row.element], len(afterwards(session).due)
    result = entering(_with_name(variables, element, by))
    if write is not None:
        result |= entering(write(session, _context(step, row, by)))
    kept = encode(without(result, step.definition.transient))
    step.answers[task_id] = {"variables": kept} if kept else {}
    held = undoable and undo.PROPERTY in element.properties
    step.case.complete_task(task_id, result, step.host, pause=held)
    if held:
        step.promise("continue", step.now + engine.settings.undo_window(session, step.now))
    way_back = undoable and undo.keep(step, task_id, row.case_state, due)
    advance(step)
    afterwards(session).steps["completed", task_id] = partial(engine.observer.tell_completed, instance.process_id)
    done = Completed(instance.id, next_tasks(session, by, before), instance.ended_at is not None, way_back)
    remember(session, request_key, act, by, done.dump(), step.now)
    return done


def _with_name(variables: Mapping[str, object] | None, element: Element, by: Actor) -> Mapping[str, object] | None:
    """The result with whoever completed the task, where the diagram asks for it: a later task may exclude him."""
    name = element.properties.get(COMPLETED_BY)
    return variables if name is None else {**(variables or {}), name: by.id}


def check_still_open(row: Row[Any], by: Actor) -> None:
    """Raises TaskClosed, or NotFound where the actor may not know of the task."""
    if row.task_state == "created":
        return
    if row.closed_by != by.id and not may_see(by, row):
        raise NotFound(kind="task", id=row.task_id)
    raise TaskClosed(closed_by=row.closed_by or "system", name=row.name, state=row.task_state)


def _context(step: Step, row: Row[Any], by: Actor) -> TaskContext:
    return TaskContext(
        engine=step.engine,
        task_id=row.task_id,
        instance_id=step.instance.id,
        definition=step.definition,
        element=row.element,
        name=row.name,
        variables=step.case.visible(row.task_id),
        by=by,
        now=step.now,
    )


def opened_so_far(session: Session) -> frozenset[UUID]:
    """The tasks that earlier acts of this transaction opened: an act does not answer them as its own."""
    return frozenset(task for step in steps_of(session).values() for task in step.opened)


def next_tasks(session: Session, by: Actor, before: Collection[UUID]) -> tuple[UUID, ...]:
    """The tasks that this transaction opened since `opened_so_far` and that the actor may do."""
    opened = (task for step in steps_of(session).values() for task in step.opened.values() if task.id not in before)
    return tuple(task.id for task in opened if may_act(by, task))
