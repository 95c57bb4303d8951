"""The one place where a transaction ends.

`with transaction(engine) as session:` is one database transaction: everything in it becomes durable together at its
end, or nothing does. After the commit the live cases that it advanced enter the cache and the doorbell rings for the
jobs that are due. On SQLite it begins with the write lock (BEGIN IMMEDIATE), so that writers queue and never fail.

Lock order (PostgreSQL). The row of an instance comes first, then its jobs, tasks and messages, several of a kind by
their ids. A transaction waits for one instance only; further ones are locked downwards (a call's child) or tried with
SKIP LOCKED and left to a job where taken. Whoever tidies up over many cases passes by what others hold (`at_rest`).
Only a batch of jobs (`engine.batches`) may meet another one while each cancels a called case that the other holds, and
what a service task does to other cases or records is its own: such a cycle PostgreSQL ends, and whoever is ended for
it has done nothing. A batch is then run job by job, a service task is tried again by its job, and everybody else is
told Conflict.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.errors import Conflict
from engine.unit import Unit, wrapped

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Afterwards", "afterwards", "at_rest", "reading", "transaction"]

_KEY = "amicale.afterwards"
OUTRUN: Final = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure (PostgreSQL, appendix A)


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
    """One transaction: commits at the end, rolls back on any exception. Raises Conflict where PostgreSQL ended it for
    the sake of another one."""

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
        except DBAPIError as failed:
            if is_outrun(failed):
                raise Conflict from failed
            raise
        finally:
            self.unit.close()
        if kind is not None:
            if is_outrun(error):
                raise Conflict from error
            return
        for step in self.after.steps.values():
            step()
        if self.after.due:
            self.engine.doorbell.ring(self.after.due)


def is_outrun(error: BaseException | None) -> bool:
    """Whether the database ended the transaction for the sake of another one."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in OUTRUN


def at_rest(
    key: InstrumentedAttribute[Any], *which: ColumnElement[bool] | InstrumentedAttribute[bool]
) -> ColumnElement[bool]:
    """The rows, by their key, for which this holds and that no other transaction has in hand (PostgreSQL): whoever
    writes to rows of many cases would keep them from everybody while it waits for one."""
    chosen = select(key).where(*which).order_by(key).with_for_update(skip_locked=True).cte("at_rest")
    return key.in_(select(*chosen.c))


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
