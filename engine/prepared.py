"""Statements of the hot path, compiled once: SQLAlchemy writes the SQL, the driver gets it directly.

Core's own cache still computes a key and a context for every call; where six statements make a completion, that is most
of its cost. The SQL and the conversion of values are the same, and listeners to the cursor's events hear of each.

`write` needs no answer: on PostgreSQL its rows travel with the next question or with the commit (`engine.wire`), which
then raise what became of them. On SQLite, where nothing travels, they are written at once.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from sqlalchemy import Executable, Insert, Numeric, Uuid, bindparam, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.orm import Session, class_mapper, make_transient_to_detached

from engine.bound import Binder, binders, picked, repeated
from engine.clock import UTC
from engine.database import to_json
from engine.schema import Moment
from engine.unit import Unit, driver_of, wrapped
from engine.wire import Errand, Statement, Wire

__all__ = ["attached", "fetch", "get", "loaded", "write"]

T = TypeVar("T")
Row = Mapping[str, Any]
Refusal = Callable[[], Exception]
TOGETHER: Final = 8  # rows that one INSERT brings to PostgreSQL at most
_POSTGRESQL: Final[Any] = PGDialect_psycopg(  # type: ignore[no-untyped-call]
    paramstyle="numeric_dollar", json_serializer=to_json
)
_SQLITE: Final = SQLiteDialect_pysqlite(json_serializer=to_json)


class Compiled:
    """One statement in the words of one driver, with the conversion of what it takes and answers."""

    __slots__ = ("constants", "converts", "make", "readers", "text", "values", "width")

    def __init__(self, statement: Executable, dialect: Any) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.text = str(compiled)
        each: Sequence[Binder] = binders(compiled, wired=dialect is _POSTGRESQL)
        self.width = len(each)
        self.values = picked([name for name, _, _ in each])
        self.converts = [(place, convert, null) for place, (_, convert, null) in enumerate(each) if convert is not None]
        self.constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        answered: Any = compiled._result_columns
        named: Any = namedtuple  # the columns are known at run time only
        self.make: Any = partial(tuple.__new__, named("Row", [column.keyname for column in answered]))
        self.readers = [
            (place, convert)
            for place, column in enumerate(answered)
            # psycopg answers aware moments, and decimals
            if not (dialect is _POSTGRESQL and isinstance(column.type, Moment | Numeric))
            and (convert := reader(column.type, dialect)) is not None
        ]

    def bound(self, row: Row) -> list[Any]:
        """The row's values in order, as the driver takes them."""
        if self.constants:
            row = {**self.constants, **row}
        values = list(self.values(row))
        for place, convert, null in self.converts:
            value = values[place]
            values[place] = null if value is None else convert(value)
        return values

    def read(self, raw: Sequence[Any]) -> Any:
        """What the driver answered, as the columns' types mean it."""
        values = list(raw)
        for place, convert in self.readers:
            if values[place] is not None:
                values[place] = convert(values[place])
        return self.make(values)


def reader(type_: Any, dialect: Any) -> Callable[[Any], Any] | None:
    """What makes a value of what the driver answers; None where it is one already."""
    convert: Callable[[Any], Any] | None = type_._cached_result_processor(dialect, None)
    if convert is not None and isinstance(type_, Uuid):  # of our own writing: 32 hexadecimal digits
        return lambda digits: UUID(int=int(digits, 16))
    if isinstance(type_, Moment):  # SQLite's text, in UTC and without a zone
        return lambda moment: datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return convert


@cache
def _compiled(statement: Executable, dialect: Any) -> Compiled:
    """Statements are made once, at import: there are a few dozen."""
    return Compiled(statement, dialect)


@cache
def _wired(statement: Executable, guarded: bool, rows: int) -> tuple[Compiled, Statement]:
    compiled = _compiled(statement, _POSTGRESQL)
    text = repeated(compiled.text, compiled.width, rows)
    if guarded and not isinstance(statement, Insert):  # an INSERT is guarded by its key
        return compiled, Statement.guarded(text)
    return compiled, Statement.of(text)


def fetch(session: Session, statement: Executable, values: Row, *, flush: bool = True) -> list[Any]:
    """The rows that a query answers, as named tuples. What the ORM has still to write is written first, if it may."""
    unit = session if isinstance(session, Unit) else None
    if flush and not (unit is not None and unit.is_bare) and session.autoflush:
        session.flush()
    driver = driver_of(session)
    run: Callable[[], Sequence[Any]]
    if isinstance(driver, Wire):
        compiled, wired = _wired(statement, False, 1)
        bound = compiled.bound(values)
        run = partial(driver.ask, Errand(wired, bound), alone=unit is not None and unit.reads)
    else:
        compiled = _compiled(statement, _SQLITE)
        bound = compiled.bound(values)
        run = partial(driver.execute, compiled.text, bound)
    try:
        answer = run() if unit is not None and not unit.listened else _heard(session, compiled.text, bound, run)
    except (psycopg.Error, sqlite3.Error) as error:
        raise _wrapped(session, compiled.text, error) from error
    return [compiled.read(raw) for raw in answer]


def loaded(model: type[T], values: Mapping[str, Any]) -> T:
    """The values of all columns as an object of its class, to be read: no session knows it.

    The values are put where the class looks for what was loaded. Setting attributes one by one would note each as a
    change to be written, which costs more than the query.
    """
    made = model()
    made.__dict__.update(values)
    return made


def attached(session: Session, model: type[T], row: Any) -> T:
    """The object that a row of all columns is, in the session and to be changed: what a query of the ORM answers, at a
    quarter of its cost. One that the session holds already stays as it is, as with any query."""
    mapper = class_mapper(model)
    key = mapper.identity_key_from_primary_key(tuple(getattr(row, str(column.key)) for column in mapper.primary_key))
    known: T | None = session.identity_map.get(key)
    if known is not None:
        return known
    made = loaded(model, row._asdict())
    make_transient_to_detached(made)
    session.add(made)
    return made


def get(session: Session, model: type[T], id_: UUID) -> T | None:
    """As `Session.get`, of a table whose key is one id."""
    if session.identity_map.get(class_mapper(model).identity_key_from_primary_key((id_,))) is not None:
        return session.get(model, id_)
    named: Any = model
    rows = fetch(session, _by_id(named), {"id": id_})
    return attached(session, model, rows[0]) if rows else None


@cache
def _by_id(model: Any) -> Executable:
    [key] = class_mapper(model).primary_key
    return select(*model.__table__.columns).where(key == bindparam("id", type_=key.type))


def write(session: Session, statement: Executable, rows: Sequence[Row], *, guard: Refusal | None = None) -> None:
    """Executes once for each row; nothing for no rows.

    With a `guard` each row of an UPDATE or DELETE must match one row, and an INSERT must find its key free: else what
    the guard makes is raised, here or at the latest by the commit.
    """
    if not rows:
        return
    unheard = session if isinstance(session, Unit) and not session.listened else None
    driver: Any = driver_of(session) if unheard is None else unheard._driver or unheard.driver
    if isinstance(driver, Wire):
        errands = _errands(statement, rows, guard)
        if unheard is not None:
            driver.leave(errands)
            return
        for errand in errands:
            _heard(session, errand.statement.text, errand.values, partial(driver.leave, [errand]))
        return
    compiled = _compiled(statement, _SQLITE)
    many = len(rows) > 1
    bound = [compiled.bound(row) for row in rows] if many else compiled.bound(rows[0])
    run = driver.executemany if many else driver.execute
    try:
        if unheard is not None:
            done = run(compiled.text, bound)
        else:
            done = _heard(session, compiled.text, bound, partial(run, compiled.text, bound), many=many)
    except sqlite3.IntegrityError as error:
        raise (guard() if guard is not None else _wrapped(session, compiled.text, error)) from error
    except sqlite3.Error as error:
        raise _wrapped(session, compiled.text, error) from error
    if guard is not None and done.rowcount != len(rows):
        raise guard()


def _errands(statement: Executable, rows: Sequence[Row], guard: Refusal | None) -> list[Errand]:
    """One for each row; of an INSERT of values, one for some rows together."""
    count = len(rows)
    if count > 1:
        step = TOGETHER if isinstance(statement, Insert) and statement.select is None else 1
        if count > step:
            pieces = (rows[start : start + step] for start in range(0, count, step))
            return [errand for piece in pieces for errand in _errands(statement, piece, guard)]
    compiled, wired = _wired(statement, guard is not None, count)
    values = compiled.bound(rows[0])
    if count > 1:
        for row in rows[1:]:
            values += compiled.bound(row)
    return [Errand(wired, values, guard)]


def _heard(session: Session, text: str, values: Any, run: Callable[[], T], *, many: bool = False) -> T:
    """Runs a statement and lets those hear of it who listen to all statements of the database."""
    connection, context = session.core if isinstance(session, Unit) else session.connection(), SimpleNamespace()
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, None, text, values, context, many)
    answer = run()
    for listener in connection.dispatch.after_cursor_execute:
        listener(connection, None, text, values, context, many)
    return answer


def _wrapped(session: Session, text: str, error: Exception) -> Exception:
    return wrapped(session.database if isinstance(session, Unit) else session.connection().engine, text, error)
