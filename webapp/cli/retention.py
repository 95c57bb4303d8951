"""`amicale retention`: what is old enough goes, by rule, with counts; a dry run counts alone."""

from __future__ import annotations

import click

from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.house import association_of
from webapp.settings import Settings
from workflows.association.privacy.retention import run


@click.command()
@click.option("--dry-run", is_flag=True, help="Count what is old enough and delete nothing.")
@click.option("--rule", default="", help="One rule alone, as the first column names it up to its colon: draft, case, …")
def retention(dry_run: bool, rule: str) -> None:
    """Delete what is older than the table `retention_rule` and the diagrams allow, batch by batch.

    It runs each night by itself; by hand it may run while people work, be cut off and begun again. What the law holds
    back (accounts, receipts) has its own lengths in the same table. Each run is on record with its counts.
    """
    settings, out = Settings.from_environment(), console()
    with open_engine(settings) as engine:
        association, total = association_of(settings, engine.clock), 0
        for each in run(engine, association, dry=dry_run, only=rule):
            total += each.found if dry_run else each.done
            if each.found:
                said = f"{each.found:,} old enough" if dry_run else f"{each.done:,} of {each.found:,} deleted"
                out.print(f"{each.rule:<32} {said}", markup=False)
    out.print(f"{total:,} rows {'would go' if dry_run else 'went'}.")
