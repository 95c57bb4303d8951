"""Values of cases as JSON, both ways: dates and durations are texts that begin with `@`, other such texts with `@@`.

Numbers of JSON are read as the decimals that were written; what is no number of decimal digits is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Final

from engine.errors import Invalid
from engine.feel.iso import parse_temporal
from engine.feel.values import Value, from_python, to_text

DEEPEST: Final = 200  # as deep as values are stored (`engine.feel.codec`)


class NotAValue(Invalid):
    """“{given}” is no value: dates, times and durations stand behind @, other texts that begin with @ behind @@."""

    code: ClassVar[str] = "not_a_value"


class ValueTooDeep(NotAValue):
    """Lists and objects stand at most 200 deep within each other."""

    code: ClassVar[str] = "value_too_deep"


def read(thing: object, depth: int = 0) -> Value:
    """A thing of JSON as a value, `depth` lists and objects around it. Raises NotAValue, ValueTooDeep."""
    if depth > DEEPEST:
        raise ValueTooDeep
    if isinstance(thing, str) and thing.startswith("@@"):
        return thing[1:]
    if isinstance(thing, str) and thing.startswith("@"):
        found = parse_temporal(thing[1:])
        if found is None:
            raise NotAValue(given=thing[:60])
        return found
    if isinstance(thing, float):
        if not math.isfinite(thing):
            raise NotAValue(given=str(thing))
        return Decimal(repr(thing))
    if isinstance(thing, Mapping):
        return {str(name): read(value, depth + 1) for name, value in thing.items()}
    return [read(each, depth + 1) for each in thing] if isinstance(thing, list) else from_python(thing)


def variables(given: Mapping[str, object]) -> dict[str, object]:
    """Every variable that was given. Raises NotAValue."""
    return {name: read(value) for name, value in given.items()}


def write(value: Value) -> object:
    """A value as a thing of JSON: `read` gives it back."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    if isinstance(value, str):
        return f"@{value}" if value.startswith("@") else value
    if isinstance(value, list):
        return [write(each) for each in value]
    if isinstance(value, dict):
        return {name: write(each) for name, each in value.items()}
    return f"@{to_text(value)}"
