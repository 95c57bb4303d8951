"""`kill -9` while a case starts, while a message arrives, while a worker works: one effect, nothing lost."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from engine.models import Message
from engine.transaction import reading
from tests.faults import acts
from tests.faults.answering import Answer, answering
from tests.fixtures.diagrams import catch, end, message, process, reference, service, start, timer, user_task
from tests.fixtures.engines import Bench

PAUSING = process(
    "pausing",
    [start(), catch("pause", timer("duration", "PT1H")), service("book", "ledger.book"), user_task("look"), end()],
    ["begin -> pause", "pause -> book", "book -> look", "look -> done"],
)
LEASE = timedelta(minutes=6)  # longer than the lease of a lost worker
TOLD = process(
    "told",
    [start(), catch("wait", reference("message", "m1")), catch("pause", timer("duration", "PT1H")),
     service("book", "ledger.book"), service("tell", "world.tell"), user_task("look"), end()],
    ["begin -> wait", "wait -> pause", "pause -> book", "book -> tell", "tell -> look", "look -> done"],
    top=[message("m1", "paid", "key")],
)  # fmt: skip
Act = Callable[[str, int], int]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """What the connector told the world."""
    path = tmp_path / "told"
    path.touch()
    return path


@pytest.fixture
def it(bench: Callable[..., Bench], told: Path) -> Bench:
    """An engine with the same work as the victims."""
    known = acts.registry(told)
    made = bench(
        service={name: task.work for name, task in known.service_tasks.items()},
        connectors=list(known.connectors.values()),
        settings=acts.SETTINGS,
    )
    made.deploy(TOLD)
    return made


def nothing_open(it: Bench) -> None:
    """Waits until PostgreSQL has noticed the death: what the dead one held is passed over until then."""
    if it.engine.database.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    )
    for _ in range(3_000):
        with reading(it.engine) as session:  # one transaction sees one state of the others
            if not session.scalar(others):
                return
        time.sleep(0.01)
    raise AssertionError("a transaction of a dead process is still open")


@pytest.fixture(scope="module")
def answer() -> Iterator[Answer]:
    """The process that the victims of this file are forked from."""
    with answering("tests.faults.acts") as ask:
        yield ask


@pytest.fixture
def act(database: str, it: Bench, told: Path, answer: Answer) -> Act:
    """Does it in a process that dies before the statement of this number; answers its exit code."""

    def run(name: str, fatal: int) -> int:
        asked = {"act": name, "fatal": fatal, "now": it.clock.now().isoformat(), "told": str(told)}
        code = answer(json.dumps({**asked, "database": database}))
        nothing_open(it)
        return code

    return run


def until_it_lives(act: Act, name: str) -> int:
    """Kills the same act before its 1st, 2nd, 3rd… statement, until it lives; answers how many deaths that took."""
    for fatal in range(1, 100):
        code = act(name, fatal)
        if code != -signal.SIGKILL:
            assert code == fatal - 1
            return fatal - 1
    raise AssertionError("it never lives")


def test_a_start_is_repeated_until_it_lives(it: Bench, act: Act) -> None:
    deaths = 0
    for fatal in range(1, 100):
        if act("start", fatal) != -signal.SIGKILL:
            break
        deaths += 1
        assert it.cases("told") == []
    assert deaths > 4
    assert act("start", 0) > 0
    [case] = it.cases("told")
    assert [wait.key for wait in it.waits()] == ["k-1"]
    assert case.status == "active"


def test_a_message_is_repeated_until_it_lives(it: Bench, act: Act) -> None:
    case = it.start("told", {"key": "k-1"})
    assert until_it_lives(act, "publish") > 4
    act("publish", 0)
    with reading(it.engine) as session:
        assert session.execute(select(func.count()).select_from(Message)).scalar_one() == 1
    assert it.variables(case)["amount"] == 5
    assert [job.kind for job in it.jobs()] == ["timer"]
    assert [event.kind for event in it.history(case)].count("message_received") == 1


def test_workers_die_at_every_statement_of_timer_and_connector(it: Bench, act: Act, told: Path) -> None:
    """The lease of each lost worker ends; another one goes on. The outside world sees one key however often."""
    case = it.start("told", {"key": "k-1"})
    act("publish", 0)
    it.clock.advance(timedelta(hours=1))
    for fatal in range(1, 100):
        code = act("work", fatal)
        it.clock.advance(LEASE)
        if code != -signal.SIGKILL or it.open(case) or it.incidents():
            break
    it.run()
    assert it.jobs() == []
    keys = told.read_text().split()
    assert len(set(keys)) == 1
    assert list(it.open(case)) == ["look"]
    assert it.incidents() == []
    assert it.variables(case)["entry"] == 17
    kinds = [event.kind for event in it.history(case)]
    assert kinds.count("task_opened") == 1


def test_workers_die_at_every_statement_of_timers_that_share_a_transaction(it: Bench, act: Act) -> None:
    """Timers that are due together are one transaction: none of them fired, or all; the next worker does the rest."""
    it.deploy(PAUSING)
    deaths = 0
    for fatal in range(1, 100):
        cases = [it.start("pausing") for _ in range(3)]
        it.clock.advance(timedelta(hours=1))
        died = act("work", fatal) == -signal.SIGKILL
        assert len({tuple(it.open(case)) for case in cases}) == 1
        it.clock.advance(LEASE)
        it.run()
        assert it.jobs() == []
        for case in cases:
            assert list(it.open(case)) == ["look"]
            kinds = [event.kind for event in it.history(case)]
            assert kinds.count("task_opened") == 1
        if not died:
            break
        deaths += 1
    assert deaths > 10
