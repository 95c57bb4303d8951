"""Promised work: claimed in batches under a lease, run one transaction each, deleted when done.

| kind | what it does |
|---|---|
| timer | a timer of a case is due |
| service | a service task to try again, or of a type that was unknown |
| connector | work that leaves our database: called with no transaction open |
| continue | a case goes on after 500 automatic elements |
| call, called | a called case is to start; a called case has news for its caller |
| message, signal | a message or signal for one waiting case |
| start, start_timer | a case begins by a signal or a timer |
| publish, publish_all | a message that a case published |
| freed | a case that a keyed message started has ended |
| deadline | a share of a user task's time is over |
| retry, retry_all | an incident is tried again; the next few hundred of many are (`engine.bulk`) |

A lease ends by itself: a job of a lost worker is claimed again. Every claim counts `epoch` on, and every result is
written under the epoch of its claim: a worker that comes too late matches no row and changes nothing.
`epoch - attempts - 1` claims ended without a word: so many workers were lost on the job.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, select, text, update

from engine.connectors import run_connector
from engine.due import Group, Turns, groups_of, release_expired
from engine.effects import Failure, backoff, failure_of
from engine.jobwork import run_inside
from engine.leases import Lost, held
from engine.models import FREE_JOB, Job
from engine.muting import may_leave, muted
from engine.pacing import begin_call
from engine.stuck import stand
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Claimed", "Lane", "claim_due", "free_expired", "give_back", "next_due", "run_claimed", "run_due", "run_job"]

log = logging.getLogger(__name__)
BATCH: Final = 25  # jobs that one claim leases: the others wait for no more than these
Lane = Literal["all", "inside", "outside"]  # outside: connectors, which may take long; inside: everything else


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds under a lease."""

    id: UUID
    epoch: int
    kind: str


def claim_due(engine: Engine, limit: int = BATCH, *, lane: Lane = "all", turns: Turns | None = None) -> list[Claimed]:
    """Leases up to `limit` due jobs of the group whose turn it is, the longest due first.

    Jobs that others lease are skipped. Work of a connector is claimed one by one, within the limits it declares.
    """
    now, turns = engine.clock.now(), turns or Turns()
    free_expired(engine)
    for group in turns.order(groups_in(engine, lane), now):
        of_group = (
            text(FREE_JOB), Job.priority == group.priority, Job.type == group.type,
            Job.process_id == group.process_id, Job.due_at <= now,
        )  # fmt: skip
        if claimed := _claim(engine, of_group, group.type, limit):
            turns.serve(group)
            return claimed
    return []


def _claim(engine: Engine, chosen: Sequence[ColumnElement[bool] | TextClause], type_: str, limit: int) -> list[Claimed]:
    now, connector = engine.clock.now(), engine.registry.connectors.get(type_)
    free = select(Job.id).where(*chosen, may_leave()).order_by(Job.due_at, Job.id).with_for_update(skip_locked=True)
    statement = (
        update(Job)
        .where(Job.id.in_(free.limit(limit if connector is None else 1).scalar_subquery()))
        .values(leased_until=now + engine.settings.lease, leased_by=worker_name(), epoch=Job.epoch + 1)
        .returning(Job.id, Job.epoch, Job.kind, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    with transaction(engine) as session:
        if connector is not None and not begin_call(session, connector, now):
            return []
        rows: list[Any] = list(session.execute(statement))
        if not rows:
            session.rollback()  # no call begins: none is counted
    return [Claimed(row.id, row.epoch, row.kind) for row in sorted(rows, key=lambda row: (row.due_at, row.id.int))]


def worker_name() -> str:
    """Who leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def run_claimed(engine: Engine, claimed: Claimed) -> None:
    """Runs one leased job. What goes wrong is written on the job, or ends in an incident; nothing is raised."""
    began = time.perf_counter()
    try:
        if claimed.kind == "connector":
            run_connector(engine, claimed.id, claimed.epoch)
        else:
            run_inside(engine, claimed.id, claimed.epoch)
    except Lost:
        log.info("job %s was claimed by another worker meanwhile", claimed.id)
    except Exception as error:
        log.exception("job %s (%s) failed", claimed.id, claimed.kind)
        _put_off(engine, claimed, failure_of(error).reason)
    engine.observer.tell_ran(claimed.kind, time.perf_counter() - began)


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


def give_back(engine: Engine, claimed: Claimed) -> None:
    """Frees a job that was claimed and not begun: this worker stops. No worker was lost on it."""
    mine = update(Job).where(Job.id == claimed.id, Job.epoch == claimed.epoch)
    with transaction(engine) as session:
        session.execute(mine.values(leased_until=None, leased_by=None, attempts=Job.attempts + 1))


def run_job(engine: Engine, job_id: UUID) -> bool:
    """Claims and runs this job; False where it is gone, not due, held, leased, or its connector has no room for it."""
    with reading(engine) as session:
        type_ = session.execute(select(Job.type).where(Job.id == job_id)).scalar_one_or_none()
    if type_ is None:
        return False
    claimed = _claim(engine, (text(FREE_JOB), Job.id == job_id, Job.due_at <= engine.clock.now()), type_, 1)
    for job in claimed:
        run_claimed(engine, job)
    return bool(claimed)


def run_due(
    engine: Engine, *, limit: int = 100_000, lane: Lane = "all", turns: Turns | None = None,
    each: Callable[[Claimed], None] | None = None,
) -> int:  # fmt: skip
    """Runs jobs until nothing is due (or `limit` were run); answers how many. `each` runs one, else `run_claimed`."""
    count, turns = 0, turns or Turns()
    while count < limit and (batch := claim_due(engine, min(BATCH, limit - count), lane=lane, turns=turns)):
        for job in batch:
            if each is None:
                run_claimed(engine, job)
            else:
                each(job)
        count += len(batch)
    return count


def free_expired(engine: Engine) -> None:
    """The lease sweep: what lost workers held is free again. Takes no write lock where there is nothing."""
    now = engine.clock.now()
    with reading(engine) as session:
        over = session.execute(select(Job.id).where(Job.leased_until < now).limit(1)).first()
    if over is not None:
        with transaction(engine) as session:
            count = release_expired(session, now)
        log.info("the leases of %s jobs ended: their workers were lost", count)


def next_due(engine: Engine, lane: Lane = "all") -> datetime | None:
    """The moment at which the next free job is due, or None. Takes no write lock."""
    return min((group.due_at for group in groups_in(engine, lane)), default=None)


def groups_in(engine: Engine, lane: Lane) -> list[Group]:
    """The groups of free jobs that are work of this lane."""
    connectors = engine.registry.connectors
    with reading(engine) as session:
        groups = groups_of(session)
        inside = lane == "inside" or muted(session) is not None
    if inside:
        return [each for each in groups if lane != "outside" and each.type not in connectors]
    return [each for each in groups if lane == "all" or each.type in connectors]
