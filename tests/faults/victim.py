"""The process that is killed: it completes one task and kills itself right before statement number `k`.

    python -m tests.faults.victim URL TASK KEY K

Prints the number of statements and exits 0 where it lived through all of them; the commit counts as the last one.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import event

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from engine.registry import Registry, ServiceTask
from engine.transaction import transaction


def main(url: str, task: str, key: str, fatal: int) -> None:
    """Completes the task as the clerk."""
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
    print(reached)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
