"""The rows of cases, those of many read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from engine.models import Incident, Job, ProcessInstance, Subscription, TaskCandidate, UserTask
from engine.stuck import CODE
from engine.terms import CaseTerm

__all__ = ["CaseRows", "Named", "Placed", "rows_of", "rows_of_all"]

Named = Row[Any]
Placed = tuple[str, datetime, datetime, bool]  # a further candidate, and what its row repeats of the task


@dataclass(frozen=True, slots=True)
class CaseRows:
    """What stands in the tables for a case."""

    instance: Named
    tasks: Sequence[Named]  # open ones
    candidates: Mapping[UUID, frozenset[Placed]]
    jobs: Sequence[Named]
    subscriptions: Sequence[Named]
    incidents: Sequence[Named]  # open ones
    called: frozenset[UUID]  # tokens whose called case has not ended
    terms: frozenset[str]  # by which searches find the case

    @property
    def standing_tokens(self) -> frozenset[UUID]:
        """Tokens with an open incident; those of jobs that stand still name the job."""
        return frozenset(row.token for row in self.incidents if row.code != CODE)


_CASES: Final = select(
    ProcessInstance.id, ProcessInstance.definition_id, ProcessInstance.process_id, ProcessInstance.status,
    ProcessInstance.state, ProcessInstance.ended_at, ProcessInstance.incidents, ProcessInstance.parent_id,
    ProcessInstance.title, ProcessInstance.titles, ProcessInstance.business_key, ProcessInstance.started_at,
)  # fmt: skip
_TASKS: Final = select(
    UserTask.instance_id, UserTask.id, UserTask.element, UserTask.candidates, UserTask.role, UserTask.due_at,
    UserTask.rank_at, UserTask.created_at, UserTask.assignee,
).where(UserTask.state == "created")  # fmt: skip
_JOBS: Final = select(Job.instance_id, Job.id, Job.token, Job.element, Job.kind, Job.type)
_WAITS: Final = select(
    Subscription.instance_id, Subscription.id, Subscription.token, Subscription.element, Subscription.kind,
    Subscription.name, Subscription.key,
)  # fmt: skip
_INCIDENTS: Final = select(
    Incident.instance_id, Incident.id, Incident.token, Incident.element, Incident.code
).where(Incident.resolved_at.is_(None))  # fmt: skip
_TERMS: Final = select(CaseTerm.instance_id, CaseTerm.term)


def rows_of(session: Session, instance_id: UUID) -> CaseRows | None:
    """Everything of the case; None where there is none."""
    return rows_of_all(session, [instance_id]).get(instance_id)


def rows_of_all(session: Session, instance_ids: Sequence[UUID]) -> Mapping[UUID, CaseRows]:
    """Everything of these cases, by case and in their order, in as many statements as there are tables."""
    cases = {row.id: row for row in session.execute(_CASES.where(ProcessInstance.id.in_(instance_ids)))}
    placed = TaskCandidate.candidate, TaskCandidate.rank_at, TaskCandidate.created_at, TaskCandidate.free
    listed = select(UserTask.instance_id, TaskCandidate.task_id, *placed).join(
        UserTask, UserTask.id == TaskCandidate.task_id
    )
    running = select(ProcessInstance.parent_id, ProcessInstance.parent_token).where(ProcessInstance.ended_at.is_(None))
    tasks, jobs, waits, incidents, terms, candidates, called = (
        _by_case(session, query, instance_ids) for query in (_TASKS, _JOBS, _WAITS, _INCIDENTS, _TERMS, listed, running)
    )
    return {
        id_: CaseRows(
            cases[id_],
            tasks.get(id_, ()),
            _sets(candidates.get(id_, ())),
            jobs.get(id_, ()),
            waits.get(id_, ()),
            incidents.get(id_, ()),
            frozenset(row.parent_token for row in called.get(id_, ())) - {None},
            frozenset(row.term for row in terms.get(id_, ())),
        )
        for id_ in instance_ids
        if id_ in cases
    }


def _by_case(session: Session, query: Select[Any], ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Named]]:
    """The rows of a query by its first column, which names the case."""
    found: dict[UUID, list[Named]] = {}
    for row in session.execute(query.where(query.selected_columns[0].in_(ids))):
        found.setdefault(row[0], []).append(row)
    return found


def _sets(rows: Sequence[Named]) -> Mapping[UUID, frozenset[Placed]]:
    kept: dict[UUID, set[Placed]] = {}
    for _case, task, *placed in rows:
        kept.setdefault(task, set()).add(tuple(placed))
    return {task: frozenset(names) for task, names in kept.items()}
