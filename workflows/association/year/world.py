"""What a family sees of the world it plays in, and what it tells about its people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.feel.values import Value
from workflows.association.settings import Association
from workflows.association.year.lots import Lots

Answers = Mapping[str, object]  # by key of the form; what is not said is answered by what the form offers
NOTHING: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits. `subject` is a steady name of whom the case is about: the same in every telling."""

    id: UUID
    instance_id: UUID
    process_id: str
    element: str
    role: str | None
    assignee: str | None
    candidates: Sequence[str]
    created_at: datetime
    rank_at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Wait:
    """A case that waits for a message of this name and key."""

    id: UUID
    name: str
    key: str
    instance_id: UUID
    opened_at: datetime
    subject: str


class World(Protocol):
    """The association on virtual time. Every verb is one that a page, a mail's link or the bank would use."""

    @property
    def engine(self) -> Engine: ...
    @property
    def association(self) -> Association: ...
    @property
    def lots(self) -> Lots: ...
    @property
    def first_day(self) -> date: ...
    @property
    def scale(self) -> float:
        """The size of this association as a share of the full one."""
        ...

    @property
    def volume(self) -> float:
        """How much happens, of what happens in earnest in an association of this size."""
        ...

    def send_form(
        self, process_id: str, answers: Answers, *, key: str, language: str = "fr", by: UUID | None = None
    ) -> UUID | None:
        """Sends the start form of a process, by a visitor or a person signed in; the same `key` sends it once.

        Answers the case, None where it was refused.
        """
        ...

    def send_about(
        self, process_id: str, answers: Answers, known: Mapping[str, object], *, key: str, by: UUID
    ) -> UUID | None:
        """Sends the start form of a process that the page of something offers, which knows so much about it."""
        ...

    def press(self, instance_id: UUID, message: str, *, by: UUID) -> None:
        """Presses a button of the person's own case (`workflows.member_acts`); nothing where the case does not offer
        it any more."""
        ...

    def go_on(self, instance_id: UUID) -> None:
        """Lets a case do at once what it left to jobs, as a worker does within a second."""
        ...

    def open_link(self, instance_id: UUID) -> None:
        """Opens the signed link in the newest mail of this case."""
        ...

    def pay_by_card(self, order_key: str, amount: Decimal) -> None:
        """The payment provider tells of a payment, in a signed event."""
        ...

    def office(self, role: str) -> str:
        """The actor id of somebody who works in this role."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """A task in somebody's hands, with everything they see."""

    world: World
    session: Session
    task: OpenTask
    variables: Mapping[str, Value]
    rng: Random


@dataclass(frozen=True, slots=True)
class Habit:
    """How people answer a task: what share of them ever does, how long they wait, and what they say.

    `not_before` answers from when on a task of staff can be done at all (a cheque must have come), None: never.
    """

    answers: Callable[[Asked], Answers] = lambda asked: NOTHING
    share: float = 0.92
    least: timedelta = timedelta(minutes=20)
    most: timedelta = timedelta(days=6)
    not_before: Callable[[World, Session, OpenTask], datetime | None] = lambda world, session, task: task.created_at


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody outside does at a moment. Done a second time, after a crash, it changes nothing.

    `act` answers the case that it touched, so that whoever goes on at once is asked at once, or what it plans. It goes
    to whichever process has a hand free, so it is a function of a module with plain values. What is about the same
    thing is done one after another; what is done `alone` has nothing beside it, for it concerns everybody.
    """

    moment: datetime
    key: str
    act: Callable[[World], UUID | Sequence[Planned] | None]
    about: str = ""
    alone: bool = False


Reaction = Callable[[World, Session, Wait], Planned | None]


@dataclass(frozen=True, slots=True)
class Family:
    """Processes that belong together, as their people live them. Habits are found by element, and are all known
    whichever families are played: a case of one family may open a task of another."""

    name: str
    plan: Callable[[World, date], Iterable[Planned]] = lambda world, day: ()
    habits: Mapping[str, Habit] = field(default_factory=dict)
    reactions: Mapping[str, Reaction] = field(default_factory=dict)  # by the name of the message
    by_calendar: frozenset[str] = frozenset()  # processes of this family that nobody starts but their own timer
