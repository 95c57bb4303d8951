"""What can be chosen on the pages that hand tasks over or put them off: colleagues, and days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import UserTask
from webapp.dates import full_day
from webapp.operations.names import PERSON
from webapp.words import _
from workflows.association import own_names, people, role_names, roles

MORNING = time(8)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may do a task, and how many he has already."""

    actor: str
    name: str
    load: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day to come back on, in words."""

    day: date
    words: str


def colleagues(session: Session, tasks: Sequence[UserTask], on: date, without: frozenset[str]) -> Sequence[Colleague]:
    """Who may do every one of these tasks on this day, those with the fewest open tasks first."""
    able = [_able(session, task, on) for task in tasks]
    actors = sorted(reduce(lambda left, right: left & right, able) - without) if able else []
    ids = {actor: UUID(actor.removeprefix(PERSON)) for actor in actors}
    names = people.names_of(session, ids.values())
    open_ones = (
        select(UserTask.assignee, func.count())
        .where(UserTask.assignee.in_(actors), UserTask.state == "created")
        .group_by(UserTask.assignee)
    )
    load = dict(session.execute(open_ones).tuples().all())
    found = [Colleague(actor, names[ids[actor]], load.get(actor, 0)) for actor in actors if ids[actor] in names]
    return sorted(found, key=lambda one: (one.load, one.name.casefold()))


def _able(session: Session, task: UserTask, on: date) -> frozenset[str]:
    keys = [roles.parts(each) for each in task.candidates]
    holders = (roles.holders(session, role, on, scope=scope) for role, scope in keys if role in role_names.ROLES)
    named = (each.removeprefix("user:") for each in task.candidates if each.startswith(f"user:{PERSON}"))
    able = [*(f"{PERSON}{person}" for group in holders for person in group), *named]
    return frozenset(able) - own_names.excluded(session, task)


def days(session: Session, engine: Engine) -> Sequence[Day]:
    """The days that are offered: the next working day, the next Monday, in a week, in a month."""
    today = engine.clock.now().astimezone(engine.settings.zone).date()
    work = engine.settings.staff_calendar(session)
    monday = work.add(today + timedelta(days=7 - today.weekday()), 0)
    week, month = work.add(today + timedelta(days=7), 0), work.add(today + timedelta(days=30), 0)
    wanted = (
        (work.add(today, 1), _("The next working day")),
        (monday, _("At the beginning of next week")),
        (week, _("In a week")),
        (month, _("In a month")),
    )
    seen: dict[date, str] = {}
    for day, words in wanted:
        seen.setdefault(day, words)
    return [Day(day, _("%(words)s (%(day)s)", words=words, day=full_day(day))) for day, words in sorted(seen.items())]


def morning(day: date, engine: Engine) -> datetime:
    """When the work of a day begins, in UTC."""
    return datetime.combine(day, MORNING, engine.settings.zone).astimezone(UTC)
