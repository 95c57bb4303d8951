"""`amicale migrate`: the database's schema."""

from __future__ import annotations

import click

from engine.transaction import transaction
from webapp import database
from webapp.assembly import open_engine
from webapp.cli.run import today
from webapp.cli.terminal import console
from webapp.settings import Settings
from workflows.association import parameters


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; end with 1 where the database is behind.")
def migrate(check: bool) -> None:
    """Bring the database to the newest revision of its schema.

    Run it once after each upgrade, before the web processes start. A database that is up to date is left as it is. The
    figures that this version brings become rows of their tables; what somebody decided stays as it is.
    """
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        if check:
            here, newest = database.revision(engine.database), database.newest()
            console().print(f"The database is at {here or 'nothing'}, the code expects {newest}.")
            raise SystemExit(here != newest)
        changed = database.upgrade(engine.database)
        now = database.revision(engine.database)
        console().print(f"The database is {'now' if changed else 'already'} at revision {now}.")
        with transaction(engine) as session:
            new = parameters.deliver(session, on=today(engine, settings), now=engine.clock.now())
        if new:
            console().print(f"Rows that this version brings to the parameter tables: {new}.")


@click.command(hidden=True)
@click.argument("message")
def revise(message: str) -> None:
    """Write the migration from the database's schema to the code's tables (for developers).

    MESSAGE says what changes, in a few words. Read the written file before you commit it.
    """
    with open_engine(Settings.from_environment()) as engine:
        console().print(f"Written: {database.write_revision(engine.database, message)}", markup=False)
