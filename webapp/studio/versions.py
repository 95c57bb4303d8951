"""Versions in force and before: their files, their golden cases, who let them in, how many cases run on each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import workflows
from engine.dmn.golden import SUFFIX
from engine.errors import NotFound
from engine.models import Deployment, Incident, ProcessDefinition, ProcessInstance, Resource
from engine.standings import RUNNING
from webapp import definitions
from webapp.sandbox.scenarios import SUFFIX as SCENARIOS
from webapp.studio import drafts
from webapp.studio.models import StudioDecision, StudioDraft

__all__ = [
    "Figures", "Version", "copied", "delivered", "deployments_of", "figures", "files_of", "in_force", "is_copy",
    "latest", "numbered", "version", "versions",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process. `running`: cases that have not ended. `draft_id`: where it came from a draft."""

    id: UUID
    number: int
    deployed_at: datetime
    by: str
    reason: str
    running: int
    author: str | None
    reviewer: str | None
    draft_id: UUID | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the catalogue says of a process: its version in force, open cases, what stands still, drafts."""

    version: int
    definition_id: UUID
    deployed_at: datetime
    running: int = 0
    incidents: int = 0
    drafts: int = 0


def latest(session: Session, process_id: str) -> ProcessDefinition:
    """The version in force. Raises NotFound."""
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    found = session.scalars(query.order_by(ProcessDefinition.version.desc()).limit(1)).first()
    if found is None:
        raise NotFound(kind="process", id=process_id)
    return found


def numbered(session: Session, process_id: str, number: str) -> ProcessDefinition:
    """The version of this number, as somebody typed it; without one that in force. Raises NotFound."""
    if not number:
        return latest(session, process_id)
    wanted = int(number) if number.isdecimal() and len(number) < 7 else 0
    query = select(ProcessDefinition).where(ProcessDefinition.process_id == process_id)
    found = session.scalars(query.where(ProcessDefinition.version == wanted)).first()
    if found is None:
        raise NotFound(kind="process version", id=number)
    return found


def version(session: Session, definition_id: UUID) -> ProcessDefinition:
    """The version of this id. Raises NotFound."""
    found = session.get(ProcessDefinition, definition_id)
    if found is None:
        raise NotFound(kind="process version", id=str(definition_id))
    return found


def files_of(session: Session, deployment_id: UUID) -> dict[str, bytes]:
    """What was deployed together, by name."""
    query = select(Resource.name, Resource.body).where(Resource.deployment_id == deployment_id)
    return dict(session.execute(query).tuples().all())


def deployments_of(session: Session, definitions: Collection[UUID]) -> Sequence[UUID]:
    """The deployments that brought these versions, each once, the oldest first."""
    query = (
        select(Deployment.id, Deployment.deployed_at)
        .join(ProcessDefinition)
        .where(ProcessDefinition.id.in_(definitions))
    )
    return [row.id for row in session.execute(query.distinct().order_by(Deployment.deployed_at, Deployment.id))]


def in_force(session: Session, found: ProcessDefinition) -> dict[str, bytes]:
    """The files of a version with its golden cases and scenarios: of the draft that it came from, else those delivered
    with the process."""
    files = files_of(session, found.deployment_id)
    query = select(StudioDecision).where(StudioDecision.deployment_id == found.deployment_id)
    decided = session.scalars(query).first()
    if decided is None:
        return {**files, **delivered(found.process_id)}
    kept = drafts.files_of(session, decided.draft_id, decided.number)
    return {**files, **{name: body for name, body in kept.items() if name.endswith((SUFFIX, SCENARIOS))}}


def delivered(process_id: str) -> dict[str, bytes]:
    """The golden cases and scenarios with which the software brings a process; none of one that it does not bring."""
    entry = workflows.entry(process_id)
    return {} if entry is None else {**definitions.golden_cases(entry.path), **definitions.scenarios(entry.path)}


def copied(found: ProcessDefinition) -> str:
    """The note of a draft's first save that is a copy of this version."""
    return f"version {found.version}"


def is_copy(note: str) -> bool:
    """Whether this note of a draft's first save says that it is a copy of a version."""
    return re.fullmatch(r"version \d+", note) is not None


def versions(session: Session, process_id: str) -> Sequence[Version]:
    """Every version, newest first."""
    running = dict(
        session.execute(
            select(ProcessInstance.definition_id, func.count())
            .where(ProcessInstance.process_id == process_id, ProcessInstance.status.in_(RUNNING))
            .group_by(ProcessInstance.definition_id)
        )
        .tuples()
        .all()
    )
    rows = session.execute(
        select(ProcessDefinition, Deployment, StudioDecision)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .outerjoin(StudioDecision, StudioDecision.deployment_id == Deployment.id)
        .where(ProcessDefinition.process_id == process_id)
        .order_by(ProcessDefinition.version.desc())
    ).tuples()
    return [
        Version(
            id=each.id, number=each.version, deployed_at=each.deployed_at, by=deployment.deployed_by,
            reason=deployment.reason, running=running.get(each.id, 0),
            author=decision.author if decision is not None else None,
            reviewer=decision.reviewer if decision is not None else None,
            draft_id=decision.draft_id if decision is not None else None,
        )
        for each, deployment, decision in rows
    ]  # fmt: skip


def figures(session: Session) -> Mapping[str, Figures]:
    """By process id, in a fixed number of queries."""
    newest = select(ProcessDefinition.process_id, func.max(ProcessDefinition.version).label("version"))
    newest_of = newest.group_by(ProcessDefinition.process_id).subquery()
    rows = session.scalars(
        select(ProcessDefinition).join(
            newest_of,
            (newest_of.c.process_id == ProcessDefinition.process_id)
            & (newest_of.c.version == ProcessDefinition.version),
        )
    )
    process = ProcessInstance.process_id
    running = select(process, func.count()).where(ProcessInstance.status.in_(RUNNING)).group_by(process)
    standing = select(process, func.count()).join(Incident, Incident.instance_id == ProcessInstance.id)
    standing = standing.where(Incident.resolved_at.is_(None)).group_by(process)
    open_drafts = select(StudioDraft.process_id, func.count()).where(
        StudioDraft.state.in_(drafts.ACTIVE), StudioDraft.beside_id.is_(None)
    )
    counts = [
        dict(session.execute(query).tuples().all())
        for query in (running, standing, open_drafts.group_by(StudioDraft.process_id))
    ]
    return {
        each.process_id: Figures(
            each.version, each.id, each.deployed_at, *(count.get(each.process_id, 0) for count in counts)
        )
        for each in rows
    }
