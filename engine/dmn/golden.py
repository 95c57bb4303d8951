"""Golden cases of decisions: inputs and what must come out, in a `<decision>.cases.json` beside the table.

`{"decision": id, "cases": [{"name", "names": {"fr": …}, "given": {…}, "expect": …, "now": "2026-08-31T12:00+02:00"}]}`.
A text that begins with `@` is a temporal literal of FEEL (DMN 1.5, 10.3.1.2): "@2026-08-31" is a date, "@P1Y" a
duration. `names` may say what the case is called in other languages. `now` is the moment that `now()` and `today()`
answer; without it they answer the present.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from engine.dmn.model import DecisionModel
from engine.errors import AmicaleError
from engine.feel.equality import equals
from engine.feel.errors import NotFeelValue
from engine.feel.iso import parse_temporal
from engine.feel.run import Environment, Warning  # noqa: A004 - the standard's word
from engine.feel.values import Value, from_python, to_text

SUFFIX = ".cases.json"
_MARK: Final = "\ufdd0"  # no character: around a number on its way into the file


CASE_REASONS: Final[Mapping[str, str]] = {
    "not_json": "the file is not JSON (line {line}, character {column})",
    "not_utf8": "the file is not in UTF-8",
    "too_deep": "it is nested too deep",
    "missing": "“{entry}” is missing",
    "not_text": "“{entry}” is not a text",
    "not_object": "“{entry}” is not an object",
    "not_list": "“{entry}” is not a list",
    "no_offset": "“now” has no offset: {value}",
    "not_moment": "“now” is no date and time: {value}",
    "not_temporal": "“{value}” is no date, time or duration",
    "not_value": "a value of the case “{case}” is no value of FEEL",
}


class GoldenCasesUnreadable(AmicaleError):
    """The golden cases in {name} cannot be read: {reason}.

    `params`: name (of the file), reason (in English), why (a key of `CASE_REASONS`) with that sentence's parameters.
    """

    code = "golden_cases_unreadable"


class _Unreadable(Exception):
    """Why a case cannot be read: a key of `CASE_REASONS`, and its parameters."""

    def __init__(self, why: str, **params: object) -> None:
        super().__init__(why)
        self.why, self.params = why, params


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case as it is written."""

    name: str
    given: Mapping[str, Value]
    expected: Value
    now: dt.datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # by language


@dataclass(frozen=True, slots=True)
class GoldenCases:
    """The cases of one decision."""

    decision: str
    cases: tuple[GoldenCase, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case gave. `expected` and `got` are FEEL texts, `answer` is the value that was got; `rows` matched, from
    1."""

    decision: str
    name: str
    passed: bool
    expected: str
    got: str
    rows: tuple[int, ...]
    warnings: tuple[Warning, ...] = ()
    answer: Value = None
    names: Mapping[str, str] = field(default_factory=dict)


def read_cases(document: bytes, *, name: str) -> GoldenCases:
    """The cases of a file. Raises GoldenCasesUnreadable."""
    try:
        return _read(document)
    except _Unreadable as found:
        reason = CASE_REASONS[found.why].format_map(found.params)
        raise GoldenCasesUnreadable(name=name, reason=reason, why=found.why, **found.params) from None


def _read(document: bytes) -> GoldenCases:
    try:
        read = json.loads(document.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError:
        raise _Unreadable("not_utf8") from None
    except json.JSONDecodeError as broken:
        raise _Unreadable("not_json", line=broken.lineno, column=broken.colno) from None
    except (RecursionError, ValueError):  # a number of more digits than Python reads is nesting of another kind
        raise _Unreadable("too_deep") from None
    if not isinstance(read, Mapping):
        raise _Unreadable("not_object", entry="{}")
    cases = _entry(read, "cases")
    if not isinstance(cases, list):
        raise _Unreadable("not_list", entry="cases")
    return GoldenCases(_text(read, "decision"), tuple(_case(case) for case in cases))


def _entry(written: object, entry: str) -> object:
    if not isinstance(written, Mapping):
        raise _Unreadable("not_object", entry="cases")
    if entry not in written:
        raise _Unreadable("missing", entry=entry)
    return written[entry]


def _text(written: object, entry: str) -> str:
    found = _entry(written, entry)
    if not isinstance(found, str):
        raise _Unreadable("not_text", entry=entry)
    return found


def _case(written: object) -> GoldenCase:
    name, given, expected = _text(written, "name"), _entry(written, "given"), _entry(written, "expect")
    if not isinstance(given, Mapping):
        raise _Unreadable("not_object", entry="given")
    now = written.get("now") if isinstance(written, Mapping) else None
    try:
        values = {str(key): _value(value) for key, value in given.items()}
        return GoldenCase(name, values, _value(expected), None if now is None else _moment(now), _names(written))
    except NotFeelValue:
        raise _Unreadable("not_value", case=name) from None


def _names(written: object) -> Mapping[str, str]:
    found = written.get("names", {}) if isinstance(written, Mapping) else {}
    if not isinstance(found, Mapping):
        raise _Unreadable("not_object", entry="names")
    return {language: _text(found, language) for language in found}


def _moment(written: object) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(str(written))
    except ValueError:
        raise _Unreadable("not_moment", value=written) from None
    if moment.tzinfo is None:
        raise _Unreadable("no_offset", value=written)
    return moment


def _value(thing: object) -> Value:
    if isinstance(thing, str) and thing.startswith("@"):
        found = parse_temporal(thing[1:])
        if found is None:
            raise _Unreadable("not_temporal", value=thing)
        return found
    if isinstance(thing, Mapping):
        return {str(name): _value(value) for name, value in thing.items()}
    if isinstance(thing, list):
        return [_value(value) for value in thing]
    return from_python(thing)


def with_answer(document: bytes, place: int, answer: Value) -> bytes:
    """The file of cases with this answer as what must come out of the case at this place, from 0; the rest as it was.

    Raises GoldenCasesUnreadable, and NotFeelValue for an answer that no file of cases can hold.
    """
    answered = _written(answer)
    return _rewritten(document, lambda place_, case: {**case, "expect": answered} if place_ == place else case)


def with_names(document: bytes, names: Sequence[Mapping[str, str]]) -> bytes:
    """The file of cases with these names by language, one mapping a case in their order: the English one is the name
    itself, else the first that is given. Raises GoldenCasesUnreadable."""
    return _rewritten(document, lambda place, case: _called(case, names[place]) if place < len(names) else case)


def _called(case: Mapping[str, object], names: Mapping[str, str]) -> Mapping[str, object]:
    said = {language: name for language, name in names.items() if name}
    name = said.get("en") or next(iter(said.values()), case["name"])
    others = {language: each for language, each in said.items() if each != name}
    kept = {key: value for key, value in case.items() if key not in ("name", "names")}
    return {"name": name, **({"names": others} if others else {}), **kept}


def _rewritten(document: bytes, change: Callable[[int, Mapping[str, object]], Mapping[str, object]]) -> bytes:
    """The file with each of its cases changed, and every number as it was written."""
    read_cases(document, name="")
    written = json.loads(document.decode("utf-8-sig"), parse_float=Decimal)
    written["cases"] = [change(place, case) for place, case in enumerate(written["cases"])]
    told = json.dumps(written, ensure_ascii=False, indent=1, default=lambda number: f"{_MARK}{number:f}{_MARK}")
    return (re.sub(f'"{_MARK}([^"]*){_MARK}"', r"\1", told) + "\n").encode()


def _written(value: Value) -> object:
    """A value as cases write it: numbers keep every digit. Raises NotFeelValue."""
    if isinstance(value, Mapping):
        return {str(name): _written(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each) for each in value]
    if value is None or isinstance(value, (bool, Decimal)):
        return value
    if isinstance(value, str):
        if value.startswith("@") or _MARK in value:
            raise NotFeelValue(kind=type(value).__name__)
        return value
    text = to_text(value)
    if parse_temporal(text) is None:
        raise NotFeelValue(kind=type(value).__name__)
    return f"@{text}"


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
        warnings=tuple(result.warnings),
        answer=result.value,
        names=case.names,
    )
