"""FEEL for the forms under test: the engine's, as the web application brings it in, on a fixed day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.feel import Environment, compile_expression
from engine.feel.values import from_python, to_python

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
_ENVIRONMENT = Environment(lambda: NOW, PARIS)


def evaluate(text: str, variables: Mapping[str, object]) -> object:
    known = {name: from_python(value) for name, value in variables.items()}
    return to_python(compile_expression(text, names=tuple(known)).evaluate(known, _ENVIRONMENT).value)
