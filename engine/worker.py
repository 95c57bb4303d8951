"""The scheduler: a thread over the job table. Several of them, in any number of processes, share the work safely.

It sleeps until the next job is due, the doorbell rings, or the poll interval is over, whichever comes first. `lanes`
makes two: connectors may wait long for an answer from outside, and no timer waits for that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from engine import sizes, undo
from engine.due import Look, Turns
from engine.jobs import Batch, Lane, free_expired, give_back, next_due, run_due
from engine.models import Job, ProcessInstance
from engine.publishing import forget_old, match_kept
from engine.requests import forget
from engine.transaction import at_rest, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Scheduler", "lanes", "sweep"]

log = logging.getLogger(__name__)
BETWEEN_LOOKS: Final = 50  # jobs between two looks at whether to stop
LONGEST_PAUSE: Final = 0.25  # seconds
NO_ROOM: Final = 0.1  # seconds until the next look where a connector's limits let nothing begin


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
            freed = at_rest(Job.id, Job.held, known, of_kind)
            session.execute(update(Job).where(freed).values(held=False, kind=kind))
        forget_old(session, engine)
        forget(session, now - engine.settings.request_memory)
        undo.forget(session, now)


@dataclass(slots=True)
class Scheduler:
    """Runs due jobs of one engine in a thread of this process, until it is stopped."""

    engine: Engine
    poll: timedelta = timedelta(seconds=1)
    lane: Lane = "all"
    share: float = 1.0  # of the time while there is a backlog: the rest is left to the people who click in this process
    busy_since: float | None = None  # `time.monotonic` when the running job began
    turns: Turns = field(default_factory=Turns)
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
        self.thread = threading.Thread(target=self.run, name=f"amicale-scheduler-{self.lane}", daemon=True)
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
        last_sweep, said = None, ""
        while not self.stopping.is_set():
            self.awake.clear()
            try:
                now = self.engine.clock.now()
                if self.lane != "outside" and (last_sweep is None or now - last_sweep >= self.sweep_every):
                    last_sweep = now
                    self._sweep()
                seen = free_expired(self.engine)
                wait = self._until_next(seen)
                if wait <= 0 and not self._drain(seen):
                    wait = NO_ROOM
            except OperationalError as error:  # the trace once: a database that is away for a while fills no log
                reason = str(error.orig).partition("\n")[0]
                log.error("the database does not answer; trying again: %s", reason, exc_info=reason != said)
                said, wait = reason, self.poll.total_seconds()
            except Exception:
                log.exception("the scheduler could not do its work; trying again")
                wait = self.poll.total_seconds()
            self.awake.wait(wait)

    def _sweep(self) -> None:
        """What one case spoils must not keep the jobs of all others from running."""
        try:
            sweep(self.engine)
            sizes.gather(self.engine)
        except Exception:
            log.exception("the sweep failed; trying again in %s", self.sweep_every)

    def _drain(self, seen: Look) -> int:
        return run_due(
            self.engine, limit=BETWEEN_LOOKS, lane=self.lane, turns=self.turns, seen=seen, each=self._run
        )  # fmt: skip

    def _run(self, batch: Batch) -> None:
        """Transaction by transaction, with the pause that the share asks for; at a stop, what is not begun is given
        back."""
        while batch.waiting:
            if self.stopping.is_set():
                give_back(self.engine, batch.waiting)
                return
            self.busy_since = began = time.monotonic()
            try:
                batch.run_some()
            finally:
                self.busy_since = None
            if self.share < 1:
                self.stopping.wait(min((time.monotonic() - began) * (1 / self.share - 1), LONGEST_PAUSE))

    def _until_next(self, seen: Look) -> float:
        due_at = next_due(self.engine, self.lane, seen)
        poll = self.poll.total_seconds()
        if due_at is None:
            return poll
        return min(poll, max(0.0, float((due_at - self.engine.clock.now()).total_seconds())))


def lanes(engine: Engine, *, share: float = 1.0, poll: timedelta = timedelta(seconds=1)) -> list[Scheduler]:
    """The two schedulers of a process: one for connectors, one for everything else."""
    return [Scheduler(engine, poll, lane="inside", share=share), Scheduler(engine, poll, lane="outside")]
