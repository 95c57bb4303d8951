"""`amicale year`: a year of the association on virtual time."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import datetime, timedelta

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from webapp.cli.terminal import console
from webapp.house import secluded
from webapp.settings import SettingRefused, Settings
from webapp.year.crew import cpu_seconds, crew
from webapp.year.opening import FIRST_DAY, Played, open_year
from webapp.year.playing import Counts, Year
from webapp.year.report import report
from webapp.year.stage import Stage
from workflows.association.demo import SIZES
from workflows.association.year.families import FAMILIES, played
from workflows.association.year.lots import Lots

Names = tuple[str, ...]


def _families(context: click.Context, parameter: click.Parameter, value: str) -> Names:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    unknown = [name for name in names if name not in FAMILIES]
    if unknown or not names:
        raise click.BadParameter(f"choose among {', '.join(FAMILIES)}")
    return names


@click.command()
@click.option("--only", default=",".join(FAMILIES), callback=_families, help="Families of processes, by commas.")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="small", show_default=True, help="How many people.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed tells the same story.")
@click.option("--volume", type=click.FloatRange(0.01, 100), default=1.0, help="Times what comes to it in earnest.")
@click.option("--days", type=click.IntRange(1, 365), default=365, show_default=True, help="How long the story is.")
@click.option("--hands", type=click.IntRange(1, 64), help="Processes that play, on PostgreSQL; else one a CPU.")
@click.option("--database", "url", default="", help="Address of an empty database; else SQLite in the var folder.")
def year(only: Names, size: str, seed: int, volume: float, days: int, hands: int | None, url: str) -> None:
    """Play a year of the association on virtual time, and check what must hold at its end.

    Made-up people apply, pay, forget, move and answer as the real ones do; staff work office hours; the bank sends
    files. Nothing leaves the house. Ends with JSON, and with 1 where something is wrong. Stopped or killed, the same
    command goes on from where it was.
    """
    said = Settings.from_environment()
    if said.production:
        raise SettingRefused(("AMICALE_PRODUCTION", "a year is not played in production"))
    told = Played(only, size, seed, volume)
    settings = secluded(said, url, said.var_directory / "year" / f"{size}-{seed}")
    began, cpu = time.monotonic(), cpu_seconds()
    engine, clock, resumed = open_year(settings, told)
    with engine, _bar() as bar:
        last = FIRST_DAY + timedelta(days=days)
        task = bar.add_task("", total=days, figures="")

        def show(moment: datetime, counts: Counts) -> None:
            figures = f"{counts.completions:,} tasks, {counts.jobs:,} jobs"
            done = (moment.date() - FIRST_DAY).days + 1
            bar.update(task, completed=done, description=f"{moment:%d %b %Y}", figures=figures)

        stage = Stage(engine, settings, Lots(seed), FIRST_DAY, told.scale, told.volume)
        counts = _played(Year(stage, clock, played(only), last, show), told, hands)
        found = report(engine, stage.documents, stage.association, FIRST_DAY, last)
    found |= {
        "refusals": dict(sorted(stage.refusals.items())),
        "jobs": counts.jobs,
        "resumed": resumed,
        "seed": seed,
        "size": size,
        "families": list(only),
    }
    found |= {"wall_s": round(time.monotonic() - began, 1), "cpu_s": round(cpu_seconds() - cpu, 1)}
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    raise SystemExit(bool(found["violations"]))


def _played(year: Year, told: Played, hands: int | None) -> Counts:
    """Plays, with the hands of several processes where the database takes them."""
    several = year.stage.engine.database.dialect.name == "postgresql"
    count = (hands or os.cpu_count() or 1) if several else 1
    if count == 1:
        return year.play()
    with crew(count, year.stage.settings, told) as processes:
        counts = replace(year, hands=processes).play()
        year.stage.refusals.update(processes.stop())
    return counts


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[figures]}"), TimeElapsedColumn(),
        console=console(stderr=True), transient=True,
    )  # fmt: skip
