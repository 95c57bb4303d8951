"""Jobs that were claimed together: timers or messages in one transaction, connectors in rounds, everything else alone.

Timers that are due together are mostly those of many cases that wait for the same day. Each is little work; what they
cost is the commit and the wait for the disk. So jobs of different cases share a transaction, for a bounded time: a
person whose case is among them waits no longer than that. Their cases are locked without waiting: one that somebody
has in hand is left for a transaction of its own. The same holds for a job that failed before, or on which a worker was
lost; and where anything fails, nothing of the transaction was done, and each of its jobs is run alone.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.claims import Claimed
from engine.connectors import run_connector
from engine.effects import Failure, backoff, failure_of
from engine.jobwork import publish_beside, run_beside, run_inside
from engine.leases import Lost, held, held_apart, held_together, pieces
from engine.models import Job
from engine.rounds import call_together, conclude_alone, conclude_together
from engine.stuck import stand
from engine.transaction import transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Batch", "run_claimed"]

log = logging.getLogger(__name__)
TOGETHER: Final = frozenset({"timer", "deadline", "message", "signal", "continue"})  # they move one case each


@dataclass(slots=True)
class Batch:
    """What is not run yet, in its order."""

    engine: Engine
    waiting: deque[Claimed]
    alone: set[UUID] = field(default_factory=set)  # not in the transaction of others, or not any more

    def run(self) -> None:
        """Runs everything."""
        while self.waiting:
            self.run_some()

    def run_some(self) -> None:
        """Runs what one transaction takes: the first job, and those that may go with it. Nothing is raised."""
        run, beside = self._fellows()
        if len(beside) > 1:
            done = set(run(beside))
            self.waiting = deque(each for each in self.waiting if each.id not in done)
        else:
            run_claimed(self.engine, self.waiting.popleft())

    def _fellows(self) -> tuple[Callable[[Sequence[Claimed]], Collection[UUID]], Sequence[Claimed]]:
        """How the first job is run with others, and with which: itself alone where that may not be."""
        first = self.waiting[0]
        if first.id in self.alone:
            return self._run_together, [first]
        free = [each for each in self.waiting if each.id not in self.alone]
        connector = self.engine.registry.connectors.get(first.type) if first.kind == "connector" else None
        if connector is not None and connector.in_rounds:
            return self._run_round, [each for each in free if each.type == first.type and each.kind == first.kind]
        if first.kind == "publish":
            return self._publish_together, [each for each in free if each.kind == "publish"]
        if first.kind in TOGETHER:
            return self._run_together, [each for each in free if each.kind in TOGETHER]
        return self._run_together, [first]

    def _run_round(self, claimed: Sequence[Claimed]) -> Collection[UUID]:
        """Those that were called; none where the round could not be put on record."""
        began = time.perf_counter()
        self.alone |= {each.id for each in claimed}
        try:
            called = call_together(self.engine, claimed)
        except Exception:
            log.debug("%s calls could not be made in a round: one by one", len(claimed), exc_info=True)
            return ()
        for each in conclude_together(self.engine, called):
            _guarded(self.engine, each.claimed, partial(conclude_alone, self.engine, each))
        for each in called:
            self.engine.observer.tell_ran(each.claimed.kind, (time.perf_counter() - began) / len(called))
        return [each.claimed.id for each in called]

    def _run_together(self, claimed: Sequence[Claimed]) -> list[UUID]:
        """Those that were done; none where anything failed."""

        def works(session: Session) -> Iterator[tuple[Job, Callable[[], None]]]:
            cases: set[UUID] = set()
            for some in pieces(claimed):
                found = held_together(session, some)
                self.alone |= {each.id for each in some} - {job.id for job, _, _ in found}
                for job, instance, state in found:
                    if instance.id not in cases:  # else its case has moved: in the next transaction
                        cases.add(instance.id)
                        yield job, partial(run_beside, self.engine, session, job, instance, state)

        return self._in_one_transaction(claimed, works)

    def _publish_together(self, claimed: Sequence[Claimed]) -> list[UUID]:
        """Messages that were published; none where anything failed. A case that somebody has in hand is not waited
        for: a job brings it the message."""

        def works(session: Session) -> Iterator[tuple[Job, Callable[[], None]]]:
            for some in pieces(claimed):
                found = held_apart(session, some)
                self.alone |= {each.id for each in some} - {job.id for job in found}
                for job in found:
                    yield job, partial(publish_beside, self.engine, session, job)

        return self._in_one_transaction(claimed, works)

    def _in_one_transaction(
        self, claimed: Sequence[Claimed], works: Callable[[Session], Iterator[tuple[Job, Callable[[], None]]]]
    ) -> list[UUID]:
        ran: list[tuple[UUID, str, float]] = []
        try:
            with transaction(self.engine) as session:
                began = last = time.perf_counter()
                for job, work in works(session):
                    id_, kind = job.id, job.kind
                    work()
                    now = time.perf_counter()
                    ran.append((id_, kind, now - last))
                    last = now
                    if now - began > self.engine.settings.together.total_seconds():
                        break
        except Exception:
            log.debug("%s jobs could not be run together: one by one", len(claimed), exc_info=True)
            self.alone |= {each.id for each in claimed}
            return []
        for _id, kind, seconds in ran:
            self.engine.observer.tell_ran(kind, seconds)
        return [id_ for id_, _kind, _seconds in ran]


def run_claimed(engine: Engine, claimed: Claimed) -> None:
    """Runs one leased job. What goes wrong is written on the job, or ends in an incident; nothing is raised."""
    began = time.perf_counter()
    run = run_connector if claimed.kind == "connector" else run_inside
    _guarded(engine, claimed, partial(run, engine, claimed.id, claimed.epoch))
    engine.observer.tell_ran(claimed.kind, time.perf_counter() - began)


def _guarded(engine: Engine, claimed: Claimed, run: Callable[[], None]) -> None:
    try:
        run()
    except Lost:
        log.info("job %s was claimed by another worker meanwhile", claimed.id)
    except Exception as error:
        log.exception("job %s (%s) failed", claimed.id, claimed.kind)
        _put_off(engine, claimed, failure_of(error).reason)


def _put_off(engine: Engine, claimed: Claimed, reason: str) -> None:
    """Machinery failed, not registered work (a database that is away, a defect): again later, then an incident."""
    try:
        with transaction(engine) as session:
            job = held(session, claimed.id, claimed.epoch)
            settings = engine.settings
            wait = backoff(engine, job.attempts + 1, {}, Failure(reason))
            job.attempts, job.error, job.due_at = job.attempts + 1, reason, engine.clock.now() + wait
            job.leased_until = job.leased_by = None
            if job.attempts >= settings.machinery_attempts:
                stand(session, engine, job, reason)
    except Lost:
        log.info("job %s was claimed by another worker meanwhile", claimed.id)
