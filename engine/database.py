"""How the engine talks to its database: SQLite (WAL, synchronous=FULL, BEGIN IMMEDIATE) or PostgreSQL (psycopg)."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Engine, PoolProxiedConnection, QueuePool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.orm import Session

from engine.jsontext import to_ascii_json
from engine.pool import IDLE_SECONDS, LendingPool
from engine.wire import Wire

__all__ = ["begin", "connect", "prepare_sqlite", "serialise", "to_json"]

BUSY_SECONDS = 30
STATEMENTS = 2_000  # that SQLAlchemy keeps compiled; a year of two families of processes asks some seven hundred
_LAST_USE = "amicale.last_use"


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """A pool of connections. `postgresql://` means psycopg 3; `sqlite://` alone is a database in memory for one thread.

    Raises sqlalchemy.exc.ArgumentError for an address that is none.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        database = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            poolclass=LendingPool,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args={"options": r"-c timezone=UTC -c jit=off -c default_transaction_isolation=read\ committed"},
            json_serializer=to_json,
            query_cache_size=STATEMENTS,
        )
        event.listen(database, "do_connect", _wire)
        event.listen(database, "checkout", _check)
        spoken: Any = database.dialect  # its savepoints are statements of the ORM: a round trip each
        spoken.do_savepoint = lambda connection, _name: _driver(connection).save()
        spoken.do_release_savepoint = lambda connection, _name: _driver(connection).release()
        spoken.do_rollback_to_savepoint = _undo
        return database
    dialect: Any = parsed.get_dialect()
    is_file = dialect.get_pool_class(parsed) is QueuePool
    database = create_engine(
        parsed,
        poolclass=LendingPool if is_file else None,  # in memory each thread has its own
        connect_args={"timeout": BUSY_SECONDS},
        json_serializer=to_json,
        query_cache_size=STATEMENTS,
    )
    event.listen(database, "connect", lambda connection, _record: prepare_sqlite(connection))
    spoken = database.dialect
    spoken.do_begin = _begin  # to a listener each connection would ask at every statement whether anybody listens
    return database


def to_json(value: object) -> str:
    """Compact JSON that both databases store; what JSONB refuses (NUL, halves of characters) becomes U+FFFD."""
    text_ = to_ascii_json(value)
    if "\\u0000" in text_ or "\\ud" in text_:
        text_ = to_ascii_json(_storable(value))
    return text_


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def prepare_sqlite(connection: sqlite3.Connection) -> None:
    """Sets a new SQLite connection up; we begin transactions ourselves."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_size_limit=67108864", "cache_size=-16000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def begin(driver: Any, *, reading: bool = False) -> None:
    """Takes SQLite's write lock at once, unless nothing is to be written: a transaction that reads first and writes
    later could not be queued. PostgreSQL's transaction begins with the first statement (`engine.wire`)."""
    if isinstance(driver, sqlite3.Connection) and not driver.in_transaction:
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def _begin(pooled: PoolProxiedConnection) -> None:
    begin(pooled.driver_connection)


def _wire(_dialect: object, _record: object, arguments: Any, options: Any) -> Wire:
    return Wire.connect(*arguments, **options)


def _check(wire: Wire, record: Any, _proxy: object) -> None:
    """Replaces a connection that broke while it lay in the pool. It is asked for a sign of life only where there is
    reason to doubt, so that a completion costs no third round trip."""
    doubtful = wire.dropped() or time.monotonic() - record.info.get(_LAST_USE, 0.0) > IDLE_SECONDS
    record.info[_LAST_USE] = time.monotonic()
    if not doubtful:
        return
    try:
        wire.execute("SELECT 1")
        wire.rollback()
    except psycopg.Error:
        raise InvalidatePoolError() from None


def _driver(connection: Connection) -> Wire:
    driver: Any = connection.connection.driver_connection
    return cast("Wire", driver)


def _undo(connection: Connection, _name: str) -> None:
    try:
        _driver(connection).undo()
    except psycopg.Error as error:
        raise DBAPIError.instance(
            "ROLLBACK TO SAVEPOINT", None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error  # fmt: skip


def serialise(session: Session, what: str) -> None:
    """One transaction at a time for this key, until it ends (PostgreSQL); SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})
