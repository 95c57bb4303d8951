"""Undoing a completion: the case is as it was before, as long as nothing of it has left the house.

Whoever completes a task may ask for a way back (`complete(…, undoable=True)`). It is kept where the step did nothing
that lives outside of its own case: it opened tasks, timers, waits and jobs, and none of the work inside the transaction
ran. It holds the state before the step and the rows that the step voided. It ends with the first thing that happens to
the case afterwards, for `rev` then counts on, and with the first attempt of a connector that the step had left.

A task with the property `task.undo` is *held*: its completion is written and the case stands right behind it, until the
job `continue` lets it go on after the window (`EngineSettings.undo_window`). Nothing that follows has run till then, so
that a mistake noticed at once is always undone. Whatever else happens to the case lets it go on earlier.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, and_, delete, select, update
from sqlalchemy.orm import Session

from engine.advance import settle
from engine.assignment import Actor, may_see
from engine.bpmn import Case
from engine.definitions import definition
from engine.errors import ActedAfter, EffectLeft, NotFound, Refused, UndoTooLate
from engine.further import candidate_rows
from engine.history import record
from engine.models import Effect, HistoryEvent, Job, Moment, Subscription, TaskCandidate, UserTask, WayBack
from engine.step import Step, check_open, steps_of
from engine.store import INSTANCE, JOB, SUBSCRIPTION, Instance, Rows, instance_of, lock_task, update_instance
from engine.terms import drop_terms, keep_terms, subjects
from engine.transaction import afterwards, at_rest

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["PROPERTY", "Standing", "forget", "keep", "standing", "undo"]

PROPERTY: Final = "task.undo"
MEMORY: Final = timedelta(days=1)
# What a step may have noted and still be undone: facts of its own case alone.
OWN: Final = frozenset(
    {"path", "task_opened", "task_completed", "task_canceled", "decided", "null_explained"}
)  # fmt: skip


def keep(step: Step, task_id: UUID, before: str, due: int) -> bool:
    """Keeps the way back from the step that completes this task; False where there is none. The step is not written.

    `before`: the state as it was read. `due`: how many jobs the transaction had rung for before the step began.
    """
    settle(step)
    session, rows = step.session, step.rows
    reaches_out = step.host.served or step.follow_ups or len(steps_of(session)) > 1
    if reaches_out or len(afterwards(session).due) > due or step.instance.ended_at is not None:
        return False
    if rows.incidents or rows.resolved or {event["kind"] for event in rows.history} - OWN:
        return False
    values = {
        "opened": [[str(row["id"]), row["assignee"]] for row in rows.tasks.values() if row["state"] == "created"],
        "closed": [str(row["b_id"]) for row in rows.closed],
        "jobs": [str(row["id"]) for row in rows.jobs],
        "heard": [str(row["id"]) for row in rows.subscriptions],
        "path": [*step.path],
        "jobs_before": _voided(session, JOB, step.instance.id, rows.jobs_dropped),
        "heard_before": _voided(session, SUBSCRIPTION, step.instance.id, rows.subscriptions_dropped),
    }
    session.add(
        WayBack(
            task_id=task_id, instance_id=step.instance.id, rev=step.instance.rev + 1, state=before, by=step.by.id,
            at=step.now, rows=values,
        )
    )  # fmt: skip
    return True


def undo(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """Opens a task again that the actor completed, with its case as it was. See `engine.commands.undo`."""
    row = lock_task(session, task_id, None)
    if row.task_state == "created" and may_see(by, row):
        return
    if row.closed_by != by.id:
        raise Refused(action="undo", kind="task") if may_see(by, row) else NotFound(kind="task", id=task_id)
    instance, kept = instance_of(row), session.get(WayBack, task_id)
    if kept is None or kept.rev != instance.rev:
        raise _why_not(session, instance.id, row, session.get_one(UserTask, task_id).closed_at, by)
    check_open(instance)
    _check_nothing_left(session, kept, row.name, by)
    _go_back(session, engine, instance, kept, str(row.case_state))
    record(session, engine, instance.id, "task_reopened", row.element, task_id, by)
    path = _back(kept.rows["path"])
    if path:
        record(session, engine, instance.id, "path", data={"path": path})
    session.delete(kept)
    afterwards(session).steps["undone", instance.id] = partial(engine.live_cases.drop, instance.id)


@dataclass(frozen=True, slots=True)
class Standing:
    """A way back that still stands. `until`: when a held case goes on; None where only what happens ends it."""

    task_id: UUID
    instance_id: UUID
    at: datetime
    until: datetime | None


def standing(session: Session, *which: ColumnElement[bool], by: Collection[str]) -> Sequence[Standing]:
    """The ways back that these actors can still go, as far as is known before a case is locked; the latest last.

    `which`: conditions on `WayBack`.
    """
    unmoved = and_(INSTANCE.c.id == WayBack.instance_id, INSTANCE.c.rev == WayBack.rev)
    query = select(WayBack.task_id, WayBack.instance_id, WayBack.at, WayBack.rows).join(INSTANCE, unmoved)
    found = session.execute(query.where(WayBack.by.in_(by), *which).order_by(WayBack.at, WayBack.task_id)).all()
    left = [UUID(job) for each in found for job in each.rows["jobs"]]
    attempted, ends = _attempted(session, left), _ends(session, left)
    return [
        Standing(
            each.task_id, each.instance_id, each.at, next((ends[job] for job in each.rows["jobs"] if job in ends), None)
        )
        for each in found
        if attempted.isdisjoint(each.rows["jobs"])
    ]


def _ends(session: Session, jobs: Sequence[UUID]) -> dict[str, datetime]:
    """When each of these jobs that lets a held case go on does so, by id."""
    if not jobs:
        return {}
    rows = session.execute(select(Job.id, Job.due_at).where(Job.id.in_(jobs), Job.kind == "continue"))
    return {str(job): due_at for job, due_at in rows}


def forget(session: Session, now: datetime) -> None:
    """Deletes ways back that nobody goes any more."""
    session.execute(delete(WayBack).where(at_rest(WayBack.task_id, WayBack.at < now - MEMORY)))


def _attempted(session: Session, jobs: Sequence[UUID]) -> set[str]:
    """Those of these jobs whose work was begun outside, by id."""
    if not jobs:
        return set()
    return {str(job) for job in session.scalars(select(Effect.job_id).where(Effect.job_id.in_(jobs)))}


def _check_nothing_left(session: Session, kept: WayBack, name: str, by: Actor) -> None:
    """Raises EffectLeft where a connector of the step was called, ActedAfter where somebody took what it opened.

    The tasks are locked, before their candidates as everywhere: nobody takes one between this look and its end."""
    jobs = [UUID(job) for job in kept.rows["jobs"]]
    effect = session.scalars(select(Effect).where(Effect.job_id.in_(jobs)).limit(1)).first() if jobs else None
    if effect is not None:
        raise EffectLeft(name=name, element=effect.element or effect.type, at=effect.at)
    before = {UUID(task): assignee for task, assignee in kept.rows["opened"]}
    opened = select(UserTask).where(UserTask.id.in_(list(before))).order_by(UserTask.id).with_for_update(key_share=True)
    for task in session.scalars(opened.execution_options(populate_existing=True)):
        if task.assignee not in {before[task.id], by.id}:
            raise ActedAfter(name=name, by=task.assignee or "system")


def _why_not(session: Session, instance_id: UUID, row: Any, since: datetime | None, by: Actor) -> Exception:
    """Why there is no way back any more: an effect, somebody who acted, or the case itself."""
    assert since is not None
    left = select(Effect).where(Effect.instance_id == instance_id, Effect.at >= since).order_by(Effect.at)
    effect = session.scalars(left.limit(1)).first()
    if effect is not None:
        return EffectLeft(name=row.name, element=effect.element or effect.type, at=effect.at)
    acted = select(HistoryEvent.by).where(
        HistoryEvent.instance_id == instance_id, HistoryEvent.at >= since, HistoryEvent.by.not_in([by.id, "system"])
    )
    other = session.scalars(acted.limit(1)).first()
    return UndoTooLate(name=row.name) if other is None else ActedAfter(name=row.name, by=other)


def _go_back(session: Session, engine: Engine, instance: Instance, kept: WayBack, now_state: str) -> None:
    """The state, the tasks, the jobs and the waits as they were."""
    spec = definition(session, engine, instance.definition_id).spec
    before, after = (subjects(Case.load(spec, text).variables) for text in (kept.state, now_state))
    update_instance(session, instance, kept.state)
    keep_terms(session, instance.id, instance.started_at, before - after)
    drop_terms(session, instance.id, after - before)
    opened = [UUID(task) for task, _assignee in kept.rows["opened"]]
    for model, ids in ((Job, kept.rows["jobs"]), (Subscription, kept.rows["heard"])):
        if ids:
            session.execute(delete(model).where(model.id.in_([UUID(each) for each in ids])))
    now = engine.clock.now()
    rows = Rows(instance.id)
    rows.closed = [{"b_id": each, "b_state": "canceled", "b_closed_at": now, "b_closed_by": None} for each in opened]
    rows.jobs = [{**_read(JOB, row), "leased_until": None, "leased_by": None} for row in kept.rows["jobs_before"]]
    rows.subscriptions = [_read(SUBSCRIPTION, row) for row in kept.rows["heard_before"]]
    closed = [UUID(task) for task in kept.rows["closed"]]
    session.execute(delete(TaskCandidate).where(TaskCandidate.task_id.in_([*opened, *closed])))
    before_it = select(UserTask).where(UserTask.id.in_(closed)).execution_options(populate_existing=True)
    for task in session.scalars(before_it):
        others = (each for each in task.candidates if each != task.role)
        again = candidate_rows(
            task.id, others, rank_at=task.rank_at, created_at=task.created_at, assignee=task.assignee
        )
        session.add_all(TaskCandidate(**each) for each in again)
    session.execute(
        update(UserTask).where(UserTask.id.in_(closed)).values(state="created", closed_at=None, closed_by=None)
    )
    rows.write(session)
    afterwards(session).due.extend(row["id"] for row in rows.jobs if row["due_at"] <= now)


def _back(path: Sequence[str]) -> list[str]:
    """The marks of a path that take back where it stands: what was entered is interrupted, what was left entered."""
    standing: Counter[str] = Counter()
    for mark in path:
        if mark[0] != ">":
            standing[mark[1:]] += 1 if mark[0] == "+" else -1
    ended = [f"!{element}" for element, count in standing.items() for _ in range(count)]
    return [*ended, *(f"+{element}" for element, count in standing.items() for _ in range(-count))]


def _voided(session: Session, table: Table, instance_id: UUID, tokens: Iterable[UUID]) -> list[dict[str, Any]]:
    """The rows of these tokens that the step is about to delete, as JSON."""
    wanted = list(tokens)
    if not wanted:
        return []
    query = select(table).where(table.c.instance_id == instance_id, table.c.token.in_(wanted))
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in session.execute(query)]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _read(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """The opposite: a complete row of the table."""
    return {column.name: _typed(column.type, row[column.name]) for column in table.columns}


def _typed(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return UUID(value)
    return datetime.fromisoformat(value) if isinstance(kind, Moment) else value
