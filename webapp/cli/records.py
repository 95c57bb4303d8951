"""`amicale import`: what an association brings along, looked at before, and taken back where it was wrong."""

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
from webapp.settings import Settings
from workflows.association import import_journal, import_log, import_records, import_undo
from workflows.association.case_variables import local_day
from workflows.association.import_kinds import KINDS
from workflows.association.import_records import Entry, Kind, RecordPlan
from workflows.association.mentoring import bringing


@click.command("import")
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Change nothing; show what would change, field by field.")
@click.option("--all", "everything", is_flag=True, help=f"Show every line, not the first {SHOWN} of each kind.")
@click.option("--rejected", type=click.Path(dir_okay=False, path_type=Path), help="Write rejected lines to this file.")
@click.option("--begin", is_flag=True, help="Mentorships: begin the case of each running pair.")
@click.option("--undo", type=click.UUID, metavar="ID", help="Take the import with this ID back.")
@click.option("--list", "listing", is_flag=True, help="List the imports of this kind that were carried out.")
def import_records_of(
    kind: str, file: Path | None, dry_run: bool, everything: bool, begin: bool, rejected: Path | None,
    undo: UUID | None, listing: bool,
) -> None:  # fmt: skip
    """Import memberships, gifts, mandates or mentorships from FILE, a CSV file with a heading (; or , between cells).

    Each line belongs to a known person, by member number or by name with birth date, e-mail address or diploma: import
    the people first (amicale import-people), then their memberships, then the rest. Lines that cannot go in are
    reported with number, column and how to mend them; the others go in, all in one transaction. The import gets an ID
    by which --undo takes it back. Nothing is written to anybody and no case begins, save, with --begin, those of the
    pairs, which ask at their next date; after that an import is not undone. Ends with 1 where lines were rejected.
    """
    settings, out = Settings.from_environment(), console()
    say = speaker(settings.language)
    with open_engine(settings) as engine:
        if listing:
            show_imports(engine, out, kind, say)
        elif undo is not None:
            with transaction(engine) as session:
                import_journal.undo(session, undo, now=engine.clock.now())
            out.print(say("The import {id} is undone.").format(id=undo), markup=False)
        elif file is None:
            raise click.UsageError("Name a FILE, or --list, or --undo ID.")
        else:
            planned = carry_out(engine, KINDS[kind], file, out, say, dry_run=dry_run)
            if begin and not dry_run:
                with transaction(engine) as session:
                    begun = bringing.begin_cases(session, engine)
                    out.print(say("Cases of pairs begun: {count}.").format(count=begun), markup=False)
            show(planned, out, settings.language, None if everything else SHOWN, changes=dry_run)
            if rejected is not None:
                write_rejected(planned.rejected, rejected, settings.language)
            raise SystemExit(bool(planned.rejected))


def carry_out(engine: Engine, kind: Kind, file: Path, out: Console, say: Say, *, dry_run: bool) -> RecordPlan:
    """Plans the import and, unless it is a dry run, carries it out in the same transaction."""
    now = engine.clock.now()
    today, body = local_day(now, engine.settings.zone), file.read_bytes()
    if dry_run:
        with reading(engine) as session, out.status(say("Comparing with what is known …")):
            return import_records.plan(session, kind, body, name=file.name, today=today, now=now)
    with transaction(engine) as session, out.status(say("Importing …")):
        planned = import_records.plan(session, kind, body, name=file.name, today=today, now=now)
        made = import_undo.carry_out(session, planned, by=SYSTEM.id, now=now)
    say_taken_back(out, say, f"amicale import {kind.name} --undo {made}")
    return planned


def show(planned: RecordPlan, out: Console, language: str, limit: int | None, *, changes: bool) -> None:
    """Prints the counts, for a dry run each line, and each rejected line with its reason."""
    say = speaker(language)
    show_counts(planned, planned.ignored, out, say)
    if changes:
        for entry in planned.added[:limit]:
            out.print(f"+ {of_line(entry.line, entry.title, say)}", style="green", markup=False)
        for entry in planned.changed[:limit]:
            told = f"{entry.title}{say(': ')}{difference(entry, say)}"
            out.print(f"~ {of_line(entry.line, told, say)}", style="yellow", markup=False)
    show_rejected(planned.rejected, out, language, limit)


def difference(entry: Entry, say: Say) -> str:
    """Field by field, before and after."""
    return say("; ").join(f"{name}{say(': ')}{before} → {after}" for name, (before, after) in entry.changes.items())


def show_imports(engine: Engine, out: Console, kind: str, say: Say) -> None:
    """Prints every import of a kind, the latest first."""
    with reading(engine) as session:
        for each in import_log.made(session, [kind]):
            show_made(each, out, say)
