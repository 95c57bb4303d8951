"""Two at once on PostgreSQL lock in the same order: one waits for the other, and neither is ended for a deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine import commands
from engine.claims import claim_due
from engine.connectors import run_connector
from engine.definitions import latest
from engine.engine import Engine
from engine.errors import ActedAfter
from engine.jobs import run_claimed
from engine.leases import Lost
from engine.ledger import attempt_of, outcome
from engine.models import Effect, Job, ProcessInstance, TaskCandidate, UserTask
from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from tests.fixtures.diagrams import end, process, service, start, user_task
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
