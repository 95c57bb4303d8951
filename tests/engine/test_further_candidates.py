"""The queue of those who stand second: complete, in order and page by page, as a plain look at every task has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine import commands, inbox, shapes, tally
from engine.assignment import Actor
from engine.further import candidate_rows
from engine.inbox import Filters
from engine.models import TaskCandidate, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.engines import CLERK, Bench

SUBJECT = process(
    "request", [start(), user_task("check", groups="MEMBERSHIP,DATA", users="person:guest"), end()],
    ["begin -> check", "check -> done"],
)  # fmt: skip
DATA = Actor("person:data", "Data", frozenset({"DATA"}))
NAMES = ("A", "B", "C", "user:person:x", "not:person:x", "not:person:y")
ACTORS = [
    Actor(f"person:{name}", name, frozenset(roles))
    for name, roles in (("x", "A"), ("x", ""), ("y", "BC"), ("z", "ABC"), ("z", "D"))
]
MOST = 5
Plain = dict[str, Any]


def random_tasks(chance: Random, task: UserTask) -> list[Plain]:
    """Tasks that differ in candidates, holders and places, many places twice."""
    made = []
    for _ in range(60):
        role = chance.choice(("A", "B", "D", None))
        further = [each for each in NAMES if each != role and chance.random() < 0.4]
        made.append(
            {
                "id": UUID(int=chance.getrandbits(128)), "instance_id": task.instance_id,
                "definition_id": task.definition_id, "element": chance.choice(("one", "two")), "name": "x",
                "state": "created", "assignee": chance.choice((None, None, "person:other")), "role": role,
                "candidates": [*([role] if role else []), *further], "priority": chance.choice((10, 50)),
                "rank_at": task.created_at + timedelta(days=chance.randrange(4)),
                "created_at": task.created_at + timedelta(days=chance.randrange(2)), "properties": {},
            }
        )  # fmt: skip
    return made


def written(session: Session, tasks: Sequence[Plain]) -> None:
    session.execute(delete(TaskCandidate))
    session.execute(delete(UserTask))
    session.execute(insert(UserTask), tasks)
    for each in tasks:
        further = [name for name in each["candidates"] if name != each["role"]]
        where = {name: each[name] for name in ("rank_at", "created_at", "assignee")}
        if rows := candidate_rows(each["id"], further, **where):
            session.execute(insert(TaskCandidate), rows)


def plainly(tasks: Sequence[Plain], actor: Actor, filters: Filters) -> list[UUID]:
    """What the actor may take, in the order asked for, by a look at every task."""
    found = [
        each for each in tasks
        if each["assignee"] is None and f"not:{actor.id}" not in each["candidates"]
        and {*actor.roles, f"user:{actor.id}"} & {*each["candidates"]}
        and filters.element in {None, each["element"]} and (not filters.late or each["rank_at"] < filters.now)
    ]  # fmt: skip
    first = -1 if filters.order == "priority" else 0

    def place(task: Plain) -> tuple[Any, ...]:
        return (first * task["priority"], task["rank_at"], task["created_at"], task["id"])

    return [each["id"] for each in sorted(found, key=place)]


def paged(session: Session, actor: Actor, filters: Filters) -> list[UUID]:
    seen: list[UUID] = []
    after = None
    while rows := inbox.queue(session, actor, filters, after, limit=4):
        seen += [row.id for row in rows]
        after = shapes.place_in(filters.order, rows[-1])
    return seen


def test_the_queue_is_what_a_plain_look_at_every_task_finds(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "MOST_COUNTED", MOST)
    monkeypatch.setattr(tally, "MOST_COUNTED", MOST)
    monkeypatch.setattr(tally, "LOOKED", MOST)
    it = bench()
    it.deploy(SUBJECT)
    it.start("request")
    now: datetime = it.clock.now() + timedelta(days=2)
    with reading(it.engine) as session:
        first = session.scalars(select(UserTask)).one()
    asked = [Filters(), Filters(element="one"), Filters(late=True, now=now), Filters(element="two", order="priority")]
    tasks = random_tasks(Random(1), first)
    with transaction(it.engine) as session:
        written(session, tasks)
    with reading(it.engine) as session:
        for actor in ACTORS:
            for filters in asked:
                expected = plainly(tasks, actor, filters)
                assert paged(session, actor, filters) == expected, (actor, filters)
                if not inbox.is_plain(filters):
                    counted = tally.counts(session, actor, now, filters)
                    assert counted.unclaimed == min(len(expected), MOST), (actor, filters)
                anything = replace(filters, text="x", found=lambda tasks: tasks.instance_id.is_not(None))
                looked = tally.counts(session, actor, now, anything)
                assert looked.unclaimed == min(len(expected), MOST), (actor, filters)
                assert "unclaimed" in looked.more or len(expected) < MOST


def test_whoever_stands_second_hears_of_holders(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(SUBJECT)
    task = it.open(it.start("request"))["check"]
    for act, free in ((commands.claim, True), (commands.release, False), (None, True)):
        with transaction(it.engine) as session:
            rows = session.scalars(select(TaskCandidate)).all()
            assert {row.candidate: row.free for row in rows} == {"DATA": free, "user:person:guest": free}
            assert [row.id for row in inbox.queue(session, DATA)] == ([task] if free else [])
            assert tally.counts(session, DATA, it.clock.now()).unclaimed == free
            if act is not None:
                act(session, it.engine, task, by=CLERK)
