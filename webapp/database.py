"""The database's schema: brought up to date by migrations, and compared with the tables that the code knows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from engine.errors import Conflict
from webapp.tables import METADATA

MIGRATIONS = Path(__file__).parent / "migrations"


class BrokenKeys(Conflict):
    """The database cannot be brought up to date: {count} rows refer to rows that are not there, first from “{table}” to
    “{other}”. Nothing was changed. Restore a backup, or remove these rows, and start again."""

    code: ClassVar[str] = "broken_keys"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file: the migrations are in the package, the connection is ours."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def newest() -> str | None:
    """The revision that the code expects: asked of every migration's module once a process."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revision(database: sqlalchemy.Engine) -> str | None:
    """The revision that the database has; None where it has no tables of ours."""
    with database.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same within a transaction."""
    return MigrationContext.configure(connection).get_current_revision()


def revisions() -> frozenset[str]:
    """Every revision that the code can bring to the newest."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def upgrade(database: sqlalchemy.Engine) -> bool:
    """Brings the database to the newest revision, in one transaction. Answers whether there was anything to do."""
    if revision(database) == newest():
        return False
    with migrating(database) as connection:
        upgrade_to(connection, "head")
    return True


@contextmanager
def migrating(database: sqlalchemy.Engine) -> Iterator[Connection]:
    """A transaction in which migrations may make a table anew, as SQLite asks for most changes of a column: the former
    one is dropped while others refer to it, so that keys are looked at once, at the end. Raises BrokenKeys."""
    with database.connect() as connection:
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):  # within a transaction it would say nothing
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if database.dialect.name == "sqlite":
                    _look_at_keys(connection)
        finally:
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA foreign_keys=ON")


def _look_at_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise BrokenKeys(count=len(broken), table=broken[0][0], other=broken[0][2])


def upgrade_to(connection: Connection, revision: str) -> None:
    """Brings the database up to this revision, in the connection's transaction."""
    command.upgrade(configuration(connection), revision)


def differences(database: sqlalchemy.Engine) -> list[Any]:
    """What a migration would have to change for the database to match the code; empty where they agree."""
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        )
        return list(compare_metadata(context, METADATA))


def write_revision(database: sqlalchemy.Engine, message: str) -> Path:
    """Writes the migration from the database's schema to the code's: for developers. Answers its file."""
    number = len(list((MIGRATIONS / "versions").glob("[0-9]*.py"))) + 1
    with database.begin() as connection:
        script = command.revision(configuration(connection), message=message, autogenerate=True, rev_id=f"{number:04}")
    newest.cache_clear()
    assert not isinstance(script, list)
    assert script is not None
    return Path(script.path)
