"""A pair of hands: one process that does what is planned, one deed after another, each at its own moment.

What was done is told with what it opened: tasks that wait for somebody, and what people plan because a case waits for
them. So whoever plays the year reads nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.jobs import run_due
from engine.transaction import reading
from webapp.year.deeds import A_TASK, Answer, DeskWork, Work, name_of
from webapp.year.noticing import Notice
from webapp.year.stage import Stage
from workflows.association import role_names, roles
from workflows.association.year.world import Family, Habit, OpenTask, Planned

STRUCK = timedelta(seconds=1)  # what was due at an hour is done before anybody acts: so a crash cannot mix the two up
TOGETHER = timedelta(seconds=5)  # nobody waits for a case of this database but other hands


@dataclass(slots=True)
class StoryClock(VirtualClock):
    """Of one hour, what people do is played side by side: each deed stands at its own moment."""

    def stand(self, moment: datetime) -> None:
        """Stands at this moment, also at an earlier one."""
        self.moment = moment


@dataclass(slots=True)
class Done:
    """What came of one deed: `until` is when whoever did it is free, `refused` what a rule kept them from."""

    until: datetime
    completions: int = 0
    refused: list[UUID] = field(default_factory=list)
    tasks: list[OpenTask] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    reactions: list[tuple[UUID, Planned]] = field(default_factory=list)  # by what waits for it


class Hands(Protocol):
    """Whoever does what is planned: one process, or several."""

    def do(self, works: Sequence[Work], begins: datetime) -> Sequence[Done]:
        """Does works beside each other, none before `begins`; answers in their order."""

    def drain(self, moment: datetime) -> int:
        """Runs the jobs that are due at this moment and what follows from them; answers how many."""


@dataclass(slots=True)
class Hand:
    """The hands of this process."""

    stage: Stage
    clock: StoryClock
    families: Sequence[Family]
    habits: Mapping[str, Habit] = field(init=False)
    notice: Notice = field(init=False)

    def __post_init__(self) -> None:
        self.habits = habits_of(self.families)
        self.notice = Notice(self.stage, self.families)

    def do(self, works: Sequence[Work], begins: datetime) -> Sequence[Done]:
        """Does works in the order of their moments, those about the same thing without a gap."""
        done: dict[int, Done] = {}
        for group in grouped(works):
            for place in group:
                done[place] = self.do_one(works[place], begins)
        return [done[place] for place in range(len(works))]

    def drain(self, moment: datetime) -> int:
        """Runs the jobs that are due at this moment and what follows from them; answers how many."""
        self.clock.stand(moment)
        return run_due(self.stage.engine)

    def do_one(self, work: Work, begins: datetime) -> Done:
        """Does one work, and looks at what it opened."""
        done = Done(max(work.moment, begins))
        self.clock.stand(max(work.moment, begins + STRUCK))
        if isinstance(work, DeskWork):
            for task in work.tasks:
                self._at_desk(work, task, done)
        elif isinstance(work, Answer):
            actor = self._doer(work.task)
            if actor is not None and self._complete(work.task, actor, done):
                self._look(work.task.instance_id, done)
        else:
            touched = work.act(self.stage)
            if isinstance(touched, UUID):
                self._look(touched, done)
            elif touched is not None:
                done.planned += touched
        return done

    def _at_desk(self, work: DeskWork, task: OpenTask, done: Done) -> None:
        if self._complete(task, work.turn.desk.actor, done):
            self._look(task.instance_id, done)
            done.until += A_TASK
            self.clock.stand(done.until)
        else:  # a rule keeps this person from it (four eyes), or it was closed
            done.refused.append(task.id)

    def _complete(self, task: OpenTask, actor: Actor, done: Done) -> bool:
        rng = self.stage.lots.of("answer", name_of(task))
        completed = self.stage.complete(task, actor, habit_of(self.habits, task), rng) is not None
        done.completions += completed
        return completed

    def _look(self, instance_id: UUID, done: Done) -> None:
        tasks, waits = self.notice.of_case(instance_id)
        done.tasks += tasks
        done.reactions += self.notice.reactions(waits)

    def _doer(self, task: OpenTask) -> Actor | None:
        """Whose task it is: the person it names, or a holder of its role, by lot."""
        if task.assignee is not None:
            return Actor(task.assignee, "")
        named = [each.removeprefix("user:") for each in task.candidates if each.startswith("user:")]
        if named:
            return Actor(named[0], "")
        with reading(self.stage.engine) as session:
            for key in task.candidates:
                role, _, scope = key.partition(role_names.AT)
                holders = roles.holders(session, role, self.stage.today, scope=scope or roles.WHOLE)
                if holders:
                    chosen = self.stage.lots.of("who", name_of(task)).choice(holders)
                    return Actor(f"person:{chosen}", "", frozenset({key}))
        return None


def grouped(works: Sequence[Work]) -> list[list[int]]:
    """The places of works, those about the same thing together and in the order of their moments."""
    groups: dict[str, list[int]] = {}
    for place in sorted(range(len(works)), key=lambda place: works[place].moment):
        groups.setdefault(works[place].about or f"work {place}", []).append(place)
    return list(groups.values())


def habits_of(families: Sequence[Family]) -> Mapping[str, Habit]:
    """How people answer, by element, or by process and element."""
    return {element: habit for family in families for element, habit in family.habits.items()}


def habit_of(habits: Mapping[str, Habit], task: OpenTask) -> Habit:
    """How people answer a task: as its family says for the process, else for the element, else as anybody would."""
    return habits.get(f"{task.process_id}.{task.element}") or habits.get(task.element) or Habit()
