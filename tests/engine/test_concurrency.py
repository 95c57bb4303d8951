"""Many at once: everybody's own task succeeds, one task succeeds once, workers share the jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from engine import commands
from engine.assignment import Actor
from engine.completion import Completed
from engine.engine import Engine, EngineSettings
from engine.errors import Conflict, TaskClosed
from engine.jobs import run_due
from engine.registry import ServiceWork
from engine.transaction import transaction
from tests.fixtures.diagrams import ONE_TASK, TWELVE, catch, end, message, process, reference, service, start, timer
from tests.fixtures.diagrams import user_task as asked
from tests.fixtures.engines import ADMIN, CLERK, COLLEAGUE, Bench

ROOMY = EngineSettings(pool_size=20)


def at_once(engine: Engine, acts: Sequence[tuple[UUID, Actor, str | None]]) -> list[Completed | Exception]:
    """Completes these tasks at the same instant, a thread each."""
    gate = threading.Barrier(len(acts))

    def act(task: UUID, by: Actor, key: str | None) -> Completed | Exception:
        gate.wait()
        try:
            with transaction(engine) as session:
                return commands.complete(session, engine, task, {}, by=by, request_key=key)
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(lambda each: act(*each), acts))


def test_twelve_people_complete_twelve_tasks_of_one_case(bench: Callable[..., Bench]) -> None:
    it = bench(settings=ROOMY)
    it.deploy(TWELVE)
    case = it.start("twelve")
    tasks = it.open(case).values()
    people = [replace(CLERK, id=f"person:{number}") for number in range(12)]
    answers = at_once(it.engine, [(task, by, None) for task, by in zip(tasks, people, strict=True)])
    assert all(isinstance(answer, Completed) for answer in answers), answers
    assert it.case(case).status == "completed"
    assert sorted(answer.ended for answer in answers if isinstance(answer, Completed)) == [False] * 11 + [True]


def test_two_people_complete_one_task(bench: Callable[..., Bench]) -> None:
    it = bench(settings=ROOMY)
    it.deploy(ONE_TASK)
    for _ in range(5):
        task = it.open(it.start("one_task"))["check"]
        answers = at_once(it.engine, [(task, CLERK, None), (task, COLLEAGUE, None)])
        (done,) = [each for each in answers if isinstance(each, Completed)]
        (refusal,) = [each for each in answers if isinstance(each, TaskClosed)]
        faster = CLERK if answers[0] is done else COLLEAGUE
        assert refusal.params["closed_by"] == faster.id


def test_one_request_sent_four_times_at_once_is_answered_alike(bench: Callable[..., Bench]) -> None:
    it = bench(settings=ROOMY)
    it.deploy(TWELVE)
    task = it.open(it.start("twelve"))["task_3"]
    answers = at_once(it.engine, [(task, CLERK, "same")] * 4)
    assert all(answer == answers[0] for answer in answers), answers
    assert isinstance(answers[0], Completed)


def test_workers_share_the_jobs_and_do_each_once(bench: Callable[..., Bench]) -> None:
    done: list[UUID] = []

    def count(work: ServiceWork) -> None:
        done.append(work.instance_id)

    it = bench(service={"count.up": count}, settings=ROOMY)
    it.deploy(
        process(
            "tick",
            [start(), catch("pause", timer("duration", "P1D")), service("count", "count.up"), end()],
            ["begin -> pause", "pause -> count", "count -> done"],
        )
    )
    with transaction(it.engine) as session:
        for _ in range(120):
            commands.start(session, it.engine, "tick", by=CLERK)
    it.clock.advance(timedelta(days=1))
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(run_due, [it.engine] * 4))
    assert sum(counts) == 120
    assert len(done) == len(set(done)) == 120


def test_messages_started_at_once_start_one_case_a_key(bench: Callable[..., Bench]) -> None:
    it = bench(settings=ROOMY)
    it.deploy(
        process(
            "started",
            [start("arrived", reference("message", "m1")), asked("read"), end()],
            ["arrived -> read", "read -> done"],
            top=[message("m1", "letter")],
        )
    )
    gate = threading.Barrier(6)

    def publish(number: int) -> int:
        gate.wait()
        with transaction(it.engine) as session:
            answer = commands.correlate_message(
                session, it.engine, "letter", "K", source="post", message_id=str(number), by=ADMIN
            )
        return len(answer.started)

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(publish, range(6))) == 1
    assert len(it.cases("started")) == 1


def test_children_end_at_once_and_the_parent_goes_on(bench: Callable[..., Bench]) -> None:
    it = bench(settings=ROOMY)
    child = process("child", [start(), asked("inner"), end()], ["begin -> inner", "inner -> done"])
    names = [f"call_{number}" for number in range(6)]
    parent = process(
        "parent",
        [start(), '<parallelGateway id="fork"/>', *(_call(name) for name in names), '<parallelGateway id="join"/>',
         asked("after"), end()],
        ["begin -> fork", *(f"fork -> {name}" for name in names), *(f"{name} -> join" for name in names),
         "join -> after", "after -> done"],
    )  # fmt: skip
    it.deploy(parent, child)
    case = it.start("parent")
    tasks = [it.open(each.id)["inner"] for each in it.cases("child")]
    answers = at_once(it.engine, [(task, CLERK, None) for task in tasks])
    assert all(isinstance(answer, Completed) for answer in answers), answers
    it.run()
    assert list(it.open(case)) == ["after"]


def _call(id_: str) -> str:
    called = '<zeebe:calledElement processId="child"/>'
    return f'<callActivity id="{id_}"><extensionElements>{called}</extensionElements></callActivity>'
