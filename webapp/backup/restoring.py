"""`amicale restore`: a backup becomes an installation, which is muted: nothing leaves it until somebody opens it.

The documents are written first and the database last, in one transaction or by one rename: until then nothing is there.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import ClassVar

import sqlalchemy
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.orm import Session

from engine.database import connect
from engine.engine import Engine
from engine.errors import Conflict, Invalid
from engine.muting import mute
from webapp import database
from webapp.backup import postgresql, sqlite
from webapp.backup.archive import DATABASE, Archive, reading

__all__ = ["BackupOfOther", "BackupTooNew", "TargetNotEmpty", "restore"]

RESTORER = "operator"


class TargetNotEmpty(Conflict):
    """There is data at {place} already. Restore to an empty place, or say --force: what is there is then replaced."""

    code: ClassVar[str] = "target_not_empty"


class BackupOfOther(Invalid):
    """The backup is of a {made} database, the settings name a {wanted} one. AMICALE_DATABASE_URL says which."""

    code: ClassVar[str] = "backup_of_other"


class BackupTooNew(Invalid):
    """The backup has the schema {revision}, which this version does not know. Install the version that made it."""

    code: ClassVar[str] = "backup_too_new"


def restore(engine: Engine, documents: Path, file: Path, *, force: bool = False) -> Archive:
    """Puts the backup in the place that the engine's settings name, at the newest schema, muted.

    With `force`, an SQLite file and a folder of documents that are there are put aside under another name; tables of
    PostgreSQL are dropped. Raises BackupDamaged, BackupOfOther, BackupTooNew, TargetNotEmpty.
    """
    with reading(file) as archive:
        archive.verify()
        _fits(engine, archive)
        if not force:
            _refuse_to_replace(engine, documents)
        now = engine.clock.now()
        with _documents(archive, documents, now):
            if archive.manifest.database == "sqlite":
                _restore_sqlite(engine, archive, now)
            else:
                _restore_postgresql(engine, archive)
        return archive


def _fits(engine: Engine, archive: Archive) -> None:
    told, name = archive.manifest, engine.database.dialect.name
    if told.database != name:
        raise BackupOfOther(made=told.database, wanted=name)
    if told.revision not in database.revisions():
        raise BackupTooNew(revision=told.revision)


def _refuse_to_replace(engine: Engine, documents: Path) -> None:
    if documents.exists() and any(documents.iterdir()):
        raise TargetNotEmpty(place=documents)
    if engine.database.dialect.name == "sqlite" and not sqlite.place(engine.database).exists():
        return
    with engine.database.connect() as connection:
        for name in inspect(connection).get_table_names():
            quoted = engine.database.dialect.identifier_preparer.quote(name)
            first = connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first()  # noqa: S608 - from its schema
            if first is not None and name != postgresql.REVISION:
                raise TargetNotEmpty(place=f"{engine.database.url.render_as_string()} ({name})")


@contextmanager
def _documents(archive: Archive, directory: Path, now: datetime) -> Iterator[None]:
    """The documents in their folder while the database is written; gone again where that fails."""
    draft = directory.with_name(f"{directory.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    for name in archive.manifest.documents:
        place = draft / name.removeprefix("files/")
        place.parent.mkdir(exist_ok=True)
        archive.extract(name, place)
    aside = _put_aside(directory, now)
    draft.rename(directory)
    try:
        yield
    except BaseException:
        shutil.rmtree(directory)
        if aside is not None:
            aside.rename(directory)
        raise


def _put_aside(place: Path, now: datetime) -> Path | None:
    """Renames what is there; answers where it is now."""
    if not place.exists():
        return None
    names = (f"{place.name}.before-{now:%Y%m%dT%H%M%SZ}-{number}" for number in itertools.count(1))
    aside = next(each for name in names if not (each := place.with_name(name)).exists())
    place.rename(aside)
    return aside


def _restore_sqlite(engine: Engine, archive: Archive, now: datetime) -> None:
    target = sqlite.place(engine.database)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.restoring")
    draft.unlink(missing_ok=True)
    archive.extract(DATABASE, draft)
    sqlite.check(draft)
    opened = connect(f"sqlite:///{draft}")
    try:
        database.upgrade(opened)
        with opened.begin() as connection:
            _mute(engine, connection)
    finally:
        opened.dispose()
    engine.database.dispose()
    for name in (target.name, f"{target.name}-wal", f"{target.name}-shm"):
        _put_aside(target.with_name(name), now)
    draft.replace(target)


def _restore_postgresql(engine: Engine, archive: Archive) -> None:
    with engine.database.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)
        database.upgrade_to(connection, archive.manifest.revision)
        postgresql.load(connection, archive)
        database.upgrade_to(connection, "head")
        _mute(engine, connection)
    _analyze(engine.database)


def _analyze(opened: sqlalchemy.Engine) -> None:
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _mute(engine: Engine, connection: Connection) -> None:
    with Session(connection) as session:
        mute(session, engine, RESTORER, "restored")
        session.flush()
