"""SQLite's planner is told the sizes of tables: all connections hear of it, each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from engine import sizes
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.registry import Registry

ASKED = "SELECT id FROM measured WHERE x = 1 AND y = 1"


@pytest.fixture
def engine(sqlite_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A database with a table whose two indexes take turns in finding too much; every look gathers."""
    monkeypatch.setattr(sizes, "SMALL", 1)
    monkeypatch.setattr(sizes, "GROWN", 0)
    engine = Engine.open(sqlite_database, clock=VirtualClock(), registry=Registry())
    with engine.database.begin() as connection:
        connection.execute(text("CREATE TABLE measured (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER)"))
        connection.execute(text("CREATE INDEX ix_x ON measured (x)"))
        connection.execute(text("CREATE INDEX ix_y ON measured (y)"))
    yield engine
    engine.database.dispose()


def fill(engine: Engine, selective: str) -> None:
    """A hundred rows; one of the columns tells them apart."""
    x, y = ("n", "1") if selective == "x" else ("1", "n")
    numbers = "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100)"
    with engine.database.begin() as connection:
        connection.execute(text("DELETE FROM measured"))
        connection.execute(text(f"INSERT INTO measured (x, y) {numbers} SELECT {x}, {y} FROM number"))


def plan(connection: Connection, number: int) -> str:
    """How the question is answered. To explain alone does not look whether the schema is another one, to ask does; and
    the driver keeps what it explained, so that each time has its own text."""
    with connection.begin():
        connection.execute(text(ASKED)).all()
        return str(connection.execute(text(f"EXPLAIN QUERY PLAN {ASKED} LIMIT {number}")).one().detail)


def test_connections_that_are_open_hear_of_new_sizes_each_time(engine: Engine) -> None:
    with engine.database.connect() as opened:
        for number, selective in enumerate(("x", "y", "x"), 1):
            fill(engine, selective)
            assert sizes.gather(engine)
            assert f"ix_{selective}" in plan(opened, number)
