"""The guards of durable execution, each of which can be taken away, to show that without it the campaign fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.sql.dml import ReturningUpdate

from engine import claims, completion, starting
from engine.bpmn import Case
from engine.cache import LiveCases
from engine.models import Effect
from engine.store import JOB

__all__ = ["GUARDS", "remove", "without"]

Undo = Callable[[], None]


def _rev() -> Undo:
    """A live case in memory is taken whatever has been written since."""
    kept = LiveCases.take

    def take(self: LiveCases, instance_id: UUID, rev: int) -> Case | None:
        with self.lock:
            held = self.cases.pop(instance_id, None)
        return held[1] if held else None

    LiveCases.take = take  # type: ignore[method-assign]
    return lambda: setattr(LiveCases, "take", kept)


def _epoch() -> Undo:
    """Claims no longer count: a late worker looks like the one that holds the job."""
    kept = claims._leasing

    @cache
    def count_nothing(chosen: claims.Chosen, answers: bool) -> ReturningUpdate[Any]:
        return kept(chosen, answers).values(epoch=JOB.c.epoch)

    claims._leasing = count_nothing
    return lambda: setattr(claims, "_leasing", kept)


def _request_key() -> Undo:
    """No answer is kept: a repeated request is a new one."""
    kept = starting.remember, completion.remember

    def forget(*_: object) -> None:
        return

    def restore() -> None:
        starting.remember, completion.remember = kept

    starting.remember = completion.remember = forget
    return restore


def _effect_key() -> Undo:
    """Tables that are made from now on take the same attempt twice."""
    table: Any = Effect.__table__
    [key] = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    table.constraints.remove(key)
    return lambda: table.constraints.add(key)


GUARDS: Final[Mapping[str, Callable[[], Undo]]] = {
    "rev": _rev, "epoch": _epoch, "request_key": _request_key, "effect_key": _effect_key,
}  # fmt: skip


def remove(name: str) -> None:
    """Takes the guard away for the rest of this process; no name, no change."""
    if name:
        GUARDS[name]()


@contextmanager
def without(name: str) -> Iterator[None]:
    """Takes the guard away for a while; no name, no change."""
    undo = GUARDS[name]() if name else None
    try:
        yield
    finally:
        if undo is not None:
            undo()
