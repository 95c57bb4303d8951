"""Interventions in a whole case: cancel, suspend, resume, correct variables, retry an incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.errors import NotFound
from engine.models import Incident, Job, ProcessInstance
from engine.step import begin
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import encode, entering, without

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["cancel", "resume", "retry_incident", "retry_incidents", "set_variables", "suspend"]


def cancel(session: Session, engine: Engine, instance_id: UUID, *, by: Actor, reason: str = "") -> None:
    """Ends the case and the cases it called. Raises NotFound, CaseClosed."""
    step = begin(engine, session, instance_id, by, suspended_too=True)
    step.case.cancel(step.host)
    if reason:
        step.note("cancel_reason", by=by.id, data={"reason": reason})
    advance(step)


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
    session.execute(update(Job).where(Job.instance_id == instance_id).values(held=False))
    due = select(Job.id).where(Job.instance_id == instance_id, Job.due_at <= step.now)
    afterwards(session).due.extend(session.execute(due).scalars())
    for child in _open_children(session, instance_id, "suspended"):
        resume(session, engine, child, by=by)


def _open_children(session: Session, instance_id: UUID, status: str) -> Iterable[UUID]:
    query = select(ProcessInstance.id).where(ProcessInstance.parent_id == instance_id, ProcessInstance.status == status)
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
) -> None:
    """Tries the step of an incident again, with corrected variables where given.

    An incident that was resolved meanwhile is left alone. Raises NotFound, CaseClosed, CaseSuspended.
    """
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(kind="incident", id=incident_id)
    step = begin(engine, session, incident.instance_id, by)
    session.refresh(incident)
    if incident.resolved_at is not None:
        return
    if variables:
        step.case.set_variables(entering(variables), step.host)
        step.note("variables_set", incident.element, incident.token, {"names": sorted(variables)}, by.id)
    step.case.retry(incident.token, step.host)
    advance(step)


def retry_incidents(session: Session, engine: Engine, incident_ids: Iterable[UUID], *, by: Actor) -> int:
    """Leaves a job for each incident, so that thousands are retried one by one; answers how many."""
    query = select(Incident.id, Incident.instance_id, Incident.element).where(
        Incident.id.in_(list(incident_ids)), Incident.resolved_at.is_(None)
    )
    now = engine.clock.now()
    jobs = [
        job_row(instance, "", "retry", now, id_=uuid4(), element=element, payload={"incident": str(id_), "by": by.id})
        for id_, instance, element in session.execute(query)
    ]
    add(session.connection(), JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    return len(jobs)
