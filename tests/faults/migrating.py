"""A worker that moves cases and says a word after each job, so that a test can kill it half-way.

python -m tests.faults.migrating DATABASE_URL
"""

from __future__ import annotations

import sys

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due


def main() -> None:
    with Engine.open(sys.argv[1], clock=VirtualClock()) as engine:
        engine.observer.ran.append(_say)
        run_due(engine)


def _say(kind: str, _seconds: float) -> None:
    sys.stdout.write(f"{kind}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
