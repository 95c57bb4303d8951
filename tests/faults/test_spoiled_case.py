"""One case whose state cannot be read spoils nothing but itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from engine.bpmn.errors import StateUnreadable
from engine.models import Message, ProcessInstance
from engine.transaction import transaction
from engine.worker import Scheduler
from tests.fixtures.diagrams import ONE_TASK, catch, end, message, process, reference, start, timer, user_task
from tests.fixtures.engines import Bench

WAITING = process(
    "waiting",
    [start(), catch("hear", reference("message", "m1")), end()],
    ["begin -> hear", "hear -> done"], top=[message("m1", "go", "key")],
)  # fmt: skip
TIMED = process(
    "timed", [start(), catch("pause", timer("duration", "PT1H")), user_task("look"), end()],
    ["begin -> pause", "pause -> look", "look -> done"],
)  # fmt: skip


def spoil(it: Bench, case: UUID) -> None:
    """Its stored state is of a version that nobody knows."""
    with transaction(it.engine) as session:
        session.execute(update(ProcessInstance).where(ProcessInstance.id == case).values(state='{"codec":99}'))
    it.engine.live_cases.drop(case)


def test_completing_its_task_is_refused_and_changes_nothing(bench: Callable[..., Bench]) -> None:
    it = bench()
    it.deploy(ONE_TASK)
    case = it.start("one_task")
    spoil(it, case)
    with pytest.raises(StateUnreadable):
        it.do(case, "check", {"ok": True})
    assert list(it.open(case)) == ["check"]


def test_the_scheduler_goes_on(bench: Callable[..., Bench]) -> None:
    """A message is kept for the spoiled case: every sweep meets it. Timers of other cases run all the same."""
    it = bench()
    it.deploy(WAITING, TIMED)
    spoiled, timed = it.start("waiting", {"key": "k"}), it.start("timed")
    spoil(it, spoiled)
    now = it.clock.now()
    with transaction(it.engine) as session:
        session.add(
            Message(
                id=uuid4(), source="s", message_id="1", name="go", key="k", payload="{}", published_at=now,
                expires_at=now + timedelta(days=1), taken_by=[],
            )
        )  # fmt: skip
    it.clock.advance(timedelta(hours=1))
    scheduler = Scheduler(it.engine, poll=timedelta(milliseconds=20), sweep_every=timedelta(0))
    scheduler.start()
    waited = threading.Event()
    for _ in range(500):
        if it.open(timed):
            break
        waited.wait(0.02)
    assert scheduler.thread is not None
    assert scheduler.thread.is_alive()
    scheduler.stop()
    assert list(it.open(timed)) == ["look"]
