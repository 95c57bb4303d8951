"""`amicale shell`: Python with the engine at hand."""

from __future__ import annotations

import code

import click

from engine import commands
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.settings import Settings
from workflows import association
from workflows.association import people, person_search

BANNER = """Amicale. At hand: engine, settings, commands, people, person_search, transaction, reading.

    with reading(engine) as session:
        person_search.find(session, "durand")

What you change in `with transaction(engine) as session:` is kept; nothing else is."""


@click.command()
def shell() -> None:
    """Open a Python prompt with the engine, its verbs and the association's records.

    For looking things up and for repairs by someone who knows the code. Every change needs a transaction block.
    """
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        names = {
            "engine": engine,
            "settings": settings,
            "commands": commands,
            "association": association,
            "people": people,
            "person_search": person_search,
            "transaction": transaction,
            "reading": reading,
        }
        code.interact(banner=BANNER, local=names, exitmsg="")
