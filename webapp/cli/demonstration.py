"""`amicale demo-data`: a believable association to try things with."""

from __future__ import annotations

import click

from engine.transaction import transaction
from webapp import database, definitions, demonstration
from webapp.assembly import open_engine
from webapp.cli.run import step, today
from webapp.cli.terminal import console
from webapp.settings import SettingRefused, Settings
from workflows.association.demo import SIZES, begin_cases, begin_programmes


@click.command()
@click.option("--size", type=click.Choice(sorted(SIZES)), default="default", show_default=True, help="How many people.")
@click.option("--cases/--no-cases", default=True, help="Start a few applications too (default).")
def demo_data(size: str, cases: bool) -> None:
    """Load a demonstration association into an empty database.

    The same size gives the same people on every machine; none of them exists. `full` has the size of a large
    association: 48,000 graduates, 15,000 members, 180 groups. Refused in production and where people are.
    """
    settings, out = Settings.from_environment(), console()
    if settings.production:
        raise SettingRefused(("AMICALE_PRODUCTION", "a demonstration is not loaded in production"))
    with open_engine(settings) as engine:
        database.upgrade(engine.database)
        with step(out, "Loading people, members and groups"):
            made = demonstration.load(engine, size=size, today=today(engine, settings))
        if cases:
            with step(out, "Starting a few applications"):
                with transaction(engine) as session:
                    definitions.deploy(session, engine, (definitions.OWN,), reason="amicale demo-data")
                begin_cases(engine)
            with step(out, "Letting a career group and a dozen pairs live for a while"):
                begin_programmes(engine)
    out.print(", ".join(f"{count:,} {what}" for what, count in made.counts.items()))
