"""`amicale retry`: many incidents tried again."""

from __future__ import annotations

import time

import click
from rich.progress import Progress

from engine import bulk, commands
from engine.assignment import Actor
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.settings import Settings

OPERATOR = Actor("system:operator", "amicale retry", system=True)


@click.command()
@click.option("--process", "process_id", default="", help="Only incidents of this process.")
@click.option("--element", default="", help="Only incidents at this element of the diagram, by its id.")
@click.option("--code", default="", help="Only incidents with this error code, like attempts_exhausted.")
@click.option("--wait/--no-wait", default=True, help="Show the progress until all were tried again (default).")
def retry(process_id: str, element: str, code: str, wait: bool) -> None:
    """Try incidents again, as many as match, in the background.

    Without a filter all open incidents are tried again. What waits for a person's decision is left alone. A running
    scheduler or worker does the work; this command may be stopped meanwhile.
    """
    chosen = bulk.Chosen(process_id, element, code)
    with open_engine(Settings.from_environment()) as engine:
        with transaction(engine) as session:
            asked = commands.retry_matching(session, engine, chosen, by=OPERATOR)
        console().print(f"{asked.total} {'incident is' if asked.total == 1 else 'incidents are'} tried again.")
        if not wait or not asked.total:
            return
        with Progress(console=console()) as progress:
            bar = progress.add_task("tried again", total=asked.total)
            left = asked.total
            while left:
                with reading(engine) as session:
                    left = bulk.remaining(session, chosen, asked.until)
                progress.update(bar, completed=asked.total - left)
                time.sleep(0.2 if left else 0)
