"""How the engine talks to its database: SQLite (WAL, synchronous=FULL, BEGIN IMMEDIATE) or PostgreSQL (psycopg)."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session

__all__ = ["connect", "serialise", "to_json"]

BUSY_SECONDS = 30


def connect(url: str, *, pool_size: int = 10) -> Engine:
    """A pool of connections. `postgresql://` means psycopg 3; `sqlite://` alone is a database in memory for one thread.

    Raises sqlalchemy.exc.ArgumentError for an address that is none.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        database = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            connect_args={"options": "-c timezone=UTC"},
            json_serializer=to_json,
        )
        return database.execution_options(isolation_level="READ COMMITTED")
    database = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, json_serializer=to_json)
    event.listen(database, "connect", _prepare)
    event.listen(database, "begin", _begin)
    return database


def to_json(value: object) -> str:
    """Compact JSON that both databases store; what JSONB refuses (NUL, halves of characters) becomes U+FFFD."""
    text_ = json.dumps(value, separators=(",", ":"))
    if "\\u0000" in text_ or "\\ud" in text_:
        text_ = json.dumps(_storable(value), separators=(",", ":"))
    return text_


def _storable(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _prepare(connection: sqlite3.Connection, record: object) -> None:
    """Sets a new SQLite connection up; we begin transactions ourselves."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_size_limit=67108864", "cache_size=-16000",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Takes the write lock at once: a transaction that reads first and writes later could not be queued."""
    driver: Any = connection.connection.driver_connection
    reading = connection.get_execution_options().get("amicale_reading")
    driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")


def serialise(session: Session, what: str) -> None:
    """One transaction at a time for this key, until it ends (PostgreSQL); SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})
