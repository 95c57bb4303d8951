"""Jobs that stand still: the machinery failed on them again and again, or its workers were lost on them.

A registered service task or connector has its own attempts and its own incident. Everything else (timers, calls,
messages, continuations) may fail, or lose its worker, `EngineSettings.machinery_attempts` times; then it is held with
an incident on its case, so that somebody sees it. A retry of the incident lets a fresh copy of the job run. Work of no
case has no incident: it is held with its reason (`held_errands`) until `run_again`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import fitting
from engine.errors import DecisionNeeded, NotFound
from engine.history import record
from engine.ledger import undecided
from engine.models import Incident, Job, ProcessInstance
from engine.store import INCIDENT, JOB, add, job_row, lock_instance
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.step import Step

__all__ = [
    "CODE", "UNKNOWN", "again", "close_ended", "free", "held_errands", "lost_workers", "resolve",
    "run_again", "stand",
]  # fmt: skip

CODE: Final = "machinery_failed"
UNKNOWN: Final = "outcome_unknown"  # nobody knows whether it was done: `engine.unknown`


def lost_workers(job: Job) -> int:
    """How many earlier claims ended without a word."""
    return job.epoch - job.attempts - 1


def stand(session: Session, engine: Engine, job: Job, reason: str, code: str = CODE) -> None:
    """Holds the job, with an incident on its case. The job and its case's row are locked by the caller."""
    job.held, job.retries, job.error = True, 0, fitting(reason)
    job.leased_until = job.leased_by = None
    if job.instance_id is None:
        return
    instance = session.get_one(ProcessInstance, job.instance_id)
    element = job.element or instance.process_id
    row = {
        "id": uuid4(), "instance_id": instance.id, "token": job.id, "element": element, "kind": "job", "code": code,
        "params": {"job": str(job.id), "kind": job.kind, "type": job.type, "reason": job.error},
        "message": f"Nobody knows whether “{job.type}” was done: {job.error}" if code == UNKNOWN
        else f"The work “{job.kind}” failed again and again: {job.error}",
        "raised_at": engine.clock.now(), "resolved_at": None, "resolved_by": None,
    }  # fmt: skip
    add(session, INCIDENT, [row])
    _count(session, instance.id, 1)
    record(session, engine, instance.id, "incident_raised", element, job.token, data={"kind": "job", "code": code})


def free(session: Session, engine: Engine, incident: Incident, by: Actor) -> None:
    """Resolves the incident of a job that stands still; a copy of the job is due now, its attempts uncounted."""
    lock_instance(session, incident.instance_id)
    session.refresh(incident)
    if incident.resolved_at is not None:
        return
    resolve(session, engine, incident, by)
    job = session.get(Job, UUID(str(incident.params["job"])))
    if job is not None:
        again(session, engine, job)


def resolve(session: Session, engine: Engine, incident: Incident, by: Actor) -> None:
    """Closes the incident of a job, whose case is locked by the caller."""
    incident.resolved_at, incident.resolved_by = engine.clock.now(), by.id
    _count(session, incident.instance_id, -1)
    record(session, engine, incident.instance_id, "incident_resolved", incident.element, None, by)


def close_ended(step: Step) -> None:
    """Resolves the incidents of jobs that are gone: what they were for is over by another event. Written rows count."""
    session, instance = step.session, step.instance
    alive = select(Job.id).where(Job.id == Incident.token).exists()
    over = (
        update(Incident)
        .where(Incident.instance_id == instance.id, Incident.resolved_at.is_(None), ~alive)
        .where(Incident.code.in_((CODE, UNKNOWN)))
        .values(resolved_at=step.now, resolved_by=step.by.id)
        .returning(Incident.element)
        .execution_options(synchronize_session=False)
    )
    elements = list(session.execute(over).scalars())
    if not elements:
        return
    instance.incidents = max(0, instance.incidents - len(elements))
    _count(session, instance.id, -len(elements))
    for element in elements:
        record(session, step.engine, instance.id, "incident_resolved", element, None, step.by)


def held_errands(session: Session, *, limit: int = 100) -> Sequence[Job]:
    """Work of no case that gave up or whose type nobody knows, the oldest first; `Job.error` says why."""
    query = select(Job).where(Job.held, Job.instance_id.is_(None)).order_by(Job.due_at, Job.id).limit(limit)
    return session.execute(query).scalars().all()


def run_again(session: Session, engine: Engine, job_id: UUID) -> None:
    """Lets held work of no case run once more. Raises NotFound, and DecisionNeeded for what may have been done."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.instance_id is not None or not job.held:
        raise NotFound(kind="job", id=job_id)
    if undecided(session, job_id) is not None:
        raise DecisionNeeded()
    again(session, engine, job)


def again(session: Session, engine: Engine, job: Job) -> None:
    """Lets a fresh copy of a held job run: a late worker must not match it, and lost claims of the old do not count."""
    row = job_row(
        job.instance_id, job.process_id, job.kind, engine.clock.now(), id_=uuid4(), token=job.token,
        element=job.element, type_=job.type, payload={"first_job": str(job.id), **job.payload},
    )  # fmt: skip
    session.delete(job)
    session.flush()
    add(session, JOB, [row])
    afterwards(session).due.append(row["id"])


def _count(session: Session, instance_id: UUID, more: int) -> None:
    statement = update(ProcessInstance).where(ProcessInstance.id == instance_id)
    session.execute(
        statement.values(incidents=ProcessInstance.incidents + more).execution_options(synchronize_session=False)
    )
