"""What is done in a year: by people outside (`Planned`), by whoever has a task, at the desks, and by the player."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from engine.assignment import Actor
from workflows.association.year.world import OpenTask, Planned

SESSIONS: Final = (time(9, 0), time(14, 0))  # a morning and an afternoon at the desks
LENGTH: Final = timedelta(hours=3, minutes=30)
A_TASK: Final = timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody who works in roles. `address` is the steady name."""

    actor: Actor
    address: str


@dataclass(frozen=True, slots=True)
class Own:
    """What the player does by himself at a full hour: a day begins, people look around, an office opens."""

    moment: datetime
    key: str
    act: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody comes to a desk, in the session that began at `begins`, for the next tasks."""

    moment: datetime
    desk: Desk
    begins: datetime

    @property
    def key(self) -> str:
        """The name on the agenda."""
        return f"desk:{self.moment.isoformat()}:{self.desk.address}"


@dataclass(frozen=True, slots=True)
class DeskWork:
    """Somebody does these tasks at the desk, each some minutes after the one before."""

    moment: datetime
    turn: Turn
    tasks: Sequence[OpenTask]

    @property
    def about(self) -> str:
        """One desk does one thing at a time."""
        return self.turn.key


@dataclass(frozen=True, slots=True)
class Answer:
    """A member, an applicant or a volunteer answers a task."""

    moment: datetime
    task: OpenTask

    @property
    def key(self) -> str:
        """The name on the agenda."""
        return f"task:{self.task.id}"

    @property
    def about(self) -> str:
        """What is about the same person is done one after another."""
        return self.task.subject


Work = Planned | Answer | DeskWork  # what hands do
Deed = Planned | Answer | Turn | Own  # what stands on the agenda


def name_of(task: OpenTask) -> str:
    """The steady name of a task, under which chance is drawn."""
    return f"{task.subject} {task.element} {task.created_at.isoformat()}"
