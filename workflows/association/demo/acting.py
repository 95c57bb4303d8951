"""What people of the demonstration do in cases: begin one by its form, complete their tasks, let time pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, jobs
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.completion import TaskContext
from engine.engine import Engine
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import reading, transaction
from workflows.association.record_set import record_set

Values = Mapping[str, object]


def at(engine: Engine, moment: datetime) -> Engine:
    """The same engine at another time."""
    return replace(engine, clock=VirtualClock(moment))


def begin(engine: Engine, process_id: str, by: Actor, values: Values, **variables: object) -> UUID:
    """Starts a process with what its form wrote, and runs what is due."""
    records = record_set()

    def write(session: Session, context: StartContext) -> Values:
        return records.write(session, variables, values, now=context.now, by=context.by.id)

    with transaction(engine) as session:
        started = commands.start(session, engine, process_id, variables, by=by, write=write).instance_id
    run(engine)
    return started


def complete(engine: Engine, task: UserTask, by: Actor, variables: Values, values: Values) -> None:
    """Completes a task, what its form writes in the same transaction, and runs what is due."""
    records = record_set()

    def write(session: Session, context: TaskContext) -> Values:
        return records.write(session, context.variables, values, now=context.now, by=context.by.id)

    with transaction(engine) as session:
        commands.complete(session, engine, task.id, variables, by=by, write=write)
    run(engine)


def open_tasks(engine: Engine, element: str) -> list[UserTask]:
    """The open tasks of an element, the oldest first."""
    with reading(engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        return list(session.scalars(query.order_by(UserTask.created_at, UserTask.id)))


def run(engine: Engine) -> None:
    """Does what is due."""
    while jobs.run_due(engine):
        pass


def pass_time(engine: Engine, until: datetime) -> None:
    """Runs what falls due up to a moment, each at its time."""
    clock = engine.clock
    assert isinstance(clock, VirtualClock)
    while (due := jobs.next_due(engine)) is not None and due <= until:
        clock.set(max(due, clock.now()))
        run(engine)
    clock.set(until)
