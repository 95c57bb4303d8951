"""The year: time jumps from one moment to the next at which something is due or somebody acts.

All that is known of the play lies in the database. Whoever goes on after a crash finds the moment in the history, what
waits in tasks and subscriptions, and what will come from outside in the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.jobs import Claimed, give_back, next_due, run_due
from engine.models import HistoryEvent, Job
from engine.transaction import reading
from webapp.year.agenda import FIRST, Agenda
from webapp.year.noticing import Notice
from webapp.year.offices import A_TASK, LENGTH, SESSIONS, Desk, Offices, habit_of
from webapp.year.stage import Stage
from workflows.association import roles
from workflows.association.year import days
from workflows.association.year.lots import between
from workflows.association.year.world import Family, Habit, OpenTask, Planned, Wait

A_LOOK: Final = timedelta(minutes=15)  # the grid on which jobs are looked at that nobody's act made due
AWAKE: Final = range(7, 22)  # the full hours at which people look around
DAY: Final = timedelta(days=1)


@dataclass(slots=True)
class Counts:
    """What was done since this process began to play."""

    acts: int = 0
    completions: int = 0
    jobs: int = 0


@dataclass(slots=True)
class Year:
    """A play of these families, from where the database stands to a day."""

    stage: Stage
    clock: VirtualClock
    families: Sequence[Family]
    ends: date
    told: Callable[[datetime, Counts], None] = lambda moment, counts: None  # once a day
    agenda: Agenda = field(default_factory=Agenda)
    counts: Counts = field(default_factory=Counts)
    habits: Mapping[str, Habit] = field(default_factory=dict)
    idle: bool = False  # the last act only looked
    stirred: bool = True  # something was done since people looked around
    offices: Offices = field(init=False)
    notice: Notice = field(init=False)

    def __post_init__(self) -> None:
        self.habits = {element: habit for family in self.families for element, habit in family.habits.items()}
        self.offices = Offices(self.stage)
        names = sorted({name for family in self.families for name in family.reactions})
        self.notice = Notice(self.stage, names)

    def play(self) -> Counts:
        """Plays to the end. What a crash left half done is done first."""
        self.offices.furnish()
        self._take_up()
        end = days.at(self.ends, time(), self.stage.association.zone)
        due = self._next_due()
        while True:
            act = self.agenda.next
            assert act is not None, "every day puts the next one on the agenda"
            moment = act if due is None or act < due else due
            if moment >= end:
                break
            self.clock.set(max(moment, self.clock.now()))
            if due is not None and due <= moment:
                self.counts.jobs += run_due(self.stage.engine)
            elif not self._act(self.agenda.take()):
                continue
            self.stirred = True
            due = self._next_due()
        self.clock.set(max(end, self.clock.now()))
        return self.counts

    def _next_due(self) -> datetime | None:
        """When jobs are looked at next. Work of one quarter of an hour is done at its end, together, as by a scheduler
        that had much else to do: it is late, and never early."""
        due = next_due(self.stage.engine)
        if due is None or due <= self.clock.now():
            return due
        past = (due - datetime.min.replace(tzinfo=UTC)) % A_LOOK
        return due + (A_LOOK - past if past else past)

    def _act(self, planned: Planned) -> bool:
        """Lets somebody act; False where nothing was done that leaves work behind."""
        self.counts.acts += 1
        self.idle = False
        touched = planned.act()
        if touched is not None:
            self.counts.jobs += run_due(self.stage.engine)
            self._react(*self.notice.of_case(touched))
        return not self.idle

    def _take_up(self) -> None:
        """Goes on where the history ends: leases of the lost process are given back, the day is planned again."""
        with reading(self.stage.engine) as session:
            reached = session.scalar(select(func.max(HistoryEvent.at)))
            leased = session.execute(select(Job.id, Job.epoch, Job.kind).where(Job.leased_until.is_not(None))).all()
        if leased:
            give_back(self.stage.engine, [Claimed(id_, epoch, kind) for id_, epoch, kind in leased])
        if reached is not None:
            self.clock.set(max(reached, self.clock.now()))
        self._day(self.stage.today)
        self._look()

    def _day(self, day: date) -> None:
        """Puts a day on the agenda: what comes from outside, who sits at which desk, when people look around."""
        zone, now = self.stage.association.zone, self.clock.now()
        self.told(now, self.counts)
        for family in self.families:
            for planned in family.plan(self.stage, day):
                if planned.moment >= now:
                    self.agenda.put(planned)
        for begins in SESSIONS:
            moment = days.at(day, begins, zone)
            if moment > now:
                self.agenda.put(Planned(moment, f"office:{moment.isoformat()}", partial(self._open, day, moment)))
            elif moment + LENGTH > now:
                self._open(day, moment)
        for hour in AWAKE:
            moment = days.at(day, time(hour), zone)
            if moment > now:
                self.agenda.put(Planned(moment, f"look:{moment.isoformat()}", self._look), FIRST)
        tomorrow = day + DAY
        midnight = days.at(tomorrow, time(), zone)
        self.agenda.put(Planned(midnight, f"day:{tomorrow}", partial(self._begin, tomorrow)), FIRST)

    def _begin(self, day: date) -> None:
        self._day(day)
        self.idle = True

    def _look(self) -> None:
        self.idle = True
        if self.stirred:
            self._react(*self.notice.everywhere())
            self.stirred = False

    def _react(self, tasks: Sequence[OpenTask], waits: Sequence[Wait]) -> None:
        for task in tasks:
            if not self.offices.lay(task):
                self._ask(task)
        with reading(self.stage.engine) as session:
            for wait in waits:
                for family in self.families:
                    reaction = family.reactions.get(wait.name)
                    planned = None if reaction is None else reaction(self.stage, session, wait)
                    if planned is not None:
                        self.agenda.put(planned)

    def _ask(self, task: OpenTask) -> None:
        """A member, an applicant or a volunteer will answer in their own time, or never."""
        habit, name = self._habit(task), self._name(task)
        rng = self.stage.lots.of("when", name)
        if rng.random() > habit.share:
            return
        zone = self.stage.association.zone
        wished = days.awake(rng, task.created_at + between(rng, habit.least, habit.most), zone)
        moment = wished if habit.least < timedelta(hours=1) else max(wished, task.created_at + timedelta(hours=12))
        self.agenda.put(Planned(moment, f"task:{task.id}", partial(self._answer, task)))

    def _answer(self, task: OpenTask) -> UUID | None:
        actor = self._doer(task)
        return None if actor is None else self._complete(task, actor)

    def _complete(self, task: OpenTask, actor: Actor) -> UUID | None:
        rng = self.stage.lots.of("answer", self._name(task))
        done = self.stage.complete(task, actor, self._habit(task), rng)
        if done is None:
            return None
        self.counts.completions += 1
        return task.instance_id

    def _doer(self, task: OpenTask) -> Actor | None:
        """Whose task it is: the person it names, or a holder of its role, by lot."""
        if task.assignee is not None:
            return Actor(task.assignee, "")
        named = [each.removeprefix("user:") for each in task.candidates if each.startswith("user:")]
        if named:
            return Actor(named[0], "")
        with reading(self.stage.engine) as session:
            holders = roles.holders(session, task.role or "", self.stage.today)
        if not holders:
            return None
        chosen = self.stage.lots.of("who", self._name(task)).choice(holders)
        return Actor(f"person:{chosen}", "", frozenset({task.role or ""}))

    def _habit(self, task: OpenTask) -> Habit:
        return habit_of(self.habits, task)

    def _name(self, task: OpenTask) -> str:
        return f"{task.subject} {task.element} {task.created_at.isoformat()}"

    def _open(self, day: date, begins: datetime) -> None:
        """A session begins at the desks on which something lies, or goes on after a crash."""
        self.idle, now = True, self.clock.now()
        for desk in self.offices.at_work(day):
            done = 0 if begins == now else self.offices.done_in(desk, begins)
            self._at_desk(desk, begins, max(begins + done * A_TASK, now))

    def _at_desk(self, desk: Desk, begins: datetime, moment: datetime) -> None:
        if moment < begins + LENGTH:
            name = f"desk:{moment.isoformat()}:{desk.address}"
            self.agenda.put(Planned(moment, name, partial(self._work, desk, begins)))

    def _work(self, desk: Desk, begins: datetime) -> UUID | None:
        task = self.offices.next_task(desk, begins, self.habits)
        if task is None:
            self.idle = True
            return None
        touched = self._complete(task, desk.actor)
        if touched is None:  # a rule keeps this person from it (four eyes), or it was closed
            self.offices.leave(desk, task)
            self._at_desk(desk, begins, self.clock.now())
            return None
        self.offices.take_away(task)
        self._at_desk(desk, begins, self.clock.now() + A_TASK)
        return touched
