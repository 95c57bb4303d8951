"""`amicale import-school`: the school's files of entrants and of graduates."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from rich.console import Console

from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli import people
from webapp.cli.feel import speaker
from webapp.cli.import_telling import SHOWN, say_taken_back, show_rejected
from webapp.cli.terminal import console
from webapp.house import erasure_key
from webapp.settings import Settings
from workflows.association import import_journal, import_lines, people_import
from workflows.association.case_variables import local_day
from workflows.association.import_lines import Sheet
from workflows.association.import_school import graduate, invite, withdraw

ENTRANTS, GRADUATES = "entrants", "graduates"


@click.command()
@click.argument("which", type=click.Choice((ENTRANTS, GRADUATES)))
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Change nothing and tell nobody; show what would happen.")
@click.option("--undo", type=click.UUID, metavar="ID", help="Take the file of entrants with this ID back.")
def import_school(which: str, file: Path | None, dry_run: bool, undo: UUID | None) -> None:
    """Import the school's FILE of entrants or of graduates, a CSV file as for amicale import-people.

    Entrants become people with their course, and everybody who is no member yet is invited to join. Graduates must be
    known: a student member becomes a graduate with the first year offered. The same file again tells nobody twice.
    """
    settings, out = Settings.from_environment(), console()
    say = speaker(settings.language)
    with open_engine(settings) as engine:
        if undo is not None:
            with transaction(engine) as session:
                withdraw(session, engine, undo, by=SYSTEM)
            out.print(say("The import {id} is undone.").format(id=undo), markup=False)
        elif file is None:
            raise click.UsageError("Name a FILE, or --undo ID.")
        else:
            sheet = import_lines.read(file.read_bytes(), name=file.name)
            act = entrants if which == ENTRANTS else graduates
            raise SystemExit(act(engine, sheet, out, settings, dry_run=dry_run))


def entrants(engine: Engine, sheet: Sheet, out: Console, settings: Settings, *, dry_run: bool) -> bool:
    """Imports and invites, in one transaction; answers whether lines were rejected."""
    if dry_run:
        with reading(engine) as session:
            planned = people_import.plan(session, sheet, erasure_key(settings))
    else:
        now = engine.clock.now()
        with transaction(engine) as session:
            planned = people_import.plan(session, sheet, erasure_key(settings))
            made = import_journal.carry_out(session, planned, by=SYSTEM.id, now=now)
            invited = invite(session, engine, sheet, local_day(now, engine.settings.zone), by=SYSTEM)
        say = speaker(settings.language)
        out.print(say("Invited: {count}.").format(count=invited), markup=False)
        say_taken_back(out, say, f"amicale import-school {ENTRANTS} --undo {made}")
    people.show(planned, out, settings.language, SHOWN, changes=dry_run)
    return bool(planned.rejected)


def graduates(engine: Engine, sheet: Sheet, out: Console, settings: Settings, *, dry_run: bool) -> bool:
    """Tells of each graduate, in one transaction; answers whether lines were rejected."""
    with transaction(engine) as session:
        told, rejected = graduate(session, engine, sheet, by=SYSTEM, dry_run=dry_run)
    say = speaker(settings.language)
    said = say("{told} graduates, {rejected} rejected")
    out.print(said.format(told=told, rejected=len(rejected)), markup=False)
    show_rejected(rejected, out, settings.language, None)
    return bool(rejected)
