"""The scheduler: a thread over the job table. Several of them, in any number of processes, share the work safely.

It sleeps until the next job is due, the doorbell rings, or the poll interval is over, whichever comes first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update

from engine.jobs import next_due, run_due
from engine.models import Job, ProcessInstance
from engine.publishing import forget_old, match_kept
from engine.requests import forget
from engine.transaction import transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Scheduler", "sweep"]

log = logging.getLogger(__name__)


def sweep(engine: Engine) -> None:
    """Tidies up: kept messages that missed their wait, jobs whose type is known by now, what is old enough."""
    now = engine.clock.now()
    match_kept(engine)
    with transaction(engine) as session:
        active = select(ProcessInstance.id).where(ProcessInstance.status == "active")
        may_run = Job.instance_id.in_(active) | Job.instance_id.is_(None)
        known = Job.type.in_(engine.registry.types()) & (Job.retries > 0) & may_run
        kinds = {
            "connector": Job.type.in_(list(engine.registry.connectors)),
            "service": Job.type.in_(list(engine.registry.service_tasks)),
        }
        for kind, of_kind in kinds.items():
            session.execute(update(Job).where(Job.held, known, of_kind).values(held=False, kind=kind))
        forget_old(session, engine)
        forget(session, now - engine.settings.request_memory)


@dataclass(slots=True)
class Scheduler:
    """Runs due jobs of one engine in a thread of this process, until it is stopped."""

    engine: Engine
    poll: timedelta = timedelta(seconds=1)
    sweep_every: timedelta = timedelta(seconds=10)
    awake: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread and listens to the doorbell. Does nothing where it runs already."""
        if self.thread is not None:
            return
        self.stopping.clear()
        self.engine.doorbell.listeners.append(self.rung)
        self.thread = threading.Thread(target=self.run, name="amicale-scheduler", daemon=True)
        self.thread.start()

    def stop(self, timeout: float = 30.0) -> None:
        """Lets the running job end, then stops."""
        if self.thread is None:
            return
        self.stopping.set()
        self.awake.set()
        self.thread.join(timeout)
        self.engine.doorbell.listeners.remove(self.rung)
        self.thread = None

    def rung(self, jobs: Sequence[UUID]) -> None:
        """Somebody committed work that is due."""
        self.awake.set()

    def run(self) -> None:
        """The thread's loop. Whatever fails is logged and tried again after the poll interval; the thread goes on."""
        last_sweep = None
        while not self.stopping.is_set():
            self.awake.clear()
            try:
                now = self.engine.clock.now()
                if last_sweep is None or now - last_sweep >= self.sweep_every:
                    last_sweep = now
                    self._sweep()
                    self._drain()
                wait = self._until_next()
                if wait <= 0:
                    self._drain()
            except Exception:
                log.exception("the scheduler could not do its work; trying again")
                wait = self.poll.total_seconds()
            self.awake.wait(wait)

    def _sweep(self) -> None:
        """What one case spoils must not keep the jobs of all others from running."""
        try:
            sweep(self.engine)
        except Exception:
            log.exception("the sweep failed; trying again in %s", self.sweep_every)

    def _drain(self) -> None:
        while not self.stopping.is_set() and run_due(self.engine, limit=50):
            pass

    def _until_next(self) -> float:
        due_at = next_due(self.engine)
        poll = self.poll.total_seconds()
        if due_at is None:
            return poll
        return min(poll, max(0.0, float((due_at - self.engine.clock.now()).total_seconds())))
