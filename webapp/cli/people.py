"""`amicale import-people`: people from a CSV file, looked at before, and taken back where it was wrong."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
from rich.console import Console

from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli.feel import speaker
from webapp.cli.import_telling import (
    SHOWN,
    of_line,
    say_taken_back,
    show_counts,
    show_made,
    show_rejected,
    write_rejected,
)
from webapp.cli.terminal import console
from webapp.expression_words import Say
from webapp.house import erasure_key
from webapp.settings import Settings
from workflows.association import import_journal, import_lines, import_log, people_import
from workflows.association.import_lines import Sheet
from workflows.association.people_import import Plan


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would change, field by field.")
@click.option("--all", "everything", is_flag=True, help=f"Show every line, not the first {SHOWN} of each kind.")
@click.option("--rejected", type=click.Path(dir_okay=False, path_type=Path), help="Write rejected lines to this file.")
@click.option("--undo", type=click.UUID, metavar="ID", help="Take the import with this ID back.")
@click.option("--list", "listing", is_flag=True, help="List the imports that were carried out.")
def import_people(
    file: Path | None, dry_run: bool, everything: bool, rejected: Path | None, undo: UUID | None, listing: bool
) -> None:
    """Import people from FILE, a CSV file (UTF-8 or Windows-1252; ; or , between cells; a heading first).

    A line that matches a known person changes that person; an empty cell leaves what is known; nobody is deleted.
    Lines that cannot go in are reported with number and reason, the others go in, all in one transaction. The import
    gets an ID by which --undo takes it back. Ends with 1 where lines were rejected.
    """
    settings, out = Settings.from_environment(), console()
    say = speaker(settings.language)
    with open_engine(settings) as engine:
        if listing:
            show_imports(engine, out, say)
        elif undo is not None:
            with transaction(engine) as session:
                import_journal.undo(session, undo, now=engine.clock.now())
            out.print(say("The import {id} is undone.").format(id=undo), markup=False)
        elif file is None:
            raise click.UsageError("Name a FILE, or --list, or --undo ID.")
        else:
            sheet = import_lines.read(file.read_bytes(), name=file.name)
            planned = carry_out(engine, sheet, out, say, erasure_key(settings), dry_run=dry_run)
            show(planned, out, settings.language, None if everything else SHOWN, changes=dry_run)
            if rejected is not None:
                write_rejected(planned.rejected, rejected, settings.language)
            raise SystemExit(bool(planned.rejected))


def carry_out(engine: Engine, sheet: Sheet, out: Console, say: Say, key: bytes, *, dry_run: bool) -> Plan:
    """Plans the import and, unless it is a dry run, carries it out in the same transaction."""
    if dry_run:
        with reading(engine) as session, out.status(say("Comparing with the people who are known …")):
            return people_import.plan(session, sheet, key)
    with transaction(engine) as session, out.status(say("Importing …")):
        planned = people_import.plan(session, sheet, key)
        made = import_journal.carry_out(session, planned, by=SYSTEM.id, now=engine.clock.now())
    say_taken_back(out, say, f"amicale import-people --undo {made}")
    return planned


def show(planned: Plan, out: Console, language: str, limit: int | None, *, changes: bool) -> None:
    """Prints the counts, for a dry run each change, and each rejected line with its reason."""
    say = speaker(language)
    show_counts(planned, planned.sheet.ignored, out, say)
    if changes:
        for line in planned.added[:limit]:
            values = " ".join(str(line.values.get(name, "")) for name in ("first_names", "birth_name"))
            out.print(f"+ {of_line(line.number, values, say)}", style="green", markup=False)
        for change in planned.changed[:limit]:
            said = [f"{name}{say(': ')}{before or '–'} → {after}" for name, (before, after) in change.fields.items()]
            said += [f"+ {new}" for new in (change.email, change.phone) if new]
            said += [f"+ {change.diploma[0]} {change.diploma[1]}"] if change.diploma else []
            out.print(f"~ {of_line(change.line, say('; ').join(said), say)}", style="yellow", markup=False)
    show_rejected(planned.rejected, out, language, limit)


def show_imports(engine: Engine, out: Console, say: Say) -> None:
    """Prints every import, the latest first."""
    with reading(engine) as session:
        for each in import_log.made(session, [import_log.PEOPLE]):
            show_made(each, out, say)
