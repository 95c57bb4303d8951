"""Inbox (mine), queue (I may take), archive (I did): answered by indexes, with keyset paging.

Rows carry what a list shows (case title, business key, process name), so that a page costs one statement.
Ordered by due date, then age, where no other order is asked for; the archive by closing, newest first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, tuple_
from sqlalchemy.orm import Session

from engine.assignment import Actor, may_see
from engine.errors import NotFound
from engine.further import Narrow
from engine.models import ProcessInstance, TaskCandidate, UserTask
from engine.search import Sought, found
from engine.shapes import (
    OPEN,
    Order,
    Place,
    Taker,
    free,
    in_sight,
    listing,
    own,
    page,
    place_in,
    put_off,
    sides,
)

__all__ = [
    "Filters", "Finder", "Order", "Place", "Row", "archive", "held", "inbox", "is_plain", "narrowed", "narrowing",
    "of_id", "open_to", "queue", "search", "sought", "task", "tasks_of_case",
]  # fmt: skip


Finder = Callable[[Any], ColumnElement[bool]]  # by the table of tasks, or a part of it, with its columns as attributes


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to.

    `late` is measured at `now`, and so is what people postponed: where `now` is given the inbox leaves it out, and
    with `postponed` it shows nothing else. `text` finds words of title and business key, or whatever `found` says:
    the caller may know more by this text than the engine does, such as people's names. `few`: an index answers `found`.
    """

    process_id: str | None = None
    role: str | None = None
    element: str | None = None
    late: bool = False
    postponed: bool = False
    now: datetime | None = None
    text: str = ""
    found: Finder | None = field(default=None, compare=False)
    few: bool = False
    order: Order = "due"


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
        """Where the next page of an open list begins, by due date."""
        return place_in("due", self)

    @property
    def closed_place(self) -> tuple[datetime, UUID]:
        """Where the next page of the archive begins."""
        return (self.closed_at or self.created_at, self.id)


def _rows(session: Session, query: Select[Any]) -> list[Row]:
    return [Row(*row) for row in session.execute(query)]


def narrowed(query: Select[Any], filters: Filters) -> Select[Any]:
    """The tasks of a query that pass the filters."""
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
        conditions.append(sought(filters, UserTask))
    return query.where(*conditions)


def sought(filters: Filters, tasks: Any) -> ColumnElement[bool]:
    """What holds for those of the tasks that the text of the filters finds."""
    if filters.found is not None:
        return filters.found(tasks)
    return found(Sought.of(filters.text), tasks.instance_id)


def is_plain(filters: Filters) -> bool:
    """Whether nothing is filtered: then the statement has one of a few shapes."""
    narrowed = filters.process_id or filters.role or filters.element or filters.late or filters.text
    return not narrowed and filters.order == "due"


def inbox(
    session: Session, actor: Actor, filters: Filters | None = None, after: Place | None = None, *, limit: int = 50
) -> list[Row]:
    """The actor's own open tasks, the most urgent first."""
    chosen = filters or Filters()
    if chosen.now is not None and is_plain(chosen):
        return [Row(*row) for row in own(session, actor, chosen.now, after, limit, postponed=chosen.postponed)]
    query = narrowed(listing().where(OPEN, UserTask.assignee == actor.id), chosen)
    if chosen.now is not None:
        query = query.where(put_off(chosen.now) if chosen.postponed else in_sight(chosen.now))
    return _rows(session, page(query, after, limit, chosen.order))


def held(
    session: Session,
    holders: Collection[str],
    roles: Collection[str] | None,
    filters: Filters,
    after: Place | None = None,
    *,
    limit: int = 50,
) -> list[Row]:
    """The open tasks of these roles (None: of any) that these people have in hand."""
    theirs = listing().where(OPEN, UserTask.assignee.in_(sorted(holders)))
    of_roles = UserTask.role.is_not(None) if roles is None else UserTask.role.in_(sorted(roles))
    return _rows(session, page(narrowed(theirs.where(of_roles), filters), after, limit, filters.order))


def queue(
    session: Session, actor: Actor, filters: Filters | None = None, after: Place | None = None, *, limit: int = 50
) -> list[Row]:
    """The open tasks that nobody holds and the actor may take, the most urgent first."""
    chosen = filters or Filters()
    if is_plain(chosen):
        rows = [Row(*row) for row in free(session, actor, after, limit)]
    else:
        rows = [row for each in _free_pages(actor, chosen, after, limit) for row in _rows(session, each)]
    merged = {row.id: row for row in rows}
    backwards = chosen.order == "newest"
    return sorted(merged.values(), key=lambda row: place_in(chosen.order, row), reverse=backwards)[:limit]


def _free_pages(actor: Actor, filters: Filters, after: Place | None, limit: int) -> Sequence[Select[Any]]:
    """A page of each side; in another order than by due date, what has further candidates is sorted."""
    nobody = listing().where(OPEN, UserTask.assignee.is_(None))
    if filters.order != "due" or filters.few:
        sides_ = [narrowed(nobody.where(side), filters) for side in open_to(actor)]
        return [page(each, after, limit, filters.order) for each in sides_]
    taker = Taker.of(actor)
    by_role = [page(narrowed(each, filters), after, limit) for each in taker.by_role(nobody)]
    further = taker.by_further(nobody, limit, after=after, narrow=narrowing(filters))
    return [*by_role, *(each.limit(limit) for each in further)]


def narrowing(filters: Filters) -> Narrow:
    """How a part of the queue that is read by further candidates passes the filters as it is read."""

    def narrow(query: Select[Any]) -> Select[Any]:
        if filters.process_id is not None:
            query = query.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        if filters.late and filters.now is not None:
            query = query.where(TaskCandidate.rank_at < filters.now)  # as the task has it: there the index ends
        return narrowed(query, filters)

    return narrow


def open_to(actor: Actor) -> Sequence[ColumnElement[bool]]:
    """The tasks that the actor may take, in parts that an index answers each."""
    taker = Taker.of(actor)
    return sides(taker.roles, taker.user, taker.no)


def archive(
    session: Session,
    actor: Actor,
    filters: Filters | None = None,
    after: tuple[datetime, UUID] | None = None,
    *,
    limit: int = 50,
) -> list[Row]:
    """What the actor completed, the newest first."""
    query = narrowed(listing().where(UserTask.closed_by == actor.id), filters or Filters())
    if after is not None:
        query = query.where(tuple_(UserTask.closed_at, UserTask.id) < after)
    return _rows(session, query.order_by(UserTask.closed_at.desc(), UserTask.id.desc()).limit(limit))


def search(session: Session, actor: Actor, text: str, *, limit: int = 20) -> list[Row]:
    """Open tasks that the actor may see, by business key or title of their case."""
    if not text.strip():
        return []
    mine = [UserTask.assignee == actor.id, *open_to(actor)]
    query = listing().where(OPEN, or_(false(), *mine), found(Sought.of(text), UserTask.instance_id))
    return _rows(session, page(query, None, limit))


def task(session: Session, task_id: UUID, actor: Actor) -> Row:
    """One task, open or closed. Raises NotFound, also for a task that the actor may not know of."""
    rows = _rows(session, listing().where(UserTask.id == task_id))
    if not rows or not (may_see(actor, rows[0]) or rows[0].closed_by == actor.id):
        raise NotFound(kind="task", id=task_id)
    return rows[0]


def of_id(session: Session, task_id: UUID) -> Row:
    """One task for whoever was found to be allowed to see it. Raises NotFound."""
    rows = _rows(session, listing().where(UserTask.id == task_id))
    if not rows:
        raise NotFound(kind="task", id=task_id)
    return rows[0]


def tasks_of_case(session: Session, instance_id: UUID) -> list[Row]:
    """Every task of a case, the open ones first, then the newest."""
    query = listing().where(UserTask.instance_id == instance_id)
    return _rows(session, query.order_by(UserTask.closed_at.desc().nulls_first(), UserTask.created_at))
