"""Holding a job: under its lease and epoch, with its case's row locked before it; and writing what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Integer, bindparam, delete, select
from sqlalchemy.orm import Session

from engine import correlation
from engine.advance import advance
from engine.bpmn.outcome import Done, Thrown
from engine.claims import Claimed
from engine.effects import Failure, backoff, work_gave_up
from engine.models import Job, ProcessInstance
from engine.prepared import fetch, loaded, write
from engine.step import Step
from engine.store import INSTANCE, INSTANCE_COLUMNS, JOB, Instance
from engine.transaction import transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "OURS", "Lost", "done", "drop", "headers_of", "held", "held_apart", "held_to_end", "held_together", "hold",
    "job_of", "pieces", "put_by", "settle_attempt",
]  # fmt: skip


PIECE: Final = 5  # jobs that are read and locked in one statement, where several are run in one transaction


class Lost(Exception):
    """The lease went to another worker, or the job is gone."""


OURS: Final = (Job.id == bindparam("job", type_=Job.id.type)) & (Job.epoch == bindparam("epoch", type_=Integer()))
_ALONE: Final = (
    select(Job)
    .where(OURS)
    .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
    .with_for_update(of=[ProcessInstance, Job], key_share=True)
)
_NOBODYS: Final = select(Job).where(OURS, Job.instance_id.is_(None)).with_for_update()
_FINISHED: Final = (
    select(*JOB.c)
    .join_from(JOB, INSTANCE, INSTANCE.c.id == JOB.c.instance_id)
    .where(OURS)
    .with_for_update(of=[INSTANCE, JOB], key_share=True)
)
_FINISHED_NOBODYS: Final = select(*JOB.c).where(OURS, JOB.c.instance_id.is_(None)).with_for_update()
_PLACES: Final = tuple(f"id_{place}" for place in range(PIECE))
_OF_PIECE: Final = JOB.c.id.in_([bindparam(place, type_=JOB.c.id.type) for place in _PLACES])
# The status of a case is not asked here: PostgreSQL keeps one plan for a statement, and one that it made while there
# were few cases would go on reading all that are active, of which there are many, to find these five.
_TOGETHER: Final = (
    select(*JOB.c, *INSTANCE_COLUMNS)
    .join_from(JOB, INSTANCE, INSTANCE.c.id == JOB.c.instance_id)
    .where(_OF_PIECE)
    .order_by(JOB.c.due_at, JOB.c.id)
    .with_for_update(of=[INSTANCE, JOB], key_share=True, skip_locked=True)
)
_APART: Final = (
    select(*JOB.c)
    .where(_OF_PIECE, JOB.c.instance_id.is_(None))
    .order_by(JOB.c.due_at, JOB.c.id)
    .with_for_update(key_share=True, skip_locked=True)
)
_JOB_COLUMNS: Final = tuple(JOB.c.keys())
_DONE: Final = delete(JOB).where(JOB.c.id == bindparam("b_id"), JOB.c.epoch == bindparam("b_epoch"))


def held(session: Session, job_id: UUID, epoch: int) -> Job:
    """The job, if the lease is still ours. Its case is locked before it, as everywhere."""
    ours = {"job": job_id, "epoch": epoch}
    job = session.scalars(_ALONE, ours).one_or_none()
    if job is None:
        job = session.scalars(_NOBODYS, ours).one_or_none()
    if job is None:
        raise Lost()
    return job


def held_to_end(session: Session, job_id: UUID, epoch: int) -> Job:
    """The same to be read: what is written of it is that it is done. Raises Lost."""
    ours = {"job": job_id, "epoch": epoch}
    rows = fetch(session, _FINISHED, ours) or fetch(session, _FINISHED_NOBODYS, ours)
    if not rows:
        raise Lost()
    return job_of(rows[0])


def held_together(session: Session, claimed: Sequence[Claimed]) -> list[tuple[Job, Instance, str]]:
    """Those of a piece that are ours and whose cases can be locked without waiting, with the cases and their states.

    A job that failed before, or on which a worker was lost, is left out: it may spoil the transaction for the others.
    """
    epochs = {each.id: each.epoch for each in claimed}
    found: list[tuple[Job, Instance, str]] = []
    for row in fetch(session, _TOGETHER, _of(claimed)):
        job = job_of(row)
        *columns, state = row[len(JOB.c) :]
        instance = Instance(*columns)
        if job.epoch == epochs[job.id] == 1 and instance.status == "active":
            found.append((job, instance, state))
    return found


def held_apart(session: Session, claimed: Sequence[Claimed]) -> list[Job]:
    """Those of a piece that are ours, concern no case and were never tried before."""
    epochs = {each.id: each.epoch for each in claimed}
    found = [job_of(row) for row in fetch(session, _APART, _of(claimed))]
    return [job for job in found if job.epoch == epochs[job.id] == 1]


def _of(claimed: Sequence[Claimed]) -> dict[str, UUID]:
    """The ids of a piece; where it is not full the last one fills it."""
    return {place: claimed[min(at, len(claimed) - 1)].id for at, place in enumerate(_PLACES)}


def job_of(row: Sequence[Any]) -> Job:
    """The job at the beginning of a row, to be read: no session knows it."""
    return loaded(Job, dict(zip(_JOB_COLUMNS, row, strict=False)))


def pieces(claimed: Sequence[Claimed]) -> Iterator[Sequence[Claimed]]:
    """Some at a time: a transaction that ends before the last one has not read and locked the others for nothing."""
    return (claimed[first : first + PIECE] for first in range(0, len(claimed), PIECE))


def done(session: Session, job: Job) -> None:
    """Deletes the job under its epoch. Raises Lost, at the latest at the commit."""
    write(session, _DONE, [{"b_id": job.id, "b_epoch": job.epoch}], guard=Lost)
    if job in session:
        session.expunge(job)


def drop(engine: Engine, job_id: UUID, epoch: int) -> None:
    """What the job was for is over. A message that it carried is free for the next case of the process. Raises Lost."""
    with transaction(engine) as session:
        job = held(session, job_id, epoch)
        done(session, job)
        if job.kind == "message" and job.instance_id is not None:
            correlation.give_back(session, job.instance_id, [job.payload])


def put_by(job: Job) -> None:
    """Nobody here knows the type: the job waits for a release that does."""
    job.held, job.leased_until, job.leased_by, job.attempts = True, None, None, job.attempts + 1


def hold(engine: Engine, job_id: UUID, epoch: int) -> None:
    """The case is suspended: the job waits with it; where it was resumed meanwhile, the job is due again.

    Raises Lost.
    """
    with transaction(engine) as session:
        job = held(session, job_id, epoch)
        status = session.execute(select(ProcessInstance.status).where(ProcessInstance.id == job.instance_id)).scalar()
        job.held, job.leased_until, job.leased_by, job.attempts = status == "suspended", None, None, job.attempts + 1


def settle_attempt(step: Step, job: Job, token: UUID, answer: Done | Thrown | Failure) -> None:
    """The outcome of an attempt: the case goes on, catches an error, waits for another attempt, or has an incident."""
    if isinstance(answer, Failure) and answer.again and job.retries > 1:
        job.retries, job.attempts, job.error = job.retries - 1, job.attempts + 1, answer.reason
        job.due_at = step.now + backoff(step.engine, job.attempts, headers_of(job), answer)
        job.leased_until = job.leased_by = None
        step.note("job_failed", job.element, token, {"type": job.type, "reason": job.error, "left": job.retries})
        step.write()
        return
    type_ = job.type
    done(step.session, job)
    if isinstance(answer, Done):
        step.case.complete_job(token, answer.variables, step.host)
    elif isinstance(answer, Thrown):
        step.case.throw_error(token, answer.error_code, answer.message, answer.variables, step.host)
    else:
        step.case.fail_job(token, work_gave_up(type_, answer), step.host)
    advance(step)


def headers_of(job: Job) -> dict[str, str]:
    """The task headers of the diagram."""
    headers = job.payload.get("headers")
    return {str(name): str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
