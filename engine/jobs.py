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
| retry | an incident is tried again |

A lease ends by itself: a job of a lost worker is claimed again. Every claim counts `epoch` on, and every result is
written under the epoch of its claim: a worker that comes too late matches no row and changes nothing.
`epoch - attempts - 1` claims ended without a word: so many workers were lost on the job.
"""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from engine.connectors import run_connector
from engine.effects import failure_of
from engine.jobwork import run_inside
from engine.leases import Lost, held
from engine.models import Job
from engine.muting import may_leave
from engine.stuck import stand
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Claimed", "claim_due", "next_due", "run_claimed", "run_due", "run_job"]

log = logging.getLogger(__name__)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds under a lease."""

    id: UUID
    epoch: int
    kind: str


def claim_due(engine: Engine, limit: int = BATCH, *, only: UUID | None = None) -> list[Claimed]:
    """Leases up to `limit` due jobs to this worker, the longest due first; jobs that others lease are skipped."""
    now = engine.clock.now()
    due: list[ColumnElement[bool]] = [
        ~Job.held, Job.due_at <= now, or_(Job.leased_until.is_(None), Job.leased_until < now), may_leave(),
    ]  # fmt: skip
    if only is not None:
        due.append(Job.id == only)
    chosen = select(Job.id).where(*due).order_by(Job.due_at, Job.id).limit(limit).with_for_update(skip_locked=True)
    statement = (
        update(Job)
        .where(Job.id.in_(chosen.scalar_subquery()))
        .values(leased_until=now + engine.settings.lease, leased_by=worker_name(), epoch=Job.epoch + 1)
        .returning(Job.id, Job.epoch, Job.kind, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    with transaction(engine) as session:
        rows: list[Any] = list(session.execute(statement))
    return [Claimed(row.id, row.epoch, row.kind) for row in sorted(rows, key=lambda row: (row.due_at, row.id.int))]


def worker_name() -> str:
    """Who leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def run_claimed(engine: Engine, claimed: Claimed) -> None:
    """Runs one leased job. What goes wrong is written on the job, or ends in an incident; nothing is raised."""
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


def _put_off(engine: Engine, claimed: Claimed, reason: str) -> None:
    """Machinery failed, not registered work (a database that is away, a defect): again later, then an incident."""
    try:
        with transaction(engine) as session:
            job = held(session, claimed.id, claimed.epoch)
            settings = engine.settings
            wait: timedelta = min(settings.first_backoff * 2 ** min(job.attempts, 20), settings.longest_backoff)
            job.attempts, job.error, job.due_at = job.attempts + 1, reason, engine.clock.now() + wait
            job.leased_until = job.leased_by = None
            if job.attempts >= settings.machinery_attempts:
                stand(session, engine, job, reason)
    except Lost:
        log.info("job %s was claimed by another worker meanwhile", claimed.id)


def run_job(engine: Engine, job_id: UUID) -> bool:
    """Claims and runs this job; False where it is gone, not due, held, or leased by another worker."""
    claimed = claim_due(engine, 1, only=job_id)
    for job in claimed:
        run_claimed(engine, job)
    return bool(claimed)


def run_due(engine: Engine, *, limit: int = 100_000) -> int:
    """Runs jobs until nothing is due (or `limit` were run); answers how many."""
    count = 0
    while count < limit and (batch := claim_due(engine, min(BATCH, limit - count))):
        for job in batch:
            run_claimed(engine, job)
        count += len(batch)
    return count


def next_due(engine: Engine) -> datetime | None:
    """The moment at which the next free job is due, or None. Takes no write lock."""
    with reading(engine) as session:
        free = select(Job.due_at).where(~Job.held, Job.leased_until.is_(None), may_leave())
        query = free.order_by(Job.due_at).limit(1)
        return session.execute(query).scalar_one_or_none()
