"""Interventions in a whole case: cancel, suspend, resume, correct variables, retry an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import correlation, stuck
from engine.advance import advance
from engine.assignment import Actor
from engine.bpmn import DiagramRefused, StateUnreadable
from engine.due import PATIENT
from engine.errors import CaseCalled, DecisionNeeded, NotFound
from engine.history import record
from engine.models import Incident, Job, ProcessInstance, TaskCandidate, UserTask
from engine.step import begin, check_open
from engine.store import JOB, Rows, add, job_row, lock_instance, update_instance
from engine.transaction import afterwards
from engine.variables import encode, entering, without

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["cancel", "resume", "retry_incident", "retry_incidents", "set_variables", "suspend"]


def cancel(session: Session, engine: Engine, instance_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Ends the case and the cases it called, also where it can no longer be read.

    Raises NotFound, CaseClosed, CaseCalled (an open case called this one and waits for it).
    """
    try:
        step = begin(engine, session, instance_id, by, suspended_too=True)
    except (StateUnreadable, DiagramRefused):
        _cancel_by_rows(session, engine, instance_id, by, reason)
        return
    _check_not_called(session, step.instance.parent_id)
    step.case.cancel(step.host)
    if reason:
        step.note("cancel_reason", by=by.id, data={"reason": reason})
    advance(step)
    engine.settings.canceled(session, engine, step.instance.process_id, step.instance.business_key)


def _check_not_called(session: Session, parent_id: UUID | None) -> None:
    """Raises CaseCalled: a caller would wait for ever for a case that was taken away from it."""
    if parent_id is None:
        return
    query = select(ProcessInstance.id).where(ProcessInstance.id == parent_id, ProcessInstance.ended_at.is_(None))
    if session.execute(query).one_or_none() is not None:
        raise CaseCalled(caller=parent_id)


def _cancel_by_rows(session: Session, engine: Engine, instance_id: UUID, by: Actor, reason: str) -> None:
    """Ends a case whose state cannot be read: what its rows say is closed, its state stays as it is, as evidence."""
    instance, state = lock_instance(session, instance_id)
    check_open(instance, suspended_too=True)
    _check_not_called(session, instance.parent_id)
    now, rows = engine.clock.now(), Rows(instance_id)
    correlation.give_back_pending(session, instance_id)
    rows.resolve_all(now, by.id)
    rows.ended = True
    rows.write(session)
    open_tasks = update(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "created")
    session.execute(open_tasks.values(state="canceled", closed_at=now))  # before their candidates, as a claim does
    tasks = select(UserTask.id).where(UserTask.instance_id == instance_id)
    session.execute(delete(TaskCandidate).where(TaskCandidate.task_id.in_(tasks)))
    instance.status, instance.ended_at, instance.incidents, instance.start_key = "canceled", now, 0, None
    update_instance(session, instance, state)
    engine.live_cases.drop(instance_id)
    record(session, engine, instance_id, "case_canceled", by=by, data={"reason": reason} if reason else None)
    for child in _open_children(session, instance_id, "active", "suspended"):
        cancel(session, engine, child, by=by, reason=reason)
    engine.settings.canceled(session, engine, instance.process_id, instance.business_key)


def suspend(session: Session, engine: Engine, instance_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Holds the case, its jobs and the cases it called. Raises NotFound, CaseClosed, CaseSuspended."""
    step = begin(engine, session, instance_id, by)
    step.instance.status = "suspended"
    step.note("case_suspended", by=by.id, data={"reason": reason} if reason else None)
    step.write()
    session.execute(update(Job).where(Job.instance_id == instance_id).values(held=True))
    for child in _open_children(session, instance_id, "active"):
        suspend(session, engine, child, by=by, reason=reason)


def resume(session: Session, engine: Engine, instance_id: UUID, *, by: Actor) -> None:
    """Lets a suspended case go on; what fell due meanwhile is due now. Raises NotFound, CaseClosed."""
    step = begin(engine, session, instance_id, by, suspended_too=True)
    if step.instance.status != "suspended":
        return
    step.instance.status = "active"
    step.note("case_resumed", by=by.id)
    step.write()
    waiting = update(Job).where(Job.instance_id == instance_id, Job.retries > 0)  # the others stand still
    session.execute(waiting.values(held=False))
    due = select(Job.id).where(Job.instance_id == instance_id, Job.due_at <= step.now)
    afterwards(session).due.extend(session.execute(due).scalars())
    for child in _open_children(session, instance_id, "suspended"):
        resume(session, engine, child, by=by)


def _open_children(session: Session, instance_id: UUID, *states: str) -> Iterable[UUID]:
    query = select(ProcessInstance.id).where(
        ProcessInstance.parent_id == instance_id, ProcessInstance.status.in_(states)
    )
    return session.execute(query.order_by(ProcessInstance.id)).scalars().all()


def set_variables(
    session: Session,
    engine: Engine,
    instance_id: UUID,
    variables: Mapping[str, object],
    *,
    by: Actor,
    reason: str = "",
    scope_token: UUID | None = None,
) -> None:
    """Corrects variables of the case, or of the scope of a live token. Raises NotFound, CaseClosed, InvalidVariable."""
    step = begin(engine, session, instance_id, by, suspended_too=True)
    given = entering(variables)
    step.case.set_variables(given, step.host, scope_token=scope_token)
    kept = encode(without(given, step.definition.transient))
    step.note("variables_set", token=scope_token, by=by.id, data={"variables": kept, "reason": reason})
    advance(step)


def retry_incident(
    session: Session,
    engine: Engine,
    incident_id: UUID,
    *,
    by: Actor,
    variables: Mapping[str, object] | None = None,
    scope_token: UUID | None = None,
) -> None:
    """Tries the step of an incident again, with corrected variables where given: each is written to the innermost scope
    around the incident that has it, else to the case; with `scope_token`, to the scope of that token.

    An incident that was resolved meanwhile is left alone. Raises NotFound, CaseClosed, CaseSuspended, and
    DecisionNeeded where nobody knows whether the work was done (`engine.unknown`).
    """
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(kind="incident", id=incident_id)
    if incident.code == stuck.UNKNOWN and incident.resolved_at is None:
        raise DecisionNeeded()
    if incident.code == stuck.CODE:
        stuck.free(session, engine, incident, by)
        return
    step = begin(engine, session, incident.instance_id, by)
    session.refresh(incident)
    if incident.resolved_at is not None:
        return
    if variables:
        if scope_token is not None:
            step.case.set_variables(entering(variables), step.host, scope_token=scope_token)
        else:
            step.case.correct(incident.token, entering(variables), step.host)
        step.note("variables_set", incident.element, incident.token, {"names": sorted(variables)}, by.id)
    step.case.retry(incident.token, step.host)
    advance(step)


def retry_incidents(session: Session, engine: Engine, incident_ids: Iterable[UUID], *, by: Actor) -> int:
    """Leaves a job for each incident, so that thousands are retried one by one; answers how many.

    Those that need a person's decision first (`engine.unknown`) are left alone.
    """
    query = (
        select(Incident.id, Incident.instance_id, Incident.element, ProcessInstance.process_id)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(Incident.id.in_(list(incident_ids)), Incident.resolved_at.is_(None), Incident.code != stuck.UNKNOWN)
    )
    now = engine.clock.now()
    jobs = [
        job_row(
            instance,
            process_id,
            "retry",
            now,
            id_=uuid4(),
            element=element,
            priority=PATIENT,
            payload={"incident": str(id_), "by": by.id},
        )
        for id_, instance, element, process_id in session.execute(query)
    ]
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    return len(jobs)
