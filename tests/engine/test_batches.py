"""Several timers in one transaction: what they share, what they do not, and who is left alone."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from engine import batches, commands
from engine.batches import Batch
from engine.engine import EngineSettings
from engine.jobs import claim_due, run_due
from engine.models import Job, ProcessInstance
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import boundary, catch, end, message, process, reference, service, start, timer, user_task
from tests.fixtures.engines import ADMIN, CLERK, Bench

PATIENT = EngineSettings(together=timedelta(minutes=1))
PAUSING = process(
    "pausing",
    [start(), catch("pause", timer("duration", "P1D")), service("count", "count.up"), end()],
    ["begin -> pause", "pause -> count", "count -> done"],
)
TWO = process(
    "two",
    [start(), user_task("ask"), boundary("first", "ask", timer("duration", "P1D"), interrupting=False),
     boundary("second", "ask", timer("duration", "P1D"), interrupting=False), user_task("one"), user_task("other"),
     end()],
    ["begin -> ask", "ask -> done", "first -> one", "second -> other", "one -> done", "other -> done"],
)  # fmt: skip

TELLING = process(
    "telling",
    [start(), service("tell", "message.publish", headers=[("name", "order_paid")]), end()],
    ["begin -> tell", "tell -> done"],
)
LISTENING = process(
    "listening",
    [start(), catch("wait", reference("message", "m1")), end()],
    ["begin -> wait", "wait -> done"],
    top=[message("m1", "order_paid", "order")],
)


@contextmanager
def commits(it: Bench) -> Iterator[list[int]]:
    """One entry for each transaction that was committed meanwhile."""
    seen: list[int] = []

    def count(_connection: object) -> None:
        seen.append(1)

    event.listen(it.engine.database, "commit", count)
    yield seen
    event.remove(it.engine.database, "commit", count)


def begin(it: Bench, cases: int, process_id: str = "pausing") -> list[UUID]:
    """So many cases, whose timers are due now."""
    begun = [it.start(process_id) for _ in range(cases)]
    it.clock.advance(timedelta(days=1))
    return begun


def test_timers_of_different_cases_share_a_transaction(bench: Callable[..., Bench]) -> None:
    told: list[UUID] = []
    it = bench(service={"count.up": lambda work: told.append(work.instance_id)}, settings=PATIENT)
    it.deploy(PAUSING)
    cases = begin(it, 8)
    with commits(it) as seen:
        assert run_due(it.engine) == 8
    assert len(seen) == 2  # the claim, and the work
    assert sorted(told) == sorted(cases)
    assert {case.status for case in it.cases("pausing")} == {"completed"}
    assert [[each.kind for each in it.history(case)].count("case_completed") for case in cases] == [1] * 8


def test_a_transaction_takes_no_more_after_its_time(bench: Callable[..., Bench]) -> None:
    it = bench(service={"count.up": lambda _work: None}, settings=EngineSettings(together=timedelta(0)))
    it.deploy(PAUSING)
    begin(it, 3)
    with commits(it) as seen:
        run_due(it.engine)
    assert len(seen) == 4
    assert it.jobs() == []


def test_one_that_fails_takes_no_other_with_it(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect of the machinery, which no savepoint around a service task holds back."""
    it = bench(service={"count.up": lambda _work: None})
    it.deploy(PAUSING)
    cases = begin(it, 5)
    spoiled = cases[2]
    kept = batches.run_beside

    def run_beside(*arguments: object) -> None:
        kept(*arguments)  # type: ignore[arg-type]
        if getattr(arguments[3], "id", None) == spoiled:
            raise OSError("the disk is full")

    monkeypatch.setattr(batches, "run_beside", run_beside)
    run_due(it.engine)
    assert [it.case(case).status for case in cases] == ["completed"] * 5
    assert [[each.kind for each in it.history(case)].count("case_completed") for case in cases] == [1] * 5


def test_a_service_task_that_fails_is_undone_alone(bench: Callable[..., Bench]) -> None:
    refused: list[UUID] = []

    def count(work: ServiceWork) -> None:
        work.session.execute(update(Job).where(Job.process_id == "trace").values(attempts=Job.attempts + 1))
        if not refused or work.instance_id == refused[0]:
            refused.append(work.instance_id)
            raise ValueError("no")

    it = bench(service={"count.up": count})
    it.deploy(PAUSING)
    begin(it, 4)
    run_due(it.engine)
    assert Counter(case.status for case in it.cases("pausing")) == {"completed": 3, "active": 1}
    (job,) = it.jobs()
    assert (job.kind, job.instance_id, job.attempts) == ("service", refused[0], 1)


def test_timers_of_one_case_move_it_one_after_the_other(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(TWO)
    cases = begin(it, 3, "two")
    assert run_due(it.engine) == 6
    assert [sorted(it.open(case)) for case in cases] == [["ask", "one", "other"]] * 3


def test_a_job_on_which_a_worker_was_lost_runs_alone(bench: Callable[..., Bench]) -> None:
    """Else it would spoil, or kill, the transaction of all others again and again."""
    it = bench(service={"count.up": lambda _work: None}, settings=PATIENT)
    it.deploy(PAUSING)
    begin(it, 3)
    claim_due(it.engine, 1)
    it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    batch = Batch(it.engine, deque(claim_due(it.engine)))
    assert sorted(each.epoch for each in batch.waiting) == [1, 1, 2]
    batch.run_some()
    [left] = batch.waiting
    assert left.epoch == 2
    batch.run()
    assert it.jobs() == []


def test_the_timer_of_a_suspended_case_waits(bench: Callable[..., Bench]) -> None:
    it = bench(service={"count.up": lambda _work: None})
    it.deploy(PAUSING)
    cases = begin(it, 3)
    batch = Batch(it.engine, deque(claim_due(it.engine)))
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, cases[1], by=ADMIN)
    batch.run()
    assert [it.case(case).status for case in cases] == ["completed", "suspended", "completed"]
    assert [(job.instance_id, job.held) for job in it.jobs()] == [(cases[1], True)]


def test_a_claim_that_was_lost_changes_nothing(bench: Callable[..., Bench]) -> None:
    it = bench(service={"count.up": lambda _work: None})
    it.deploy(PAUSING)
    cases = begin(it, 3)
    late = Batch(it.engine, deque(claim_due(it.engine)))
    it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    current = claim_due(it.another())
    late.run()
    assert {it.case(case).status for case in cases} == {"active"}
    assert {job.epoch for job in it.jobs()} == {2}
    Batch(it.engine, deque(current)).run()
    assert {it.case(case).status for case in cases} == {"completed"}


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_nobody_is_waited_for(bench: Callable[..., Bench]) -> None:
    """A case that somebody else has in hand is left for a transaction of its own."""
    it = bench(service={"count.up": lambda _work: None}, settings=PATIENT)
    it.deploy(PAUSING)
    cases = begin(it, 3)
    batch = Batch(it.engine, deque(claim_due(it.engine)))
    with transaction(it.another()) as session:
        session.execute(select(ProcessInstance.id).where(ProcessInstance.id == cases[0]).with_for_update())
        batch.run_some()
        assert [it.case(case).status for case in cases] == ["active", "completed", "completed"]
    batch.run()
    assert it.jobs() == []


def test_messages_of_several_cases_are_published_in_one_transaction(bench: Callable[..., Bench]) -> None:
    it = bench(settings=PATIENT)
    it.deploy(TELLING, LISTENING)
    cases = [it.start("listening", {"order": f"A-{number}"}) for number in range(4)]
    for number in range(4):
        it.start("telling", {"key": f"A-{number}"})
    with commits(it) as seen:
        assert run_due(it.engine) == 4
    assert len(seen) == 2  # the claim, and the work
    assert {it.case(case).status for case in cases} == {"completed"}


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_message_waits_for_no_case_beside_others(bench: Callable[..., Bench]) -> None:
    it = bench(settings=PATIENT)
    it.deploy(TELLING, LISTENING)
    cases = [it.start("listening", {"order": f"A-{number}"}) for number in range(3)]
    for number in range(3):
        it.start("telling", {"key": f"A-{number}"})
    batch = Batch(it.engine, deque(claim_due(it.engine)))
    with transaction(it.another()) as session:
        session.execute(
            select(ProcessInstance.id).where(ProcessInstance.id == cases[0]).with_for_update(key_share=True)
        )
        batch.run()
    assert [it.case(case).status for case in cases] == ["active", "completed", "completed"]
    assert [job.kind for job in it.jobs()] == ["message"]
    it.run()
    assert it.case(cases[0]).status == "completed"


def test_cases_that_a_batch_moved_are_remembered_as_written(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(TWO)
    with transaction(it.engine) as session:
        cases = [commands.start(session, it.engine, "two", by=CLERK).instance_id for _ in range(3)]
    it.later(timedelta(days=1))
    for case in cases:
        with reading(it.engine) as session:
            rev = session.get_one(ProcessInstance, case).rev
        assert it.engine.live_cases.rev(case) == rev
        it.do(case, "one")
        it.do(case, "other")
        assert it.do(case, "ask").ended
