"""Everything that moves a case from outside, each in a process that kills itself right before statement number `fatal`.

    python -m tests.faults.acts

reads one JSON object a line (`database`, `act`, `now`, `fatal`, `told`) and answers each with its exit code; see
`victim.py`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine, EngineSettings
from engine.jobs import run_due
from engine.registry import Connector, ConnectorWork, Registry, ServiceTask
from engine.transaction import transaction

SETTINGS = EngineSettings(machinery_attempts=1_000, together=timedelta(minutes=1))  # each death is one more, on purpose
CLERK = Actor("person:clerk", "Clerk", frozenset({"MEMBERSHIP"}))


def registry(told: Path) -> Registry:
    """A service task, and a connector that tells the world: one line with its idempotency key for every call."""

    def tell(work: ConnectorWork) -> dict[str, object]:
        with told.open("a") as world:
            world.write(f"{work.idempotency_key}\n")
        return {"told": True}

    return Registry.collect([ServiceTask("ledger.book", lambda _work: {"entry": 17}), Connector("world.tell", tell)])


def start(engine: Engine) -> None:
    """Starts a case under one request key."""
    with transaction(engine) as session:
        commands.start(session, engine, "told", {"key": "k-1"}, by=CLERK, request_key="start-1")


def publish(engine: Engine) -> None:
    """Publishes one message of a provider, which may be repeated."""
    with transaction(engine) as session:
        commands.correlate_message(
            session, engine, "paid", "k-1", {"amount": 5}, source="bank", message_id="m-1", ttl=timedelta(days=1),
            by=CLERK,
        )  # fmt: skip


def work(engine: Engine) -> None:
    """Runs what is due."""
    run_due(engine)


ACTS: Mapping[str, Callable[[Engine], None]] = {"start": start, "publish": publish, "work": work}


def die_at(engine: Engine, fatal: int) -> Callable[[], int]:
    """Kills this process before that statement or commit; the function answers how many there were."""
    numbers = count(1)
    reached = 0

    def step(*_: Any) -> None:
        nonlocal reached
        reached = next(numbers)
        if reached == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.database, "before_cursor_execute", step)
    event.listen(engine.database, "commit", step)
    return lambda: reached


def main() -> None:
    """Forks a victim for each line."""
    configure_mappers()  # once, not in every victim
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            clock = VirtualClock(datetime.fromisoformat(asked["now"]))
            known = registry(Path(asked["told"]))
            engine = Engine.open(asked["database"], clock=clock, registry=known, settings=SETTINGS)
            reached = die_at(engine, int(asked["fatal"]))
            ACTS[asked["act"]](engine)
            os._exit(reached())
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
