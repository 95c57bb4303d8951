"""The rows of one case, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.models import Incident, Job, ProcessInstance, Subscription, TaskCandidate, UserTask
from engine.stuck import CODE
from engine.terms import CaseTerm

__all__ = ["CaseRows", "rows_of"]

Named = Row[Any]


@dataclass(frozen=True, slots=True)
class CaseRows:
    """What stands in the tables for a case."""

    instance: Named
    tasks: Sequence[Named]  # open ones
    candidates: Mapping[UUID, frozenset[str]]
    jobs: Sequence[Named]
    subscriptions: Sequence[Named]
    incidents: Sequence[Named]  # open ones
    called: frozenset[UUID]  # tokens whose called case has not ended
    terms: frozenset[str]  # by which searches find the case

    @property
    def standing_tokens(self) -> frozenset[UUID]:
        """Tokens with an open incident; those of jobs that stand still name the job."""
        return frozenset(row.token for row in self.incidents if row.code != CODE)


def rows_of(session: Session, instance_id: UUID) -> CaseRows | None:
    """Everything of the case; None where there is none."""
    case = session.execute(
        select(
            ProcessInstance.id, ProcessInstance.definition_id, ProcessInstance.process_id, ProcessInstance.status,
            ProcessInstance.state, ProcessInstance.ended_at, ProcessInstance.incidents, ProcessInstance.parent_id,
            ProcessInstance.title, ProcessInstance.titles, ProcessInstance.business_key, ProcessInstance.started_at,
        ).where(ProcessInstance.id == instance_id)
    ).one_or_none()  # fmt: skip
    if case is None:
        return None
    tasks = session.execute(
        select(UserTask.id, UserTask.element, UserTask.candidates, UserTask.role, UserTask.due_at, UserTask.rank_at)
        .where(UserTask.instance_id == instance_id, UserTask.state == "created")
    ).all()  # fmt: skip
    kept: dict[UUID, set[str]] = {}
    of_case = select(TaskCandidate.task_id, TaskCandidate.candidate).join(
        UserTask, UserTask.id == TaskCandidate.task_id
    )
    for task, candidate in session.execute(of_case.where(UserTask.instance_id == instance_id)):
        kept.setdefault(task, set()).add(candidate)
    jobs = select(Job.id, Job.token, Job.element, Job.kind, Job.type).where(Job.instance_id == instance_id)
    waits = select(
        Subscription.id, Subscription.token, Subscription.element, Subscription.kind, Subscription.name,
        Subscription.key,
    )  # fmt: skip
    incidents = select(Incident.id, Incident.token, Incident.element, Incident.code)
    terms = select(CaseTerm.term).where(CaseTerm.instance_id == instance_id)
    child = select(ProcessInstance.parent_token).where(ProcessInstance.parent_id == instance_id)
    return CaseRows(
        case,
        tasks,
        {task: frozenset(names) for task, names in kept.items()},
        session.execute(jobs).all(),
        session.execute(waits.where(Subscription.instance_id == instance_id)).all(),
        session.execute(incidents.where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))).all(),
        frozenset(session.scalars(child.where(ProcessInstance.ended_at.is_(None)))) - {None},  # type: ignore[arg-type]
        frozenset(session.scalars(terms)),
    )
