"""The hot path's SQL: read an instance under its lock, write everything that a step caused in few statements.

All statements are built once; rows are gathered in `Rows` and written in bulk, in an order that foreign keys allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Row,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    insert,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound
from engine.models import (
    HistoryEvent,
    Incident,
    Job,
    ProcessInstance,
    RequestKey,
    Subscription,
    TaskCandidate,
    UserTask,
)
from engine.prepared import fetch, write
from engine.schema import Candidates

__all__ = [
    "FAR_FUTURE", "HISTORY", "INSTANCE", "INSTANCE_COLUMNS", "JOB", "REQUEST", "Instance", "Rows", "add",
    "insert_instance", "instance_of", "job_row", "lock_instance", "lock_task", "try_lock_instance", "update_instance",
]  # fmt: skip

FAR_FUTURE: Final = datetime(9999, 12, 31, tzinfo=UTC)


def _table(model: type[Any]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


INSTANCE, TASK, CANDIDATE, JOB, SUBSCRIPTION, INCIDENT, HISTORY, REQUEST = map(
    _table,
    (ProcessInstance, UserTask, TaskCandidate, Job, Subscription, Incident, HistoryEvent, RequestKey),
)


@dataclass(slots=True)
class Instance:
    """The row of one instance, without its state text."""

    id: UUID
    definition_id: UUID
    process_id: str
    rev: int
    status: str
    business_key: str | None  # this one and the titles are said once, at the start
    title: str | None
    titles: dict[str, str] | None
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    parent_id: UUID | None
    parent_token: UUID | None
    depth: int
    start_key: str | None
    incidents: int
    stored: tuple[object, ...] = field(init=False, repr=False, compare=False)  # what most steps leave as the row has it

    def __post_init__(self) -> None:
        self.stored = _standing(self)

    def row(self) -> dict[str, Any]:
        """The columns by name."""
        return {column.name: getattr(self, column.name) for column in _COLUMNS}


_standing = attrgetter("status", "ended_at", "start_key", "incidents")
_COLUMNS: Final = tuple(INSTANCE.c[each.name] for each in fields(Instance) if each.init)
INSTANCE_COLUMNS: Final = (*_COLUMNS, INSTANCE.c.state)  # what an `Instance` and its state text are made of
_LOCK: Final[Select[Any]] = (
    select(*INSTANCE_COLUMNS).where(INSTANCE.c.id == bindparam("instance")).with_for_update(of=INSTANCE, key_share=True)
)
_TRY_LOCK: Final[Select[Any]] = _LOCK.with_for_update(of=INSTANCE, skip_locked=True, key_share=True)
_LOCK_TASK: Final[Select[Any]] = (
    select(
        *_COLUMNS, INSTANCE.c.state.label("case_state"), TASK.c.id.label("task_id"), TASK.c.element, TASK.c.name,
        TASK.c.state.label("task_state"), TASK.c.assignee,
        type_coerce(cast(TASK.c.candidates, Text), Candidates()).label("candidates"),
        TASK.c.closed_by, REQUEST.c.actor, REQUEST.c.act, REQUEST.c.answer,
    )
    .join_from(TASK, INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
    .outerjoin(REQUEST, REQUEST.c.key == bindparam("request_key"))
    .where(TASK.c.id == bindparam("task"))
    .with_for_update(of=[INSTANCE, TASK], key_share=True)
)  # fmt: skip


def lock_instance(session: Session, instance_id: UUID) -> tuple[Instance, str]:
    """The instance and its state text, its row locked until the transaction ends. Raises NotFound."""
    rows = fetch(session, _LOCK, {"instance": instance_id})
    if not rows:
        raise NotFound(kind="case", id=instance_id)
    return _split(rows[0])


def try_lock_instance(session: Session, instance_id: UUID) -> tuple[Instance, str] | None:
    """The same without waiting: None where another transaction holds it (PostgreSQL)."""
    rows = fetch(session, _TRY_LOCK, {"instance": instance_id})
    return _split(rows[0]) if rows else None


def _split(row: Row[Any]) -> tuple[Instance, str]:
    *columns, state = row
    return Instance(*columns), state


def lock_task(session: Session, task_id: UUID, request_key: str | None) -> Row[Any]:
    """The task and its instance, both locked, with the request key's answer, in one statement. Raises NotFound.

    After a wait PostgreSQL re-reads the locked rows alone: where the task was closed meanwhile, the key is read again.
    The instance is locked before the task, as everywhere.
    """
    values = {"task": task_id, "request_key": request_key}
    rows = fetch(session, _LOCK_TASK, values)
    if rows and rows[0].task_state != "created" and request_key is not None and rows[0].act is None:
        rows = fetch(session, _LOCK_TASK, values)
    if not rows:
        raise NotFound(kind="task", id=task_id)
    row: Row[Any] = rows[0]
    return row


def instance_of(row: Row[Any]) -> Instance:
    """The instance part of `lock_task`'s answer."""
    return Instance(*row[: len(_COLUMNS)])


_INSERT: Final = {
    table: insert(table) for table in (INSTANCE, TASK, CANDIDATE, JOB, SUBSCRIPTION, INCIDENT, HISTORY, REQUEST)
}
_SAVE: Final = (
    update(INSTANCE)
    .where(INSTANCE.c.id == bindparam("b_id"), INSTANCE.c.rev == bindparam("b_rev"))
    .values(
        rev=bindparam("b_new_rev"), state=bindparam("b_state"), status=bindparam("b_status"),
        ended_at=bindparam("b_ended_at"),
        start_key=bindparam("b_start_key"), incidents=bindparam("b_incidents"),
    )
)  # fmt: skip
_SAVE_STATE: Final = (  # a column that is named anew is a change to SQLite: its indexes are written again
    update(INSTANCE)
    .where(INSTANCE.c.id == bindparam("b_id"), INSTANCE.c.rev == bindparam("b_rev"))
    .values(rev=bindparam("b_new_rev"), state=bindparam("b_state"))
)
_CLOSE: Final = (
    update(TASK)
    .where(TASK.c.id == bindparam("b_id"), TASK.c.state == literal_column("'created'"))
    .values(state=bindparam("b_state"), closed_at=bindparam("b_closed_at"), closed_by=bindparam("b_closed_by"))
)
_DROP_CANDIDATES: Final = delete(CANDIDATE).where(CANDIDATE.c.task_id == bindparam("b_token"))
_DROP_JOBS: Final = delete(JOB).where(JOB.c.instance_id == bindparam("b_instance"), JOB.c.token == bindparam("b_token"))
_DROP_SUBSCRIPTIONS: Final = delete(SUBSCRIPTION).where(
    SUBSCRIPTION.c.instance_id == bindparam("b_instance"), SUBSCRIPTION.c.token == bindparam("b_token")
)
_DROP_ALL_JOBS: Final = delete(JOB).where(JOB.c.instance_id == bindparam("b_instance"))
_DROP_ALL_SUBSCRIPTIONS: Final = delete(SUBSCRIPTION).where(SUBSCRIPTION.c.instance_id == bindparam("b_instance"))
_RESOLVE_ALL: Final = (
    update(INCIDENT)
    .where(INCIDENT.c.instance_id == bindparam("b_instance"), INCIDENT.c.resolved_at.is_(None))
    .values(resolved_at=bindparam("b_at"), resolved_by=bindparam("b_by"))
)
_RESOLVE: Final = _RESOLVE_ALL.where(INCIDENT.c.token == bindparam("b_token"))


@dataclass(slots=True)
class Rows:
    """What one step writes beside the instance's own row."""

    instance_id: UUID
    tasks: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    candidates_dropped: set[UUID] = field(default_factory=set)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    jobs_dropped: set[UUID] = field(default_factory=set)
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    subscriptions_dropped: set[UUID] = field(default_factory=set)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    resolved: list[dict[str, Any]] = field(default_factory=list)
    all_resolved: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    ended: bool = False  # no job and no subscription of the instance survives

    def resolve_all(self, at: datetime, by: str) -> None:
        """Closes every incident of the instance: it ended."""
        self.all_resolved.append({"b_instance": self.instance_id, "b_at": at, "b_by": by})

    def drop_waits(self, token: UUID, *, jobs: bool = True, subscriptions: bool = True) -> None:
        """Voids what this token waits for, be it stored or gathered in this very step."""
        if jobs:
            kept = [row for row in self.jobs if row["token"] != token]
            if len(kept) == len(self.jobs):
                self.jobs_dropped.add(token)
            self.jobs = kept
        if subscriptions:
            open_ = [row for row in self.subscriptions if row["token"] != token]
            if len(open_) == len(self.subscriptions):
                self.subscriptions_dropped.add(token)
            self.subscriptions = open_

    def write(self, session: Session) -> None:
        """All of it, at most one statement a table and verb. Raises Conflict, at the latest at the commit, where a
        task was closed meanwhile."""
        if self.closed:
            write(session, _CLOSE, self.closed, guard=Conflict)
        self._drop(session)
        if self.tasks:
            add(session, TASK, self.tasks.values())
            write(session, _INSERT[CANDIDATE], self.candidates)
        if self.jobs or self.subscriptions:
            write(session, _INSERT[JOB], self.jobs)
            write(session, _INSERT[SUBSCRIPTION], self.subscriptions)
        if self.resolved or self.incidents or self.all_resolved:
            write(session, _RESOLVE, self.resolved)  # before the new ones: a retry that fails again raises one more
            write(session, _INSERT[INCIDENT], self.incidents)
            write(session, _RESOLVE_ALL, self.all_resolved)
        write(session, _INSERT[HISTORY], self.history)

    def _drop(self, session: Session) -> None:
        if self.candidates_dropped:
            write(session, _DROP_CANDIDATES, [{"b_token": token} for token in self.candidates_dropped])
        if self.ended:
            self.jobs = [row for row in self.jobs if row["instance_id"] != self.instance_id]
            self.subscriptions = []
            write(session, _DROP_ALL_JOBS, [{"b_instance": self.instance_id}])
            write(session, _DROP_ALL_SUBSCRIPTIONS, [{"b_instance": self.instance_id}])
            return
        if not (self.jobs_dropped or self.subscriptions_dropped):
            return
        for statement, tokens in ((_DROP_JOBS, self.jobs_dropped), (_DROP_SUBSCRIPTIONS, self.subscriptions_dropped)):
            write(session, statement, [{"b_instance": self.instance_id, "b_token": token} for token in tokens])


def add(
    session: Session, table: Table, rows: Iterable[Mapping[str, Any]], *, guard: type[Conflict] | None = None
) -> None:
    """Inserts complete rows, all of the same columns. A key that is taken is the guard's conflict, where given."""
    write(session, _INSERT[table], list(rows), guard=guard)


def insert_instance(session: Session, instance: Instance, state: str) -> None:
    """Writes a new instance."""
    add(session, INSTANCE, [{**instance.row(), "state": state}])
    instance.stored = _standing(instance)


def update_instance(session: Session, instance: Instance, state: str) -> None:
    """Writes the new state and counts `rev` on. Raises Conflict, at the latest at the commit, where the rev is not the
    one that was read."""
    values = {"b_id": instance.id, "b_rev": instance.rev, "b_new_rev": instance.rev + 1, "b_state": state}
    standing = _standing(instance)
    if standing == instance.stored:
        write(session, _SAVE_STATE, [values], guard=Conflict)
    else:
        more = zip(("b_status", "b_ended_at", "b_start_key", "b_incidents"), standing, strict=True)
        write(session, _SAVE, [{**values, **dict(more)}], guard=Conflict)
        instance.stored = standing
    instance.rev += 1


def job_row(
    instance_id: UUID | None, process_id: str, kind: str, due_at: datetime, *, id_: UUID, token: UUID | None = None,
    element: str | None = None, type_: str = "", payload: Mapping[str, object] | None = None, retries: int = 3,
    priority: int = 50,
) -> dict[str, Any]:  # fmt: skip
    """A complete row of the job table: free, not held, never tried."""
    return {
        "id": id_, "instance_id": instance_id, "process_id": process_id, "token": token, "element": element,
        "kind": kind, "type": type_, "payload": dict(payload or {}), "due_at": due_at, "priority": priority,
        "retries": retries, "attempts": 0, "epoch": 0, "leased_until": None, "leased_by": None, "held": False,
        "error": None,
    }  # fmt: skip
