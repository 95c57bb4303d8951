"""`amicale feel`: what an expression answers, and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

import click
from rich.syntax import Syntax

from engine.errors import Invalid
from engine.feel import Evaluation, FeelSyntaxError, compile_expression
from engine.feel.iso import parse_temporal
from engine.feel.values import Value, from_python, to_text, type_name
from webapp import definitions
from webapp.catalogues import LANGUAGES, read_languages
from webapp.cli.terminal import console
from webapp.expression_words import warning_in_words
from webapp.refusal_words import error_in_words
from webapp.settings import Settings

LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), help="Of the sentences. Default: that of the association."
)


class NotTemporalVariable(Invalid):
    """“{given}” in --with begins with @, and is no date, time or duration."""

    code = "not_temporal_variable"


class VariablesUnreadable(Invalid):
    """The variables of --with are no JSON object: `{given}`."""

    code = "variables_unreadable"


@click.command()
@click.argument("expression")
@click.option("--with", "given", default="{}", metavar="JSON", help="The variables, as one JSON object.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: value, type, warnings.")
@LANGUAGE
def feel(expression: str, given: str, as_json: bool, language: str | None) -> None:
    """Evaluate EXPRESSION, written in FEEL, and say what it answers and why.

    Variables are given by --with; a text that begins with @ is a date, a time or a duration: "@2026-08-31", "@P1Y".
    The clock and the calendar are those of the association. Ends with 1 where EXPRESSION cannot be read. Needs no
    database, changes nothing.

        amicale feel 'if age < 18 then dues / 2 else dues' --with '{"age": 12, "dues": 40}'
    """
    say = speaker(language)
    try:
        variables = variables_of(given)
    except Invalid as error:
        console(stderr=True).print(error_in_words(error, say), style="bold red", markup=False)
        raise SystemExit(1) from None
    try:
        compiled = compile_expression(expression, names=variables)
    except FeelSyntaxError as error:
        point(expression, error)
        console(stderr=True).print(error_in_words(error, say), style="bold red", markup=False)
        raise SystemExit(1) from None
    answer = compiled.evaluate(variables, replace(definitions.offline(), quotes=True))
    if as_json:
        click.echo(json.dumps(as_object(answer, say), ensure_ascii=False))
    else:
        show(answer, say)


def variables_of(given: str) -> dict[str, Value]:
    """The variables of a JSON object. Raises VariablesUnreadable, NotTemporalVariable."""
    try:
        read = json.loads(given, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise VariablesUnreadable(given=given[:40]) from None
    if not isinstance(read, dict):
        raise VariablesUnreadable(given=given[:40])
    return {name: value_of(value) for name, value in read.items()}


def value_of(thing: object) -> Value:
    """A value as FEEL: `@…` texts are temporal."""
    if isinstance(thing, str) and thing.startswith("@"):
        found = parse_temporal(thing[1:])
        if found is None:
            raise NotTemporalVariable(given=thing)
        return found
    if isinstance(thing, Mapping):
        return {name: value_of(value) for name, value in thing.items()}
    return [value_of(each) for each in thing] if isinstance(thing, list) else from_python(thing)


def speaker(language: str | None) -> Callable[[str], str]:
    """gettext of that language, or of the association's."""
    return read_languages()[language or Settings.from_environment().language].gettext


def point(expression: str, error: FeelSyntaxError) -> None:
    """Shows the line of an expression, and where in it reading stopped."""
    line, column = error.params["line"], error.params["column"]
    if not isinstance(line, int) or not isinstance(column, int):
        return
    out = console(stderr=True)
    out.print(expression.splitlines()[line - 1] if expression else "", markup=False)
    out.print(f"{' ' * (column - 1)}^", style="bold red")


def show(answer: Evaluation, say: Callable[[str], str]) -> None:
    """The value, its type, the warnings."""
    out = console()
    shown = to_text([answer.value])[1:-1]
    out.print(Syntax(shown, "javascript", background_color="default", word_wrap=True) if out.is_terminal else shown,
              markup=False)  # fmt: skip
    if out.is_terminal:
        out.print(say(type_name(answer.value)), style="dim")
    for warning in answer.warnings:
        console(stderr=True).print(warning_in_words(warning, say), style="yellow", markup=False)


def as_object(answer: Evaluation, say: Callable[[str], str]) -> dict[str, object]:
    """The JSON of an answer."""
    warnings = [
        {"code": warning.code, "position": warning.position, "message": warning_in_words(warning, say)}
        for warning in answer.warnings
    ]
    return {"value": to_text([answer.value])[1:-1], "type": type_name(answer.value), "warnings": warnings}
