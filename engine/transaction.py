"""The one place where a transaction ends.

`with transaction(engine) as session:` is one database transaction: everything in it becomes durable together at its
end, or nothing does. After the commit the live cases that it advanced enter the cache and the doorbell rings for the
jobs that are due. On SQLite it begins with the write lock (BEGIN IMMEDIATE), so that writers queue and never fail.

Lock order (PostgreSQL). A transaction waits for one instance's row lock only; further instances are locked downwards
(a call's child) or tried with SKIP LOCKED and left to a job where taken. So no cycle of waits can form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Afterwards", "afterwards", "connection_of", "reading", "transaction"]

_KEY = "amicale.afterwards"
_CONNECTION = "amicale.connection"


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


def connection_of(session: Session) -> Connection:
    """The connection of the current transaction: `session.connection()`, asked once."""
    found = session.info.get(_CONNECTION)
    if found is None:
        found = session.info[_CONNECTION] = session.connection()
    assert isinstance(found, Connection)
    return found


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One transaction: commits at the end, rolls back on any exception."""
    after = Afterwards()
    with Session(engine.database, expire_on_commit=False, info={_KEY: after}) as session:
        yield session
        session.commit()
    for step in after.steps.values():
        step()
    if after.due:
        engine.doorbell.ring(after.due)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session to read with; what is written in it is rolled back. Takes no write lock on SQLite."""
    with (
        engine.database.connect().execution_options(amicale_reading=True) as connection,
        Session(connection, info={_KEY: Afterwards()}) as session,
    ):
        yield session
