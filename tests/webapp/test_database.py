"""The migrations make exactly the tables that the code knows, on both databases."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from engine.database import connect
from tests.postgres import PostgresServer
from tests.repository.sources import modules, tree
from webapp import database, tables


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(f"bare_{tmp_path.name}"[:60].lower())
    opened = connect(url)
    yield opened
    opened.dispose()


def test_migrations_match_the_models(bare: sqlalchemy.Engine) -> None:
    assert database.upgrade(bare)
    assert database.differences(bare) == []
    assert database.revision(bare) == database.newest()
    assert not database.upgrade(bare), "a second time there is nothing to do"


def test_a_lacking_column_would_be_found(tmp_path: Path) -> None:
    opened = connect(f"sqlite:///{tmp_path / 'x.db'}")
    database.upgrade(opened)
    with opened.begin() as connection:
        connection.execute(sqlalchemy.text("ALTER TABLE account DROP COLUMN language"))
    assert ("add_column", "account", "language") in [
        (change[0], change[2], change[3].name) for change in database.differences(opened) if change[0] == "add_column"
    ]
    opened.dispose()


def test_every_module_with_tables_is_known() -> None:
    known = {module.__name__ for module in tables.MODULES}
    declared = {
        str(module).removesuffix(".py").replace("/", ".")
        for module in modules()
        if any(isinstance(node, ast.Name) and node.id == "__tablename__" for node in ast.walk(tree(module)))
    }
    assert declared == known
