"""The inbox's statements where nothing is filtered, made once for each shape: how many roles, from a place on or not.

Building an SQL expression and its cache key costs more than asking the database. What nearly every request asks has a
few shapes only; values come as parameters, by `engine.prepared`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from engine.assignment import ADMIN, Actor
from engine.further import Narrow, barred, firsts
from engine.models import ProcessDefinition, ProcessInstance, TaskCandidate, UserTask
from engine.prepared import fetch
from engine.schema import Moment

__all__ = [
    "MOST_COUNTED", "OPEN", "Order", "Place", "Taker", "free", "his_own", "in_sight", "listing", "not_of", "number",
    "numbers", "own", "page", "place_in", "put_off", "sides", "takes_all",
]  # fmt: skip

Order = Literal["due", "priority", "oldest", "newest"]
Place = tuple[Any, ...]  # where a row stands in an order: what it is ordered by, and its id at last
MOST_COUNTED: Final = 1_000
OPEN: Final[ColumnElement[bool]] = UserTask.state == literal_column("'created'")
NOW: Final = bindparam("now", type_=Moment())
_LIMIT: Final = bindparam("limit", type_=Integer())
_PLACE: Final = (
    bindparam("rank_at", type_=Moment()), bindparam("created_at", type_=Moment()),
    bindparam("after_id", type_=UserTask.id.type),
)  # fmt: skip
_COLUMNS: Final = (
    UserTask.id, UserTask.instance_id, UserTask.definition_id, ProcessInstance.process_id,
    ProcessDefinition.name.label("process_name"), ProcessInstance.title.label("case_title"),
    ProcessInstance.titles.label("case_titles"), ProcessInstance.business_key, UserTask.element, UserTask.name,
    UserTask.state, UserTask.assignee, UserTask.role, UserTask.candidates, UserTask.priority, UserTask.due_at,
    UserTask.follow_up_at, UserTask.escalation, UserTask.created_at, UserTask.closed_at, UserTask.closed_by,
    UserTask.rank_at,
)  # fmt: skip


def listing() -> Select[Any]:
    """What a list shows of a task, its case and its process (`engine.inbox.Row`)."""
    return (
        select(*_COLUMNS)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
    )


def place_in(order: Order, row: Any) -> Place:
    """Where a task stands in an order; of a table's class, the columns by which it is ordered."""
    if order == "due":
        return (row.rank_at, row.created_at, row.id)
    if order == "priority":
        return (-row.priority, row.rank_at, row.created_at, row.id)
    return (row.created_at, row.id)


def page(query: Select[Any], after: Any, limit: Any, order: Order = "due") -> Select[Any]:
    """From behind this place on: the most urgent first, the most important, the oldest or the newest."""
    columns = place_in(order, UserTask)
    if after is not None:
        here, there = tuple_(*columns), tuple_(*after)
        query = query.where(here < there if order == "newest" else here > there)
    return query.order_by(*(each.desc() if order == "newest" else each for each in columns)).limit(limit)


def put_off(now: Any) -> ColumnElement[bool]:
    """Whether a person has postponed the task; as `ix_user_task_later` has it."""
    later: ColumnElement[bool] = UserTask.follow_up_at > now
    return later


def in_sight(now: Any) -> ColumnElement[bool]:
    """Whether nobody has postponed the task, or it has come back."""
    here: ColumnElement[bool] = func.coalesce(UserTask.follow_up_at, now) <= now
    return here


def sides(roles: Sequence[Any] | None, user: Any, no: Sequence[Any]) -> list[ColumnElement[bool]]:
    """The tasks of these roles by their first role, and those with further candidates, in no order: each has its index.

    `no` are the marks of what excludes the actor; no `roles` is whoever may take everything else.
    """
    by_role = _by_role(roles, no)
    if roles is None:
        return by_role
    further = UserTask.id.in_(select(TaskCandidate.task_id).where(TaskCandidate.candidate.in_([*roles, user])))
    return [*by_role, and_(further, not_of(UserTask.role, roles), ~barred(UserTask.id, no))]


def _by_role(roles: Sequence[Any] | None, no: Sequence[Any]) -> list[ColumnElement[bool]]:
    every = [UserTask.id.is_not(None)] if roles is None else [UserTask.role == role for role in roles]
    return [and_(each, ~barred(UserTask.id, no)) for each in every]


def not_of(role: Any, roles: Sequence[Any]) -> ColumnElement[bool]:
    """Whether the list of none of these roles has the task already."""
    return or_(~role.in_(roles), role.is_(None)) if roles else true()


@dataclass(frozen=True, slots=True)
class Taker:
    """Who asks for free tasks, in values or in parameters: his roles (None: whoever may take everything), his mark as a
    candidate, and those that exclude him."""

    roles: Sequence[Any] | None
    user: Any
    no: Sequence[Any]

    @classmethod
    def of(cls, actor: Actor) -> Taker:
        """The values of an actor."""
        return cls(None if takes_all(actor) else sorted(actor.roles), f"user:{actor.id}", actor.marks)

    def by_role(self, tasks: Select[Any]) -> list[Select[Any]]:
        """The tasks that he may take by their first role, each role by itself."""
        return [tasks.where(side) for side in _by_role(self.roles, self.no)]

    def by_further(
        self, tasks: Select[Any], limit: Any, *, after: Any = None, narrow: Narrow | None = None
    ) -> list[Select[Any]]:
        """The first tasks in the order of lists of which he is a further candidate: at least `limit`, where there are.

        Those that the list of one of his roles has too are among them. Nothing for whoever may take everything.
        """
        if self.roles is None:
            return []
        first = firsts([*self.roles, self.user], self.no, limit, after=after, narrow=narrow)
        found = tasks.join(first, first.c.task_id == UserTask.id)
        return [found.order_by(first.c.rank_at, first.c.created_at, first.c.task_id)]

    def numbered(self, tasks: Select[Any], narrow: Narrow | None = None) -> list[Select[Any]]:
        """Tasks whose numbers make, added up to MOST_COUNTED, that of all that he may take.

        A part that is read no further than MOST_COUNTED and has tasks of a role's list leaves them to this list: both
        together reach MOST_COUNTED then.
        """
        others = self.by_further(tasks, MOST_COUNTED, narrow=narrow)
        return [*self.by_role(tasks), *(each.where(not_of(UserTask.role, self.roles or ())) for each in others)]


def own(
    session: Session, actor: Actor, now: datetime, after: Place | None, limit: int, *, postponed: bool
) -> list[Any]:
    """The actor's own open tasks: those in sight, or those that were put off."""
    return fetch(session, _own(postponed=postponed, later=after is not None), _values(actor, now, after, limit))


def free(session: Session, actor: Actor, after: Place | None, limit: int) -> list[Any]:
    """The open tasks that nobody holds and the actor may take; a page of each side, one after the other."""
    values = _values(actor, None, after, limit)
    queries = _free(_roles(actor), len(actor.marks), later=after is not None)
    return [row for query in queries for row in fetch(session, query, values)]


def numbers(session: Session, actor: Actor, now: datetime) -> Sequence[int]:
    """How many are the actor's own and in sight, his own and late, his own and put off; how many are free, by side."""
    [row] = fetch(session, _numbers(_roles(actor), len(actor.marks)), _values(actor, now, None, MOST_COUNTED))
    return list(row)


def takes_all(actor: Actor) -> bool:
    """Whether the actor is a candidate of every task."""
    return ADMIN in actor.roles or actor.system


def _roles(actor: Actor) -> int | None:
    """How many roles; None for whoever may take everything."""
    return None if takes_all(actor) else len(actor.roles)


def _values(actor: Actor, now: datetime | None, after: Place | None, limit: int) -> dict[str, Any]:
    roles = {f"role_{place}": role for place, role in enumerate(sorted(actor.roles))}
    marks = {f"no_{place}": mark for place, mark in enumerate(actor.marks)}
    rank_at, created_at, id_ = after or (None, None, None)
    return {
        **roles, **marks, "actor": actor.id, "user": f"user:{actor.id}", "now": now, "limit": limit,
        "rank_at": rank_at, "created_at": created_at, "after_id": id_,
    }  # fmt: skip


def _taker(roles: int | None, names: int) -> Taker:
    text = UserTask.role.type
    keys = None if roles is None else [bindparam(f"role_{place}", type_=text) for place in range(roles)]
    return Taker(keys, bindparam("user", type_=text), [bindparam(f"no_{place}", type_=text) for place in range(names)])


@lru_cache(maxsize=4)
def _own(*, postponed: bool, later: bool) -> Select[Any]:
    shown = put_off(NOW) if postponed else in_sight(NOW)
    query = listing().where(OPEN, UserTask.assignee == bindparam("actor"), shown)
    return page(query, _PLACE if later else None, _LIMIT)


@lru_cache(maxsize=100)
def _free(roles: int | None, names: int, *, later: bool) -> Sequence[Select[Any]]:
    nobody = listing().where(OPEN, UserTask.assignee.is_(None))
    taker, after = _taker(roles, names), _PLACE if later else None
    by_role = [page(each, after, _LIMIT) for each in taker.by_role(nobody)]
    return [*by_role, *(each.limit(_LIMIT) for each in taker.by_further(nobody, _LIMIT, after=after))]


def number(query: Select[Any]) -> Any:
    """How many rows, counted no further than MOST_COUNTED."""
    first = query.limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(first).scalar_subquery()


def his_own(tasks: Select[Any], actor: Any, now: Any) -> Sequence[Select[Any]]:
    """The open tasks that the actor holds: those in sight, those that are late, those put off.

    In the order of the list: without one SQLite may read all that he ever did, in an index where closed tasks are too.
    """
    his = tasks.where(UserTask.assignee == actor)
    return (
        his.where(in_sight(now)).order_by(*place_in("due", UserTask)),
        his.where(UserTask.rank_at < now),
        his.where(put_off(now)),
    )


@lru_cache(maxsize=100)
def _numbers(roles: int | None, names: int) -> Select[Any]:
    tasks = select(UserTask.id).where(OPEN)
    nobody = tasks.where(UserTask.assignee.is_(None))
    every = [*his_own(tasks, bindparam("actor"), NOW), *_taker(roles, names).numbered(nobody)]
    return select(*(number(query).label(f"number_{place}") for place, query in enumerate(every)))
