"""Connectors: work that leaves our database is called with no transaction open, then written down in one.

Every attempt is on record before it is made (`engine.ledger`), in a transaction of its own, and what came of it is
recorded with the step that it moves. All that leaves passes one gate, the claim (`engine.muting`). An answer that
could not be written down (the database was away, the lease had ended) is kept on the job: whoever has it then writes
the answer and does not call again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import ledger
from engine.assignment import SYSTEM
from engine.bpmn import Case
from engine.bpmn.errors import TokenGone
from engine.bpmn.outcome import Done, Thrown
from engine.definitions import definition
from engine.effects import Failure, backoff, failure_of
from engine.errors import AmicaleError, BpmnError, CaseClosed, CaseSuspended, NotFound, OutcomeUnknown
from engine.leases import (
    OURS,
    Lost,
    done,
    drop,
    headers_of,
    held,
    held_to_end,
    hold,
    job_of,
    put_by,
    settle_attempt,
)  # fmt: skip
from engine.ledger import Attempt, Fact, key_of
from engine.models import Job
from engine.prepared import fetch
from engine.registry import Connector, ConnectorWork, as_declared
from engine.step import begin
from engine.store import INSTANCE, JOB
from engine.stuck import UNKNOWN, lost_workers, stand
from engine.transaction import reading, transaction
from engine.variables import decode, encode, entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "Answer", "Call", "Unclear", "answered", "attempt_alone", "carried", "conclude", "fact_of", "key_of", "refused",
    "run_connector", "work_of",
]  # fmt: skip

Answer: TypeAlias = Done | Thrown | Failure
ANSWERED = "answered"  # where a job keeps an answer that is not written down yet
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether it was done, and the connector may not do it twice: a person decides."""

    reason: str


@dataclass(frozen=True, slots=True)
class Call:
    """A job in the hands of this worker."""

    engine: Engine
    job_id: UUID
    epoch: int
    connector: Connector
    work: ConnectorWork
    lost: int  # workers that were lost on it

    @property
    def careful(self) -> bool:
        return self.connector.policy == "at_most_once"


def run_connector(engine: Engine, job_id: UUID, epoch: int) -> None:
    """Calls a connector with no transaction open, then writes what came of it. Raises Lost."""
    try:
        call = _prepared(engine, job_id, epoch)
    except (TokenGone, CaseClosed, NotFound):
        drop(engine, job_id, epoch)
        return
    except CaseSuspended:
        hold(engine, job_id, epoch)
        return
    if call is None:
        with transaction(engine) as session:
            put_by(held(session, job_id, epoch))
        return
    made, known = _begun(call)
    conclude(call, made, attempt_alone(call) if known is None else known)


_CALLED: Final = (
    select(*JOB.c, INSTANCE.c.definition_id, INSTANCE.c.status, INSTANCE.c.ended_at, INSTANCE.c.state)
    .join_from(JOB, INSTANCE, INSTANCE.c.id == JOB.c.instance_id, isouter=True)
    .where(OURS)
)
_LOCKED: Final = select(*JOB.c).where(OURS).with_for_update()


def _prepared(engine: Engine, job_id: UUID, epoch: int) -> Call | None:
    """What is called with what; None where nobody knows the type.

    Raises Lost, TokenGone, CaseClosed, CaseSuspended, NotFound.
    """
    with reading(engine) as session:
        rows = fetch(session, _CALLED, {"job": job_id, "epoch": epoch})
        if not rows:
            raise Lost()
        job = job_of(rows[0])
        variables = carried(job) if job.instance_id is None else _visible(engine, session, job, rows[0])
        connector = engine.registry.connectors.get(job.type)
        if connector is None:
            return None
        return Call(engine, job_id, epoch, connector, work_of(engine, job, variables), lost_workers(job))


def work_of(engine: Engine, job: Job, variables: Mapping[str, object]) -> ConnectorWork:
    """What the connector of a claimed job is given."""
    return ConnectorWork(
        engine=engine, idempotency_key=key_of(job), instance_id=job.instance_id, process_id=job.process_id,
        element=job.element or "", variables=variables, headers=headers_of(job), attempt=job.epoch,
        now=engine.clock.now(),
    )  # fmt: skip


def carried(job: Job) -> Mapping[str, object]:
    """Work that belongs to no case (a sign-in code, a reminder) has its variables in the job itself."""
    carried = job.payload.get("variables")
    return carried if isinstance(carried, dict) else {}


def _visible(engine: Engine, session: Session, job: Job, case: Any) -> Mapping[str, object]:
    if case.ended_at is not None:
        raise CaseClosed(ended_at=case.ended_at.isoformat())
    if case.status == "suspended":
        raise CaseSuspended()
    assert job.token is not None
    return Case.load(definition(session, engine, case.definition_id).spec, case.state).visible(job.token)


def _begun(call: Call) -> tuple[Attempt | None, Answer | Unclear | None]:
    """Puts the attempt on record before it is made; or answers as well what is known, and none is to be made.

    The job's row is locked meanwhile: a worker that is too late, and says what it did under the same lock, has said it
    before or finds this attempt. Raises Lost.
    """
    try:
        with transaction(call.engine) as session:
            rows = fetch(session, _LOCKED, {"job": call.job_id, "epoch": call.epoch})
            if not rows:
                raise Lost()
            job = job_of(rows[0])
            kept = job.payload.get(ANSWERED)
            if isinstance(kept, dict):
                return None, _kept_answer(kept)
            earlier = ledger.unsettled(session, call.work.idempotency_key, job.id) if call.careful else None
            if earlier is not None:
                return earlier, Unclear("A worker was lost while it did this. Whether it was done is not known.")
            if call.lost >= call.engine.settings.machinery_attempts:
                return None, Failure(f"{call.lost} workers were lost while they did this.", again=False)
            return ledger.attempt(session, call.engine, job, call.connector), None
    except ledger.AttemptTaken as twin:
        raise Lost() from twin


def attempt_alone(call: Call) -> Answer | Unclear:
    """Makes the call; its attempt is on record."""
    try:
        return answered(call, call.connector.work(call.work))
    except Exception as error:  # noqa: BLE001 - `refused` logs it
        return refused(call, error)


def answered(call: Call, result: Mapping[str, object] | None) -> Answer | Unclear:
    """What a call answered, as the case takes it."""
    try:
        return Done(entering(as_declared(call.connector, result)))
    except Exception as error:  # noqa: BLE001 - `refused` logs it
        return refused(call, error)


def refused(call: Call, error: Exception) -> Answer | Unclear:
    """What an exception of a call means."""
    if isinstance(error, BpmnError):
        return Thrown(error.error_code, error.reason, entering(error.variables))
    connector, work = call.connector, call.work
    where = (connector.type, work.element, work.instance_id)
    about = {"case": str(work.instance_id)} if work.instance_id is not None else {}
    log.warning("connector %s failed at %s of case %s", *where, exc_info=error, extra=about)
    failure = failure_of(error)
    # What we refuse ourselves was not done. Anything else may have happened after the call had left.
    known = isinstance(error, AmicaleError) and not isinstance(error, OutcomeUnknown)
    return failure if known or not call.careful else Unclear(failure.reason)


def conclude(call: Call, made: Attempt | None, answer: Answer | Unclear) -> None:
    """Writes what came of an attempt, with the step of the case that it moves. Raises Lost.

    Whatever keeps the step from being written, the outcome of the attempt is recorded.
    """
    try:
        with transaction(call.engine) as session:
            is_done = isinstance(answer, Done | Thrown)
            job = (held_to_end if is_done else held)(session, call.job_id, call.epoch)
            if made is not None:
                ledger.outcome(session, call.engine, made, *fact_of(call, answer))
            _settle(call, session, job, answer)
    except (TokenGone, CaseClosed, NotFound):
        _record_alone(call, made, answer)
        drop(call.engine, call.job_id, call.epoch)
    except Exception:
        _record_alone(call, made, answer)
        raise


def _settle(call: Call, session: Session, job: Job, answer: Answer | Unclear) -> None:
    engine = call.engine
    if isinstance(answer, Unclear):
        stand(session, engine, job, answer.reason, UNKNOWN)
    elif job.instance_id is None:
        _settle_errand(engine, session, job, answer)
    else:
        assert job.token is not None
        step = begin(engine, session, job.instance_id, SYSTEM, suspended_too=True)
        step.priority = job.priority
        settle_attempt(step, job, job.token, answer)


def _settle_errand(engine: Engine, session: Session, job: Job, answer: Answer) -> None:
    """Deletes the job, leaves it for another attempt, or holds it with its reason: there is no case to stand still."""
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


def fact_of(call: Call, answer: Answer | Unclear) -> tuple[Fact, Mapping[str, object]]:
    """The outcome as the ledger keeps it: what the connector was told by the receiver, and why it failed."""
    told = call.work.told
    match answer:
        case Unclear(reason):
            return "unknown", {**told, "reason": reason}
        case Failure():
            return "failed", {**told, "reason": answer.reason}
        case Thrown():
            return "answered", {**told, "error": answer.error_code}
        case _:
            return "answered", told


def _record_alone(call: Call, made: Attempt | None, answer: Answer | Unclear) -> None:
    """Records the outcome where its step was not written. The job keeps the answer for whoever has it now.

    The job's row is locked first, as wherever an outcome is written: who gives the attempt up at this moment holds it.
    """
    if made is None:
        return
    for _ in range(2):  # where the job is gone no lock is had: who gives the attempt up at this moment may be first
        with suppress(ledger.AttemptTaken), transaction(call.engine) as session:
            left = select(Job).where(Job.id == call.job_id).with_for_update()
            job = session.execute(left).scalar_one_or_none()
            ledger.outcome(session, call.engine, made, *fact_of(call, answer))
            if job is not None and isinstance(answer, Done | Thrown):
                job.payload = {**job.payload, ANSWERED: _to_keep(answer)}
            return


def _to_keep(answer: Done | Thrown) -> dict[str, object]:
    kept: dict[str, object] = {"variables": encode(answer.variables)}
    if isinstance(answer, Thrown):
        kept |= {"error_code": answer.error_code, "message": answer.message}
    return kept


def _kept_answer(kept: Mapping[str, Any]) -> Done | Thrown:
    variables = decode(kept["variables"])
    if "error_code" in kept:
        return Thrown(str(kept["error_code"]), str(kept["message"]), variables)
    return Done(variables)
