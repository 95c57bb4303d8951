"""Inbox (mine), queue (I may take), archive (I did): answered by indexes, with keyset paging and counts.

Rows carry what a list shows (case title, business key, process name), so that a page costs one statement.
Ordered by due date, then age; the archive by closing, newest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, or_, select, tuple_
from sqlalchemy.orm import Session

from engine.assignment import ADMIN, BARRED, Actor, may_see
from engine.errors import NotFound
from engine.models import ProcessDefinition, ProcessInstance, TaskCandidate, UserTask
from engine.search import Sought, found

__all__ = [
    "Counts", "Filters", "Place", "Row", "archive", "counts", "inbox", "queue", "search", "task", "tasks_of_case",
]  # fmt: skip

Place = tuple[datetime, datetime, UUID]
OPEN: Final[ColumnElement[bool]] = UserTask.state == literal_column("'created'")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to.

    `late` is measured at `now`, and so is what people postponed: where `now` is given the inbox leaves it out, and
    with `postponed` it shows nothing else. `text` finds words of title and business key, or what `found` holds for:
    the caller may know more by this text than the engine does, such as people's names.
    """

    process_id: str | None = None
    role: str | None = None
    element: str | None = None
    late: bool = False
    postponed: bool = False
    now: datetime | None = None
    text: str = ""
    found: ColumnElement[bool] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A task in a list."""

    id: UUID
    instance_id: UUID
    definition_id: UUID
    process_id: str
    process_name: str
    case_title: str | None
    case_titles: Mapping[str, str] | None
    business_key: str | None
    element: str
    name: str
    state: str
    assignee: str | None
    role: str | None
    candidates: Sequence[str]
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    escalation: int
    created_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    rank_at: datetime

    def title_in(self, language: str) -> str | None:
        """The title of the case as the diagram says it to this reader."""
        return (self.case_titles or {}).get(language, self.case_title)

    @property
    def place(self) -> Place:
        """Where the next page of an open list begins."""
        return (self.rank_at, self.created_at, self.id)

    @property
    def closed_place(self) -> tuple[datetime, UUID]:
        """Where the next page of the archive begins."""
        return (self.closed_at or self.created_at, self.id)


MOST_COUNTED: Final = 1_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks are mine, free for me to take, mine but late, mine but postponed; MOST_COUNTED stands for that
    many or more."""

    mine: int
    unclaimed: int
    late: int
    later: int


_COLUMNS: Final = (
    UserTask.id, UserTask.instance_id, UserTask.definition_id, ProcessInstance.process_id, ProcessDefinition.name,
    ProcessInstance.title, ProcessInstance.titles, ProcessInstance.business_key, UserTask.element, UserTask.name,
    UserTask.state, UserTask.assignee, UserTask.role, UserTask.candidates, UserTask.priority, UserTask.due_at,
    UserTask.follow_up_at, UserTask.escalation, UserTask.created_at, UserTask.closed_at, UserTask.closed_by,
    UserTask.rank_at,
)  # fmt: skip


def _listing() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
    )


def _rows(session: Session, query: Select[Any]) -> list[Row]:
    return [Row(*row) for row in session.execute(query)]


def _narrowed(query: Select[Any], filters: Filters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if filters.process_id is not None:
        conditions.append(ProcessInstance.process_id == filters.process_id)
    if filters.role is not None:
        conditions.append(UserTask.role == filters.role)
    if filters.element is not None:
        conditions.append(UserTask.element == filters.element)
    if filters.late and filters.now is not None:
        conditions.append(UserTask.rank_at < filters.now)
    if filters.text:
        conditions.append(found(Sought.of(filters.text)) if filters.found is None else filters.found)
    return query.where(*conditions)


def _page(query: Select[Any], after: Place | None, limit: int) -> Select[Any]:
    if after is not None:
        query = query.where(tuple_(UserTask.rank_at, UserTask.created_at, UserTask.id) > after)
    return query.order_by(UserTask.rank_at, UserTask.created_at, UserTask.id).limit(limit)


def inbox(
    session: Session, actor: Actor, filters: Filters | None = None, after: Place | None = None, *, limit: int = 50
) -> list[Row]:
    """The actor's own open tasks, the most urgent first."""
    chosen = filters or Filters()
    query = _narrowed(_listing().where(OPEN, UserTask.assignee == actor.id), chosen)
    if chosen.now is not None:
        query = query.where(_postponed(chosen.now) if chosen.postponed else ~_postponed(chosen.now))
    return _rows(session, _page(query, after, limit))


def _postponed(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(UserTask.follow_up_at, now) > now


def queue(
    session: Session, actor: Actor, filters: Filters | None = None, after: Place | None = None, *, limit: int = 50
) -> list[Row]:
    """The open tasks that nobody holds and the actor may take, the most urgent first."""
    chosen = filters or Filters()
    sides = [
        _page(_narrowed(_listing().where(OPEN, UserTask.assignee.is_(None), side), chosen), after, limit)
        for side in _sides(actor)
    ]
    merged = {row.id: row for side in sides for row in _rows(session, side)}
    return sorted(merged.values(), key=lambda row: (row.rank_at, row.created_at, row.id.hex))[:limit]


def _sides(actor: Actor) -> Sequence[ColumnElement[bool]]:
    """By the first role of a task, and by its further candidates: each has its index. Not what excludes the actor."""
    barred: Select[Any] = select(literal_column("1")).where(
        TaskCandidate.task_id == UserTask.id, TaskCandidate.candidate == f"{BARRED}{actor.id}"
    )
    return [and_(side, ~barred.exists()) for side in _candidacies(actor)]


def _candidacies(actor: Actor) -> Sequence[ColumnElement[bool]]:
    if ADMIN in actor.roles or actor.system:
        return [UserTask.id.is_not(None)]
    names = [*sorted(actor.roles), f"user:{actor.id}"]
    further = UserTask.id.in_(select(TaskCandidate.task_id).where(TaskCandidate.candidate.in_(names)))
    by_role = [UserTask.role == role for role in sorted(actor.roles)]
    return [*by_role, and_(further, ~UserTask.role.in_(sorted(actor.roles)) | UserTask.role.is_(None))]


def archive(
    session: Session,
    actor: Actor,
    filters: Filters | None = None,
    after: tuple[datetime, UUID] | None = None,
    *,
    limit: int = 50,
) -> list[Row]:
    """What the actor completed, the newest first."""
    query = _narrowed(_listing().where(UserTask.closed_by == actor.id), filters or Filters())
    if after is not None:
        query = query.where(tuple_(UserTask.closed_at, UserTask.id) < after)
    return _rows(session, query.order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(limit))


def search(session: Session, actor: Actor, text: str, *, limit: int = 20) -> list[Row]:
    """Open tasks that the actor may see, by business key or title of their case."""
    if not text.strip():
        return []
    mine = [UserTask.assignee == actor.id, *_sides(actor)]
    query = _listing().where(OPEN, or_(false(), *mine), found(Sought.of(text)))
    return _rows(session, _page(query, None, limit))


def counts(session: Session, actor: Actor, now: datetime, filters: Filters | None = None) -> Counts:
    """The figures beside the filters, in one statement that counts no further than MOST_COUNTED."""
    chosen = filters or Filters()
    own = UserTask.assignee == actor.id

    def number(*conditions: ColumnElement[bool]) -> Any:
        query = select(UserTask.id).where(OPEN, *conditions)
        if chosen.process_id is not None or chosen.text:
            query = query.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        first = _narrowed(query, chosen).limit(MOST_COUNTED).subquery()
        return select(func.count()).select_from(first).scalar_subquery()

    free = [number(UserTask.assignee.is_(None), side) for side in _sides(actor)]  # each by its own index
    own_numbers = number(own, ~_postponed(now)), number(own, UserTask.rank_at < now), number(own, _postponed(now))
    mine, late, later, *sides = session.execute(select(*own_numbers, *free)).one()
    return Counts(mine, min(sum(sides), MOST_COUNTED), late, later)


def task(session: Session, task_id: UUID, actor: Actor) -> Row:
    """One task, open or closed. Raises NotFound, also for a task that the actor may not know of."""
    rows = _rows(session, _listing().where(UserTask.id == task_id))
    if not rows or not (may_see(actor, rows[0]) or rows[0].closed_by == actor.id):
        raise NotFound(kind="task", id=task_id)
    return rows[0]


def tasks_of_case(session: Session, instance_id: UUID) -> list[Row]:
    """Every task of a case, the open ones first, then the newest."""
    query = _listing().where(UserTask.instance_id == instance_id)
    return _rows(session, query.order_by(UserTask.closed_at.desc().nulls_first(), UserTask.created_at))
