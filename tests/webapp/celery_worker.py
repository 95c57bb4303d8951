"""A Celery worker as `amicale worker` starts it, with a connector that writes a line for each call and may hang.

    python -m tests.webapp.celery_worker DATABASE BROKER FILE HARD_LIMIT

It polls once an hour: what it runs, it runs by hints.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.registry import Connector, ConnectorWork, Registry
from webapp.worker import Workplace, consume


def main(database: str, broker: str, file: str, hard_limit: str) -> None:
    """Works until it is stopped."""

    def send(work: ConnectorWork) -> dict[str, object]:
        with Path(file).open("a") as calls:
            calls.write(f"{os.getpid()}\n")
        if work.variables.get("hangs") and work.attempt == 1:
            time.sleep(60)
        return {"sent": True}

    registry = Registry.collect([Connector("mail.send", send)])

    def opened() -> Engine:
        return Engine.open(database, clock=VirtualClock(), registry=registry)  # it stands where the test's clock begins

    place = Workplace(opened, broker, poll=timedelta(hours=1), hard_limit=float(hard_limit))
    consume(broker, place, pool="prefork", processes=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
