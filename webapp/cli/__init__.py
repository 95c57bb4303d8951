"""`amicale`: the command line. One module a noun; each command says by `--help` what it does and what it asks for.

Nothing is imported here but click: a command is loaded when it is asked for.
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from webapp.cli.later import Later

# By name: where the command is, and the first sentence of its help.
COMMANDS: Final = {
    "run": ("run:run", "Start Amicale on this machine: web pages and scheduler, on http://127.0.0.1:8000."),
    "deploy": (
        "deployment:deploy",
        "Deploy the processes in FOLDERS; without one, those of the association (workflows/).",
    ),
    "check": ("deployment:check", "Check diagrams, tables and forms without deploying them; FILES may be folders."),
    "decision": ("decision:decision", "Check decision tables (.dmn files) and run their golden cases."),
    "feel": ("feel:feel", "Evaluate EXPRESSION, written in FEEL, and say what it answers and why."),
    "import-people": ("people:import_people", "Import people from FILE, a CSV file."),
    "import": (
        "records:import_records_of",
        "Import memberships, gifts, mandates or mentorships from FILE, a CSV file.",
    ),
    "import-school": ("school:import_school", "Import the school's FILE of entrants or of graduates, a CSV file."),
    "demo-data": ("demonstration:demo_data", "Load a demonstration association into an empty database."),
    "year": ("year:year", "Play a year of the association on virtual time, and check what must hold at its end."),
    "timelapse": (
        "timelapse:timelapse",
        "Play a guided programme on virtual time, in a database of its own that is deleted at the end, and print every "
        "mail, task, deadline and decision in order.",
    ),
    "campaign": (
        "campaign:campaign",
        "Start what concerns very many people at once, such as the renewals of a year.",
    ),
    "worker": (
        "worker:worker",
        "Run due jobs (timers, service tasks, mails) until it is stopped by Ctrl+C or SIGTERM.",
    ),
    "retention": (
        "retention:retention",
        "Delete what is older than the table `retention_rule` and the diagrams allow, batch by batch.",
    ),
    "retry": ("retry:retry", "Try incidents again, as many as match, in the background."),
    "migrate": ("database:migrate", "Bring the database to the newest revision of its schema."),
    "revise": (
        "database:revise",
        "Write the migration from the database's schema to the code's tables (for developers).",
    ),
    "init": ("init:init", "Set up for production: settings, database, first administrator, units of systemd."),
    "doctor": (
        "doctor:doctor",
        "Check that everything agrees: schema, states, tasks, jobs, subscriptions, incidents, numbers, documents.",
    ),
    "backup": (
        "backup:backup",
        "Save the database and the uploaded documents in one file, while everything runs, and read it again.",
    ),
    "restore": (
        "backup:restore",
        "Put the backup FILE where the settings say, bring it to the newest schema, and hold back all that would "
        "leave.",
    ),
    "mute": ("outgoing:mute_", "Hold back everything that leaves the house: mails, webhooks, payments."),
    "unmute": (
        "outgoing:unmute_",
        "Let mails, webhooks and payments leave again, the longest due first, after a restore or `amicale mute`.",
    ),
    "picture": ("picture:picture", "Draw DIAGRAM (a .bpmn file) as TARGET: .svg or .png."),
    "shell": ("shell:shell", "Open a Python prompt with the engine, its verbs and the association's records."),
    "openapi": ("openapi:openapi", "Print the OpenAPI 3.1 document of the programming interface."),
    "password": (
        "password:password",
        "Set the password of the person with the e-mail ADDRESS, and sign that person out everywhere.",
    ),
    "settings": (
        "settings:settings",
        "List every setting: its environment variable, its value now (secrets are hidden), what it is for.",
    ),
    "assets": (
        "assets:assets",
        "Build the browser code (styles, scripts, the diagram viewer) into webapp/static/dist.",
    ),
    "translations": ("translations:translations", "Collect the texts of the pages into webapp/translations/fr/*.po."),
}
HIDDEN: Final = frozenset({"revise"})


class Amicale(click.Group):
    """Shows an error of ours as a sentence, and answers 1; keeps the order of the commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a first day with Amicale."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; an error of ours, of the disk or of the database ends it without a trace."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):  # what was typed; click says it
            raise
        except Exception as error:
            terminal = importlib.import_module("webapp.cli.terminal")  # which the command has loaded
            said = terminal.sentence(error) if isinstance(error, terminal.SURROUNDINGS) else None
            if said is None:
                raise
            terminal.console(stderr=True).print(said, style="bold red", markup=False)
            sys.exit(1)


@click.group(cls=Amicale, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="amicale", message="Amicale %(version)s")
def main() -> None:
    """Run an association on its own process diagrams.

    `amicale run` starts everything on this machine. The settings are environment variables: `amicale settings`
    lists them.
    """


for name, (place, sentence) in COMMANDS.items():
    main.add_command(Later(name, f"webapp.cli.{place}", sentence, hidden=name in HIDDEN))
