"""People who work here: office hours, holidays, how much they get done, and what lies on their desks.

A session is a morning or an afternoon. Whoever comes to the desk takes the most urgent task of the role's queue that
lay there when the session began, and the next one some minutes later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import String, Uuid, bindparam, func, literal_column, select

from engine.assignment import Actor
from engine.models import UserTask
from engine.prepared import fetch
from engine.schema import Moment
from engine.transaction import reading
from engine.workdays import WorkCalendar
from webapp.year.deeds import Desk, Turn
from webapp.year.hands import habit_of
from webapp.year.stage import Stage
from workflows.association import people, roles
from workflows.association.role_names import ROLES
from workflows.association.roles import RoleHolding
from workflows.association.year.world import Habit, OpenTask

WORKING: Final = frozenset(key for key, role in ROLES.items() if role.kind in {"staff", "elected", "outside"})
SUMMER: Final = (8, 3)  # the month, and the weeks off in it; the turn of the year is off for everybody

_OPEN: Final = select(UserTask.id).where(
    UserTask.id == bindparam("task", type_=Uuid()), UserTask.state == literal_column("'created'")
)
_DONE: Final = (
    select(func.count().label("count"))
    .select_from(UserTask)
    .where(
        UserTask.closed_by == bindparam("actor", type_=String()),
        UserTask.closed_at >= bindparam("since", type_=Moment()),
    )
)


@dataclass(slots=True)
class Offices:
    """All desks, and the open tasks of their roles."""

    stage: Stage
    desks: Sequence[Desk] = ()
    waiting: dict[str, dict[UUID, OpenTask]] = field(default_factory=dict)  # by role
    left: set[tuple[str, UUID]] = field(default_factory=set)  # what somebody may not do: another of the role will
    ready: dict[UUID, datetime | None] = field(default_factory=dict)  # from when on a task can be done
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar(pauses=(((12, 24), (1, 1)),)))

    def furnish(self) -> None:
        """Finds who works here."""
        with reading(self.stage.engine) as session:
            held = session.execute(
                select(RoleHolding.person_id, RoleHolding.role)
                .where(RoleHolding.role.in_(WORKING), RoleHolding.scope == roles.WHOLE)
                .order_by(RoleHolding.person_id, RoleHolding.role)
            )
            keys: dict[UUID, set[str]] = {}
            for person_id, role in held:
                keys.setdefault(person_id, set()).add(role)
            known = people.by_ids(session, keys)
            self.desks = sorted(
                (
                    Desk(
                        Actor(f"person:{each}", known[each].display_name, frozenset(held)),
                        known[each].primary_email or "",
                    )
                    for each, held in keys.items()
                ),
                key=lambda desk: desk.address,
            )
        self.waiting = {role: {} for desk in self.desks for role in desk.actor.roles}

    def is_at_work(self, desk: Desk, day: date) -> bool:
        """Working days without the desk's holidays: three weeks of August, and now and then an illness."""
        if not self.calendar.is_working_day(day):
            return False
        week = day.isocalendar().week
        away = self.stage.lots.of("summer", desk.address, day.year).sample(range(31, 36), SUMMER[1])
        if day.month == SUMMER[0] and week in away:
            return False
        return not self.stage.lots.falls(0.02, "ill", desk.address, day)

    def at_work(self, day: date) -> Iterator[Desk]:
        """Who has something to do and is at work on this day."""
        for desk in self.desks:
            if any(self.waiting[role] for role in desk.actor.roles) and self.is_at_work(desk, day):
                yield desk

    def lay(self, task: OpenTask) -> bool:
        """Lays a task on the desks of its role; False where nobody here has it."""
        if task.assignee is not None or task.role not in self.waiting:
            return False
        self.waiting[task.role][task.id] = task
        return True

    def take(self, turn: Turn, count: int, habits: Mapping[str, Habit]) -> list[OpenTask]:
        """The most urgent tasks that lay there when the session began and can be done; closed ones are forgotten."""
        desk, begins = turn.desk, turn.begins
        mine = [
            task
            for role in sorted(desk.actor.roles)
            for task in self.waiting[role].values()
            if task.created_at < begins and (desk.address, task.id) not in self.left
        ]
        mine.sort(key=lambda task: (task.rank_at, task.created_at, task.subject, task.element))
        taken: list[OpenTask] = []
        with reading(self.stage.engine) as session:
            for task in mine:
                if task.id not in self.ready:
                    habit = habit_of(habits, task)
                    self.ready[task.id] = habit.not_before(self.stage, session, task)
                ready = self.ready[task.id]
                if ready is None or ready > begins:
                    continue
                self.take_away(task)
                if fetch(session, _OPEN, {"task": task.id}):
                    taken.append(task)
                    if len(taken) == count:
                        break
        return taken

    def take_away(self, task: OpenTask) -> None:
        """A task is done, or closed otherwise."""
        assert task.role is not None
        self.waiting[task.role].pop(task.id, None)
        self.ready.pop(task.id, None)

    def leave(self, desk: Desk, task: OpenTask) -> None:
        """Somebody may not do this task: it lies there for another."""
        self.left.add((desk.address, task.id))
        self.lay(task)

    def done_in(self, desk: Desk, begins: datetime) -> int:
        """How many tasks were done at a desk since a session began: where a story goes on."""
        with reading(self.stage.engine) as session:
            return int(fetch(session, _DONE, {"actor": desk.actor.id, "since": begins})[0].count)
