"""Celery as a bell: it carries the ids of jobs that are due, as hints, and nothing else.

The job table is the truth. A hint that is lost, late, doubled or out of order changes nothing: jobs are claimed under a
lease, and every worker polls the table besides. No ETA, no beat, no results; JSON only. The pool is of threads, so that
one engine serves the whole process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError

from engine.engine import Engine
from engine.jobs import run_job

__all__ = ["TASK", "Hints", "celery_app", "consume", "ring_through"]

log = logging.getLogger(__name__)
TASK = "amicale.run_job"
HARD_LIMIT = 600  # seconds that one job may take
PAUSE = 10.0  # seconds without a hint after the broker could not be reached: nobody's click waits for it twice


def celery_app(broker_url: str, engine: Engine | None = None) -> Celery:
    """The Celery application of this broker; with an engine it can also work."""
    app = Celery("amicale", broker=broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_time_limit=HARD_LIMIT,
        task_publish_retry=False,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_timeout=1,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1, "visibility_timeout": 60},
    )
    if engine is not None:
        app.task(name=TASK)(_runner(engine))
    return app


def _runner(engine: Engine) -> Callable[[str], None]:
    def run(job_id: str) -> None:
        """Runs the job where it is still due and free."""
        run_job(engine, UUID(job_id))

    return run


@dataclass(slots=True)
class Hints:
    """A listener of the doorbell that passes job ids on to the broker. A broker that is away is left alone a while."""

    app: Celery
    silent_until: float = 0.0

    def __call__(self, jobs: Sequence[UUID]) -> None:
        """Sends one hint a job; what cannot be sent is found by the workers' poll."""
        if time.monotonic() < self.silent_until:
            return
        try:
            for job in jobs:
                self.app.send_task(TASK, args=[str(job)], ignore_result=True, expires=HARD_LIMIT)
        except (OperationalError, OSError) as error:
            self.silent_until = time.monotonic() + PAUSE
            log.warning("the broker cannot be reached (%s): jobs wait for the next poll", type(error).__name__)


def ring_through(broker_url: str, engine: Engine) -> Hints:
    """Lets the engine's doorbell ring through this broker from now on."""
    hints = Hints(celery_app(broker_url))
    engine.doorbell.listeners.append(hints)
    return hints


def consume(broker_url: str, engine: Engine, threads: int) -> None:
    """Runs jobs as hints arrive, until SIGINT or SIGTERM; running jobs are finished first. Main thread only."""
    worker = celery_app(broker_url, engine).Worker(
        pool="threads", concurrency=threads, loglevel="WARNING", without_gossip=True, without_mingle=True,
        without_heartbeat=True, quiet=True,
    )  # fmt: skip
    worker.start()
