"""`amicale import-people`: people from a CSV file, looked at before, and taken back where it was wrong."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console

from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.house import erasure_key
from webapp.settings import Settings
from workflows.association import import_journal, import_lines, import_log, import_wording, people_import
from workflows.association.import_lines import Rejected, Sheet
from workflows.association.people_import import Plan

SHOWN = 20


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
    with open_engine(settings) as engine:
        if listing:
            show_imports(engine, out)
        elif undo is not None:
            with transaction(engine) as session:
                import_journal.undo(session, undo, now=engine.clock.now())
            out.print(f"The import {undo} is undone.")
        elif file is None:
            raise click.UsageError("Name a FILE, or --list, or --undo ID.")
        else:
            sheet = import_lines.read(file.read_bytes(), name=file.name)
            planned = carry_out(engine, sheet, out, erasure_key(settings), dry_run=dry_run)
            show(planned, out, settings.language, None if everything else SHOWN, changes=dry_run)
            if rejected is not None:
                write_rejected(planned.rejected, rejected, settings.language)
            raise SystemExit(bool(planned.rejected))


def carry_out(engine: Engine, sheet: Sheet, out: Console, key: bytes, *, dry_run: bool) -> Plan:
    """Plans the import and, unless it is a dry run, carries it out in the same transaction."""
    if dry_run:
        with reading(engine) as session, out.status("Comparing with the people who are known …"):
            return people_import.plan(session, sheet, key)
    with transaction(engine) as session, out.status("Importing …"):
        planned = people_import.plan(session, sheet, key)
        made = import_journal.carry_out(session, planned, by=SYSTEM.id, now=engine.clock.now())
    out.print(f"Imported. To take it back: amicale import-people --undo {made}")
    return planned


def show(planned: Plan, out: Console, language: str, limit: int | None, *, changes: bool) -> None:
    """Prints the counts, for a dry run each change, and each rejected line with its reason."""
    out.print(
        f"{planned.seen} lines: {len(planned.added)} new people, {len(planned.changed)} changed, "
        f"{planned.unchanged} unchanged, {len(planned.rejected)} rejected"
    )
    if planned.sheet.ignored:
        out.print(f"Columns that mean nothing here: {', '.join(planned.sheet.ignored)}", markup=False)
    if changes:
        for line in planned.added[:limit]:
            values = " ".join(str(line.values.get(name, "")) for name in ("first_names", "birth_name"))
            out.print(f"+ line {line.number}: {values}", style="green", markup=False)
        for change in planned.changed[:limit]:
            said = [f"{name}: {before or '–'} → {after}" for name, (before, after) in change.fields.items()]
            said += [f"+ {new}" for new in (change.email, change.phone) if new]
            said += [f"+ {change.diploma[0]} {change.diploma[1]}"] if change.diploma else []
            out.print(f"~ line {change.line}: {'; '.join(said)}", style="yellow", markup=False)
    for each in planned.rejected[:limit]:
        out.print(f"line {each.line}: {import_wording.reason(each, language)}", style="red", markup=False)
    if limit is not None and len(planned.rejected) > limit:
        out.print(f"… and {len(planned.rejected) - limit} more: --all shows them, --rejected FILE writes them.")


def write_rejected(rejected: Sequence[Rejected], target: Path, language: str) -> None:
    """Writes line numbers and reasons, for a spreadsheet."""
    with target.open("w", encoding="utf-8-sig", newline="") as opened:
        rows = csv.writer(opened, delimiter=";")
        rows.writerow(("line", "reason"))
        rows.writerows((each.line, import_wording.reason(each, language)) for each in rejected)


def show_imports(engine: Engine, out: Console) -> None:
    """Prints every import, the latest first."""
    with reading(engine) as session:
        for each in import_log.made(session, import_log.PEOPLE):
            state = f"  undone {each.undone_at:%Y-%m-%d %H:%M}" if each.undone_at else ""
            counts = f"{each.added} new, {each.changed} changed"
            out.print(f"{each.id}  {each.at:%Y-%m-%d %H:%M}  {each.name}: {counts}{state}", markup=False)
