"""Those who stand second: the candidates of a task beyond its first role, and their part of the queue in its order.

The rows of `task_candidate` repeat of their task where it stands in lists and whether nobody holds it; whoever writes
one of these writes both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, literal_column, select, text, tuple_, union, update
from sqlalchemy.orm import aliased

from engine.models import TaskCandidate, UserTask

__all__ = ["Narrow", "barred", "candidate_rows", "firsts", "take"]

_FREE: Final = text("task_candidate.free")  # word for word as the index has it: SQLite compares no `free = 1` with it
Narrow = Callable[[Select[Any]], Select[Any]]


def candidate_rows(
    task_id: UUID, names: Iterable[str], *, rank_at: datetime, created_at: datetime, assignee: str | None
) -> list[dict[str, Any]]:
    """The rows of these candidates of a task."""
    same = {"task_id": task_id, "rank_at": rank_at, "created_at": created_at, "free": assignee is None}
    return [{**same, "candidate": name} for name in names]


def take(task_id: UUID, assignee: str | None) -> Any:
    """The statement that tells the candidates of a task whether somebody holds it."""
    return update(TaskCandidate).where(TaskCandidate.task_id == task_id).values(free=assignee is None)


def barred(task_id: Any, no: Sequence[Any]) -> ColumnElement[bool]:
    """Whether the task excludes whom one of the marks `no` names."""
    mark = aliased(TaskCandidate)
    named = mark.candidate == no[0] if len(no) == 1 else mark.candidate.in_(no)
    found: Select[Any] = select(literal_column("1")).where(mark.task_id == task_id, named)
    return found.exists()


def firsts(
    names: Sequence[Any],
    no: Sequence[Any],
    limit: Any,
    *,
    after: Sequence[Any] | None = None,
    narrow: Narrow | None = None,
) -> Subquery:
    """The first free tasks, from behind this place on, of which one of the names is a further candidate: the id of each
    and its place, so many at most for each name. Each part is read in its index, as far as the limit only.

    `narrow` adds conditions on the tasks.
    """
    return union(*(select(_first(name, no, limit, after, narrow).subquery()) for name in names)).subquery("further")


def _first(name: Any, no: Sequence[Any], limit: Any, after: Sequence[Any] | None, narrow: Narrow | None) -> Select[Any]:
    place = (TaskCandidate.rank_at, TaskCandidate.created_at, TaskCandidate.task_id)
    query = select(*place).where(TaskCandidate.candidate == name, _FREE, ~barred(TaskCandidate.task_id, no))
    if narrow is not None:
        query = narrow(query.join(UserTask, UserTask.id == TaskCandidate.task_id))
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*after))
    return query.order_by(*place).limit(limit)
