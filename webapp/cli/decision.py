"""`amicale decision`: checks of decision tables, and their golden cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from engine.dmn.golden import Outcome, read_cases, run_cases
from engine.errors import AmicaleError, NotFound
from webapp import definitions
from webapp.cli.feel import LANGUAGE, speaker
from webapp.cli.terminal import console
from webapp.expression_words import Say, warning_in_words
from webapp.refusal_words import error_in_words, finding_in_words

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class NoGoldenCases(NotFound):
    """There are no golden cases beside {file}. Write them into {wanted}."""

    code = "no_golden_cases"


@click.group()
def decision() -> None:
    """Check decision tables (.dmn files) and run their golden cases. Needs no database, changes nothing."""


@decision.command()
@click.argument("file", type=FILE)
@LANGUAGE
def check(file: Path, language: str | None) -> None:
    """Check the tables of FILE: overlapping rows, gaps, rows never used, values that no form beside it gives.

    Every finding has an example. Golden cases beside FILE are run too. Ends with 1 where FILE would be refused at
    deployment: rows of a UNIQUE table that overlap refuse it, gaps are warnings.
    """
    say, out = speaker(language), console()
    try:
        found = definitions.check_decisions(file)
    except AmicaleError as refused:
        out.print(error_in_words(refused, say), style="bold red", markup=False)
        raise SystemExit(1) from None
    for finding in found:
        out.print(f"{say(finding.severity)}: {finding_in_words(finding, say)}", markup=False,
                  style="bold red" if finding.is_error else "yellow")  # fmt: skip
    if not found:
        model = definitions.read_decisions(file)
        rows = sum(len(table.rules) for table in model.tables)
        fine = say("{file}: nothing to say (tables: {tables}, rows: {rows})")
        out.print(fine.format(file=file, tables=len(model.tables), rows=rows), style="green", markup=False)
    raise SystemExit(any(finding.is_error for finding in found))


@decision.command()
@click.argument("file", type=FILE)
@click.option("--all", "everything", is_flag=True, help="Show the cases that come out too.")
@LANGUAGE
def test(file: Path, everything: bool, language: str | None) -> None:
    """Run the golden cases of FILE: those of `<decision>.cases.json` beside it.

    A case is inputs and what must come out. Shows for each red one what was expected, what came out and which rows
    matched. The last line counts them; ends with 1 where one is red.
    """
    say = speaker(language)
    try:
        outcomes = [*outcomes_of(file)]
    except AmicaleError as refused:
        console(stderr=True).print(error_in_words(refused, say), style="bold red", markup=False)
        raise SystemExit(1) from None
    shown = [outcome for outcome in outcomes if everything or not outcome.passed]
    if shown:
        console().print(as_table(shown, say))
    for outcome in shown:
        for warning in outcome.warnings:
            console().print(f"{outcome.name}: {warning_in_words(warning, say)}", style="yellow", markup=False)
    red = sum(not outcome.passed for outcome in outcomes)
    counted = say("{passed} passed, {failed} failed").format(passed=len(outcomes) - red, failed=red)
    console().print(counted, style="bold red" if red else "green")
    raise SystemExit(red > 0)


def outcomes_of(file: Path) -> Iterator[Outcome]:
    """What each golden case of these tables gives. Raises DmnRefused, GoldenCasesUnreadable, NoGoldenCases."""
    model = definitions.read_decisions(file)
    environment = replace(definitions.offline(), quotes=True)
    beside = [read_cases(body, name=name) for name, body in definitions.golden_cases(file.parent).items()]
    own = [cases for cases in beside if cases.decision in model.decisions]
    if not own:
        decision_id = next(iter(model.decisions), file.stem)
        raise NoGoldenCases(file=file, wanted=file.with_name(f"{decision_id}.cases.json"))
    for cases in own:
        yield from run_cases(model, cases, environment)


def as_table(outcomes: list[Outcome], say: Say) -> Table:
    """The cases, one a line."""
    table = Table(box=None, pad_edge=False)
    for title in ("", say("Case"), say("Expected"), say("Got"), say("Row")):
        table.add_column(title, overflow="fold")
    for outcome in outcomes:
        mark = f"[green]{say('passed')}[/]" if outcome.passed else f"[bold red]{say('failed')}[/]"
        rows = ", ".join(map(str, outcome.rows)) or "–"
        cells = (outcome.name, outcome.expected, outcome.got, rows)
        table.add_row(mark, *map(escape, cells))
    return table
