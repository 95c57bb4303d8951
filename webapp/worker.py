"""A worker process: it takes hints from Celery, and polls the job table besides.

With the pool `prefork`, each of its processes opens an engine of its own and polls in two threads
(`engine.worker.lanes`). A job that takes longer than the hard limit costs its process, whoever began it: Celery kills
that of a hint, a watch in the process that of the poll. The pool starts another; the lease brings the job back.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from celery.signals import worker_process_init, worker_process_shutdown
from sqlalchemy.exc import DBAPIError

from engine.engine import Engine
from engine.jobs import run_job
from engine.worker import Scheduler, lanes
from webapp.hints import HARD_LIMIT, TASK, celery_app, ring_through

__all__ = ["Opener", "Pool", "Workplace", "consume"]

log = logging.getLogger(__name__)
Pool = Literal["prefork", "solo"]
Opener = Callable[[], Engine]
POLL = timedelta(seconds=1)


@dataclass(slots=True)
class Workplace:
    """What one process works with: its engine, the doorbell's way out, the two schedulers, the watch over them."""

    open_engine: Opener
    broker_url: str = ""
    poll: timedelta = POLL
    hard_limit: float = HARD_LIMIT
    engine: Engine | None = None
    schedulers: list[Scheduler] = field(default_factory=list)
    hint_since: float | None = None
    parent: int | None = None  # the pool that this process belongs to
    ended: threading.Event = field(default_factory=threading.Event)
    closing: ExitStack = field(default_factory=ExitStack)

    def open(self) -> Engine:
        """Begins to poll; after a fork, since neither connections nor threads outlive one."""
        self.engine = engine = self.closing.enter_context(self.open_engine())
        if self.broker_url:
            self.closing.callback(ring_through(self.broker_url, engine).close)
        self.schedulers = lanes(engine, poll=self.poll)
        for scheduler in self.schedulers:
            scheduler.start()
            self.closing.callback(scheduler.stop)
        threading.Thread(target=self._watch, name="amicale-watch", daemon=True).start()
        return engine

    def close(self) -> None:
        """Lets the running jobs end, then stops."""
        self.ended.set()
        self.closing.close()

    def hint(self, job_id: str) -> None:
        """Runs the job where it is still due and free."""
        assert self.engine is not None
        self.hint_since = time.monotonic()
        try:
            run_job(self.engine, UUID(job_id))
        except (DBAPIError, ValueError) as error:
            log.warning("a hint came to nothing (%s): the poll finds the job", type(error).__name__)
        finally:
            self.hint_since = None

    def _watch(self) -> None:
        while not self.ended.wait(1.0):
            began = [since for since in (self.hint_since, *(each.busy_since for each in self.schedulers)) if since]
            if began and time.monotonic() - min(began) > self.hard_limit:
                log.critical("a job took longer than %s seconds: this process ends", self.hard_limit)
                os._exit(70)
            if self.parent is not None and os.getppid() != self.parent:
                log.warning("the pool of this process is gone: it ends too")
                self.close()
                os._exit(0)


def consume(broker_url: str, workplace: Workplace, *, pool: Pool, processes: int) -> None:
    """Runs jobs as hints arrive, until SIGINT or SIGTERM; running jobs are finished first. Main thread only."""
    app = celery_app(broker_url)
    app.conf.task_time_limit = workplace.hard_limit
    app.task(name=TASK)(workplace.hint)

    def opened(**_: Any) -> None:
        workplace.parent = os.getppid()
        workplace.open()

    def closed(**_: Any) -> None:
        workplace.close()

    if pool == "prefork":
        worker_process_init.connect(opened, weak=False)
        worker_process_shutdown.connect(closed, weak=False)
    else:
        workplace.open()
    try:
        worker = app.Worker(
            pool=pool, concurrency=processes, loglevel="WARNING", without_gossip=True, without_mingle=True,
            without_heartbeat=True, quiet=True,
        )  # fmt: skip
        worker.start()
    finally:
        if pool == "solo":
            workplace.close()
