"""The text of a value, as `string()` gives it (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel.decimals import plain
from engine.feel.kinds import Function, Range, Value
from engine.feel.lexer import is_simple_name, quote


def to_text(value: Value) -> str:
    """The text of any value; of null, `null`. Texts themselves are unquoted, those inside lists are not."""
    return value if isinstance(value, str) else _inner(value)


def to_expression(value: Value) -> str:
    """An expression that answers this value: texts are quoted, dates and durations stand behind `@`.

    A function has none; its signature stands for it.
    """
    return _inner(value, _temporal)


def _temporal(value: object) -> str:
    return f'@"{value}"'


def _inner(value: Value, temporal: Callable[[object], str] = str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return f"[{', '.join(_inner(item, temporal) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {_inner(item, temporal)}' for key, item in value.items())}}}"
    if isinstance(value, Range):
        return _range(value, temporal)
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return temporal(value)


def _key(key: str) -> str:
    words = key.split(" ")
    return key if all(is_simple_name(word) for word in words) else quote(key)


def _range(span: Range, temporal: Callable[[object], str]) -> str:
    if span.operator:
        return f"{span.operator} {_inner(span.high if span.low is None else span.low, temporal)}"
    opening, closing = "[" if span.low_included else "(", "]" if span.high_included else ")"
    return f"{opening}{_inner(span.low, temporal)}..{_inner(span.high, temporal)}{closing}"
