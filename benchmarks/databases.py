"""Real databases for measurements: a SQLite file or a PostgreSQL server of our own, each with a clone; fsync is on."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from engine.database import prepare_sqlite
from tests.postgres import PostgresServer


class Server(Protocol):
    """A database and its clone."""

    kind: str
    url: str
    clone_url: str

    def clone(self) -> None:
        """Copies the database as it stands; nobody may be connected."""


@dataclass(frozen=True, slots=True)
class SqliteServer:
    """A file in a temporary folder."""

    folder: Path
    kind: str = "sqlite"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'amicale.db'}"

    @property
    def clone_url(self) -> str:
        return f"sqlite:///{self.folder / 'clone.db'}"

    def clone(self) -> None:
        with sqlite3.connect(self.folder / "amicale.db") as source, sqlite3.connect(self.folder / "clone.db") as target:
            source.backup(target)


@dataclass(frozen=True, slots=True)
class Plain:
    """A driver connection in autocommit mode, and the words that begin a transaction there."""

    connection: Any
    begin: str


@contextmanager
def serve(kind: str) -> Iterator[Server]:
    """A fresh server of this kind, removed at the end."""
    if kind == "postgresql":
        yield from _postgresql()
        return
    folder = Path(tempfile.mkdtemp(prefix="amicale-benchmark-"))
    try:
        yield SqliteServer(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def plain_connection(url: str) -> Iterator[Plain]:
    """A connection without SQLAlchemy, set as the product sets its own."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        prepare_sqlite(connection)
        plain = Plain(connection, "BEGIN IMMEDIATE")
    else:
        plain = Plain(psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True), "BEGIN")
    try:
        yield plain
    finally:
        plain.connection.close()


@dataclass(frozen=True, slots=True)
class PostgresqlServer:
    """A database on a server of our own."""

    server: PostgresServer
    kind: str = "postgresql"

    @property
    def url(self) -> str:
        return self.server.url("amicale")

    @property
    def clone_url(self) -> str:
        return self.server.url("clone")

    def at(self, port: int) -> str:
        """The database through a port that leads to the server; in the clear, as this port is read."""
        return f"postgresql://amicale@127.0.0.1:{port}/amicale?sslmode=disable&gssencmode=disable"

    def clone(self) -> None:
        self.server.create_database("clone", template="amicale")


def _postgresql() -> Iterator[Server]:
    server = PostgresServer.create()
    try:
        server.start(fsync=True)
        server.create_database("amicale")
        yield PostgresqlServer(server)
    finally:
        server.stop()
        server.remove()
