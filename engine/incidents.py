"""Branches that stand still until a person acts: lists for the operations pages. Retrying: `engine.cases`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from engine.models import Incident, ProcessDefinition, ProcessInstance

__all__ = ["OpenIncident", "count_by_process", "open_incidents"]


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One open incident with its case and process."""

    id: UUID
    instance_id: UUID
    process_id: str
    process_name: str
    case_title: str | None
    case_titles: dict[str, str] | None
    business_key: str | None
    element: str
    kind: str
    code: str
    params: dict[str, object]
    message: str
    raised_at: datetime


def open_incidents(
    session: Session,
    *,
    process_id: str | None = None,
    instance_id: UUID | None = None,
    kind: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[OpenIncident]:
    """The oldest first; the next page begins after (`raised_at`, `id`) of the last one."""
    query = (
        select(
            Incident.id, Incident.instance_id, ProcessInstance.process_id, ProcessDefinition.name,
            ProcessInstance.title, ProcessInstance.titles, ProcessInstance.business_key, Incident.element,
            Incident.kind, Incident.code, Incident.params, Incident.message, Incident.raised_at,
        )
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(Incident.resolved_at.is_(None))
    )  # fmt: skip
    if process_id is not None:
        query = query.where(ProcessInstance.process_id == process_id)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    if kind is not None:
        query = query.where(Incident.kind == kind)
    if after is not None:
        query = query.where(tuple_(Incident.raised_at, Incident.id) > after)
    rows = session.execute(query.order_by(Incident.raised_at, Incident.id).limit(limit))
    return [OpenIncident(*row) for row in rows]


def count_by_process(session: Session) -> dict[str, int]:
    """How many open incidents each process has; processes without any are left out."""
    query = (
        select(ProcessInstance.process_id, func.count())
        .join(Incident, Incident.instance_id == ProcessInstance.id)
        .where(Incident.resolved_at.is_(None))
        .group_by(ProcessInstance.process_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}
