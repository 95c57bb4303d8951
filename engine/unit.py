"""The unit of work: a session of SQLAlchemy that begins as the bare connection of its transaction.

A completion reads once and then writes (`engine.prepared`): it needs the driver's connection and nothing else. What the
ORM brings (session, connection and transaction objects, identity map) is made on that very connection, inside the same
transaction, when something first asks for it: a service task, a form's record, a query. A completion that meets
neither never pays for it, which is a quarter of its CPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from engine.database import begin
from engine.pool import LendingPool

__all__ = ["Unit", "driver_of", "wrapped"]


class Unit(Session):
    """One transaction on one connection of the pool. Every attribute of `Session` is there when it is asked for."""

    def __init__(self, database: Engine, info: dict[Any, Any], *, reads: bool = False) -> None:
        # `Session.__init__` is not called here but by `__getattr__`: without it none of its attributes is there.
        self.database = database
        self.info = info
        self.reads = reads
        self.listened = bool(database.dispatch.before_cursor_execute)  # whether somebody hears of every statement
        self._pooled: PoolProxiedConnection | None = None
        self._driver: Any = None
        self._core: Connection | None = None

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there: the session's own state, before anything has asked for it."""
        if not self.is_bare:
            raise AttributeError(name)
        core = self.core
        super().__init__(bind=core, join_transaction_mode="control_fully", expire_on_commit=False)
        core.begin()
        self.connection()  # the session's transaction is the one that has begun, also where nothing else is asked
        return getattr(self, name)

    def __contains__(self, instance: object) -> bool:
        return not self.is_bare and super().__contains__(instance)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Nothing where nothing has asked for the session."""
        if not self.is_bare:
            super().flush(objects)

    def expunge_all(self) -> None:
        """Nothing where nothing has asked for the session."""
        if not self.is_bare:
            super().expunge_all()

    def begin_nested(self) -> SessionTransaction:
        """A SAVEPOINT, placed now: what is written past the session comes after it too."""
        nested = super().begin_nested()
        self.connection()
        return nested

    @property
    def has_begun(self) -> bool:
        """Whether there is a connection and a transaction on it."""
        return self._pooled is not None

    @property
    def driver(self) -> Any:
        """The driver's connection, inside the transaction: `engine.wire.Wire` or `sqlite3.Connection`."""
        if self._pooled is None:
            self._open()
        return self._driver

    @property
    def core(self) -> Connection:
        """SQLAlchemy's connection around the same driver connection."""
        if self._core is None:
            self._core = Connection(self.database, self._pooled or self._open())
        return self._core

    def _open(self) -> PoolProxiedConnection:
        dialect: Any = self.database.dialect
        try:
            self._pooled, self._driver = taken(self.database)
            begin(self._driver, reading=self.reads)
        except dialect.loaded_dbapi.Error as error:  # a server that is away: said as everywhere
            raise wrapped(self.database, "BEGIN", error) from error
        return self._pooled

    @property
    def is_bare(self) -> bool:
        """Whether nothing has asked for the session so far: its transaction is the driver's, if it has begun at all."""
        return "bind" not in self.__dict__

    def close(self) -> None:
        """Gives the connection back to the pool, which rolls back what was not committed."""
        if not self.is_bare:
            super().close()
        if self._core is not None:
            self._core.close()
        elif self._pooled is not None:
            put_down(self.database, self._pooled, self._driver)
        self._pooled = self._driver = self._core = None


def taken(database: Engine) -> tuple[PoolProxiedConnection, Any]:
    """A connection from the pool, and the driver's."""
    pool = database.pool
    if isinstance(pool, LendingPool):
        return pool.take()
    pooled = database.raw_connection()
    return pooled, pooled.driver_connection


def put_down(database: Engine, pooled: PoolProxiedConnection, driver: Any) -> None:
    """Gives it back, with what was not committed undone."""
    pool = database.pool
    if isinstance(pool, LendingPool):
        pool.put_down(pooled, driver)
    else:
        pooled.close()


def driver_of(session: Session) -> Any:
    """The driver's connection of a session."""
    if isinstance(session, Unit):
        return session._driver or session.driver
    return session.connection().connection.driver_connection


def wrapped(database: Engine, text: str, error: Exception) -> Exception:
    """A driver's error as SQLAlchemy raises it, without the values."""
    dialect: Any = database.dialect
    made: Exception = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )  # fmt: skip
    return made
