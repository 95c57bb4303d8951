"""Connectors: work that leaves our database is called with no transaction open, then written down in one.

At least once: the idempotency key is made from the place in the case (its token) and the type of work, or from the job
where there is no case. It stays the same over all attempts, also those that a person asks for by an incident.
`at_most_once`: where a worker was lost while it worked, nobody knows what was done, so a person decides (an incident).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.bpmn import Case
from engine.bpmn.errors import TokenGone
from engine.bpmn.outcome import Done, Thrown
from engine.definitions import definition
from engine.effects import Failure, backoff, failure_of
from engine.errors import BpmnError, CaseClosed, CaseSuspended, NotFound
from engine.leases import Lost, done, drop, headers_of, held, hold, put_by, settle_attempt
from engine.models import Job, ProcessInstance
from engine.registry import Connector, ConnectorWork, as_declared
from engine.step import begin
from engine.stuck import MOST_LOST, lost_workers, stand
from engine.transaction import reading, transaction
from engine.variables import entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["run_connector"]

log = logging.getLogger(__name__)


def run_connector(engine: Engine, job_id: UUID, epoch: int) -> None:
    """Calls a connector with no transaction open, then writes what came of it. Raises Lost."""
    try:
        with reading(engine) as session:
            job = session.scalars(select(Job).where(Job.id == job_id, Job.epoch == epoch)).one_or_none()
            if job is None:
                raise Lost()
            errand = job.instance_id is None
            prepared = _errand(engine, job) if errand else _prepare(engine, session, job_id, epoch)
    except (TokenGone, CaseClosed, NotFound):
        drop(engine, job_id, epoch)
        return
    except CaseSuspended:
        hold(engine, job_id, epoch)
        return
    answer = _attempt(*prepared) if prepared is not None else None
    if errand:
        _conclude_errand(engine, job_id, epoch, answer)
    else:
        _conclude(engine, job_id, epoch, answer)


def key_of(job: Job) -> str:
    """What a receiver may know a repeated call by: never longer than 36 characters.

    A retry by hand makes a new job of the same token; work of no case that was let go again carries its first id.
    """
    if job.token is not None:
        return str(uuid5(job.token, f"{job.element} {job.type}"))
    return str(job.payload.get("first_job", job.id))


def _errand(engine: Engine, job: Job) -> tuple[Connector, ConnectorWork, int] | None:
    """The same for work that belongs to no case (a sign-in code, a reminder): its variables are in the job itself."""
    connector = engine.registry.connectors.get(job.type)
    if connector is None:
        return None
    carried = job.payload.get("variables")
    work = ConnectorWork(
        engine=engine, idempotency_key=key_of(job), instance_id=None, process_id=job.process_id, element="",
        variables=carried if isinstance(carried, dict) else {}, headers=headers_of(job), attempt=job.epoch,
        now=engine.clock.now(),
    )  # fmt: skip
    return connector, work, lost_workers(job)


def _conclude_errand(engine: Engine, job_id: UUID, epoch: int, answer: Done | Thrown | Failure | None) -> None:
    """Deletes the job, leaves it for another attempt, or holds it with its reason: there is no case to stand still."""
    with transaction(engine) as session:
        job = held(session, job_id, epoch)
        if answer is None:
            put_by(job)
            return
        if not isinstance(answer, Failure):
            done(session, job)
            return
        job.error, job.attempts = answer.reason, job.attempts + 1
        job.leased_until = job.leased_by = None
        if answer.again and job.retries > 1:
            job.retries -= 1
            job.due_at = engine.clock.now() + backoff(engine, job.attempts, headers_of(job), answer)
        else:
            stand(session, engine, job, answer.reason)


def _prepare(engine: Engine, session: Session, job_id: UUID, epoch: int) -> tuple[Connector, ConnectorWork, int] | None:
    """The connector, its work, and how many workers were lost on it; None where nobody knows the type."""
    row = session.execute(
        select(Job, ProcessInstance).join(ProcessInstance, ProcessInstance.id == Job.instance_id).where(
            Job.id == job_id, Job.epoch == epoch
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise Lost()
    job, instance = row._tuple()
    if instance.ended_at is not None:
        raise CaseClosed(ended_at=instance.ended_at.isoformat())
    if instance.status == "suspended":
        raise CaseSuspended()
    connector = engine.registry.connectors.get(job.type)
    if connector is None:
        return None
    assert job.token is not None
    found = definition(session, engine, instance.definition_id)
    variables = Case.load(found.spec, instance.state).visible(job.token)
    work = ConnectorWork(
        engine=engine, idempotency_key=key_of(job), instance_id=instance.id, process_id=instance.process_id,
        element=job.element or "", variables=variables, headers=headers_of(job), attempt=epoch,
        now=engine.clock.now(),
    )  # fmt: skip
    return connector, work, lost_workers(job)


def _attempt(connector: Connector, work: ConnectorWork, lost: int) -> Done | Thrown | Failure:
    if lost and connector.policy == "at_most_once":
        return Failure("A worker was lost while it did this. Whether it was done is not known.", again=False)
    if lost >= MOST_LOST:
        return Failure(f"{lost} workers were lost while they did this.", again=False)
    try:
        return Done(entering(as_declared(connector, connector.work(work))))
    except BpmnError as error:
        return Thrown(error.error_code, error.reason, entering(error.variables))
    except Exception as error:
        where = (connector.type, work.element, work.instance_id)
        log.warning("connector %s failed at %s of case %s", *where, exc_info=True)
        return failure_of(error)


def _conclude(engine: Engine, job_id: UUID, epoch: int, answer: Done | Thrown | Failure | None) -> None:
    try:
        with transaction(engine) as session:
            job = held(session, job_id, epoch)
            if answer is None:
                put_by(job)
                return
            assert job.instance_id is not None
            assert job.token is not None
            step = begin(engine, session, job.instance_id, SYSTEM, suspended_too=True)
            settle_attempt(step, job, job.token, answer)
    except (TokenGone, CaseClosed, NotFound):
        drop(engine, job_id, epoch)
