"""Golden cases of decisions: beside each table a `<decision>.cases.json` with inputs and what must come out.

`{"decision": id, "cases": [{"name", "given": {…}, "expect": …}]}`. A text that begins with `@` is a temporal literal of
FEEL (DMN 1.3 §10.3.1.2, rule 64): "@2026-08-31" is a date, "@P1Y" a duration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine import dmn
from engine.feel import Environment, compile_expression
from engine.feel.values import Value, from_python, to_text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case gave. `expected` and `got` are FEEL texts; `warnings` say why a value is null."""

    decision: str
    name: str
    passed: bool
    expected: str
    got: str
    warnings: tuple[str, ...] = ()


def run(folder: Path, *, now: datetime, zone: ZoneInfo) -> tuple[Outcome, ...]:
    """Evaluates every case of a process folder. Raises FileNotFoundError for cases without their table."""
    environment = Environment(lambda: now, zone)
    return tuple(outcome for file in sorted(folder.glob("*.cases.json")) for outcome in _run_file(file, environment))


def _run_file(file: Path, environment: Environment) -> Iterator[Outcome]:
    document = json.loads(file.read_text(encoding="utf-8"))
    decision = str(document["decision"])
    model = dmn.read((file.parent / f"{decision}.dmn").read_bytes(), name=f"{decision}.dmn")
    for case in document["cases"]:
        given = {name: _value(value, environment) for name, value in case["given"].items()}
        expected = _value(case["expect"], environment)
        result = model.evaluate(decision, given, environment)
        yield Outcome(
            decision,
            case["name"],
            passed=result.value == expected,
            expected=to_text(expected),
            got=to_text(result.value),
            warnings=tuple(str(warning) for warning in result.warnings),
        )


def _value(thing: object, environment: Environment) -> Value:
    if isinstance(thing, str) and thing.startswith("@"):
        return compile_expression(f'@"{thing[1:]}"').evaluate({}, environment).value
    if isinstance(thing, Mapping):
        return {str(name): _value(value, environment) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_value(value, environment) for value in thing]
    return from_python(thing)
