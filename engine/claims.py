"""Claiming jobs: whose turn it is, a batch of them under a lease, and the sweep of leases that ended.

Every claim counts `epoch` on, and what comes of the job is written under the epoch of its claim.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, select, text, update

from engine.due import Group, Look, Turns, look, release_expired
from engine.models import FREE_JOB, Job
from engine.muting import may_leave
from engine.pacing import begin_call
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["BATCH", "Claimed", "Lane", "claim_due", "claim_one", "free_expired", "give_back", "next_due"]

log = logging.getLogger(__name__)
BATCH: Final = 25  # jobs that one claim leases: the others wait for no more than these
Lane = Literal["all", "inside", "outside"]  # outside: connectors, which may take long; inside: everything else


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds under a lease."""

    id: UUID
    epoch: int
    kind: str
    type: str = ""


def claim_due(engine: Engine, limit: int = BATCH, *, lane: Lane = "all", turns: Turns | None = None) -> list[Claimed]:
    """Leases up to `limit` due jobs of the group whose turn it is, the longest due first.

    Jobs that others lease are skipped. Work of a connector is claimed one by one, within the limits it declares, save
    where several are called in a round.
    """
    now, turns = engine.clock.now(), turns or Turns()
    for group in turns.order(groups_of_lane(engine, free_expired(engine), lane), now):
        of_group = (
            text(FREE_JOB), Job.priority == group.priority, Job.type == group.type,
            Job.process_id == group.process_id, Job.due_at <= now,
        )  # fmt: skip
        if claimed := _claim(engine, of_group, group.type, limit):
            turns.serve(group)
            return claimed
    return []


def claim_one(engine: Engine, job_id: UUID) -> list[Claimed]:
    """Leases this job; nothing where it is gone, not due, held, leased, or its connector has no room for it."""
    with reading(engine) as session:
        type_ = session.execute(select(Job.type).where(Job.id == job_id)).scalar_one_or_none()
    if type_ is None:
        return []
    return _claim(engine, (text(FREE_JOB), Job.id == job_id, Job.due_at <= engine.clock.now()), type_, 1)


def _claim(engine: Engine, chosen: Sequence[ColumnElement[bool] | TextClause], type_: str, limit: int) -> list[Claimed]:
    now, connector = engine.clock.now(), engine.registry.connectors.get(type_)
    several = connector is None or connector.in_rounds
    free = (
        select(Job.id)
        .where(*chosen, may_leave(connector))
        .order_by(Job.due_at, Job.id)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Job)
        .where(Job.id.in_(free.limit(limit if several else 1).scalar_subquery()))
        .values(leased_until=now + engine.settings.lease, leased_by=worker_name(), epoch=Job.epoch + 1)
        .returning(Job.id, Job.epoch, Job.kind, Job.type, Job.due_at)
        .execution_options(synchronize_session=False)
    )
    with transaction(engine) as session:
        if connector is not None and not begin_call(session, connector, now):
            return []
        rows: list[Any] = list(session.execute(statement))
        if not rows:
            session.rollback()  # no call begins: none is counted
    rows.sort(key=lambda row: (row.due_at, row.id.int))
    return [Claimed(row.id, row.epoch, row.kind, row.type) for row in rows]


def worker_name() -> str:
    """Who leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def give_back(engine: Engine, claimed: Sequence[Claimed]) -> None:
    """Frees jobs that were claimed and not begun: this worker stops. No worker was lost on them."""
    with transaction(engine) as session:
        for each in claimed:
            mine = update(Job).where(Job.id == each.id, Job.epoch == each.epoch)
            session.execute(mine.values(leased_until=None, leased_by=None, attempts=Job.attempts + 1))


def free_expired(engine: Engine) -> Look:
    """Looks at the jobs, after the lease sweep: what lost workers held is free again. No write lock for nothing."""
    seen, now = _look(engine), engine.clock.now()
    if seen.first_lease_ends is None or seen.first_lease_ends >= now:
        return seen
    with transaction(engine) as session:
        count = release_expired(session, now)
    log.info("the leases of %s jobs ended: their workers were lost", count)
    return _look(engine)


def _look(engine: Engine) -> Look:
    with reading(engine) as session:
        return look(session)


def next_due(engine: Engine, lane: Lane = "all", seen: Look | None = None) -> datetime | None:
    """The moment at which the next free job is due, or None. Takes no write lock."""
    return min((group.due_at for group in groups_of_lane(engine, seen or _look(engine), lane)), default=None)


def groups_of_lane(engine: Engine, seen: Look, lane: Lane) -> list[Group]:
    """The groups of free jobs that are work of this lane."""
    connectors = engine.registry.connectors

    def of_lane(group: Group) -> bool:
        connector = connectors.get(group.type)
        if connector is None:
            return lane != "outside"
        return lane != "inside" and (connector.answers or not seen.muted)

    return [each for each in seen.groups if of_lane(each)]
