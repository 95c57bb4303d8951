"""Work of which nobody knows whether it was done: listed, counted, and decided by a person, on record.

It comes from connectors that may not repeat themselves (`at_most_once`) whose worker was lost, or whose receiver did
not answer. The job is held, with an incident on its case, until somebody says whether it went out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from engine import ledger, stuck
from engine.advance import advance
from engine.assignment import Actor
from engine.bpmn.errors import TokenGone
from engine.connectors import carried
from engine.errors import AlreadyDecided, NotFound
from engine.history import record
from engine.models import Effect, Incident, Job
from engine.step import begin
from engine.store import lock_instance

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Unknown", "count", "decide", "listed"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """One attempt to decide about. `late` is what its worker said after it had been given up, if it ever did."""

    id: UUID
    type: str
    key: str
    number: int
    process_id: str
    instance_id: UUID | None
    element: str | None
    at: datetime
    answer: dict[str, object]
    late: Effect | None


def listed(
    session: Session,
    *,
    of: ColumnElement[bool] | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[Unknown]:
    """The oldest first; `of` narrows them down, the next page begins after (`at`, `id`) of the last one."""
    query = select(Effect).where(*_open(of))
    if after is not None:
        query = query.where(tuple_(Effect.at, Effect.id) > after)
    rows = session.execute(query.order_by(Effect.at, Effect.id).limit(limit)).scalars().all()
    return [
        Unknown(
            row.id, row.type, row.key, row.number, row.process_id, row.instance_id, row.element, row.at,
            row.answer or {}, _late(session, row),
        )
        for row in rows
    ]  # fmt: skip


def count(session: Session, *, of: ColumnElement[bool] | None = None) -> int:
    """How many wait for a decision."""
    return session.execute(select(func.count()).select_from(Effect).where(*_open(of))).scalar_one()


def decide(session: Session, engine: Engine, effect_id: UUID, *, went_out: bool, by: Actor) -> None:
    """Says of an unknown attempt that it went out (its case goes on), or that it did not (it is made again).

    Work of no case has nobody that goes on: its connector writes into its own records that it went out (`heard`).

    Raises NotFound, AlreadyDecided, CaseSuspended.
    """
    row = session.get(Effect, effect_id)
    if row is None or row.fact != "unknown":
        raise NotFound(kind="effect", id=effect_id)
    if row.instance_id is not None:
        lock_instance(session, row.instance_id)
    job = session.get(Job, row.job_id, with_for_update=True)
    try:
        ledger.decided(session, engine, ledger.attempt_of(row), "went_out" if went_out else "not_gone", by.id)
    except ledger.AttemptTaken as twin:
        raise AlreadyDecided() from twin
    if job is None:
        return  # what it was for is over: the decision stands on record
    if job.instance_id is not None:
        _close_incident(session, engine, job, by)
        said: dict[str, object] = {"went_out": went_out}
        record(session, engine, job.instance_id, "effect_decided", job.element, job.token, by, said)
    if not went_out:
        stuck.again(session, engine, job)
    elif job.instance_id is None:
        _heard(session, engine, job, row)
    else:
        _go_on(session, engine, job, by)


def _close_incident(session: Session, engine: Engine, job: Job, by: Actor) -> None:
    found = select(Incident).where(Incident.token == job.id, Incident.resolved_at.is_(None))
    for incident in session.execute(found).scalars():
        stuck.resolve(session, engine, incident, by)


def _heard(session: Session, engine: Engine, job: Job, row: Effect) -> None:
    """The connector's own records say that it went out, and the work is done."""
    connector = engine.registry.connectors.get(job.type)
    if connector is not None and connector.heard is not None:
        connector.heard(session, carried(job), row.at)
    session.delete(job)


def _go_on(session: Session, engine: Engine, job: Job, by: Actor) -> None:
    """The case goes on as if the connector had answered nothing."""
    assert job.instance_id is not None
    assert job.token is not None
    token = job.token
    session.delete(job)
    session.flush()
    step = begin(engine, session, job.instance_id, by)
    try:
        step.case.complete_job(token, {}, step.host)
    except TokenGone:
        return  # another event led the case away from there
    advance(step)


def _open(of: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    conditions = [Effect.fact == "unknown", ~ledger.said()]
    return conditions if of is None else [*conditions, of]


def _late(session: Session, row: Effect) -> Effect | None:
    found = select(Effect).where(Effect.key == row.key, Effect.number == row.number, Effect.step == ledger.LATE)
    return session.execute(found).scalar_one_or_none()
