"""`amicale deploy` and `amicale check`: the processes of a folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from engine import builtin
from engine.clock import SystemClock
from engine.deployment import DeployResult
from engine.errors import DeploymentRefused
from engine.registry import Registry
from engine.transaction import reading, transaction
from webapp import definitions
from webapp.assembly import open_engine, registry
from webapp.checking import Checked, check_deployed, check_files
from webapp.cli.feel import LANGUAGE, speaker
from webapp.cli.terminal import console, line_of, printable, worded
from webapp.expression_words import Say
from webapp.refusal_words import finding_told
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

    Without FOLDERS, a process whose version in force came from the studio is left as it is: name its folder to take the
    delivered version again.
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
@click.option("--deployed", is_flag=True, help="Check the latest versions in the database instead of files.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a file, a line each: file, ok, findings.")
@LANGUAGE
def check(files: tuple[Path, ...], deployed: bool, as_json: bool, language: str | None) -> None:
    """Check diagrams, tables and forms without deploying them; FILES may be folders.

    Says what would be refused (errors) and what is likely a mistake (warnings): elements that do not run here,
    deadlocks, ways without an end, names that nothing writes, messages that nobody sends. A path in a finding can be
    replayed: these elements, in this order. Without FILES, the processes of the association (workflows/) are checked.

    Ends with 1 where anything would be refused. Needs no database but for --deployed.
    """
    say, settings = speaker(language), Settings.from_environment()
    if deployed:
        with open_engine(settings) as engine, reading(engine) as session:
            checked = check_deployed(session, engine.registry)
    else:
        checked = check_files(files or (definitions.OWN,), Registry.of(builtin) + registry(settings, SystemClock()))
    for each in checked:
        if as_json:
            click.echo(printable(json.dumps(as_object(each, say), ensure_ascii=False)))
        else:
            print_checked(each, say)
    if not as_json:
        print_sum(checked, say)
    raise SystemExit(not all(each.ok for each in checked))


def print_checked(checked: Checked, say: Say) -> None:
    """One line for the file, then what was found: errors first, those of one kind together."""
    out, count = console(), Counter(finding.severity for finding in checked.findings)
    sums = [say("{count} refused").format(count=count["error"])] if count["error"] else []
    sums += [say("{count} to look at").format(count=count["warning"])] if count["warning"] else []
    style = ("yellow" if checked.findings else "green") if checked.ok else "bold red"
    mark = ("!" if checked.findings else "✓") if checked.ok else "✗"
    out.print(printable(f"{mark} {checked.file}{' — ' if sums else ''}{', '.join(sums)}"), style=style, markup=False)
    for finding in sorted(checked.findings, key=lambda one: (not one.is_error, one.code)):
        out.print(printable(f"    {line_of(finding, say)}"), style="red" if finding.is_error else None, markup=False)


def print_sum(checked: Sequence[Checked], say: Say) -> None:
    """The last line: how many files, refused, with warnings."""
    refused = sum(not each.ok for each in checked)
    doubtful = sum(each.ok and bool(each.findings) for each in checked)
    said = say("{count} files: {good} without a finding, {doubtful} to look at, {refused} refused").format(
        count=len(checked), good=len(checked) - refused - doubtful, doubtful=doubtful, refused=refused
    )
    console().print(said, style="bold red" if refused else "bold", markup=False)


def as_object(checked: Checked, say: Say = str) -> dict[str, object]:
    """The JSON of one file's check."""
    return {
        "file": checked.file,
        "ok": checked.ok,
        "findings": [finding_told(finding, say) for finding in checked.findings],
    }
