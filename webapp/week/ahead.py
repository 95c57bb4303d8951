"""The load of each role in the coming four weeks, from the tasks that are open and the timers that will open more.

A task counts in the week in which it is due (in the first one where it is late). A timer counts, in the week in which
it fires, for the first user task that its diagram leads to from there on the usual way; where it leads to none it is
nobody's work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import Job, ProcessInstance, UserTask
from engine.shapes import OPEN
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import SUBJECT_ROLES, Drawing, Shape

__all__ = ["BY_CASE", "WEEKS", "Load", "day_words", "first_days", "load"]

WEEKS: Final = 4
BY_CASE: Final = "="  # instead of a role: each case names who does it when it gets there
STEPS: Final = 20  # elements that are looked at behind a timer


@dataclass(frozen=True, slots=True)
class Load:
    """What a role has before it: tasks without a date, and by week those that are due and those that timers open."""

    role: str
    undated: int
    due: Sequence[int]
    expected: Sequence[int]

    def weeks(self) -> Sequence[str]:
        """What each week holds: “5”, and “5 + 2” where timers will open two more."""
        return [f"{due} + {more}" if more else str(due) for due, more in zip(self.due, self.expected, strict=True)]

    @property
    def total(self) -> int:
        return self.undated + sum(self.due) + sum(self.expected)


def first_days(now: datetime, zone: tzinfo) -> Sequence[date]:
    """On which day each of the coming weeks begins, the first one today."""
    today = now.astimezone(zone).date()
    return [today + timedelta(weeks=number) for number in range(WEEKS)]


def day_words(first: date, language: str) -> str:
    """“30 nov.”, “30 Nov”: the day that heads a week."""
    return format_date(first, "d MMM", locale="en_GB" if language == "en" else "fr_FR")


def load(session: Session, engine: Engine, now: datetime) -> Sequence[Load]:
    """Every role with work, the busiest first."""
    undated: dict[str, int] = {}
    due: dict[str, list[int]] = {}
    expected: dict[str, list[int]] = {}
    for role, without, *weeks in session.execute(_tasks(now)):
        undated[role] = without
        due[role] = list(weeks)
    for definition_id, element, *weeks in session.execute(_timers(now)):
        role = _role_behind(session, engine, definition_id, element)
        if role is not None:
            known = expected.setdefault(role, [0] * WEEKS)
            expected[role] = [one + more for one, more in zip(known, weeks, strict=True)]
    nothing = [0] * WEEKS
    found = [
        Load(role, undated.get(role, 0), due.get(role, nothing), expected.get(role, nothing))
        for role in {*due, *expected}
    ]  # fmt: skip
    return sorted((each for each in found if each.total), key=lambda each: (-each.total, each.role))


def _tasks(now: datetime) -> Any:
    in_weeks = [func.sum(case((each, 1), else_=0)) for each in _weeks(UserTask.due_at, now)]
    without = func.sum(case((UserTask.due_at.is_(None), 1), else_=0))
    return (
        select(UserTask.role, without, *in_weeks)
        .where(OPEN, UserTask.role.is_not(None), UserTask.role.not_in(SUBJECT_ROLES))
        .group_by(UserTask.role)
    )


def _timers(now: datetime) -> Any:
    in_weeks = [func.sum(case((each, 1), else_=0)) for each in _weeks(Job.due_at, now)]
    return (
        select(ProcessInstance.definition_id, Job.element, *in_weeks)
        .join(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .where(Job.kind == "timer", Job.due_at < now + timedelta(weeks=WEEKS), Job.held.is_(False))
        .group_by(ProcessInstance.definition_id, Job.element)
    )


def _weeks(column: Any, now: datetime) -> Sequence[ColumnElement[bool]]:
    """The conditions of the coming weeks, each of seven days from now; what is past belongs to the first."""
    found = []
    for number in range(WEEKS):
        before = column < now + timedelta(weeks=number + 1)
        found.append(before if number == 0 else and_(before, column >= now + timedelta(weeks=number)))
    return found


def _role_behind(session: Session, engine: Engine, definition_id: UUID, element: str) -> str | None:
    """Whose task a timer at this element opens."""
    drawn = drawing(session, engine, definition_id)
    shape = drawn.shapes.get(element)
    for _step in range(STEPS):
        shape = None if shape is None else _next(drawn, shape)
        if shape is not None and shape.kind == "userTask":
            role = None if shape.for_member or not shape.roles else shape.roles[0]
            return BY_CASE if role is not None and role.startswith(BY_CASE) else role
    return None


def _next(drawn: Drawing, shape: Shape) -> Shape | None:
    """The element after this one on the usual way: the happy flow where one is drawn, else the first."""
    flows = drawn.outgoing(shape.id)
    if not flows:
        return None
    flow = next((each for each in flows if each.happy), flows[0])
    return drawn.shapes.get(flow.target)
