"""`amicale settings`: what can be set, and what is."""

from __future__ import annotations

from dataclasses import fields

import click
from rich.markup import escape
from rich.table import Table

from webapp.cli.terminal import console
from webapp.settings import PREFIX, Settings


@click.command()
def settings() -> None:
    """List every setting: its environment variable, its value now (secrets are hidden), what it is for."""
    said = Settings.from_environment()
    table = Table(box=None, pad_edge=False)
    for title in ("Variable", "Value", "What it is for"):
        table.add_column(title, overflow="fold")
    for each in fields(Settings):
        value = getattr(said, each.name)
        hidden = each.metadata["secret"] and value
        table.add_row(
            PREFIX + each.name.upper(), "(hidden)" if hidden else escape(str(value)), str(each.metadata["about"])
        )
    console().print(table)
