"""Completing a task: the result enters the case, the case goes on, everything is durable together, once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import InvalidVariable, NotFound, RequestKeyReused, TaskClosed, TaskTaken
from engine.transaction import transaction
from tests.fixtures.diagrams import ONE_TASK, THREE_TASKS, end, process, script, start, user_task
from tests.fixtures.engines import CLERK, COLLEAGUE, STRANGER, Bench


def test_tasks_follow_each_other_until_the_case_ends(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    assert list(it.open(case)) == ["first"]
    done = it.do(case, "first", {"score": 3})
    assert [*it.open(case)] == ["second"]
    assert list(it.open(case).values()) == list(done.next_tasks)
    it.do(case, "second")
    last = it.do(case, "third")
    assert last.ended
    assert it.case(case).status == "completed"
    assert it.open(case) == {}
    assert it.jobs() == []


def test_a_result_is_seen_by_what_follows(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(
        process(
            "doubled",
            [start(), user_task("ask"), script("double", "twice", "amount * 2"), user_task("look"), end()],
            ["begin -> ask", "ask -> double", "double -> look", "look -> done"],
        )
    )
    case = it.start("doubled", {"currency": "EUR"})
    it.do(case, "ask", {"amount": Decimal("12.50")})
    assert it.variables(case) == {"currency": "EUR", "amount": Decimal("12.50"), "twice": Decimal("25.00")}


def test_a_repeated_request_gets_the_same_answer_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    task = it.open(case)["first"]
    first = it.complete(task, key="k-1")
    assert it.complete(task, key="k-1") == first
    assert list(it.open(case)) == ["second"]
    assert [event.kind for event in it.history(case)].count("task_completed") == 1


def test_a_request_key_serves_one_act_of_one_person(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    task = it.open(case)["first"]
    it.complete(task, key="k-1")
    with pytest.raises(RequestKeyReused):
        it.complete(task, key="k-1", by=COLLEAGUE)
    with pytest.raises(RequestKeyReused):
        it.complete(it.open(case)["second"], key="k-1")
    assert list(it.open(case)) == ["second"]


def test_a_repeated_start_starts_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    answers = []
    for _ in range(2):
        with transaction(it.engine) as session:
            answers.append(commands.start(session, it.engine, "one_task", by=CLERK, request_key="s-1"))
    assert answers[0] == answers[1]
    assert len(it.cases("one_task")) == 1


def test_a_task_closes_once(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    task = it.open(case)["check"]
    it.complete(task)
    with pytest.raises(TaskClosed) as refusal:
        it.complete(task, by=COLLEAGUE)
    assert refusal.value.params["closed_by"] == CLERK.id
    assert refusal.value.params["name"] == "check"


def test_a_task_is_nobodys_business_but_its_candidates(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    task = it.open(it.start("one_task"))["check"]
    with pytest.raises(NotFound):
        it.complete(task, by=STRANGER)
    with pytest.raises(NotFound):
        it.complete(uuid4())
    with transaction(it.engine) as session:
        commands.claim(session, it.engine, task, by=COLLEAGUE)
    with pytest.raises(TaskTaken):
        it.complete(task)


def test_records_are_written_in_the_same_transaction_or_not_at_all(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    task = it.open(case)["first"]

    def write(session: Session, context: object) -> dict[str, object]:
        raise RuntimeError("the record cannot be written")

    with pytest.raises(RuntimeError), transaction(it.engine) as session:
        commands.complete(session, it.engine, task, by=CLERK, write=write)
    assert list(it.open(case)) == ["first"]
    with transaction(it.engine) as session:
        commands.complete(session, it.engine, task, by=CLERK, write=lambda _s, _c: {"person_no": 7})
    assert it.variables(case) == {"person_no": Decimal(7)}


@pytest.mark.parametrize("name", ["_secret", "typename", "a b", "1st", "if", ""])
def test_reserved_names_are_refused(bench: Callable[..., Bench], name: str) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    task = it.open(it.start("one_task"))["check"]
    with pytest.raises(InvalidVariable):
        it.complete(task, {name: 1})
    with pytest.raises(InvalidVariable):
        it.complete(task, {"deep": [{"_hidden": 1}]})


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", ["deep", {"er": "\0"}]])
def test_text_that_no_database_stores_is_refused(bench: Callable[..., Bench], text: object) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    task = it.open(it.start("one_task"))["check"]
    with pytest.raises(InvalidVariable):
        it.complete(task, {"answer": text})


def test_any_other_text_is_stored_unchanged(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(THREE_TASKS)
    case = it.start("three_tasks")
    texts = ["😀", "\x01\x1f\u2028", "\\u0000", "Ærøskøbing", "\u202eabc", '"}{']
    it.do(case, "first", {"texts": texts})
    assert it.variables(case) == {"texts": texts}
    assert it.history(case)[-3].data == {"variables": {"texts": texts}}


def test_history_says_who_did_what_and_which_way_the_case_went(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    it.do(case, "check", {"ok": True})
    kinds = [event.kind for event in it.history(case)]
    assert kinds == ["case_started", "task_opened", "path", "task_completed", "case_completed", "path"]
    completed = it.history(case)[3]
    assert (completed.by, completed.element, completed.data) == (CLERK.id, "check", {"variables": {"ok": True}})
