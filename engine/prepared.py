"""Statements of the hot path, compiled once: SQLAlchemy writes the SQL, the driver gets it directly.

Core's own cache still computes a key and a context for every call; where six statements make a completion, that is most
of its cost. The SQL and the conversion of values are the same, and listeners to `before_cursor_execute` hear of each.

`write` needs no answer: on PostgreSQL its rows travel with the next question or with the commit (`engine.wire`), which
then raise what became of them. On SQLite, where nothing travels, they are written at once.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import psycopg
from sqlalchemy import JSON, Boolean, Connection, Executable, Integer, String, Uuid
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from engine.clock import UTC
from engine.database import to_json
from engine.schema import Moment, aware
from engine.wire import Errand, Statement, Wire

__all__ = ["fetch", "write"]

Row = Mapping[str, Any]
Refusal = Callable[[], Exception]
_POSTGRESQL: Final[Any] = PGDialect_psycopg(  # type: ignore[no-untyped-call]
    paramstyle="numeric_dollar", json_serializer=to_json
)
_SQLITE: Final = SQLiteDialect_pysqlite(json_serializer=to_json)
_TEXT: Final[Sequence[tuple[type[TypeEngine[Any]], Callable[[Any], bytes]]]] = (
    (Uuid, lambda id_: b"%032x" % id_.int), (Moment, lambda moment: aware(moment).isoformat().encode()),
    (Boolean, lambda flag: b"t" if flag else b"f"), (Integer, b"%d".__mod__), (String, str.encode),
    (JSON, lambda value: to_json(value).encode()),
)  # fmt: skip


class Compiled:
    """One statement in the words of one driver, with the conversion of what it takes and answers."""

    __slots__ = ("binders", "readers", "row", "text")

    def __init__(self, statement: Executable, dialect: Any) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        self.binders = [(name, _binder(compiled, name, dialect)) for name in compiled.positiontup]
        answered: Any = compiled._result_columns
        make: Any = namedtuple  # the columns are known at run time only
        self.row: Any = make("Row", [column.keyname for column in answered])
        self.readers = [
            (place, convert)
            for place, column in enumerate(answered)
            if (convert := column.type._cached_result_processor(dialect, None)) is not None
        ]

    def bound(self, row: Row) -> list[Any]:
        """The row's values in order, as the driver takes them."""
        return [row[name] if convert is None else convert(row[name]) for name, convert in self.binders]

    def read(self, raw: Sequence[Any]) -> Any:
        """What the driver answered, as the columns' types mean it."""
        values = list(raw)
        for place, convert in self.readers:
            values[place] = convert(values[place])
        return self.row._make(values)


def _binder(compiled: Any, name: str, dialect: Any) -> Callable[[Any], Any] | None:
    """How a value is converted: for SQLite as SQLAlchemy does it, but for moments, of which a step writes many; for
    PostgreSQL to text."""
    type_: TypeEngine[Any] = compiled.binds[name].type
    if dialect is _POSTGRESQL:
        return _text(type_)
    found: Callable[[Any], Any] | None = compiled._bind_processors.get(name)
    return _sqlite_moment if isinstance(type_, Moment) else found


def _text(type_: TypeEngine[Any]) -> Callable[[Any], bytes | None]:
    """What PostgreSQL reads as a value of this type. Raises TypeError for a type that no hot statement has so far."""
    known = next((text for kind, text in _TEXT if isinstance(type_, kind)), None)
    if known is None:
        raise TypeError(type_)
    text: Callable[[Any], bytes] = known
    null = b"null" if isinstance(type_, JSON) and not type_.none_as_null else None
    return lambda value: null if value is None else text(value)


def _sqlite_moment(moment: datetime | None) -> str | None:
    """As SQLAlchemy stores it: in UTC, with microseconds, without the zone. Raises ValueError for a naive moment."""
    if moment is None:
        return None
    return aware(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@cache
def _compiled(statement: Executable, dialect: Any) -> Compiled:
    """Statements are made once, at import: there are a few dozen."""
    return Compiled(statement, dialect)


@cache
def _wired(statement: Executable, *, guarded: bool) -> Statement:
    text = _compiled(statement, _POSTGRESQL).text
    return Statement.guarded(text) if guarded else Statement.of(text)


def fetch(connection: Connection, statement: Executable, values: Row) -> list[Any]:
    """The rows that a query answers, as named tuples."""
    driver: Any = connection.connection.driver_connection
    compiled = _compiled(statement, _POSTGRESQL if isinstance(driver, Wire) else _SQLITE)
    bound = compiled.bound(values)
    _tell(connection, compiled.text, bound, many=False)
    try:
        if isinstance(driver, Wire):
            answer = driver.ask(Errand(_wired(statement, guarded=False), bound))
        else:
            answer = driver.execute(compiled.text, bound).fetchall()
    except (psycopg.Error, sqlite3.Error) as error:
        raise _wrapped(connection, compiled.text, error) from error
    return [compiled.read(raw) for raw in answer]


def write(connection: Connection, statement: Executable, rows: Sequence[Row], *, guard: Refusal | None = None) -> None:
    """Executes once for each row; nothing for no rows.

    With a `guard` each row of an UPDATE or DELETE must match one row, and an INSERT must find its key free: else what
    the guard makes is raised, here or at the latest by the commit.
    """
    if not rows:
        return
    driver: Any = connection.connection.driver_connection
    if isinstance(driver, Wire):
        _leave(connection, driver, statement, rows, guard)
        return
    compiled = _compiled(statement, _SQLITE)
    bound = [compiled.bound(row) for row in rows]
    many = len(bound) > 1
    _tell(connection, compiled.text, bound if many else bound[0], many=many)
    try:
        done = driver.executemany(compiled.text, bound) if many else driver.execute(compiled.text, bound[0])
    except sqlite3.IntegrityError as error:
        raise (guard() if guard is not None else _wrapped(connection, compiled.text, error)) from error
    except sqlite3.Error as error:
        raise _wrapped(connection, compiled.text, error) from error
    if guard is not None and done.rowcount != len(rows):
        raise guard()


def _leave(
    connection: Connection, wire: Wire, statement: Executable, rows: Sequence[Row], guard: Refusal | None
) -> None:
    compiled = _compiled(statement, _POSTGRESQL)
    guarded = guard is not None and not statement.is_insert
    wired = _wired(statement, guarded=guarded)
    for row in rows:
        bound = compiled.bound(row)
        _tell(connection, compiled.text, bound, many=False)
        wire.leave(Errand(wired, bound, guard))


def _tell(connection: Connection, text: str, values: Any, *, many: bool) -> None:
    """Lets those hear of the statement who listen to all statements of the database."""
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, None, text, values, None, many)


def _wrapped(connection: Connection, text: str, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy raises it, without the values."""
    dialect: Any = connection.dialect
    made: Exception = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )  # fmt: skip
    return made
