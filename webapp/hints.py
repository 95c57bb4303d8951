"""The doorbell through a broker: which jobs are due, said to the workers. A hint and nothing else.

The job table is the truth. A hint that is lost, late, doubled or out of order changes nothing: jobs are claimed under a
lease, and every worker polls the table besides. No ETA, no beat, no results; JSON only.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from celery import Celery
from kombu.exceptions import KombuError

from engine.engine import Engine

__all__ = ["HARD_LIMIT", "TASK", "Hints", "celery_app", "ring_through"]

log = logging.getLogger(__name__)
TASK: Final = "amicale.run_job"
HARD_LIMIT: Final = 240  # seconds that one job may take; less than a lease, so that it never runs beside itself
PAUSE: Final = 10.0  # seconds without a hint after the broker could not be reached
MOST_WAITING: Final = 1_000  # hints; of a flood the others are left to the poll


def celery_app(broker_url: str) -> Celery:
    """The Celery application of this broker."""
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
        broker_connection_max_retries=None,  # a worker outlives its broker: the poll does the work meanwhile
        broker_transport_options={"socket_timeout": 5, "socket_connect_timeout": 1, "visibility_timeout": 60},
    )
    return app


@dataclass(slots=True)
class Hints:
    """A listener of the doorbell. Whoever rings only puts ids into a list; a thread carries them to the broker.

    So a broker that is away, or that does not answer, neither fails nor delays a request.
    """

    app: Celery
    waiting: queue.Queue[UUID | None] = field(default_factory=lambda: queue.Queue(MOST_WAITING))
    silent_until: float = 0.0
    thread: threading.Thread | None = None
    starting: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, jobs: Sequence[UUID]) -> None:
        """Leaves one hint a job to the thread; what finds no room is found by the workers' poll."""
        if time.monotonic() < self.silent_until:
            return
        try:
            for job in jobs:
                self.waiting.put_nowait(job)
        except queue.Full:
            log.info("more hints than the broker takes: the poll finds the others")
        self._start()

    def close(self, timeout: float = 2.0) -> None:
        """Sends what waits, as far as the time allows."""
        if self.thread is not None:
            self.waiting.put(None, timeout=timeout)
            self.thread.join(timeout)

    def _start(self) -> None:
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._carry, name="amicale-hints", daemon=True)
                self.thread.start()

    def _carry(self) -> None:
        while (job := self.waiting.get()) is not None:
            if time.monotonic() < self.silent_until:
                continue
            try:
                self.app.send_task(TASK, args=[str(job)], ignore_result=True, expires=HARD_LIMIT)
            except (KombuError, OSError) as error:
                self.silent_until = time.monotonic() + PAUSE
                log.warning("the broker cannot be reached (%s): jobs wait for the next poll", type(error).__name__)


def ring_through(broker_url: str, engine: Engine) -> Hints:
    """Lets the engine's doorbell ring through this broker from now on."""
    hints = Hints(celery_app(broker_url))
    engine.doorbell.listeners.append(hints)
    return hints
