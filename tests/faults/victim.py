"""The process that is killed: it completes one task and kills itself right before statement number `k`.

    python -m tests.faults.victim

reads lines of database, task, request key and `k` from its input, forks a process for each (so that imports are paid
once) and answers each with its exit code: minus the signal, or the number of statements where it lived through all of
them. The last one is the moment right after the commit.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.registry import Registry, ServiceTask
from engine.transaction import transaction


def complete(url: str, task: str, key: str, fatal: int) -> int:
    """Completes the task as the clerk; answers how many statements that took, if it lives."""
    engine = Engine.open(url, registry=Registry.collect([ServiceTask("ledger.book", lambda _work: {"entry": 17})]))
    numbers = count(1)
    reached = 0

    def step(*_: Any) -> None:
        nonlocal reached
        reached = next(numbers)
        if reached == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.database, "before_cursor_execute", step)
    event.listen(engine.database, "commit", step)
    clerk = Actor("person:clerk", "Clerk", frozenset({"MEMBERSHIP"}))
    with transaction(engine) as session:
        commands.complete(session, engine, UUID(task), {"ok": True}, by=clerk, request_key=key)
    step()  # right after the commit, before anybody is told
    return reached


def main() -> None:
    """Forks a victim for each line."""
    configure_mappers()  # once, not in every victim
    for line in sys.stdin:
        url, task, key, fatal = line.split()
        child = os.fork()
        if child == 0:
            os._exit(complete(url, task, key, int(fatal)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
