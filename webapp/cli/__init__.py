"""`amicale`: the command line. One module a noun; each command says by `--help` what it does and what it asks for."""

from __future__ import annotations

import sys

import click

from webapp.cli import (
    assets,
    backup,
    campaign,
    database,
    decision,
    demonstration,
    deployment,
    doctor,
    feel,
    init,
    openapi,
    outgoing,
    password,
    people,
    picture,
    records,
    retention,
    retry,
    run,
    school,
    settings,
    shell,
    timelapse,
    translations,
    worker,
    year,
)
from webapp.cli.terminal import SURROUNDINGS, console, sentence

COMMANDS = (
    run.run,
    deployment.deploy,
    deployment.check,
    decision.decision,
    feel.feel,
    people.import_people,
    records.import_records_of,
    school.import_school,
    demonstration.demo_data,
    year.year,
    timelapse.timelapse,
    campaign.campaign,
    worker.worker,
    retention.retention,
    retry.retry,
    database.migrate,
    database.revise,
    init.init,
    doctor.doctor,
    backup.backup,
    backup.restore,
    outgoing.mute_,
    outgoing.unmute_,
    picture.picture,
    shell.shell,
    openapi.openapi,
    password.password,
    settings.settings,
    assets.assets,
    translations.translations,
)


class Amicale(click.Group):
    """Shows an error of ours as a sentence, and answers 1; keeps the order of the commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first day with Amicale."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; an error of ours, of the disk or of the database ends it without a trace."""
        try:
            return super().invoke(ctx)
        except SURROUNDINGS as error:
            said = sentence(error)
            if said is None:
                raise
            console(stderr=True).print(said, style="bold red", markup=False)
            sys.exit(1)


@click.group(cls=Amicale, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="amicale", message="Amicale %(version)s")
def main() -> None:
    """Run an association on its own process diagrams.

    `amicale run` starts everything on this machine. The settings are environment variables: `amicale settings`
    lists them.
    """


for command in COMMANDS:
    main.add_command(command)
