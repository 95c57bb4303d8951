"""Golden cases of decisions: inputs and what must come out, in a `<decision>.cases.json` beside the table.

`{"decision": id, "cases": [{"name", "given": {…}, "expect": …, "now": "2026-08-31T12:00:00+02:00"}]}`. A text that
begins with `@` is a temporal literal of FEEL (DMN 1.5, 10.3.1.2): "@2026-08-31" is a date, "@P1Y" a duration. `now`
is the moment that `now()` and `today()` answer; without it they answer the present.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.dmn.model import DecisionModel
from engine.errors import AmicaleError
from engine.feel.equality import equals
from engine.feel.errors import NotFeelValue
from engine.feel.iso import parse_temporal
from engine.feel.run import Environment
from engine.feel.values import Value, from_python, to_text
from engine.feel.wording import describe

SUFFIX = ".cases.json"


class GoldenCasesUnreadable(AmicaleError):
    """The golden cases in {name} cannot be read: {reason}."""

    code = "golden_cases_unreadable"


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case as it is written."""

    name: str
    given: Mapping[str, Value]
    expected: Value
    now: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class GoldenCases:
    """The cases of one decision."""

    decision: str
    cases: tuple[GoldenCase, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case gave. `expected` and `got` are FEEL texts; `rows` matched, from 1; `warnings` are sentences."""

    decision: str
    name: str
    passed: bool
    expected: str
    got: str
    rows: tuple[int, ...]
    warnings: tuple[str, ...] = ()


def read_cases(document: bytes, *, name: str) -> GoldenCases:
    """The cases of a file. Raises GoldenCasesUnreadable."""
    try:
        read = json.loads(document, parse_float=Decimal)
        found = tuple(_case(case) for case in read["cases"])
        decision = read["decision"]
    except RecursionError:
        raise GoldenCasesUnreadable(name=name, reason="it is nested too deep") from None
    except KeyError as missing:
        raise GoldenCasesUnreadable(name=name, reason=f"{missing} is missing") from None
    except (ValueError, TypeError, AttributeError, NotFeelValue) as problem:
        raise GoldenCasesUnreadable(name=name, reason=str(problem)) from None
    if not isinstance(decision, str):
        raise GoldenCasesUnreadable(name=name, reason="“decision” is not a text")
    return GoldenCases(decision, found)


def _case(written: Mapping[str, object]) -> GoldenCase:
    given = written["given"]
    if not isinstance(given, Mapping):
        raise TypeError("“given” is not an object")
    now = written.get("now")
    moment = None if now is None else dt.datetime.fromisoformat(str(now))
    if moment is not None and moment.tzinfo is None:
        raise ValueError(f"“now” has no offset: {now}")
    values = {str(name): _value(value) for name, value in given.items()}
    return GoldenCase(str(written["name"]), values, _value(written["expect"]), moment)


def _value(thing: object) -> Value:
    if isinstance(thing, str) and thing.startswith("@"):
        found = parse_temporal(thing[1:])
        if found is None:
            raise ValueError(f"“{thing}” is no date, time or duration")
        return found
    if isinstance(thing, Mapping):
        return {str(name): _value(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_value(value) for value in thing]
    return from_python(thing)


def run_cases(model: DecisionModel, cases: GoldenCases, environment: Environment) -> Sequence[Outcome]:
    """What each case gives. KeyError if the model has no such decision."""
    return [_outcome(model, cases.decision, case, environment) for case in cases.cases]


def _outcome(model: DecisionModel, decision: str, case: GoldenCase, environment: Environment) -> Outcome:
    moment = case.now
    if moment is not None:
        environment = replace(environment, now=lambda: moment)
    result = model.evaluate(decision, case.given, environment)
    rows = result.matched[-1].rules if result.matched else ()
    return Outcome(
        decision,
        case.name,
        passed=equals(result.value, case.expected) is True,
        expected=to_text(case.expected),
        got=to_text(result.value),
        rows=tuple(row + 1 for row in rows),
        warnings=tuple(describe(warning) for warning in result.warnings),
    )
