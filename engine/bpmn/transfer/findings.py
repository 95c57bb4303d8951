"""What a move of a case between two versions would change at the places where it stands, and what forbids it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

__all__ = ["Obstacle", "Obstructed", "Shift", "ShiftKind"]

ShiftKind = Literal[
    "timer_moved", "timer_kept", "timer_new", "timer_gone", "wait_new", "wait_gone", "wait_other", "next", "work_other",
    "task_other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot move: the element at which it stands, as its version names it, and the reason by its code.

    `element_gone`, `element_other` (another kind of element), `scope_other` (in another sub-process), `call_other` (it
    calls another process), `listeners_other`, `flow_gone` (it came by a way that is no more), `join_starves` (a join
    would wait for a token that cannot come), `undo_gone` (what was done and can be undone is no more), `time_wrong`
    (the new time or name cannot be evaluated), `work_begun` (its work has begun), `quantity_other`.
    """

    code: str
    element: str
    name: str
    params: Mapping[str, object] = field(default_factory=dict)


class Obstructed(Exception):
    """The case cannot move; `obstacle` says why."""

    def __init__(self, obstacle: Obstacle) -> None:
        self.obstacle = obstacle
        super().__init__(obstacle.code)


@dataclass(frozen=True, slots=True)
class Shift:
    """Something that becomes different for a case where it stands. `element` is that of the new version, of what goes
    that of the former one. `was`, `now`: dates of a timer; `said`: names, keys, next elements, as they were and are.

    `timer_kept`: the diagram says another date, but a person moved this timer by hand, and that holds.
    """

    kind: ShiftKind
    element: str
    token: UUID
    was: datetime | None = None
    now: datetime | None = None
    said: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
