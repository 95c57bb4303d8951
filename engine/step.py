"""One case in the hands of one transaction: loaded under its row lock, advanced in memory, written.

A transaction may hold several steps: a called case starts beside its caller, or ends and moves the caller on. They are
kept in the session, so that each case is loaded once and the last writer of a transaction sees the others' work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bpmn import Case
from engine.definitions import Definition, definition
from engine.due import ORDINARY, URGENT
from engine.effects import StepHost
from engine.errors import CaseAtHand, CaseClosed, CaseSuspended
from engine.savepoint import at_hand, steps_of, touch
from engine.store import (
    JOB,
    Instance,
    Rows,
    add,
    insert_instance,
    job_row,
    lock_instance,
    try_lock_instance,
    update_instance,
)
from engine.terms import drop_terms, first_terms, keep_terms, subjects, words
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "OpenedTask", "Step", "another_turn", "begin", "check_open", "make_step", "resume_step", "steps_of", "try_step",
]  # fmt: skip

_FOLLOW_UPS: Final = "amicale.follow_ups"
FOLLOW_UPS: Final = 50  # steps that one transaction takes at once; what comes after goes by jobs


class OpenedTask(NamedTuple):
    """A task that a step opened: enough to say whose it is."""

    id: UUID
    name: str
    assignee: str | None
    candidates: tuple[str, ...]


@dataclass(slots=True)
class Step:
    """A case that is being advanced. `engine.advance.advance` ends the step; the same value may take the next one."""

    engine: Engine
    session: Session
    instance: Instance
    definition: Definition
    case: Case
    by: Actor
    host: StepHost
    now: datetime
    stored: bool  # whether the row exists already
    subjects: frozenset[str] = frozenset()  # the terms of records by which the case is found (`engine.terms`)
    path: list[str] = field(default_factory=list)
    moving: int = 0  # how many calls of `engine.advance.advance` are at it
    unheard: bool = False  # whether a job takes its last news to the caller
    follow_ups: list[Callable[[], Step | None]] = field(default_factory=list)
    answers: dict[UUID, dict[str, object]] = field(default_factory=dict)  # what history keeps of a completion, by token
    opened: dict[UUID, OpenedTask] = field(default_factory=dict)  # user tasks that this transaction opened
    priority: int = URGENT  # of the work that is due at once; a job hands its own down (engine/due.py)
    _rows: Rows | None = None

    @property
    def rows(self) -> Rows:
        """What is gathered to be written beside the state. Most steps write once and gather nothing afterwards."""
        if self._rows is None:
            self._rows = Rows(self.instance.id)
        return self._rows

    def note(
        self,
        kind: str,
        element: str | None = None,
        token: UUID | None = None,
        data: dict[str, object] | None = None,
        by: str | None = None,
    ) -> None:
        """Adds an event to the history of the case (engine/history.py)."""
        self.rows.history.append(
            {
                "at": self.now, "instance_id": self.instance.id, "id": 0, "kind": kind, "element": element,
                "token": token, "by": by, "data": data,
            }
        )  # fmt: skip

    def promise(self, kind: str, due_at: datetime, **more: Any) -> None:
        """Leaves a job; the doorbell rings for it after the commit where it is due."""
        priority = self.priority if due_at <= self.now else ORDINARY
        job = job_row(
            self.instance.id, self.instance.process_id, kind, due_at, id_=uuid4(), priority=priority, **more
        )  # fmt: skip
        self.rows.jobs.append(job)

    def leave(self, kind: str, instance_id: UUID | None, token: UUID | None, payload: dict[str, object]) -> None:
        """Leaves a job, due now, that concerns another case or none; it is written at once."""
        job = job_row(
            instance_id, self.instance.process_id, kind, self.now, id_=uuid4(), token=token, payload=payload,
            priority=self.priority,
        )  # fmt: skip
        add(self.session, JOB, [job])
        afterwards(self.session).due.append(job["id"])

    def may_follow(self) -> bool:
        """Whether this transaction may take one more step of another case at once; counts it."""
        taken = int(self.session.info.get(_FOLLOW_UPS, 0))
        self.session.info[_FOLLOW_UPS] = taken + 1
        return taken < FOLLOW_UPS

    def write(self) -> None:
        """Writes the case's state and everything gathered; the step may then go on."""
        session, state, rows = self.session, self.case.dump(), self.rows
        if self.path:
            self.note("path", data={"path": self.path})
            self.path = []
        for event, number in zip(rows.history, self.engine.sequencer.take(len(rows.history)), strict=True):
            event["id"] = number
        if self.stored:
            update_instance(session, self.instance, state)
        else:
            insert_instance(session, self.instance, state)
            self.stored, self.subjects = True, subjects(self.case.variables)
            titles = words(self.instance.title, self.instance.titles, self.instance.business_key)
            first_terms(session, self.instance.id, self.instance.started_at, titles | self.subjects)
        self._keep_subjects()
        rows.write(session)
        after = afterwards(session)
        if rows.jobs:
            after.due.extend(job["id"] for job in rows.jobs if job["due_at"] <= self.now and not job["held"])
        self._rows = None
        steps_of(session)[self.instance.id] = self
        touch(session, self.instance.id)
        after.steps[self.instance.id] = self._keep

    def _keep_subjects(self) -> None:
        """The case is found by the records that it names now; once it has ended, by those that it named last: its last
        step may name one more."""
        named = subjects(self.case.variables)
        if self.instance.ended_at is not None:
            named |= self.subjects
        if named == self.subjects:
            return
        keep_terms(self.session, self.instance.id, self.instance.started_at, named - self.subjects)
        drop_terms(self.session, self.instance.id, self.subjects - named)
        self.subjects = named

    def _keep(self) -> None:
        """After the commit: this process remembers the live case."""
        if self.instance.ended_at is not None:
            self.engine.live_cases.drop(self.instance.id)
        else:
            self.engine.live_cases.put(self.instance.id, self.instance.rev, self.case)


def another_turn(session: Session) -> None:
    """What one job is followed by in this transaction counts from here."""
    session.info.pop(_FOLLOW_UPS, None)


def begin(engine: Engine, session: Session, instance_id: UUID, by: Actor, *, suspended_too: bool = False) -> Step:
    """A step of this case, its row locked. Raises NotFound, CaseClosed, CaseSuspended, CaseAtHand."""
    _reach(session, instance_id)
    known = steps_of(session).get(instance_id)
    if known is None:
        known = _load(engine, session, *lock_instance(session, instance_id), by)
    check_open(known.instance, suspended_too=suspended_too)
    known.by, known.now = by, engine.clock.now()
    return known


def try_step(engine: Engine, session: Session, instance_id: UUID, by: Actor) -> Step | None:
    """The same without waiting: None where another transaction holds the case, or this one is moving it now."""
    if at_hand(session, instance_id):
        return None
    touch(session, instance_id)
    known = steps_of(session).get(instance_id)
    if known is not None:
        return known
    found = try_lock_instance(session, instance_id)
    return None if found is None else _load(engine, session, *found, by)


def resume_step(engine: Engine, session: Session, instance: Instance, state: str, by: Actor) -> Step:
    """A step of a case whose row the caller has locked and read. Raises CaseAtHand."""
    _reach(session, instance.id)
    known = steps_of(session).get(instance.id)
    return known if known is not None else _load(engine, session, instance, state, by)


def _reach(session: Session, instance_id: UUID) -> None:
    if at_hand(session, instance_id):
        raise CaseAtHand()
    touch(session, instance_id)


def _load(engine: Engine, session: Session, instance: Instance, state: str, by: Actor) -> Step:
    found = definition(session, engine, instance.definition_id)
    case = engine.live_cases.take(instance.id, instance.rev)
    if case is None:
        case = Case.load(found.spec, state)
    step = make_step(engine, session, instance, found, case, by, stored=True)
    step.subjects = subjects(case.variables)
    steps_of(session)[instance.id] = step
    return step


def make_step(
    engine: Engine, session: Session, instance: Instance, found: Definition, case: Case, by: Actor, *, stored: bool
) -> Step:
    """A step with nothing done yet."""
    return Step(
        engine=engine,
        session=session,
        instance=instance,
        definition=found,
        case=case,
        by=by,
        host=StepHost(engine, session, instance.id, found),
        now=engine.clock.now(),
        stored=stored,
    )


def check_open(instance: Instance, *, suspended_too: bool = False) -> None:
    """Raises CaseClosed or CaseSuspended where nothing may be done in this case now."""
    if instance.ended_at is not None:
        raise CaseClosed(ended_at=instance.ended_at.isoformat(timespec="minutes"))
    if instance.status == "suspended" and not suspended_too:
        raise CaseSuspended()
