"""`amicale backup`: the database at one moment and the documents that it speaks of, in one checked file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from engine.engine import Engine
from webapp import database
from webapp.backup import postgresql, sqlite
from webapp.backup.archive import Dialect, Manifest, Writer, writing
from webapp.files.store import path_of

__all__ = ["back_up", "forget_old", "name_of"]

PATTERN = "amicale-*.backup"
DOCUMENTS = "SELECT id FROM stored_file WHERE erased_at IS NULL ORDER BY id"


def name_of(engine: Engine) -> str:
    """The name of a backup that is made now; names sort by time."""
    return f"amicale-{engine.clock.now():%Y%m%dT%H%M%SZ}.backup"


def back_up(engine: Engine, documents: Path, target: Path) -> Manifest:
    """Writes the backup while everything runs, then reads it again. Raises BackupThere, DatabaseDamaged.

    The database comes first, the documents after it: bytes are written before their row and erased after it, so that
    every document of the snapshot is there, but for those that were erased meanwhile.
    """
    dialect: Dialect = "postgresql" if engine.database.dialect.name == "postgresql" else "sqlite"
    made = Manifest(f"{engine.clock.now():%Y-%m-%dT%H:%M:%SZ}", dialect, "")
    with writing(target, made) as writer:
        if dialect == "sqlite":
            copy = sqlite.save(engine.database, writer, target.parent)
            try:
                _ask_sqlite(copy, writer, documents)
            finally:
                copy.unlink()
        else:
            _ask_postgresql(engine, writer, documents)
    return made


def _ask_sqlite(copy: Path, writer: Writer, documents: Path) -> None:
    with closing(sqlite3.connect(copy)) as opened:
        writer.manifest.revision = opened.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        _add_documents(writer, documents, (UUID(found) for (found,) in opened.execute(DOCUMENTS)))


def _ask_postgresql(engine: Engine, writer: Writer, documents: Path) -> None:
    with postgresql.snapshot(engine.database) as connection:
        writer.manifest.revision = database.revision_of(connection) or ""
        postgresql.save(connection, writer)
        found = connection.execute(text(DOCUMENTS)).scalars().all()
    _add_documents(writer, documents, found)


def _add_documents(writer: Writer, documents: Path, ids: Iterable[UUID]) -> None:
    for each in ids:
        file = path_of(documents, each)
        try:
            writer.add(f"files/{each.hex[:2]}/{each.hex}", file, packed=False)
        except FileNotFoundError:
            writer.manifest.lacking.append(str(each))


def forget_old(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest `keep` backups of a folder; answers which."""
    old = sorted(folder.glob(PATTERN))[:-keep]
    for file in old:
        file.unlink()
    return old
