"""Undoing a completion: everything as it was, until the first effect has left the house or somebody has acted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import commands
from engine.assignment import Actor
from engine.errors import ActedAfter, EffectLeft, NotFound, Refused, UndoTooLate
from engine.models import Effect, Job, ProcessInstance, Subscription, TaskCandidate, UserTask, WayBack
from engine.transaction import reading, transaction
from engine.undo import standing
from tests.fixtures.diagrams import boundary, end, message, process, properties_of, reference, service, start, timer
from tests.fixtures.diagrams import user_task as task
from tests.fixtures.engines import CLERK, COLLEAGUE, STRANGER, Bench

HELD = properties_of([("task.undo", "true"), ("task.deadline", "3")])
LEDGER = ProcessInstance, UserTask, TaskCandidate, Job, Subscription
BESIDE = [
    boundary("too_long", "check", timer("duration", "P5D"), interrupting=False),
    boundary("withdrawn", "check", reference("message", "gone")),
]


def _diagram(*rest: str, extra: str = HELD, then: str = "after") -> bytes:
    elements = [start(), task("check", groups="MEMBERSHIP, DATA", extra=extra), *rest, *BESIDE, end(), end("left")]
    flows = ["begin -> check", f"check -> {then}", f"{then} -> done", "too_long -> left", "withdrawn -> left"]
    return process("undone", elements, flows, top=[message("gone", "gone", "ticket")])


PLAIN = _diagram(task("after"), extra=properties_of([("task.deadline", "3")]))
SERVED = _diagram(service("after", "house.note"))
CALLED = _diagram(service("after", "post.send"), extra="")


def complete(it: Bench, task_id: UUID, by: Actor = CLERK) -> bool:
    with transaction(it.engine) as session:
        answer = {"verdict": "YES"}
        return commands.complete(session, it.engine, task_id, answer, by=by, undoable=True).way_back


def undo(it: Bench, task_id: UUID, by: Actor = CLERK) -> None:
    with transaction(it.engine) as session:
        commands.undo(session, it.engine, task_id, by=by)


def rows(it: Bench) -> list[object]:
    """Every row of a case that workers and lists read, without what only counts on."""
    counted = {"rev", "epoch"}
    with reading(it.engine) as session:
        found = [session.execute(select(each.__table__)).mappings().all() for each in LEDGER]
    open_ones = [row for each in found for row in each if row.get("state") != "canceled"]
    return sorted(repr({name: row[name] for name in row if name not in counted}) for row in open_ones)


@pytest.mark.parametrize("diagram", [PLAIN, SERVED], ids=["a task follows", "held before work in the house"])
def test_everything_is_as_it_was(bench: Callable[..., Bench], diagram: bytes) -> None:
    done: list[object] = []
    it = bench(service={"house.note": lambda work: done.append(work.element)})
    it.deploy(diagram)
    case = it.start("undone", {"ticket": "t-1"})
    before, check = rows(it), it.open(case)["check"]
    assert complete(it, check)
    assert done == []
    with reading(it.engine) as session:
        [way] = standing(session, by=[CLERK.id])
        held = diagram is SERVED
        assert (way.task_id, way.until) == (check, it.clock.now() + timedelta(seconds=20) if held else None)
        assert standing(session, by=[COLLEAGUE.id]) == standing(session, WayBack.task_id == case, by=[CLERK.id]) == []
    undo(it, check)
    assert rows(it) == before
    assert [event.kind for event in it.history(case)][-2:] == ["task_reopened", "path"]
    undo(it, check)  # a second click
    assert complete(it, check)
    it.later(timedelta(minutes=1))
    assert done == ([] if diagram is PLAIN else ["after"])
    assert list(it.open(case)) == (["after"] if diagram is PLAIN else [])
    assert it.case(case).status == ("active" if diagram is PLAIN else "completed")


def test_a_held_case_goes_on_after_the_window(bench: Callable[..., Bench]) -> None:
    done: list[object] = []
    it = bench(service={"house.note": lambda work: done.append(work.element)})
    it.deploy(SERVED)
    case = it.start("undone", {"ticket": "t-1"})
    check = it.open(case)["check"]
    complete(it, check)
    it.later(timedelta(seconds=19))
    assert (done, it.case(case).status) == ([], "active")
    it.later(timedelta(seconds=2))
    assert (done, it.case(case).status) == (["after"], "completed")
    with pytest.raises(UndoTooLate):
        undo(it, check)


def test_who_asks_for_no_way_back_waits_for_nothing(bench: Callable[..., Bench]) -> None:
    it = bench(service={"house.note": lambda work: None})
    it.deploy(SERVED)
    case = it.start("undone", {"ticket": "t-1"})
    check = it.open(case)["check"]
    it.complete(check)
    assert it.case(case).status == "completed"
    with reading(it.engine) as session:
        assert session.get(WayBack, check) is None


def test_an_effect_on_record_ends_the_way_back(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"post.send": lambda work: None})
    it.deploy(CALLED)
    case = it.start("undone", {"ticket": "t-1"})
    check = it.open(case)["check"]
    assert complete(it, check)
    undo(it, check)  # the call had not begun
    assert complete(it, check)
    with reading(it.engine) as session:
        assert session.scalars(select(Effect)).all() == []
    it.run()
    with pytest.raises(EffectLeft):
        undo(it, check)


def test_an_attempt_that_is_under_way_is_an_effect(bench: Callable[..., Bench]) -> None:
    seen: list[Exception] = []
    tasks: list[UUID] = []

    def send(work: object) -> None:
        try:
            undo(it, tasks[0])
        except UndoTooLate as refused:
            seen.append(refused)

    it = bench(connector={"post.send": send})
    it.deploy(CALLED)
    tasks.append(it.open(it.start("undone", {"ticket": "t-1"}))["check"])
    assert complete(it, tasks[0])
    it.run()
    assert [type(each) for each in seen] == [EffectLeft]
    assert seen[0].params["element"] == "after"


def test_whoever_acted_afterwards_ends_it(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(PLAIN)
    case = it.start("undone", {"ticket": "t-1"})
    check = it.open(case)["check"]
    complete(it, check)
    for wrong, who in ((Refused, COLLEAGUE), (NotFound, STRANGER)):
        with pytest.raises(wrong):
            undo(it, check, who)
    after = it.open(case)["after"]
    with transaction(it.engine) as session:
        commands.claim(session, it.engine, after, by=COLLEAGUE)
    with pytest.raises(ActedAfter) as taken:
        undo(it, check)
    assert taken.value.params["by"] == COLLEAGUE.id
    with transaction(it.engine) as session:
        commands.set_variables(session, it.engine, case, {"verdict": "NO"}, by=COLLEAGUE)
    with pytest.raises(ActedAfter):
        undo(it, check)


def test_what_happens_by_itself_ends_it_too(bench: Callable[..., Bench]) -> None:
    it = bench(service={"house.note": lambda work: None})
    it.deploy(_diagram(task("after"), extra=""), SERVED.replace(b'"undone"', b'"other"').replace(b"task.undo", b"x.y"))
    case = it.start("undone", {"ticket": "t-1"})
    check = it.open(case)["check"]
    complete(it, check)
    with transaction(it.engine) as session:
        commands.set_variables(session, it.engine, case, {"n": 1}, by=CLERK)
    with pytest.raises(UndoTooLate) as late:
        undo(it, check)
    assert type(late.value) is UndoTooLate
    other = it.open(it.start("other", {"ticket": "t-2"}))["check"]
    assert not complete(it, other)  # what a service task did lives elsewhere
