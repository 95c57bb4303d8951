"""`amicale deploy` and `amicale check`: the processes of a folder."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from engine.deployment import DeployResult
from engine.errors import DeploymentRefused
from engine.transaction import transaction
from webapp import definitions
from webapp.assembly import open_engine
from webapp.cli.feel import LANGUAGE, speaker
from webapp.cli.terminal import console, line_of, worded
from webapp.expression_words import Say
from webapp.refusal_words import finding_in_words
from webapp.settings import Settings

PATHS = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--reason", default="", help="Why, for the history of versions.")
@LANGUAGE
def deploy(folders: tuple[Path, ...], reason: str, language: str | None) -> None:
    """Deploy the processes in FOLDERS; without one, those of the association (workflows/).

    A process is one folder with its diagram, tables and forms. All of them become a new version together, or, where
    anything is wrong, none does. What has not changed keeps its version; running cases keep theirs in any case.
    """
    say = speaker(language)
    with open_engine(Settings.from_environment()) as engine:
        try:
            with transaction(engine) as session:
                results = definitions.deploy(session, engine, folders or (definitions.OWN,), reason=reason)
        except DeploymentRefused as refused:
            console(stderr=True).print(worded(refused, say), style="bold red", markup=False)
            raise SystemExit(1) from None
        show(results, say)


def show(results: list[DeployResult], say: Say = str) -> None:
    """Prints what was deployed, and every warning."""
    table = Table(box=None, pad_edge=False)
    for title in ("Process", "Version", ""):
        table.add_column(title)
    for process in (process for result in results for process in result.processes):
        table.add_row(process.process_id, str(process.version), "new" if process.created else "unchanged")
    console().print(table)
    for warning in (warning for result in results for warning in result.warnings):
        console().print(line_of(warning, say), style="yellow", markup=False)


@click.command()
@click.argument("files", nargs=-1, type=PATHS)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file: file, ok, findings.")
@LANGUAGE
def check(files: tuple[Path, ...], as_json: bool, language: str | None) -> None:
    """Check diagrams, tables and forms without deploying them; FILES may be folders.

    Without one, the processes of the association (workflows/) are checked. Ends with 1 where anything would be
    refused. Needs no database.
    """
    say = speaker(language)
    checked = definitions.check_files(files or (definitions.OWN,))
    for each in checked:
        if as_json:
            click.echo(json.dumps(as_object(each, say), ensure_ascii=False))
            continue
        console().print(
            f"{'✓' if each.ok else '✗'} {each.file}", style="green" if each.ok else "bold red", markup=False
        )
        for finding in each.findings:
            console().print(f"  {line_of(finding, say)}", markup=False)
    raise SystemExit(not all(each.ok for each in checked))


def as_object(checked: definitions.Checked, say: Say = str) -> dict[str, object]:
    """The JSON of one file's check."""
    return {
        "file": str(checked.file),
        "ok": checked.ok,
        "findings": [
            {
                "severity": finding.severity,
                "element": finding.element,
                "code": finding.code,
                "message": finding_in_words(finding, say),
            }
            for finding in checked.findings
        ],
    }
