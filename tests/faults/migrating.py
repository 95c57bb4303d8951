"""A worker that moves cases and says a word after each job, so that a test can kill it half-way.

python -m tests.faults.migrating DATABASE_URL [CASE]

With a number it kills itself inside the transaction of that case, right after the case was put on its new version.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any

from sqlalchemy import event

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due


def main() -> None:
    with Engine.open(sys.argv[1], clock=VirtualClock()) as engine:
        engine.observer.ran.append(_say)
        if len(sys.argv) > 2:
            _die_inside(engine, int(sys.argv[2]))
        run_due(engine)


def _die_inside(engine: Engine, case: int) -> None:
    numbers = count(1)

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE process_instance SET definition_id=") and next(numbers) == case:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine.database, "after_cursor_execute", executed)


def _say(kind: str, _seconds: float) -> None:
    sys.stdout.write(f"{kind}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
