"""The year: time goes from one hour to the next in which something is due or somebody acts.

Of one hour, people's deeds are done side by side, each at its own moment; what they leave to jobs is done at its end,
together, as by a scheduler that had much else to do: late, and never early. All that is known of the play lies in the
database. Whoever goes on after a crash finds the hour in the history, what waits in tasks and subscriptions, and what
will come from outside in the seed; what was done of that hour is not done again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from engine.jobs import Claimed, give_back, next_due
from engine.models import HistoryEvent, Job
from engine.transaction import reading
from webapp.year.agenda import Agenda
from webapp.year.deeds import A_TASK, LENGTH, SESSIONS, Answer, DeskWork, Own, Turn, Work, name_of
from webapp.year.hands import Hand, Hands, StoryClock, habit_of, habits_of
from webapp.year.noticing import Notice
from webapp.year.offices import Offices
from webapp.year.stage import Stage
from workflows.association.year import days
from workflows.association.year.lots import between
from workflows.association.year.world import Family, Habit, OpenTask, Planned

HOUR: Final = timedelta(hours=1)
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
    """A play of these families, from where the database stands to a day. `hands` do what is planned; without any, this
    process does it."""

    stage: Stage
    clock: StoryClock
    families: Sequence[Family]
    ends: date
    told: Callable[[datetime, Counts], None] = lambda moment, counts: None  # once a day
    hands: Hands | None = None
    agenda: Agenda = field(default_factory=Agenda)
    counts: Counts = field(default_factory=Counts)
    habits: Mapping[str, Habit] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)  # at the desks, in the hour that is played
    stirred: bool = True  # something was done since people looked around
    offices: Offices = field(init=False)
    notice: Notice = field(init=False)

    def __post_init__(self) -> None:
        self.habits = habits_of(self.families)
        self.offices = Offices(self.stage)
        self.notice = Notice(self.stage, self.families)

    def play(self) -> Counts:
        """Plays to the end. What a crash left half done is done first."""
        hands = self.hands or Hand(self.stage, self.clock, self.families)
        self.offices.furnish()
        now = self._take_up()
        end = days.at(self.ends, time(), self.stage.association.zone)
        while (begins := max(now, self._next())) < end:
            self.clock.stand(begins)
            self._drain(hands, begins)
            while (alone := self.agenda.next_alone) is not None and alone <= begins:
                self._do(hands, [self.agenda.take_alone()], begins)
            now = min(end, alone or end, _hour(begins) + HOUR)
            while works := self._people(now) or self._desks(now):
                self._do(hands, works, begins)
        self.clock.stand(end)
        return self.counts

    def _next(self) -> datetime:
        """When something is done next. Jobs are due at the end of their hour."""
        ahead = self.agenda.next
        assert ahead is not None, "every day puts the next one on the agenda"
        due, alone = next_due(self.stage.engine), self.agenda.next_alone
        late = [] if due is None else [due if due == _hour(due) else _hour(due) + HOUR]
        return min([_hour(ahead), *late, *([] if alone is None else [alone])])

    def _drain(self, hands: Hands, moment: datetime) -> None:
        due = next_due(self.stage.engine)
        if due is not None and due <= moment:
            self.counts.jobs += hands.drain(moment)
            self.stirred = True
            self.clock.stand(moment)

    def _people(self, until: datetime) -> list[Work]:
        """What people do before this moment; the player's own deeds are done at once."""
        works: list[Work] = []
        while (moment := self.agenda.next) is not None and moment < until:
            deed = self.agenda.take()
            if isinstance(deed, Own):
                deed.act()
            elif isinstance(deed, Turn):
                self.turns.append(deed)
            else:
                works.append(deed)
        return works

    def _desks(self, until: datetime) -> list[Work]:
        """What is done at the desks before this moment, when people have done what they do."""
        works: list[Work] = []
        for turn in self.turns:
            room = min(until, turn.begins + LENGTH) - turn.moment
            tasks = self.offices.take(turn, -(-room // A_TASK), self.habits)
            if tasks:
                works.append(DeskWork(turn.moment, turn, tasks))
        self.turns.clear()
        return works

    def _do(self, hands: Hands, works: Sequence[Work], begins: datetime) -> None:
        """Lets works be done, and sees to what comes of them."""
        self.stirred = True
        for work, done in zip(works, hands.do(works, begins), strict=True):
            self.counts.acts += 1
            self.counts.completions += done.completions
            self._see(done.tasks)
            for planned in done.planned:
                self.agenda.put(planned)
            self._plan(done.reactions)
            if isinstance(work, DeskWork):
                for task in work.tasks:
                    if task.id in done.refused:
                        self.offices.leave(work.turn.desk, task)
                self._at_desk(work.turn, done.until)
        self.clock.stand(begins)

    def _take_up(self) -> datetime:
        """Goes on in the hour at which the history ends: leases of lost processes are given back, the day is planned
        again. Answers the hour."""
        with reading(self.stage.engine) as session:
            reached = session.scalar(select(func.max(HistoryEvent.at)))
            leased = session.execute(select(Job.id, Job.epoch, Job.kind).where(Job.leased_until.is_not(None))).all()
        if leased:
            give_back(self.stage.engine, [Claimed(id_, epoch, kind) for id_, epoch, kind in leased])
        now = self.clock.now() if reached is None else max(_hour(reached), self.clock.now())
        self.clock.stand(now)
        self._day(self.stage.today)
        self._look()
        return now

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
            if moment + LENGTH > now:
                act = partial(self._open, day, moment)
                self.agenda.put(Own(max(moment, now), f"office:{moment.isoformat()}", act))
        for hour in AWAKE:
            moment = days.at(day, time(hour), zone)
            if moment > now:
                self.agenda.put(Own(moment, f"look:{moment.isoformat()}", self._look))
        tomorrow = day + DAY
        midnight = days.at(tomorrow, time(), zone)
        self.agenda.put(Own(midnight, f"day:{tomorrow}", partial(self._day, tomorrow)))

    def _look(self) -> None:
        if self.stirred:
            tasks, waits = self.notice.everywhere()
            self._see(tasks)
            self._plan(self.notice.reactions(waits))
            self.stirred = False

    def _see(self, tasks: Sequence[OpenTask]) -> None:
        """New tasks are laid on the desks of their roles; others are answered in their own time, or never."""
        for task in tasks:
            if task.id not in self.notice.known:
                self.notice.known.add(task.id)
                if not self.offices.lay(task):
                    self._ask(task)

    def _plan(self, reactions: Sequence[tuple[UUID, Planned]]) -> None:
        for wait, planned in reactions:
            if wait not in self.notice.known:
                self.notice.known.add(wait)
                self.agenda.put(planned)

    def _ask(self, task: OpenTask) -> None:
        habit = habit_of(self.habits, task)
        rng = self.stage.lots.of("when", name_of(task))
        if rng.random() > habit.share:
            return
        zone = self.stage.association.zone
        wished = days.awake(rng, task.created_at + between(rng, habit.least, habit.most), zone)
        moment = wished if habit.least < HOUR else max(wished, task.created_at + timedelta(hours=12))
        self.agenda.put(Answer(moment, task))

    def _open(self, day: date, begins: datetime) -> None:
        """A session begins at the desks on which something lies, or goes on after a crash."""
        for desk in self.offices.at_work(day):
            self._at_desk(Turn(begins, desk, begins), begins + self.offices.done_in(desk, begins) * A_TASK)

    def _at_desk(self, turn: Turn, moment: datetime) -> None:
        if moment < turn.begins + LENGTH:
            self.agenda.put(replace(turn, moment=moment))


def _hour(moment: datetime) -> datetime:
    """The full hour before a moment, or the moment itself."""
    return moment.replace(minute=0, second=0, microsecond=0)
