"""Everybody at once: people, messages, operators and workers act on the same cases; rows and cases agree afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.bpmn import Case
from engine.definitions import definition
from engine.engine import Engine
from engine.errors import CaseClosed, CaseSuspended, TaskClosed
from engine.jobs import run_due
from engine.models import Job, ProcessInstance, Subscription, UserTask
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from engine.worker import sweep
from tests.fixtures.diagrams import (
    boundary,
    call,
    catch,
    end,
    message,
    parallel,
    process,
    reference,
    service,
    start,
    timer,
    user_task,
)  # fmt: skip
from tests.fixtures.engines import ADMIN, CLERK, Bench

CHILD = process(
    "child", [start(), catch("hear", reference("message", "m1")), user_task("answer"), end()],
    ["begin -> hear", "hear -> answer", "answer -> done"], top=[message("m1", "go", "own")],
)  # fmt: skip
PARENT = process(
    "parent",
    [start(), parallel("fork"), call("ask", "child"),
     boundary("slow", "ask", timer("duration", "PT1H"), interrupting=False), user_task("write"),
     service("tell", "other.tell"), parallel("join"), user_task("close"), end(), end("reminded")],
    ["begin -> fork", "fork -> ask", "fork -> write", "write -> tell", "tell -> join", "ask -> join", "join -> close",
     "close -> done", "slow -> reminded"],
)  # fmt: skip
ACTS, PEOPLE, CORRELATED = 40, 6, 4
Act = Callable[[Session, Engine, random.Random], object]


def tell(work: ServiceWork) -> None:
    """Moves another case in the transaction of this one."""
    key = str(work.variables["other"])
    commands.correlate_message(
        work.session, work.engine, "go", key, source="case", ttl=timedelta(hours=1), by=CLERK
    )  # fmt: skip


def publish(session: Session, engine: Engine, chance: random.Random) -> None:
    key = str(chance.randrange(CORRELATED))
    commands.correlate_message(session, engine, "go", key, source="bank", ttl=timedelta(hours=1), by=CLERK)


def begin(session: Session, engine: Engine, chance: random.Random) -> None:
    keys = {"own": str(chance.randrange(CORRELATED)), "other": str(chance.randrange(CORRELATED))}
    commands.start(session, engine, "parent", keys, by=CLERK)


def complete(session: Session, engine: Engine, chance: random.Random) -> None:
    tasks = session.execute(select(UserTask.id).where(UserTask.state == "created").limit(9)).scalars().all()
    if tasks:
        key = str(chance.random())
        commands.complete(session, engine, chance.choice(tasks), {"mark": key}, by=CLERK, request_key=key)


def intervene(session: Session, engine: Engine, chance: random.Random) -> None:
    """Cancels, suspends or resumes a case that nobody called."""
    roots = select(ProcessInstance.id).where(ProcessInstance.ended_at.is_(None), ProcessInstance.parent_id.is_(None))
    cases = session.execute(roots.limit(9)).scalars().all()
    if cases:
        verb = chance.choice([commands.cancel, commands.suspend, commands.resume, commands.resume])
        verb(session, engine, chance.choice(cases), by=ADMIN)


ACTIONS: Mapping[str, Act] = {"begin": begin, "complete": complete, "publish": publish, "intervene": intervene}


def person(engine: Engine, seed: int) -> None:
    """Forty acts at random. Being late is no failure; anything else is raised."""
    chance = random.Random(seed)
    for _ in range(ACTS):
        chosen = chance.choice([*ACTIONS, "complete", "complete", "publish", "work", "sweep"])
        try:
            if chosen == "work":
                run_due(engine, limit=20)
            elif chosen == "sweep":
                sweep(engine)
            else:
                with transaction(engine) as session:
                    ACTIONS[chosen](session, engine, chance)
        except (TaskClosed, CaseClosed, CaseSuspended):
            continue


def test_a_crowd(bench: Callable[..., Bench]) -> None:
    it = bench(service={"other.tell": tell})
    it.deploy(CHILD, PARENT)
    engines = [it.engine, it.another(), it.another()] * 2
    with ThreadPoolExecutor(PEOPLE) as crowd:
        list(crowd.map(person, engines, range(PEOPLE)))
    for case in (*it.cases("parent"), *it.cases("child")):
        if case.status == "suspended" and case.parent_id is None:
            with transaction(it.engine) as session:
                commands.resume(session, it.engine, case.id, by=ADMIN)
    it.run()
    assert it.incidents() == []
    with reading(it.engine) as session:
        for row in session.execute(select(ProcessInstance)).scalars():
            check_agrees(session, it.engine, row)


def check_agrees(session: Session, engine: Engine, row: ProcessInstance) -> None:
    """The rows of a case are what its tokens say: each open task, wait, timer and called case, and nothing more."""
    tasks = found(session, select(UserTask.id).where(UserTask.instance_id == row.id, UserTask.state == "created"))
    waits = found(session, select(Subscription.token).where(Subscription.instance_id == row.id))
    jobs = session.execute(select(Job.kind, Job.token, Job.held).where(Job.instance_id == row.id)).all()
    if row.ended_at is not None:
        assert (tasks, waits, jobs) == (set(), set(), [])
        return
    tokens = Case.load(definition(session, engine, row.definition_id).spec, row.state).tokens
    assert tasks == {token.id for token in tokens if token.kind == "task"}
    assert waits == {token.id for token in tokens if token.kind == "message"}
    assert {(job.kind, job.token, job.held) for job in jobs} == {
        ("timer", token.id, False) for token in tokens if token.kind == "timer"
    }
    calls = {token.id for token in tokens if token.kind == "call"}
    children = select(ProcessInstance.parent_token).where(
        ProcessInstance.parent_id == row.id, ProcessInstance.ended_at.is_(None)
    )
    assert calls == found(session, children)


def found(session: Session, query: object) -> set[UUID]:
    """The ids that a query answers."""
    return set(session.execute(query).scalars())  # type: ignore[call-overload]
