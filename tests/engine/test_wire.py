"""A completion asks PostgreSQL twice, and no guard is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from engine import commands
from engine.engine import Engine
from engine.errors import Conflict, RequestKeyReused, TaskClosed
from engine.history import case_history, record
from engine.models import HistoryEvent, ProcessInstance
from engine.muting import muted
from engine.requests import remember
from engine.savepoint import savepoint
from engine.store import Rows, lock_instance, try_lock_instance, update_instance
from engine.transaction import reading, transaction
from engine.unit import driver_of
from engine.wire import Errand, Statement, Wire
from tests.fixtures.diagrams import ONE_TASK, TWELVE
from tests.fixtures.engines import CLERK, COLLEAGUE, Bench

Batches = list[Sequence[Errand]]


@pytest.fixture
def batches() -> Iterator[Batches]:
    """Every batch that goes to PostgreSQL while the test runs."""
    seen: Batches = []
    Wire.observer = seen.append
    yield seen
    Wire.observer = None


@pytest.fixture
def wired(empty_postgres: str) -> Iterator[Bench]:
    """An engine on PostgreSQL with a case of twelve tasks."""
    with Engine.open(empty_postgres) as engine:
        yield Bench(engine, engine.clock)  # type: ignore[arg-type]


def strays(engine: Engine) -> list[str]:
    """The statements that take another way than the batches, from now on."""
    found: list[str] = []

    def note(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if cursor is not None:
            found.append(statement)

    event.listen(engine.database, "before_cursor_execute", note)
    return found


@pytest.mark.postgresql
def test_two_round_trips_and_one_commit(wired: Bench, batches: Batches) -> None:
    wired.deploy(TWELVE)
    tasks = list(wired.open(wired.start("twelve")).values())
    wired.complete(tasks[0], {"a": 1}, key="warm")
    batches.clear()
    others = strays(wired.engine)
    wired.complete(tasks[1], {"a": 2}, key="k")
    first, second = [[errand.statement.sql for errand in batch] for batch in batches]
    assert first[0] == b"BEGIN"
    assert len(first) == 2
    assert b"FOR NO KEY UPDATE" in first[1]
    assert second[-1] == b"COMMIT"
    assert others == []


@pytest.mark.postgresql
def test_what_only_reads_begins_and_undoes_nothing(wired: Bench, batches: Batches) -> None:
    wired.deploy(TWELVE)
    case = wired.start("twelve")
    batches.clear()
    with reading(wired.engine) as session:
        assert try_lock_instance(session, case) is not None
        assert try_lock_instance(session, case) is not None
    assert [len(batch) for batch in batches] == [1, 1]


@pytest.mark.postgresql
def test_what_is_written_where_one_only_reads_is_undone(wired: Bench, batches: Batches) -> None:
    with reading(wired.engine) as session:
        assert muted(session) is None  # the first connection of an engine is looked at
    batches.clear()
    with reading(wired.engine) as session:
        record(session, wired.engine, UUID(int=1), "case_started")
        assert muted(session) is None
    assert batches[0][0].statement.sql == b"BEGIN"
    with reading(wired.engine) as session:
        assert case_history(session, UUID(int=1)) == []


@pytest.mark.postgresql
def test_what_waits_is_seen_by_whoever_asks(wired: Bench) -> None:
    wired.deploy(ONE_TASK)
    task = wired.open(wired.start("one_task"))["check"]
    with transaction(wired.engine) as session:
        commands.complete(session, wired.engine, task, by=CLERK)
        assert session.execute(select(ProcessInstance.status)).scalar_one() == "completed"


@pytest.mark.postgresql
def test_a_connection_that_broke_in_the_pool_is_replaced(wired: Bench, empty_postgres: str) -> None:
    wired.deploy(ONE_TASK)
    task = wired.open(wired.start("one_task"))["check"]
    with psycopg.connect(empty_postgres, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert wired.complete(task).ended


@pytest.mark.postgresql
def test_a_connection_that_breaks_in_a_step_loses_the_step_alone(wired: Bench, empty_postgres: str) -> None:
    wired.deploy(ONE_TASK)
    task = wired.open(wired.start("one_task"))["check"]
    with pytest.raises(Exception, match=r"terminat|closed|lost"), transaction(wired.engine) as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        commands.complete(session, wired.engine, task, by=CLERK)
        with psycopg.connect(empty_postgres, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert wired.complete(task).ended


def test_a_rev_that_is_not_the_one_read_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    with pytest.raises(Conflict), transaction(it.engine) as session:
        instance, state = lock_instance(session, case)
        instance.rev += 1
        instance.status = "canceled"
        update_instance(session, instance, state)
    assert it.case(case).status == "active"
    assert it.do(case, "check").ended


def test_a_task_that_is_closed_already_is_not_closed_again(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    task = it.open(case)["check"]
    assert it.complete(task).ended
    with pytest.raises(Conflict), transaction(it.engine) as session:
        rows = Rows(case, closed=[closing(task, it)])
        rows.write(session)
    with pytest.raises(TaskClosed):
        it.complete(task, by=COLLEAGUE)


def closing(task: UUID, it: Bench) -> dict[str, object]:
    return {"b_id": task, "b_state": "completed", "b_closed_at": it.clock.now(), "b_closed_by": CLERK.id}


def test_a_request_key_that_is_taken_is_refused(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    for act in ("this", "that"):
        try:
            with transaction(it.engine) as session:
                remember(session, "key", act, CLERK, "{}", it.clock.now())
        except RequestKeyReused:
            assert act == "that"
            break
    else:
        pytest.fail("the key served twice")
    assert it.start("one_task")  # the connection is as good as before


def test_what_a_savepoint_undoes_is_not_sent_later(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    task = it.open(case)["check"]
    events = len(it.history(case))
    with transaction(it.engine) as session:
        try:
            with savepoint(session, UUID(int=0)):
                commands.complete(session, it.engine, task, by=CLERK)
                raise LookupError
        except LookupError:
            pass
    with reading(it.engine) as session:
        assert len(session.execute(select(HistoryEvent.id)).all()) == events
    assert it.complete(task).ended


@pytest.mark.postgresql
def test_savepoints_inside_each_other_undo_what_was_said_in_them(wired: Bench) -> None:
    """Random programs of savepoints, of statements that wait and of some that do not, against lists of lists."""
    told = Statement.of("INSERT INTO said VALUES ($1)")
    rng = Random(7)
    with transaction(wired.engine) as session:
        session.execute(text("CREATE TEMP TABLE said (word TEXT)"))
        wire = driver_of(session)
        for program in range(150):
            levels: list[list[str]] = [[]]
            session.execute(text("TRUNCATE said"))
            nested = []
            for step in range(rng.randint(3, 14)):
                act = rng.choice(("wait", "wait", "at once", "open", "open", "release", "undo", "undo by an error"))
                word = f"{program}.{step}"
                if act == "open":
                    nested.append(session.begin_nested())
                    levels.append([])
                elif act == "wait":
                    wire.leave([Errand(told, [word.encode()])])
                    levels[-1].append(word)
                elif act == "at once":
                    session.execute(text("INSERT INTO said VALUES (:word)"), {"word": word})
                    levels[-1].append(word)
                elif nested and act == "release":
                    nested.pop().commit()
                    inner = levels.pop()
                    levels[-1] += inner
                elif nested:
                    if act == "undo by an error":
                        with pytest.raises(DBAPIError):
                            session.execute(text("SELECT 1 / 0"))
                    nested.pop().rollback()
                    levels.pop()
            while nested:
                nested.pop().commit()
            said = session.scalars(text("SELECT word FROM said")).all()
            assert list(said) == [word for level in levels for word in level], program


@pytest.mark.postgresql
def test_what_is_prepared_outlives_a_reading_and_is_doubted_after_a_failure(wired: Bench) -> None:
    """Each reading ends with ROLLBACK: were the statements gone with it, the server would parse and plan them anew."""
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE '\\_pg3\\_%'")
    for number in range(8):
        with reading(wired.engine) as session:
            assert session.scalar(select(ProcessInstance.id).where(ProcessInstance.rev == number)) is None
    with reading(wired.engine) as session:
        assert session.scalar(prepared) == 1
        session.execute(text("CREATE TEMP TABLE undone (word TEXT)"))
    with reading(wired.engine) as session:
        assert session.scalar(text("SELECT to_regclass('undone')")) is None
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT 1 / 0"))
    with reading(wired.engine) as session:
        assert session.scalar(prepared) == 0


@pytest.mark.postgresql
def test_statements_that_psycopg_lets_the_server_forget_are_prepared_anew(wired: Bench) -> None:
    """After a change of tables it has all forgotten, also those that are not its own."""
    for number in range(8):
        with transaction(wired.engine) as session:
            session.scalar(select(ProcessInstance.id).where(ProcessInstance.rev == number))
    with transaction(wired.engine) as session:
        session.execute(text("CREATE TABLE short_lived (word TEXT)"))
        session.execute(text("DROP TABLE short_lived"))
        session.execute(text("SELECT 1"))
    with reading(wired.engine) as session:
        assert muted(session) is None


@pytest.mark.postgresql
def test_a_savepoint_costs_no_round_trip_of_its_own(wired: Bench, batches: Batches) -> None:
    with transaction(wired.engine) as session:
        session.execute(text("SELECT 1"))
        del batches[:]
        with savepoint(session, UUID(int=0)):
            pass
        assert batches == []
        with savepoint(session, UUID(int=0)):
            session.execute(text("SELECT 1"))
    assert [[errand.statement.text for errand in batch] for batch in batches] == [
        ["SAVEPOINT here"], ["RELEASE SAVEPOINT here", "COMMIT"],
    ]  # fmt: skip
