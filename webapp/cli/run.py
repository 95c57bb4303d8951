"""`amicale run`: everything on this machine, from nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp import database, definitions, demonstration
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.browser_code import Manifest
from webapp.cli import assets
from webapp.cli.terminal import console
from webapp.logs import write_logs
from webapp.memory import settle
from webapp.serving import serve
from webapp.settings import Settings
from workflows.association import parameters
from workflows.association.demo import begin_cases, begin_programmes

SHOWN = 25


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), help="Port to listen on; AMICALE_LISTEN_PORT otherwise.")
@click.option("--demo/--no-demo", default=True, help="Load the demo association into an empty database (default).")
def run(port: int | None, demo: bool) -> None:
    """Start Amicale on this machine: web pages and scheduler, on http://127.0.0.1:8000.

    What is missing is made first, under var/: the database, its tables, a demo association, the browser code. The
    processes of workflows/ are deployed. Ctrl+C ends it; nothing is lost, also not by pulling the plug.
    """
    settings = Settings.from_environment(listen_port=port)
    write_logs(settings)
    out = console()
    with open_engine(settings) as engine:
        prepare(engine, settings, out, demo=demo and not settings.production)
        app = create_app(settings, engine)
        settle()
        serve(app, engine, settings, ready=lambda: welcome(engine, settings, out))
    out.print("Stopped.")


def prepare(engine: Engine, settings: Settings, out: Console, *, demo: bool) -> None:
    """Makes what is missing, and says so step by step."""
    if not Manifest().built:
        with step(out, "Building the browser code"):
            assets.build()
    with step(out, "Bringing the database up to date"):
        database.upgrade(engine.database)
    fresh = demo and demonstration.empty(engine)
    if fresh:
        with step(out, "Loading the association of the demonstration"):
            demonstration.load(engine, size="default", today=today(engine, settings))
    with transaction(engine) as session:
        parameters.deliver(session, on=today(engine, settings), now=engine.clock.now())
    with step(out, "Deploying the processes"), transaction(engine) as session:
        definitions.deploy(session, engine, (definitions.OWN,), reason="amicale run")
    if fresh:
        with step(out, "Starting a few applications"):
            begin_cases(engine)
        with step(out, "Letting a career group and a dozen pairs live for a while"):
            begin_programmes(engine)


def today(engine: Engine, settings: Settings) -> date:
    """The day it is for the association."""
    return engine.clock.now().astimezone(ZoneInfo(settings.zone)).date()


@contextmanager
def step(out: Console, what: str) -> Iterator[None]:
    """Shows that something goes on, then how long it took."""
    start = time.monotonic()
    with out.status(f"{what} …"):
        yield
    out.print(f"[green]✓[/] {what} [dim]{time.monotonic() - start:.1f} s[/]")


def welcome(engine: Engine, settings: Settings, out: Console) -> None:
    """Says where the pages are and who can sign in."""
    out.print(
        f"\n[bold]{escape(settings.association)}[/] is at [bold]{escape(settings.public_url)}[/]  (Ctrl+C ends it)\n"
    )
    if settings.production:
        return
    with reading(engine) as session:
        desks = demonstration.desks(session, today(engine, settings), settings.language)
        member = demonstration.member(session)
    if not desks:
        out.print("Nobody can sign in yet: `amicale password ADDRESS` gives a person a password.")
        return
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column("Sign in as", no_wrap=True)
    table.add_column("Address", no_wrap=True)
    table.add_column("Roles")
    for desk in desks[:SHOWN]:
        table.add_row(*map(escape, (desk.name, desk.address, ", ".join(desk.roles))))
    out.print(table)
    if len(desks) > SHOWN:
        out.print(f"… and {len(desks) - SHOWN} more.")
    out.print(f"\nThe password of the demonstration is [bold]{demonstration.PASSWORD}[/]")
    example = f", for example {member}" if member else ""
    out.print(f"Members sign in with a code by mail{example}; the mails are at {settings.public_url}/mailbox/\n")
