"""`amicale backup` and `amicale restore`: everything in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from webapp.assembly import open_engine
from webapp.backup import archive, saving
from webapp.backup.archive import Manifest
from webapp.backup.restoring import restore as restore_from
from webapp.cli.terminal import console
from webapp.house import association_of
from webapp.settings import Settings
from workflows.association.privacy import requests

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("target", type=FILE, default=Path())
@click.option("--keep", type=click.IntRange(1, 10_000), help="Then delete all but this many backups of the folder.")
@click.option("--check", is_flag=True, help="Write nothing: read the backup TARGET and compare it with its digests.")
def backup(target: Path, keep: int | None, check: bool) -> None:
    """Save the database and the uploaded documents in one file, while everything runs, and read it again.

    TARGET is a folder, in which a name with the time is taken, or a file that is not there yet. The file holds personal
    data: keep it as you keep the database. It does not hold the settings and their secrets.
    """
    out = console()
    if check:
        with archive.reading(target) as found:
            found.verify()
            say(out, target, found.manifest)
        return
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        file = target / saving.name_of(engine) if target.is_dir() else target
        made = saving.back_up(engine, documents(settings), file)
        say(out, file, made)
    for old in saving.forget_old(file.parent, keep) if keep else ():
        out.print(f"Deleted: {old}", markup=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there (an SQLite file and the documents are put aside).")
def restore(file: Path, force: bool) -> None:
    """Put the backup FILE where the settings say, bring it to the newest schema, and hold back all that would leave.

    Stop Amicale first. Mails, webhooks and payments wait until an administrator lets them leave, by `amicale unmute` or
    on the page “What leaves the house”: what the original sent after the backup would be sent a second time.
    """
    settings, out = Settings.from_environment(), console()
    with open_engine(settings) as engine:
        found = restore_from(engine, documents(settings), file, force=force)
        out.print(f"Restored to {engine.database.url.render_as_string()}.", markup=False)
        again = requests.replay(engine, association_of(settings, engine.clock))
        if again:
            out.print(f"{again} people were erased after this backup was made: they are erased again.")
    say(out, file, found.manifest)
    out.print("Nothing leaves yet. `amicale doctor` looks it over; `amicale unmute` lets mails and payments leave.")


def documents(settings: Settings) -> Path:
    """Where the uploaded documents lie."""
    return settings.files_directory or settings.var_directory / "files"


def say(out: Console, file: Path, told: Manifest) -> None:
    """What is in the backup, in two lines."""
    size = file.stat().st_size / 1e6
    out.print(f"{file}: whole, {size:,.1f} MB, {told.database}, schema {told.revision}, {told.made_at}", markup=False)
    out.print(f"{len(told.tables)} tables, {told.rows:,} rows, {len(told.documents):,} documents", markup=False)
    if told.lacking:
        out.print(f"{len(told.lacking)} documents were missing already: {', '.join(told.lacking[:5])}", style="yellow")
