"""`amicale openapi`: the document that describes the programming interface."""

from __future__ import annotations

import json

import click

from webapp.api.document import described
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.settings import Settings


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document of the programming interface. Needs no database, changes nothing."""
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        click.echo(json.dumps(described(create_app(settings, engine)), ensure_ascii=False, indent=2))
