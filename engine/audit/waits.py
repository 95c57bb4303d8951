"""Each wait of a live token has its row, and each row its live token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from engine.audit.faults import Fault, Mend
from engine.audit.rows import CaseRows, Named
from engine.bpmn import TokenView
from engine.further import candidate_rows
from engine.models import Job, Subscription, TaskCandidate, UserTask
from engine.store import job_row

__all__ = ["derived_rows", "lost_rows", "missing_rows"]

# Which jobs may stand for a token that waits for this.
JOBS_FOR: Final[Mapping[str, frozenset[str]]] = {
    "job": frozenset({"service", "connector"}),
    "timer": frozenset({"timer"}),
    "call": frozenset({"call", "called"}),
    "message": frozenset({"message"}),
    "signal": frozenset({"signal"}),
    "task": frozenset({"deadline"}),
}
TOKENLESS: Final = frozenset({"continue", "retry", "publish", "publish_all", "freed", "start", "start_timer"})


def missing_rows(rows: CaseRows, tokens: Mapping[UUID, TokenView], now: datetime) -> Iterator[Fault]:
    """Tokens that wait for what nobody promised: they would wait for ever."""
    tasks = {row.id for row in rows.tasks}
    waits = {(row.token, row.kind) for row in rows.subscriptions}
    jobs = {(row.token, row.kind) for row in rows.jobs}
    for token in tokens.values():
        promised = any((token.id, kind) in jobs for kind in JOBS_FOR.get(token.kind, ()))
        place = f"“{token.element}” of case {rows.instance.id}"
        if token.kind == "task" and token.id not in tasks:
            yield Fault("task_missing", token.id, f"{place} waits for a person, and there is no open task.")
        elif token.kind in {"message", "signal"} and (token.id, token.kind) not in waits and not promised:
            yield Fault(
                "subscription_missing", token.id, f"{place} waits for the {token.kind} “{token.name}”, unsubscribed.",
                "it is subscribed again", _subscribing(rows.instance, token, now),
            )  # fmt: skip
        elif token.kind == "timer" and not promised:
            due = token.due
            yield Fault(
                "timer_missing", token.id, f"{place} waits for a timer, and there is no job.",
                "the timer is set again" if due else "", _timing(rows.instance, token, due) if due else None,
            )  # fmt: skip
        elif token.kind == "job" and not promised:
            yield Fault("job_missing", token.id, f"{place} waits for the work “{token.name}”, and there is no job.")
        elif token.kind == "call" and not promised and token.id not in rows.called:
            yield Fault("call_missing", token.id, f"{place} waits for a called case, and none is running.")
        elif token.kind == "incident" and token.id not in rows.standing_tokens:
            yield Fault("incident_missing", token.id, f"{place} stands still, and there is no open incident.")


def lost_rows(rows: CaseRows, tokens: Mapping[UUID, TokenView]) -> Iterator[Fault]:
    """Open tasks, jobs and subscriptions of tokens that do not wait for them: nobody can do them to any end."""
    case = rows.instance.id
    kind_of = {token.id: token.kind for token in tokens.values()}
    for row in rows.tasks:
        if kind_of.get(row.id) != "task":
            message = f"The task “{row.element}” of case {case} is open, and the case does not wait for it."
            yield Fault("task_lost", row.id, message, "it is closed as no longer needed", _closing(row.id))
    for row in rows.jobs:
        ok = kind_of.get(row.token) is not None and row.kind in JOBS_FOR.get(kind_of[row.token], ())
        if row.kind not in TOKENLESS and not ok and not (row.kind == "connector" and row.token is None):
            message = f"A job ({row.kind}) for “{row.element}” of case {case} waits, and the case does not wait for it."
            yield Fault("job_lost", row.id, message, "it is deleted", _deleting(Job, row.id))
    for row in rows.subscriptions:
        if kind_of.get(row.token) != row.kind:
            message = f"Case {case} is subscribed to “{row.name}” at “{row.element}”, and does not wait for it."
            yield Fault("subscription_lost", row.id, message, "it is deleted", _deleting(Subscription, row.id))


def derived_rows(rows: CaseRows, far: datetime) -> Iterator[Fault]:
    """What lists are asked by: candidates beside the first role, and the rank of a task."""
    opened = {row.id for row in rows.tasks}
    for row in rows.tasks:
        further, rank = frozenset(row.candidates) - {row.role}, row.due_at or far
        placed = frozenset((name, rank, row.created_at, row.assignee is None) for name in further)
        if rows.candidates.get(row.id, frozenset()) != placed:
            message = f"Who may take the task {row.id} (“{row.element}”) is listed wrongly."
            yield Fault("candidates_wrong", row.id, message, "the list is written again", _listing(row, further, rank))
        if row.rank_at != rank:
            message = f"The task {row.id} (“{row.element}”) stands at a wrong place of the lists."
            yield Fault("rank_wrong", row.id, message, "it is placed by its due date", _ranking(row.id, far))
    for task in rows.candidates.keys() - opened:
        message = f"The closed task {task} is offered to candidates."
        yield Fault("candidates_left", task, message, "the list is deleted", _unlisting(task))


def _subscribing(case: Named, token: TokenView, now: datetime) -> Mend:
    def mend(session: Session) -> None:
        session.execute(
            insert(Subscription).values(
                id=uuid4(), kind=token.kind, name=token.name, key=token.key, process_id=case.process_id,
                element=token.element, instance_id=case.id, token=token.id, definition_id=None, opened_at=now,
            )
        )  # fmt: skip

    return mend


def _timing(case: Named, token: TokenView, due: datetime) -> Mend:
    row = job_row(case.id, case.process_id, "timer", due, id_=uuid4(), token=token.id, element=token.element)

    def mend(session: Session) -> None:
        held = case.status == "suspended"
        session.execute(insert(Job).values(**{**row, "held": held}))

    return mend


def _closing(task: UUID) -> Mend:
    def mend(session: Session) -> None:
        session.execute(update(UserTask).where(UserTask.id == task).values(state="canceled"))
        _unlisting(task)(session)

    return mend


def _deleting(table: type[Job] | type[Subscription], row: UUID) -> Mend:
    def mend(session: Session) -> None:
        session.execute(delete(table).where(table.id == row))

    return mend


def _unlisting(task: UUID) -> Mend:
    def mend(session: Session) -> None:
        session.execute(delete(TaskCandidate).where(TaskCandidate.task_id == task))

    return mend


def _listing(task: Named, names: frozenset[str], rank: datetime) -> Mend:
    placed = candidate_rows(task.id, sorted(names), rank_at=rank, created_at=task.created_at, assignee=task.assignee)

    def mend(session: Session) -> None:
        _unlisting(task.id)(session)
        for row in placed:
            session.execute(insert(TaskCandidate).values(row))

    return mend


def _ranking(task: UUID, far: datetime) -> Mend:
    def mend(session: Session) -> None:
        due = UserTask.due_at
        session.execute(update(UserTask).where(UserTask.id == task, due.is_(None)).values(rank_at=far))
        session.execute(update(UserTask).where(UserTask.id == task, due.is_not(None)).values(rank_at=due))

    return mend
