"""How many tasks the lists of `engine.inbox` hold, in one statement that counts no further than is said.

Without a search an index counts. What a search finds has to be looked up for each task: it is counted among the first
tasks of each list only, so that the figures cost the same however common the word is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, case, func, literal_column, select, true, union_all
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.inbox import Filters, is_plain, narrowed, narrowing, open_to, sought
from engine.models import ProcessInstance, UserTask
from engine.shapes import MOST_COUNTED, OPEN, Taker, his_own, not_of, number, numbers, place_in

__all__ = ["Counts", "counts"]

_LOOKED_AT: Final = (
    UserTask.instance_id, UserTask.definition_id, UserTask.element, UserTask.rank_at, UserTask.follow_up_at,
    UserTask.role,
)  # fmt: skip
LOOKED: Final = 500  # tasks of a list among which the matches of a search are counted


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks are mine, free for me to take, mine but late, mine but postponed; those in `more` are at least
    so many, as MOST_COUNTED are."""

    mine: int
    unclaimed: int
    late: int
    later: int
    more: frozenset[str] = frozenset()

    def said(self, figure: str) -> str:
        """The figure of this name in digits, with a plus where it is at least so many; empty where nothing is known."""
        number, more = int(getattr(self, figure)), figure in self.more
        return "" if more and not number else f"{number}{'+' if more else ''}"


def counts(session: Session, actor: Actor, now: datetime, filters: Filters | None = None) -> Counts:
    """The figures beside the filters, in one statement that counts no further than MOST_COUNTED."""
    chosen = filters or Filters()
    if chosen.text:
        return _counted_matches(session, actor, now, chosen)
    if is_plain(chosen):
        mine, late, later, *open_ = numbers(session, actor, now)
    else:
        mine, late, later, *open_ = session.execute(_narrowed_numbers(actor, now, chosen)).one()
    figures = {"mine": mine, "unclaimed": min(sum(open_), MOST_COUNTED), "late": late, "later": later}
    return Counts(**figures, more=frozenset(name for name, figure in figures.items() if figure >= MOST_COUNTED))


def _narrowed_numbers(actor: Actor, now: datetime, filters: Filters) -> Select[Any]:
    tasks = _tasks(filters, UserTask.id)
    nobody = tasks.where(UserTask.assignee.is_(None))
    return select(*map(number, [*his_own(tasks, actor.id, now), *_free(actor, filters, nobody)]))


def _free(actor: Actor, filters: Filters, nobody: Select[Any]) -> Sequence[Select[Any]]:
    taker = Taker.of(actor)
    return taker.numbered(nobody, None if is_plain(filters) else narrowing(filters))


def _tasks(filters: Filters, *columns: Any) -> Select[Any]:
    tasks = select(*columns).select_from(UserTask).where(OPEN)
    if filters.process_id is not None:
        tasks = tasks.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
    return narrowed(tasks, filters)


def _counted_matches(session: Session, actor: Actor, now: datetime, filters: Filters) -> Counts:
    """What a search finds, counted among the first LOOKED tasks of each list: each must be looked at for it, unless it
    finds so few that an index names them."""
    tasks = _tasks(filters if filters.few else replace(filters, text=""), *_LOOKED_AT)
    mine, nobody = tasks.where(UserTask.assignee == actor.id), tasks.where(UserTask.assignee.is_(None))
    lists: list[tuple[Select[Any], Sequence[str] | None]]
    if filters.few:
        lists = [(each, None) for each in (mine, *(nobody.where(side) for side in open_to(actor)))]
    else:
        taker, order = Taker.of(actor), place_in("due", UserTask)
        lists = [(each.order_by(*order), None) for each in (mine, *taker.by_role(nobody))]
        narrow = narrowing(replace(filters, text=""))
        lists += [(each, taker.roles) for each in taker.by_further(nobody, LOOKED, narrow=narrow)]
    sums = [_sums(each, place, now, filters, others) for place, (each, others) in enumerate(lists)]
    rows = session.execute(union_all(*sums)).all()
    his, *sides_ = sorted(tuple(row) for row in rows)
    _place, looked, found_, late, later = his
    unclaimed = min(sum(side[2] for side in sides_), MOST_COUNTED)
    ends = looked < LOOKED, all(side[1] < LOOKED for side in sides_) and unclaimed < MOST_COUNTED
    more = ({"mine", "late", "later"} if not ends[0] else set()) | ({"unclaimed"} if not ends[1] else set())
    return Counts(found_ - later, unclaimed, late, later, frozenset(more))


def _sums(tasks: Select[Any], place: int, now: datetime, filters: Filters, others: Sequence[str] | None) -> Select[Any]:
    """Of the first LOOKED: how many there are, how many match, and how many of those are late or put off. What is of
    one of the `others`, roles that have their own list, matches there.

    The marks are looked up for those only: before the limit, a sort would ask for them in the whole list. The second
    limit keeps both databases from taking the query apart, and looking each mark up again for every sum.
    """
    some = tasks.limit(LOOKED).subquery().c
    marks = {
        "holds": true() if filters.few else and_(sought(filters, some), not_of(some.role, others or ())),
        "late": some.rank_at < now,
        "later": some.follow_up_at > now,
    }
    first = select(*(case((mark, 1), else_=0).label(name) for name, mark in marks.items())).limit(LOOKED).subquery()
    held, late, later = first.c.holds, first.c.holds * first.c.late, first.c.holds * first.c.later
    sums = (func.coalesce(func.sum(each), 0) for each in (held, late, later))
    return select(literal_column(str(place)), func.count(), *sums).select_from(first)
