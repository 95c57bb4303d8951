"""What the completion benchmark works on: an approval of three user tasks with a deadline, a condition and history."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from benchmarks.figures import Cost
from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.models import Base, UserTask
from engine.transaction import reading, transaction

DIAGRAM = Path(__file__).parent / "diagrams" / "approval.bpmn"
PROCESS_ID = "approval"
ANSWERS: Sequence[tuple[str, Mapping[str, object]]] = (
    ("check_request", {"amount": 200}),
    ("approve_request", {"approved": True}),
    ("record_request", {"account": "6256"}),
)
CONDITIONS = {"=amount > 100": "amount > 100"}
CLERK = Actor(
    id="person:00000000-0000-4000-8000-000000000001",
    name="Clerk",
    roles=frozenset({"EVENTS", "TREASURER", "FINANCE", "FACILITATOR"}),
)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine on this database, closed at the end."""
    engine = Engine.open(url)
    try:
        yield engine
    finally:
        engine.close()


def prepare(url: str, cases: int) -> None:
    """Makes the tables, deploys the diagram and starts the cases."""
    with opened(url) as engine:
        Base.metadata.create_all(engine.database)
        with transaction(engine) as session:
            commands.deploy(session, engine, {DIAGRAM.name: DIAGRAM.read_bytes()}, by=CLERK)
        for _ in range(cases):
            with transaction(engine) as session:
                commands.start(session, engine, PROCESS_ID, {"amount": 0}, by=CLERK)


def first_tasks(url: str) -> list[UUID]:
    """The open tasks, in the order in which they were created."""
    with opened(url) as engine, reading(engine) as session:
        return list(session.scalars(select(UserTask.id).where(UserTask.state == "created").order_by(UserTask.id)))


def complete_case(engine: Engine, task: UUID) -> Cost:
    """Completes the three tasks of a case, one transaction each."""
    wall, cpu = time.perf_counter(), time.process_time()
    for element, variables in ANSWERS:
        with transaction(engine) as session:
            answer = commands.complete(session, engine, task, variables, by=CLERK, request_key=f"{task}:{element}")
        task = next(iter(answer.next_tasks), task)
    return Cost(len(ANSWERS), time.perf_counter() - wall, time.process_time() - cpu)
