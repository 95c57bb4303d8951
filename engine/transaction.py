"""The one place where a transaction ends.

`with transaction(engine) as session:` is one database transaction: everything in it becomes durable together at its
end, or nothing does. After the commit the live cases that it advanced enter the cache and the doorbell rings for the
jobs that are due. On SQLite it begins with the write lock (BEGIN IMMEDIATE), so that writers queue and never fail.

Lock order (PostgreSQL). A transaction waits for one instance's row lock only; further instances are locked downwards
(a call's child) or tried with SKIP LOCKED and left to a job where taken. So no cycle of waits can form.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from engine.unit import Unit, wrapped

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Afterwards", "afterwards", "reading", "transaction"]

_KEY = "amicale.afterwards"


@dataclass(slots=True)
class Afterwards:
    """What happens once the transaction is durable: jobs to ring for, and steps that concern this process alone."""

    due: list[UUID] = field(default_factory=list)
    steps: dict[object, Callable[[], None]] = field(default_factory=dict)


def afterwards(session: Session) -> Afterwards:
    """The list of the current transaction; it is forgotten on roll-back."""
    found = session.info.get(_KEY)
    if not isinstance(found, Afterwards):
        raise LookupError("this session is not one of engine.transaction")
    return found


class transaction:  # noqa: N801 - a verb: `with transaction(engine) as session:`
    """One transaction: commits at the end, rolls back on any exception."""

    __slots__ = ("after", "engine", "unit")

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.after = Afterwards()
        self.unit = Unit(engine.database, {_KEY: self.after})

    def __enter__(self) -> Session:
        return self.unit

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                _commit(self.unit)
        finally:
            self.unit.close()
        if kind is not None:
            return
        for step in self.after.steps.values():
            step()
        if self.after.due:
            self.engine.doorbell.ring(self.after.due)


def _commit(unit: Unit) -> None:
    """Makes everything durable. Raises what a guard refuses (`engine.prepared`), and DBAPIError."""
    if not unit.has_begun:
        return
    if unit.is_bare:
        for listener in unit.database.dispatch.commit:
            listener(unit.core)
    try:
        (unit.driver if unit.is_bare else unit).commit()
    except (psycopg.Error, sqlite3.Error) as error:
        raise wrapped(unit.database, "COMMIT", error) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session to read with; what is written in it is rolled back. Takes no write lock on SQLite."""
    with Unit(engine.database, {_KEY: Afterwards()}, reads=True) as session:
        yield session
