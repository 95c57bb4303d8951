"""The rows of a case that moved follow its tokens: tasks, jobs, subscriptions, incidents. Claims and drafts stay."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import deadlines
from engine.assignment import candidates_of
from engine.bpmn.outcome import TaskOpened
from engine.bpmn.transfer import Transfer
from engine.further import candidate_rows
from engine.models import Incident, Job, Subscription, TaskCandidate, UserTask
from engine.step import Step
from engine.store import FAR_FUTURE
from engine.variables import encode

__all__ = ["follow"]

_PLAIN: Final = {"synchronize_session": False}


def follow(step: Step, found: Transfer) -> None:
    """Brings the rows after the tokens, before what the facts of the move add. The step is on the new version."""
    session, instance = step.session, step.instance.id
    for token in found.void:
        step.rows.drop_waits(token)
    opened = update(UserTask).where(UserTask.instance_id == instance, UserTask.state == "created")
    session.execute(opened.values(definition_id=step.definition.id).execution_options(**_PLAIN))
    for token, element in found.renamed.items():
        _rename(session, instance, token, element)
    for token, fact in found.tasks.items():
        _ask(step, token, fact)
    for shift in found.shifts:
        if shift.kind == "work_other":
            _do_other(step, shift.token, shift.element, shift.says[0])


def _rename(session: Session, instance: UUID, token: UUID, element: str) -> None:
    """The element is the same under another id."""
    statements = (
        update(UserTask).where(UserTask.id == token, UserTask.state == "created"),
        update(Job).where(Job.instance_id == instance, Job.token == token),
        update(Subscription).where(Subscription.instance_id == instance, Subscription.token == token),
        update(Incident).where(
            Incident.instance_id == instance, Incident.token == token, Incident.resolved_at.is_(None)
        ),
    )  # fmt: skip
    for statement in statements:
        session.execute(statement.values(element=element).execution_options(**_PLAIN))


def _ask(step: Step, token: UUID, fact: TaskOpened) -> None:
    """An open task asks other people, with another form, name or time: who took it keeps it."""
    session = step.session
    task = session.execute(
        select(UserTask.assignee, UserTask.created_at, UserTask.escalation).where(UserTask.id == token)
    ).one()
    groups, users = (tuple(dict.fromkeys(each)) for each in (fact.candidate_groups, fact.candidate_users))
    due_at = deadlines.reschedule(step, fact, task.created_at, task.escalation)
    form = fact.form
    values = {
        "name": fact.name, "assignee": task.assignee or fact.assignee, "role": groups[0] if groups else None,
        "candidates": candidates_of(groups, users, fact.excluded), "priority": fact.priority,
        "form": None if form is None else {
            "id": form.form_id, "binding": form.binding, "version_tag": form.version_tag, "external": form.external,
        },
        "due_at": due_at, "rank_at": due_at or FAR_FUTURE, "properties": encode(fact.properties),
    }  # fmt: skip
    session.execute(update(UserTask).where(UserTask.id == token).values(values).execution_options(**_PLAIN))
    session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == token))
    further = candidates_of(groups[1:], users, fact.excluded)
    placed = candidate_rows(
        token, further, rank_at=due_at or FAR_FUTURE, created_at=task.created_at,
        assignee=task.assignee or fact.assignee,
    )  # fmt: skip
    session.add_all(TaskCandidate(**each) for each in placed)
    session.flush()


def _do_other(step: Step, token: UUID, element: str, type_: str) -> None:
    """Promised work that nobody has begun becomes other work."""
    registry, job = step.engine.registry, step.definition.spec.elements[element].job
    headers = dict(job.headers) if job is not None else {}
    kind = "connector" if type_ in registry.connectors else "service"
    held = type_ not in registry or step.instance.status == "suspended"
    values = {"type": type_, "kind": kind, "payload": {"headers": headers}, "held": held}
    of_token = update(Job).where(Job.instance_id == step.instance.id, Job.token == token)
    of_token = of_token.where(Job.kind.in_(("connector", "service")))
    session = step.session
    session.execute(of_token.values(values).execution_options(**_PLAIN))
