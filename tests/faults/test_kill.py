"""`kill -9` between any two statements of a completion leaves the old or the new state, usable at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from engine.registry import ServiceWork
from tests.faults.answering import Answer, answering
from tests.fixtures.diagrams import boundary, end, process, service, start, timer, user_task
from tests.fixtures.engines import Bench

SUBJECT = process(
    "subject",
    [start(), user_task("ask", users="person:clerk"), boundary("late", "ask", timer("duration", "P3D")), end("gone"),
     service("book", "ledger.book"), user_task("look", users="person:clerk"), end()],
    ["begin -> ask", "ask -> book", "book -> look", "look -> done", "late -> gone"],
)  # fmt: skip


def book(work: ServiceWork) -> dict[str, object]:
    """The same service task as the victim's."""
    return {"entry": 17}


Victim = Callable[[UUID, str, int], int]


@pytest.fixture(scope="module")
def answer() -> Iterator[Answer]:
    """The process that the victims of this file are forked from."""
    with answering("tests.faults.victim") as ask:
        yield ask


@pytest.fixture
def victim(database: str, answer: Answer) -> Victim:
    """Completes a task in a process that is killed before the statement of this number; answers its exit code."""
    return lambda task, key, fatal: answer(f"{database} {task} {key} {fatal}")


def test_a_kill_at_every_statement(bench: Callable[..., Bench], victim: Victim) -> None:
    it = bench(service={"ledger.book": book})
    it.deploy(SUBJECT)
    statements = victim(it.open(it.start("subject"))["ask"], "whole", 0)
    assert statements > 5
    for fatal in range(1, statements + 1):
        case = it.start("subject")
        task = it.open(case)["ask"]
        assert victim(task, f"key-{fatal}", fatal) == -signal.SIGKILL
        check_usable(it, case, task, f"key-{fatal}", durable=fatal == statements)


def check_usable(it: Bench, case: UUID, task: UUID, key: str, *, durable: bool) -> None:
    """The old state or the new one, nothing in between; the repeated request completes or gets its answer."""
    expected = ["look"] if durable else ["ask"]
    assert list(it.open(case)) == expected
    assert [job.kind for job in it.jobs() if job.instance_id == case] == ([] if durable else ["timer"])
    answer = it.complete(task, {"ok": True}, key=key)
    assert list(it.open(case).values()) == list(answer.next_tasks)
    assert it.variables(case) == {"ok": True, "entry": 17}
    kinds = [event.kind for event in it.history(case)]
    assert kinds.count("task_completed") == 1
    assert it.do(case, "look").ended


@pytest.mark.parametrize("statement", [1, 3])
def test_a_killed_process_leaves_the_jobs_to_another(
    bench: Callable[..., Bench], victim: Victim, statement: int
) -> None:
    it = bench(service={"ledger.book": book})
    it.deploy(SUBJECT)
    case = it.start("subject")
    assert victim(it.open(case)["ask"], "k", statement) == -signal.SIGKILL
    it.later(it.jobs()[0].due_at - it.clock.now())
    assert it.case(case).status == "completed"
