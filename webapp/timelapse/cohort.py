"""The story of a cohort of twelve: who comes, who stays away, who finds work, what moves; drawn by lots, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.jobs import next_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from webapp.timelapse import changes, meetings
from webapp.timelapse.stage import Stage
from webapp.timelapse.telling import Telling
from workflows.association.cohorts import attendance, moving, opinions, planning, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.people import Person
from workflows.association.year.lots import Lots, among, between

FIRST_DAY: Final = date(2026, 6, 8)
PROCESSES: Final = ("cohort", "cohort_participation", *changes.PROCESSES, *meetings.PROCESSES)
STARTS_ON: Final = date(2026, 8, 31)
ENDS: Final = timedelta(days=720)
PEOPLE: Final = (
    "Alix", "Basile", "Camille", "Dora", "Elias", "Flore", "Gaspard", "Hana", "Ilyes", "Jeanne", "Karim", "Louison",
)  # fmt: skip
_MOVED_SESSION: Final = 9
_OUTCOMES: Final = {"JOB_SAME": 3, "JOB_CHANGED": 3, "INDEPENDENT": 1, "TRAINING": 1, "SEARCHING": 2, "STAYED": 2}


@dataclass(slots=True)
class Story:
    """One play. `lines` are told as they come."""

    stage: Stage
    lots: Lots
    told: Callable[[str], None]
    telling: Telling = field(init=False)
    acts: dict[UUID, datetime] = field(default_factory=dict)
    seats: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    open_now: list[UserTask] = field(default_factory=list)
    key: str = ""

    def __post_init__(self) -> None:
        self.telling = Telling(self.stage)

    def play(self, lasts: timedelta = ENDS) -> None:
        """From the plan to the last follow-up, or for so long."""
        self._open()
        ends = self.stage.clock.now() + lasts
        while (moment := self._next()) is not None and moment <= ends:
            self.stage.clock.set(max(moment, self.stage.clock.now()))
            self.stage.run()
            for task in self._due_tasks():
                self._answer(task)
            self._tell()

    def _tell(self) -> None:
        meetings.name_cases(self.stage)
        changes.name_cases(self.stage)
        for line in self.telling.news():
            self.told(line)
        self.open_now = self.telling.open_tasks()
        for task in self.open_now:
            if task.id not in self.acts:
                label = self.stage.labels.get(task.instance_id, "")
                least, most = (1, 20) if task.element == "enter_attendance" else (3, 200)
                rng = self.lots.of("answer", label, task.element, task.created_at)
                wait = between(rng, timedelta(hours=least), timedelta(hours=most))
                if self.lots.falls(0.1, "late", label, task.element, task.created_at):
                    wait *= 3
                self.acts[task.id] = task.created_at + wait

    def _next(self) -> datetime | None:
        open_ids = {task.id for task in self.open_now}
        self.acts = {id_: at for id_, at in self.acts.items() if id_ in open_ids}
        coming = [*self.acts.values(), next_due(self.stage.engine)]
        return min((each for each in coming if each is not None), default=None)

    def _due_tasks(self) -> Iterator[UserTask]:
        now = self.stage.clock.now()
        if all(at > now for at in self.acts.values()):
            return
        for task in self.telling.open_tasks():
            if self.acts.get(task.id, now + ENDS) <= now:
                yield task

    def _open(self) -> None:
        """The cohort is planned, and twelve people have a seat in it."""
        stage = self.stage
        leads = [stage.person(*name) for name in (("Maud", "Essai"), ("Nils", "Essai"))]
        planned = {
            "facilitator": leads[0].primary_email, "co_facilitator": leads[1].primary_email, "starts_on": STARTS_ON,
            "begins": "18:30", "place": "1 rue des Diplômés, Paris",
        }  # fmt: skip
        stage.start("cohort", {f"cohort.{name}": value for name, value in planned.items()}, "cohort")
        with reading(stage.engine) as session:
            self.key = session.scalars(select(Cohort.key)).one()
        for number, first in enumerate(PEOPLE):
            self._seat(first, number)
        meetings.register(stage, self.lots, self.people)
        self._tell()

    def _seat(self, first: str, number: int) -> None:
        facts = {
            "civility": "MME" if number % 2 else "M", "employer": f"Maison {first}", "sector": "CDEFGHIJKLMN"[number],
            "birth_date": date(1966 + 2 * number, 3, 14), "country": "JP" if number == 4 else "FR",
        }  # fmt: skip
        person: Person = self.stage.person(first, "Essai", **facts)
        asked = {
            "cohort": self.key, "person": person.primary_email, "guest": number % 4 == 0,
            "situation": "IN_POST" if number % 3 == 0 else "SEEKING",
        }  # fmt: skip
        self.people[first] = person.id
        self.stage.start("cohort_participation", {f"seat.{name}": value for name, value in asked.items()}, first)
        with reading(self.stage.engine) as session:
            query = select(CohortSeat.id).where(CohortSeat.person_id == person.id)
            self.seats[first] = session.scalars(query).one()

    def _answer(self, task: UserTask) -> None:
        """Whoever has the task does it, as the lots say."""
        label = self.stage.labels[task.instance_id]
        by = Actor(task.assignee, label) if task.assignee else SYSTEM
        rng = self.lots.of("outcome", label, task.element, task.created_at)
        if meetings.answer(self.stage, task, by, rng) or changes.answer(self.stage, task, by, rng):
            return
        if task.element == "enter_attendance":
            self._note_attendance()
            self.stage.complete(task, by, {"noted": True}, {})
            self._stir()
        elif task.element in {"give_evaluation", "tell_news"}:
            answers: dict[str, object] = {"seat.outcome": among(rng, _OUTCOMES)}
            if task.element == "give_evaluation":
                answers["seat.score"] = rng.randint(6, 10)
                answers |= {f"seat.{name}": str(rng.randint(3, 5)) for name in opinions.STATEMENTS}
            self.stage.complete(task, by, {}, answers)
        elif task.element == "sign_charter":
            self.stage.complete(task, by, {}, {"seat.signed": True})
        elif task.element == "agree_to_start":
            self.stage.complete(task, by, {"outcome": "GO"}, {})
        elif task.element in {"early_exit_talk", "exit_talk"}:
            self.stage.complete(task, by, {"outcome": "LEAVES" if rng.random() < 0.8 else "STAYS"}, {})
        else:
            self.stage.complete(task, by, {"outcome": "STAYS"}, {})

    def _note_attendance(self) -> None:
        """Most are there; one stays away from some week on; everybody is ill, travels or forgets now and then."""
        with transaction(self.stage.engine) as session:
            cohort = records.by_key(session, self.key)
            assert cohort is not None
            number = cohort.held + 1
            drawn = {}
            for first, seat_id in self.seats.items():
                gone = self.lots.of("gone").choice(PEOPLE) == first and number >= self.lots.of("when").randint(6, 14)
                mark = among(
                    self.lots.of("mark", first, number),
                    {"PRESENT": 86, "REMOTE": 6, "EXCUSED": 6, "UNEXCUSED": 2} if not gone else {"UNEXCUSED": 1},
                )
                if mark != "PRESENT":
                    drawn[seat_id] = attendance.Difference(mark, "WORK" if mark == "EXCUSED" else None)
            attendance.note(session, cohort, number, drawn, by="timelapse", now=self.stage.clock.now())

    def _stir(self) -> None:
        """After a session: somebody may find work, and once a session moves by a day."""
        with reading(self.stage.engine) as session:
            cohort = records.by_key(session, self.key)
            assert cohort is not None
            held = cohort.held
            running = {
                first for first, id_ in self.seats.items() if session.get_one(CohortSeat, id_).state == "RUNNING"
            }
        for first in sorted(running):
            if self.lots.falls(0.012, "work", first, held):
                with transaction(self.stage.engine) as session:
                    commands.correlate_message(
                        session, self.stage.engine, "job_found", str(self.seats[first]), source="timelapse",
                        ttl=timedelta(days=60), by=SYSTEM,
                    )  # fmt: skip
        if held == _MOVED_SESSION - 1:
            self._move(held + 1)
        changes.after_session(self.stage, self.lots, self.key, held, {name: self.seats[name] for name in running})
        self.stage.run()

    def _move(self, number: int) -> None:
        stage = self.stage
        with transaction(stage.engine) as session:
            cohort = records.by_key(session, self.key)
            found = planning.session_of(session, cohort, number) if cohort is not None else None
            assert cohort is not None
            assert found is not None
            starts = stage.at(found.day + timedelta(days=1), time(19))
            moving.move_session(session, stage.engine, stage.association, cohort, number, starts, SYSTEM)
