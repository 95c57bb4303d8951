"""The stored form of values: JSON from which every value comes back unchanged. This form is final.

null, booleans and texts are themselves, lists are arrays. Everything else is an object with one key:
`n` number (its digits and exponent), `c` context (pairs in order), `d` date, `t` time, `dt` date and time,
`dd` days and time duration (nanoseconds), `ym` years and months duration (months), `r` range
(low, high, low included, high included, operator), `u` a text that a database cannot hold (its code points).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from engine.feel.errors import StoredValueUnknown, ValueNotStorable
from engine.feel.iso import parse_date, parse_date_time, parse_time
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import DaysDuration, Function, Range, Value, YearsDuration

Stored = None | bool | str | list["Stored"] | dict[str, "Stored"]
_DEPTH: Final = 200


def encode(value: Value) -> Stored:
    """The stored form. ValueNotStorable for a function, and for values nested more than 200 deep."""
    stored: Stored = _encode(value, 0)
    return stored


def _encode(value: Value, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if _plain(value) else {"u": [ord(character) for character in value]}
    if isinstance(value, Decimal):
        return {"n": _digits(value)}
    if depth > _DEPTH:
        raise ValueNotStorable(kind="value", reason=f" nested more than {_DEPTH} deep")
    if isinstance(value, list):
        return [_encode(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {"c": [[_encode(key, depth), _encode(item, depth + 1)] for key, item in value.items()]}
    if isinstance(value, Range):
        ends = [_encode(value.low, depth + 1), _encode(value.high, depth + 1)]
        return {"r": [*ends, value.low_included, value.high_included, value.operator]}
    return _encode_temporal(value)


def _plain(text: str) -> bool:
    # PostgreSQL holds neither NUL nor half a surrogate pair.
    return (text.isascii() and "\0" not in text) or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)


def _digits(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueNotStorable(kind="number", reason=" that is not finite")
    return str(value)


def _encode_temporal(value: Value) -> Stored:
    if isinstance(value, Date):
        return {"d": str(value)}
    if isinstance(value, Time):
        return {"t": str(value)}
    if isinstance(value, DateTime):
        return {"dt": str(value)}
    if isinstance(value, DaysDuration):
        return {"dd": str(value.nanoseconds)}
    if isinstance(value, YearsDuration):
        return {"ym": str(value.total_months)}
    if isinstance(value, Function):
        raise ValueNotStorable(kind="function", reason=": store its result instead")
    raise ValueNotStorable(kind=type(value).__name__, reason="")


def decode(stored: object) -> Value:
    """The value of a stored form. StoredValueUnknown for anything `encode` does not write."""
    try:
        return _decode(stored)
    except RecursionError:
        raise StoredValueUnknown(found=f"nested more than {_DEPTH} deep") from None


def _decode(stored: object) -> Value:
    if stored is None or isinstance(stored, (bool, str)):
        return stored
    if isinstance(stored, list):
        return [_decode(item) for item in stored]
    if isinstance(stored, dict) and len(stored) == 1:
        [(tag, content)] = stored.items()
        reader = _READERS.get(tag)
        if reader is not None:
            try:
                value = reader(content)
            except (ValueError, TypeError, InvalidOperation):
                value = None
            if value is not None:
                return value
    raise StoredValueUnknown(found=repr(stored)[:80])


def _context(pairs: Any) -> Value:
    made: dict[str, Value] = {}
    for key, item in pairs:
        name = _decode(key)
        if not isinstance(name, str):
            raise TypeError(name)
        made[name] = _decode(item)
    return made


def _range(parts: Any) -> Value:
    low, high, low_included, high_included, operator = parts
    if not isinstance(low_included, bool) or not isinstance(high_included, bool):
        raise TypeError(parts)
    if operator not in ("", "<", "<=", ">", ">=", "=", "!="):
        raise ValueError(operator)
    return Range(_decode(low), _decode(high), low_included, high_included, operator)


def _number(digits: Any) -> Value:
    found = Decimal(_text(digits))
    if not found.is_finite():
        raise ValueError(digits)
    return found


def _text(content: Any) -> str:
    if not isinstance(content, str):
        raise TypeError(content)
    return content


_READERS: Final[dict[str, Callable[[Any], Value]]] = {
    "n": _number,
    "c": _context,
    "d": lambda text: parse_date(_text(text)),
    "t": lambda text: parse_time(_text(text)),
    "dt": lambda text: parse_date_time(_text(text)),
    "dd": lambda text: DaysDuration(int(_text(text))),
    "ym": lambda text: YearsDuration(int(_text(text))),
    "r": _range,
    "u": lambda codes: "".join(chr(code) for code in codes),
}
__all__ = ["Stored", "decode", "encode"]
