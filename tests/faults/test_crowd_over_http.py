"""Twelve members complete the twelve tasks of one case at the same instant, over HTTP."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.crowd import PEOPLE, run
from benchmarks.office import Office, WebProcess, furnish, hire, office
from tests.fixtures.pages import SECRET
from tests.postgres import PostgresServer
from tests.waitress_thread import running
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.browser_code import Manifest
from webapp.serving import open_server
from webapp.settings import Settings


@contextmanager
def served(settings: Settings, manifest: Manifest) -> Iterator[WebProcess]:
    """A web server of its own on this database, in a thread: it shares nothing with the others but the rows."""
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    settings = replace(settings, listen_port=port, public_url="").completed()
    with (
        open_engine(settings) as engine,
        running(open_server(create_app(settings, engine, manifest=manifest), settings)),
    ):
        yield WebProcess(port, os.getpid())


@pytest.mark.postgresql
def test_twelve_members_at_once(
    postgres_server: PostgresServer, migrated_postgres: str, tmp_path: Path, manifest: Manifest
) -> None:
    url = postgres_server.create_database("crowd", template=migrated_postgres)
    settings = Settings(database_url=url, var_directory=tmp_path, secret_key=SECRET).completed()
    with ExitStack() as stack:
        engine = stack.enter_context(open_engine(settings))
        furnish(engine, PEOPLE)
        people = [hire(engine, number) for number in range(PEOPLE)]
        web = [stack.enter_context(served(settings, manifest)) for _ in range(2)]
        found = run(Office(web, people, engine, "desk"), rounds=2)
    assert dict(found.statuses) == {303: 2 * PEOPLE}
    assert (found.ended, found.doubled) == (2, 0)


@pytest.mark.campaign
@pytest.mark.postgresql
def test_twelve_members_a_hundred_times() -> None:
    with office("postgresql", processes=4, people=PEOPLE, tasks=PEOPLE) as it:
        found = run(it, rounds=100)
    assert dict(found.statuses) == {303: 100 * PEOPLE}
    assert (found.ended, found.doubled) == (100, 0)
