"""An SQLite database saved while it is written to, and put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import sqlalchemy

from engine.errors import AmicaleError
from webapp.backup.archive import DATABASE, Table, Writer

__all__ = ["DatabaseDamaged", "check", "place", "save"]


class DatabaseDamaged(AmicaleError):
    """The database “{file}” is damaged: {reason}. Restore the latest backup that was made before."""

    code: ClassVar[str] = "database_damaged"


def place(database: sqlalchemy.Engine) -> Path:
    """The file of this database."""
    return Path(str(database.url.database))


def save(database: sqlalchemy.Engine, writer: Writer, folder: Path) -> Path:
    """Puts a consistent copy into the archive, and answers the copy for more questions; the caller deletes it.

    SQLite's own backup copies one snapshot; in WAL mode nobody who writes waits for it. Raises DatabaseDamaged.
    """
    copy = folder / f".amicale-{uuid4().hex}.partial"
    copy.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(place(database))) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        check(copy)
        with _opened(copy) as opened:
            names = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            own = [name for (name,) in names if not name.startswith("sqlite_") and name != "alembic_version"]
            for name in own:
                rows = opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - from its schema
                writer.manifest.tables[name] = Table(rows)
        writer.add(DATABASE, copy)
    except BaseException:
        copy.unlink()
        raise
    return copy


def check(file: Path) -> None:
    """Whether every page and every reference of the file is whole. Raises DatabaseDamaged."""
    try:
        with _opened(file) as opened:
            found = [line for (line,) in opened.execute("PRAGMA integrity_check(5)") if line != "ok"]
            found += [f"a row of {row[0]} refers to nothing" for row in opened.execute("PRAGMA foreign_key_check")][:5]
    except sqlite3.DatabaseError as error:
        raise DatabaseDamaged(file=file, reason=str(error)) from error
    if found:
        raise DatabaseDamaged(file=file, reason="; ".join(found))


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        yield opened
