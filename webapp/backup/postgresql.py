"""The tables of a PostgreSQL database, written by COPY under one snapshot and read back in one transaction.

Our own export and not `pg_dump`: it needs no program beside the server and no matching version, and one file with one
manifest holds database and documents. COPY's text is stable over versions of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import sqlalchemy
from psycopg import sql
from sqlalchemy import Connection, MetaData, inspect, text

from webapp.backup.archive import Archive, BackupDamaged, Table, Writer

__all__ = ["load", "save", "snapshot"]

REVISION = "alembic_version"


@contextmanager
def snapshot(database: sqlalchemy.Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is at this moment, to its end; nobody waits for it."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with database.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(text("SELECT 1"))
        yield connection


def save(connection: Connection, writer: Writer) -> None:
    """Every table of the schema, as the snapshot sees it."""
    for name, columns in _tables(connection).items():
        rows = 0
        query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(name), _listed(columns))
        with writer.entry(f"tables/{name}.copy") as sink, _cursor(connection) as cursor, cursor.copy(query) as copy:
            for part in copy:
                rows += bytes(part).count(b"\n")  # a line end within a value is written as \n, in two characters
                sink.write(bytes(part))
        writer.manifest.tables[name] = Table(rows, columns)


def load(connection: Connection, archive: Archive) -> None:
    """Fills the tables, which are there and hold what migrations put in at most, and counts. Raises BackupDamaged."""
    known, told = _tables(connection), archive.manifest.tables
    for name, table in told.items():
        if name not in known or not set(table.columns) <= set(known[name]):
            raise BackupDamaged(file=archive.file, reason=f"revision {archive.manifest.revision} has no such {name}")
    with _cursor(connection) as cursor:
        cursor.execute(sql.SQL("TRUNCATE {}").format(_listed(tuple(known))))
    for name in (each for each in _referred_first(connection) if each in told):
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), _listed(told[name].columns))
        try:
            with _cursor(connection) as cursor:
                with cursor.copy(query) as copy:
                    for part in archive.parts(f"tables/{name}.copy"):
                        copy.write(part)
                rows = cursor.rowcount
        except psycopg.Error as error:
            raise BackupDamaged(file=archive.file, reason=f"{name}: {str(error).splitlines()[0]}") from error
        if rows != told[name].rows:
            raise BackupDamaged(file=archive.file, reason=f"{name} has {rows} rows, not {told[name].rows}")
    _count_on(connection)


def _tables(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The tables of the schema with the columns that hold data of their own."""
    inspector = inspect(connection)
    return {
        name: tuple(each["name"] for each in inspector.get_columns(name) if "computed" not in each)
        for name in sorted(inspector.get_table_names())
        if name != REVISION
    }


def _referred_first(connection: Connection) -> list[str]:
    found = MetaData()
    found.reflect(connection)
    return [table.name for table in found.sorted_tables]


def _count_on(connection: Connection) -> None:
    """Lets sequences go on after the greatest number that was loaded."""
    owned = text(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) "
        "FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL"
    )
    for table, column, sequence in connection.execute(owned).all():
        query = sql.SQL("SELECT setval({}, greatest(max({}), 1), max({}) IS NOT NULL) FROM {}")
        with _cursor(connection) as cursor:
            name = sql.Identifier(column)
            cursor.execute(query.format(sql.Literal(sequence), name, name, sql.Identifier(table)))


def _listed(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver: Any = connection.connection.driver_connection
    cursor: psycopg.Cursor[Any] = driver.cursor()
    return cursor
