"""Values as plain JSON for other programs: what has no JSON type becomes its text. `codec` is the lossless one."""

from __future__ import annotations

import json
from decimal import Decimal

from engine.feel.decimals import number
from engine.feel.errors import NotFeelValue
from engine.feel.text import to_text
from engine.feel.values import Function, Value, from_python

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


def to_plain(value: Value) -> Plain:
    """Null, booleans, numbers, texts, lists and objects; temporal values and ranges as texts, functions as null.

    A whole number is an int; another is a float where that loses no digit, and its text where it would.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Decimal):
        return _plain_number(value)
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return None if isinstance(value, Function) else to_text(value)


def _plain_number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value() and value.adjusted() < 40:
        return int(value)
    close = float(value)
    return close if number(repr(close)) == value else to_text(value)


def from_plain(thing: object) -> Value:
    """The value of parsed JSON: texts stay texts. NotFeelValue for what JSON does not know."""
    return from_python(thing)


def json_text(value: Value) -> str:
    """JSON with every digit of its numbers."""
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, list):
        return f"[{','.join(json_text(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    return "null" if isinstance(value, Function) else _quoted(to_text(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def parse_json(text: str) -> Value:
    """The value that a JSON text spells, every digit kept. ValueError if it spells none."""
    try:
        return from_python(json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_refuse))
    except (NotFeelValue, ArithmeticError, RecursionError) as problem:
        raise ValueError(str(problem)) from None


def _refuse(name: str) -> None:
    raise ValueError(name)


__all__ = ["Plain", "from_plain", "json_text", "parse_json", "to_plain"]
