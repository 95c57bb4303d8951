"""Two at once on PostgreSQL lock in the same order: one waits for the other, and neither is ended for a deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine import commands
from engine.claims import claim_due, free_expired
from engine.connectors import run_connector
from engine.definitions import latest
from engine.engine import Engine
from engine.errors import ActedAfter, Conflict
from engine.jobs import run_claimed
from engine.leases import Lost, drop
from engine.ledger import attempt_of, outcome
from engine.models import Effect, HistoryEvent, Job, Message, ProcessInstance, TaskCandidate, UserTask
from engine.publishing import match_kept
from engine.registry import Connector, ConnectorWork, ServiceWork
from engine.store import lock_instance
from engine.transaction import reading, transaction
from engine.worker import sweep
from tests.fixtures.diagrams import (
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
from tests.fixtures.engines import ADMIN, CLERK, COLLEAGUE, Bench

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
]
Make = Callable[..., Bench]
FLOW = ["begin -> check", "check -> look", "look -> done"]
TWO = process("two", [start(), user_task("check"), user_task("look", groups="MEMBERSHIP,DATA"), end()], FLOW)
ALONE = process("two", [start(), user_task("check"), user_task("look"), end()], FLOW)
MAIL = process(
    "mail", [start(), service("send", "mail.send"), user_task("look"), end()],
    ["begin -> send", "send -> look", "look -> done"],
)  # fmt: skip

HEARS = process(
    "hears", [start(), catch("hear", reference("message", "m1")), user_task("answer"), end()],
    ["begin -> hear", "hear -> answer", "answer -> done"], top=[message("m1", "go", "own")],
)  # fmt: skip
ALSO = process(
    "also", [start(), catch("hear", reference("message", "m2")), user_task("answer"), end()],
    ["begin -> hear", "hear -> answer", "answer -> done"], top=[message("m2", "go", "own")],
)  # fmt: skip
TELLS = process(
    "tells",
    [start(), parallel("fork"), catch("hear", reference("message", "m1")), user_task("write"),
     service("tell", "other.tell"), end(), end("heard")],
    ["begin -> fork", "fork -> hear", "fork -> write", "write -> tell", "tell -> done", "hear -> heard"],
    top=[message("m1", "go", "own")],
)  # fmt: skip
WAITS = process("waits", [start(), catch("wait", timer("duration", "PT1H")), end()], ["begin -> wait", "wait -> done"])


@contextmanager
def behind(engine: Engine, first: Callable[[Session], None], second: Callable[[], object]) -> Iterator[Session]:
    """The first acts; its transaction goes on once the second, in a thread of its own, waits for what it holds. What
    the second raises is raised at the end."""
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    with ThreadPoolExecutor(1) as thread:
        with transaction(engine) as session:
            first(session)
            other = thread.submit(second)
            while not session.scalar(waits):
                assert not other.done(), other.result()
            yield session
        other.result(30)


def free(it: Bench) -> set[bool]:
    with reading(it.engine) as session:
        return set(session.scalars(select(TaskCandidate.free)))


@pytest.mark.parametrize("how", ["undone", "cancelled without its state"])
def test_a_task_is_taken_while_its_case_takes_it_away(bench: Make, how: str) -> None:
    it = bench()
    it.deploy(TWO)
    case = it.start("two")
    check = it.open(case)["check"]
    with transaction(it.engine) as session:
        commands.complete(session, it.engine, check, by=CLERK, undoable=True)
    look = it.open(case)["look"]
    if how != "undone":
        with transaction(it.engine) as session:
            session.execute(update(ProcessInstance).values(state='{"codec":99}'))
        it.engine.live_cases.drop(case)

    def take_away() -> None:
        with transaction(it.engine) as session:
            if how == "undone":
                commands.undo(session, it.engine, check, by=CLERK)
            else:
                commands.cancel(session, it.engine, case, by=ADMIN)

    def hold(session: Session) -> None:
        session.execute(select(UserTask.id).where(UserTask.id == look).with_for_update(key_share=True))

    def both() -> None:
        with behind(it.engine, hold, take_away) as session:
            commands.claim(session, it.engine, look, by=COLLEAGUE)

    if how == "undone":
        with pytest.raises(ActedAfter):
            both()
        assert free(it) == {False}
    else:
        both()
        assert (it.open(case), free(it)) == ({}, set())


def test_who_takes_a_task_while_it_moves_tells_its_new_candidates(bench: Make) -> None:
    it = bench()
    it.deploy(ALONE)
    case = it.start("two")
    it.do(case, "check")
    look = it.open(case)["look"]
    it.deploy(TWO)

    def move(session: Session) -> None:
        commands.migrate(session, it.engine, case, latest(session, it.engine, "two").id, by=ADMIN)

    def take() -> None:
        with transaction(it.engine) as session:
            commands.claim(session, it.engine, look, by=COLLEAGUE)

    with behind(it.engine, move, take):
        pass
    assert free(it) == {False}


def test_a_late_answer_meets_the_worker_that_gives_its_attempt_up(bench: Make) -> None:
    """The answer is kept, whoever of them is first."""
    calls: list[int] = []
    called, answer = threading.Event(), threading.Event()

    def send(work: ConnectorWork) -> dict[str, object]:
        calls.append(work.attempt)
        called.set()
        assert answer.wait(30)
        return {"sent": True}

    it = bench(connectors=[Connector("mail.send", send, retries=3, policy="at_most_once")])
    it.deploy(MAIL)
    case = it.start("mail")
    (mine,) = claim_due(it.engine)

    def hold(session: Session) -> None:
        session.execute(select(Job.id).with_for_update(key_share=True))

    def late() -> None:
        answer.set()
        with pytest.raises(Lost):
            worker.result(30)

    with ThreadPoolExecutor(1) as thread:
        worker = thread.submit(run_connector, it.engine, mine.id, mine.epoch)
        assert called.wait(30)
        it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
        (other,) = claim_due(it.engine)
        with behind(it.engine, hold, late) as session:
            outcome(session, it.engine, attempt_of(session.scalars(select(Effect)).one()), "unknown")
    run_claimed(it.engine, other)
    assert calls == [1]
    assert it.variables(case) == {"sent": True}


def say(session: Session, engine: Engine, key: str) -> object:
    return commands.correlate_message(session, engine, "go", key, source="bank", ttl=timedelta(hours=1), by=CLERK)


def tell(work: ServiceWork) -> None:
    """Tells the other case, in the transaction of this one."""
    say(work.session, work.engine, str(work.variables["other"]))


def test_a_case_ends_while_a_job_finds_that_its_message_is_not_awaited_any_more(bench: Make) -> None:
    """The end of a case frees its messages and deletes its jobs; the job of one of them does both at the same time."""
    it = bench()
    it.deploy(HEARS)
    case = it.start("hears", {"own": "a"})
    with transaction(it.engine) as session:
        commands.suspend(session, it.engine, case, by=ADMIN)
    for _ in range(2):
        with transaction(it.engine) as session:
            say(session, it.engine, "a")
        with transaction(it.engine) as session:
            session.execute(update(Message).values(taken_by=[]))  # as if told twice: both are on their way to the case
    with transaction(it.engine) as session:
        commands.resume(session, it.engine, case, by=ADMIN)
    first, late = claim_due(it.engine)
    run_claimed(it.engine, first)
    answer = it.open(case)["answer"]

    def as_an_end_begins(session: Session) -> None:
        lock_instance(session, case)
        session.execute(select(Message.id).with_for_update())

    def give_up() -> None:
        with pytest.raises(Lost):  # the end was faster: it took the job along
            drop(it.engine, late.id, late.epoch)

    with behind(it.engine, as_an_end_begins, give_up) as session:
        commands.complete(session, it.engine, answer, by=CLERK)
    assert it.open(case) == {}
    with reading(it.engine) as session:
        assert list(session.scalars(select(Job.id))) == []


def test_two_cases_tell_each_other_at_once(bench: Make) -> None:
    """Who has a case in hand waits for no other: a job brings the message there."""
    it = bench(service={"other.tell": tell})
    it.deploy(TELLS)
    one, two = it.start("tells", {"own": "1", "other": "2"}), it.start("tells", {"own": "2", "other": "1"})
    tasks = {case: it.open(case)["write"] for case in (one, two)}
    both = threading.Barrier(2)

    def write(case: UUID) -> None:
        with transaction(it.engine) as session:
            lock_instance(session, case)
            both.wait(30)
            commands.complete(session, it.engine, tasks[case], by=CLERK)

    with ThreadPoolExecutor(2) as people:
        list(people.map(write, (one, two)))
    it.run()
    assert {row.status for row in it.cases("tells")} == {"completed"}
    assert failed_attempts(it) == 0


def failed_attempts(it: Bench) -> int:
    with reading(it.engine) as session:
        return len(session.scalars(select(HistoryEvent.kind).where(HistoryEvent.kind == "job_failed")).all())


def test_a_kept_message_waits_for_no_case(bench: Make) -> None:
    """Whoever ends a case may want the message that the sweep holds."""
    it = bench()
    it.deploy(HEARS)
    with transaction(it.engine) as session:
        say(session, it.engine, "a")
        session.execute(update(Message).values(taken_by=["hears"]))
    case = it.start("hears", {"own": "a"})
    with transaction(it.engine) as session:
        session.execute(update(Message).values(taken_by=[]))  # kept, and missed by the wait that opened
    with transaction(it.engine) as session:
        lock_instance(session, case)
        assert match_kept(it.engine) == 1
    it.run()
    assert set(it.open(case)) == {"answer"}


@pytest.mark.parametrize("tidying", ["leases", "sweep"])
def test_who_tidies_up_waits_for_no_job(bench: Make, tidying: str) -> None:
    """It would hold the jobs of other cases meanwhile. What it leaves is found the next time."""
    it = bench()
    it.deploy(WAITS)
    case, other = it.start("waits"), it.start("waits")
    it.clock.advance(timedelta(hours=2))
    if tidying == "leases":
        assert len(claim_due(it.engine)) == 2
        it.clock.advance(it.engine.settings.lease + timedelta(seconds=1))
    else:
        with transaction(it.engine) as session:
            session.execute(update(Job).values(held=True, kind="service", type="message.publish"))

    def tidy() -> None:
        free_expired(it.engine) if tidying == "leases" else sweep(it.engine)

    def free_jobs() -> list[UUID | None]:
        with reading(it.engine) as session:
            return list(session.scalars(select(Job.instance_id).where(~Job.held, Job.leased_until.is_(None))))

    with transaction(it.engine) as session:
        lock_instance(session, case)
        session.execute(select(Job.id).where(Job.instance_id == case).with_for_update())
        tidy()
        assert free_jobs() == [other]
    tidy()
    assert set(free_jobs()) == {case, other}


def test_who_is_ended_for_a_deadlock_is_told_of_a_conflict(bench: Make) -> None:
    """Should two all the same lock in two orders (records of the association, say): 409 and again, never 500."""
    it = bench()
    it.deploy(WAITS)
    cases, both = (it.start("waits"), it.start("waits")), threading.Barrier(2)

    def crossed(order: tuple[UUID, UUID]) -> str:
        try:
            with transaction(it.engine) as session:
                session.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
                lock_instance(session, order[0])
                both.wait(30)
                lock_instance(session, order[1])
        except Conflict as conflict:
            return conflict.code
        return "done"

    with ThreadPoolExecutor(2) as two:
        assert sorted(two.map(crossed, (cases, cases[::-1]))) == ["conflict", "done"]


def test_a_kept_message_that_one_process_took_is_free_for_another(bench: Make) -> None:
    """Whoever waits for the next one does not lock those that its process has had."""
    it = bench()
    it.deploy(HEARS)
    it.deploy(ALSO)
    with transaction(it.engine) as session:
        say(session, it.engine, "a")
    assert set(it.open(it.start("hears", {"own": "a"}))) == {"answer"}
    with transaction(it.engine) as session:
        commands.start(session, it.engine, "hears", {"own": "a"}, by=ADMIN)
        assert set(it.open(it.start("also", {"own": "a"}))) == {"answer"}
