"""`amicale timelapse`: a programme on virtual time, told line by line."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from webapp.settings import Settings
from webapp.timelapse.cohort import FIRST_DAY, PROCESSES, Story
from webapp.timelapse.stage import open_stage
from workflows.association.year.lots import Lots


@click.group()
def timelapse() -> None:
    """Play a guided programme on virtual time, in a database of its own that is deleted at the end, and print every
    mail, task, deadline and decision in order. The same seed tells the same story.
    """


@timelapse.command()
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
def cohort(seed: int) -> None:
    """A cohort of twelve through its eight months and its follow-ups: every timer, decision, task and mail."""
    with tempfile.TemporaryDirectory(prefix="amicale-timelapse-") as folder:
        stage = open_stage(Settings.from_environment(), Path(folder), FIRST_DAY, PROCESSES)
        with stage.engine:
            Story(stage, Lots(seed), click.echo).play()
