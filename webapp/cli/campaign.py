"""`amicale campaign renewals`: everybody whose membership ends soon, in one command."""

from __future__ import annotations

import time

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.assignment import Actor
from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.settings import Settings
from workflows.association import renewal_campaign
from workflows.association.case_variables import local_day

OPERATOR = Actor("system:operator", "amicale campaign", system=True)


@click.group()
def campaign() -> None:
    """Start what concerns very many people at once, such as the renewals of a year.

    A campaign may be cut off, started again, and stopped; it writes to people only within the hours for mails.
    """


@campaign.command()
@click.option("--dry-run", is_flag=True, help="Say how many would be started, and start none.")
@click.option("--stop", is_flag=True, help="Start no more by itself; what runs goes on.")
@click.option("--batch", type=click.IntRange(1, 1000), default=renewal_campaign.BATCH, show_default=True,
              help="How many are started in one transaction.")  # fmt: skip
def renewals(dry_run: bool, stop: bool, batch: int) -> None:
    """Start a renewal for every membership that ends within the notice, now and each night from now on.

    May be cut off at any time: started again it goes on where it was, and nobody is started twice. Notices leave over
    the hours in which mails may arrive, none on weekends and holidays, whenever this runs.
    """
    with open_engine(Settings.from_environment()) as engine:
        with reading(engine) as session:
            left = renewal_campaign.waiting(session, local_day(engine.clock.now(), engine.settings.zone))
        if dry_run:
            console().print(f"{left} renewals would be started.")
            return
        with transaction(engine) as session:
            if stop:
                renewal_campaign.stop(session, engine, by=OPERATOR)
            else:
                renewal_campaign.begin(session, engine, by=OPERATOR)
        if stop:
            console().print("Renewals are not started any more; those that run go on.")
            return
        started, seconds = _start(engine, left, batch)
        console().print(f"{started} renewals were started in {seconds:.0f} s; the others follow each night.")


def _start(engine: Engine, total: int, size: int) -> tuple[int, float]:
    began, started = time.monotonic(), 0
    columns = (TextColumn("started"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console()) as progress:
        bar = progress.add_task("", total=total)
        while True:
            with transaction(engine) as session:
                done = renewal_campaign.batch(session, engine, size=size, by=OPERATOR)
            if done == 0:
                return started, time.monotonic() - began
            started += done
            progress.update(bar, completed=started)
