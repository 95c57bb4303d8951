"""Claiming jobs: whose turn it is, a batch of them under a lease, and the sweep of leases that ended.

Every claim counts `epoch` on, and what comes of the job is written under the epoch of its claim.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, bindparam, literal_column, select, text, update
from sqlalchemy.sql.dml import ReturningUpdate

from engine.due import Group, Look, Turns, look, release_expired
from engine.models import FREE_JOB, Job
from engine.muting import may_leave
from engine.pacing import begin_call
from engine.prepared import fetch
from engine.schema import Moment
from engine.store import JOB
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["BATCH", "Claimed", "Lane", "claim_due", "claim_one", "free_expired", "give_back", "next_due"]

log = logging.getLogger(__name__)
Chosen = tuple[ColumnElement[bool], ...]
_OF_GROUP: Final[Chosen] = tuple(
    JOB.c[name] == bindparam(f"b_{name}", type_=JOB.c[name].type) for name in ("priority", "type", "process_id")
)
_THIS: Final[Chosen] = (JOB.c.id == bindparam("b_job", type_=JOB.c.id.type),)
BATCH: Final = 25  # jobs that one claim leases: the others wait for no more than these
Lane = Literal["all", "inside", "outside"]  # outside: connectors, which may take long; inside: everything else


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker holds under a lease."""

    id: UUID
    epoch: int
    kind: str
    type: str = ""


def claim_due(
    engine: Engine, limit: int = BATCH, *, lane: Lane = "all", turns: Turns | None = None, seen: Look | None = None
) -> list[Claimed]:
    """Leases up to `limit` due jobs of the group whose turn it is, the longest due first.

    `seen`: what was seen of the jobs just now, else they are looked at. Jobs that others lease are skipped. Work of a
    connector is claimed one by one, within the limits it declares, save where several are called in a round.
    """
    now, turns = engine.clock.now(), turns or Turns()
    for group in turns.order(groups_of_lane(engine, seen or free_expired(engine), lane), now):
        of_group = {"b_priority": group.priority, "b_type": group.type, "b_process_id": group.process_id}
        if claimed := _claim(engine, _OF_GROUP, of_group, group.type, limit):
            turns.serve(group)
            return claimed
    return []


def claim_one(engine: Engine, job_id: UUID) -> list[Claimed]:
    """Leases this job; nothing where it is gone, not due, held, leased, or its connector has no room for it."""
    with reading(engine) as session:
        type_ = session.execute(select(Job.type).where(Job.id == job_id)).scalar_one_or_none()
    if type_ is None:
        return []
    return _claim(engine, _THIS, {"b_job": job_id}, type_, 1)


def _claim(
    engine: Engine, chosen: Chosen, values: Mapping[str, Any], type_: str, limit: int
) -> list[Claimed]:  # fmt: skip
    now, connector = engine.clock.now(), engine.registry.connectors.get(type_)
    several = connector is None or connector.in_rounds
    answers = connector is not None and connector.answers
    lease = {
        "b_now": now, "b_until": now + engine.settings.lease, "b_by": worker_name(),
        "b_limit": limit if several else 1,
    }  # fmt: skip
    with transaction(engine) as session:
        if connector is not None and not begin_call(session, connector, now):
            return []
        rows = fetch(session, _leasing(chosen, answers), {**values, **lease})
        if not rows:
            session.rollback()  # no call begins: none is counted
    rows.sort(key=lambda row: (row.due_at, row.id.int))
    return [Claimed(row.id, row.epoch, row.kind, row.type) for row in rows]


@cache
def _leasing(chosen: Chosen, answers: bool) -> ReturningUpdate[Any]:
    """The statement that leases the first of the jobs that are chosen so.

    They are chosen in a query of their own, which PostgreSQL asks once: a subquery it may ask again for each row that
    it looks at, and each time another job would be the first that nobody has locked.
    """
    chosen_once = (
        select(JOB.c.id)
        .where(text(FREE_JOB), *chosen, JOB.c.due_at <= bindparam("b_now", type_=Moment()), may_leave(answers=answers))
        .order_by(JOB.c.due_at, JOB.c.id)
        .limit(bindparam("b_limit", type_=Integer()))
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return (
        update(JOB)
        .where(JOB.c.id.in_(select(chosen_once.c.id)))
        .values(leased_until=bindparam("b_until"), leased_by=bindparam("b_by"), epoch=JOB.c.epoch + literal_column("1"))
        .returning(JOB.c.id, JOB.c.epoch, JOB.c.kind, JOB.c.type, JOB.c.due_at)
    )


def worker_name() -> str:
    """Who leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def give_back(engine: Engine, claimed: Sequence[Claimed]) -> None:
    """Frees jobs that were claimed and not begun: this worker stops. No worker was lost on them."""
    for each in claimed:
        mine = update(Job).where(Job.id == each.id, Job.epoch == each.epoch)
        with transaction(engine) as session:
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
