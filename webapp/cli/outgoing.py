"""`amicale mute` and `amicale unmute`: whether mails, webhooks and payments leave the house."""

from __future__ import annotations

import click

from engine.muting import held_back, mute, muted, unmute
from engine.transaction import reading, transaction
from webapp.assembly import open_engine
from webapp.cli.terminal import console
from webapp.settings import Settings

OPERATOR = "operator"


@click.command("mute")
def mute_() -> None:
    """Hold back everything that leaves the house: mails, webhooks, payments. People, timers and messages go on.

    For a copy of a database that was made by other means than `amicale restore`, which mutes by itself. What is held
    back keeps its order. `amicale unmute` lets it leave.
    """
    with open_engine(Settings.from_environment()) as engine, transaction(engine) as session:
        mute(session, engine, OPERATOR)
    console().print("Nothing leaves any more. `amicale unmute` opens it again.")


@click.command("unmute")
@click.option("--yes", is_flag=True, help="Do not ask.")
def unmute_(yes: bool) -> None:
    """Let mails, webhooks and payments leave again, the longest due first, after a restore or `amicale mute`.

    What would leave at once is listed first. Do this only when the original installation will not start again.
    """
    with open_engine(Settings.from_environment()) as engine:
        with reading(engine) as session:
            if muted(session) is None:
                console().print("Nothing is held back.")
                return
            for each in held_back(session, engine.clock.now()):
                console().print(f"{each.count} × {each.type}, due since {each.first_due:%Y-%m-%d %H:%M} UTC")
        if not yes:
            click.confirm("Let all this leave?", abort=True)
        with transaction(engine) as session:
            unmute(session)
    console().print("Mails, webhooks and payments leave again.")
