"""`amicale password`: the first password of somebody who works for the association."""

from __future__ import annotations

import sys

import click

from engine.errors import NotFound
from engine.transaction import transaction
from webapp.accounts import factors, passwords, sessions
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.settings import Settings
from workflows.association import people


@click.command()
@click.argument("address")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from the standard input, not the terminal.")
@click.option("--without-second-factor", is_flag=True, help="The person has lost app, key and codes: ask for none.")
def password(address: str, from_stdin: bool, without_second_factor: bool) -> None:
    """Set the password of the person with the e-mail ADDRESS, and sign that person out everywhere.

    The password is asked for, twice, and not shown. It has 12 characters at least.
    """
    said = sys.stdin.readline().rstrip("\n") if from_stdin else click.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )  # fmt: skip
    with open_engine(Settings.from_environment()) as engine, transaction(engine) as session:
        found = people.by_email(session, address)
        if not found:
            raise NotFound(kind="person", id=address)
        passwords.set_password(session, found[0], said, engine.clock.now())
        if without_second_factor:
            factors.remove_all(session, found[0].id)
        sessions.end_others(session, found[0].id, None)
        console().print(f"{found[0].display_name} can now sign in with this password.", markup=False)
