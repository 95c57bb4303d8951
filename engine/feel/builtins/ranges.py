"""Relations of points and ranges (DMN 1.5, 10.3.4.11, table 79) and `range`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from engine.feel.builtins.signature import Builtin, builtin, table
from engine.feel.decimals import number
from engine.feel.equality import order
from engine.feel.iso import parse_temporal
from engine.feel.lexer import unescape
from engine.feel.literals import make_range, unary_range
from engine.feel.run import Run
from engine.feel.values import Range, Value, type_name


class _Ends(NamedTuple):
    low: Value
    low_in: bool
    high: Value
    high_in: bool


def _ends(thing: Range) -> _Ends:
    return _Ends(thing.low, thing.low_included, thing.high, thing.high_included)


def _compare(left: Value, right: Value, *, left_open: int = 0, right_open: int = 0) -> int:
    """The order of two ends; one without a value lies at infinity, on the side `*_open` says."""
    if left is None or right is None:
        return (left_open if left is None else 0) - (right_open if right is None else 0)
    found = order(left, right)
    if found is None:
        raise ValueError("no order")
    return found


def _low_low(a: _Ends, b: _Ends) -> int:
    return _compare(a.low, b.low, left_open=-1, right_open=-1)


def _high_high(a: _Ends, b: _Ends) -> int:
    return _compare(a.high, b.high, left_open=1, right_open=1)


def _high_low(a: _Ends, b: _Ends) -> int:
    return _compare(a.high, b.low, left_open=1, right_open=-1)


def _before(a: _Ends, b: _Ends) -> bool:
    gap = _high_low(a, b)
    return gap < 0 or (gap == 0 and not (a.high_in and b.low_in))


def _meets(a: _Ends, b: _Ends) -> bool:
    return _high_low(a, b) == 0 and a.high_in and b.low_in


def _overlaps(a: _Ends, b: _Ends) -> bool:
    return not _before(a, b) and not _before(b, a)


def _overlaps_before(a: _Ends, b: _Ends) -> bool:
    lows, highs = _low_low(a, b), _high_high(a, b)
    starts_first = lows < 0 or (lows == 0 and a.low_in and not b.low_in)
    ends_first = highs < 0 or (highs == 0 and (not a.high_in or b.high_in))
    return starts_first and ends_first and _overlaps(a, b)


def _finishes(a: _Ends, b: _Ends) -> bool:
    lows = _low_low(a, b)
    same = _high_high(a, b) == 0 and a.high_in == b.high_in
    return same and (lows > 0 or (lows == 0 and (not a.low_in or b.low_in)))


def _starts(a: _Ends, b: _Ends) -> bool:
    highs = _high_high(a, b)
    same = _low_low(a, b) == 0 and a.low_in == b.low_in
    return same and (highs < 0 or (highs == 0 and (not a.high_in or b.high_in)))


def _includes(a: _Ends, b: _Ends) -> bool:
    lows, highs = _low_low(a, b), _high_high(a, b)
    from_start = lows < 0 or (lows == 0 and (a.low_in or not b.low_in))
    to_end = highs > 0 or (highs == 0 and (a.high_in or not b.high_in))
    return from_start and to_end


def _same(a: _Ends, b: _Ends) -> bool:
    return a[1::2] == b[1::2] and _low_low(a, b) == 0 and _high_high(a, b) == 0


def _point(value: Value) -> _Ends:
    if value is None or isinstance(value, (bool, list, dict)) or order(value, value) is None:
        raise ValueError("not a point")
    return _Ends(value, True, value, True)


def _either(value: Value) -> _Ends:
    return _ends(value) if isinstance(value, Range) else _point(value)


def _between(name: str, relation: Callable[[_Ends, _Ends], bool], shape: str, *, swap: bool = False) -> Builtin:
    """`shape`: what the arguments may be, as `pp`, `pr`, `rp`, `rr` for points and ranges."""

    def body(run: Run, first: Value, second: Value) -> Value:
        kind = ("r" if isinstance(first, Range) else "p") + ("r" if isinstance(second, Range) else "p")
        try:
            if kind in shape.split():
                a, b = _either(first), _either(second)
                return relation(b, a) if swap else relation(a, b)
        except ValueError:
            pass  # ends without an order: said below
        run.warn("not_comparable", left=type_name(first), right=type_name(second))
        return None

    return builtin(name, *((_PARAMETERS[kind], body) for kind in shape.split()))


_PARAMETERS: Final = {
    "pp": "point1: any; point2: any",
    "pr": "point: any; range: any",
    "rp": "range: any; point: any",
    "rr": "range1: any; range2: any",
}
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_RANGE = re.compile(r"([\[\](])(.*?)\.\.(.*)([\])\[])\Z", re.DOTALL)


def _range(run: Run, text: str) -> Value:
    match = _RANGE.match(text.strip())
    if match is None:
        run.warn("not_readable", text=text[:100], type="range")
        return None
    opening, low_text, high_text, closing = match.groups()
    (low, low_read), (high, high_read) = _end(low_text), _end(high_text)
    made = None
    if low_read and high_read:
        made = make_range(low, high, opening == "[", closing == "]")
    if made is None or (low is None and opening == "[") or (high is None and closing == "]"):
        run.warn("not_readable", text=text[:100], type="range")
        return None
    if made.low is None:
        return unary_range("<=" if made.high_included else "<", made.high)
    return unary_range(">=" if made.low_included else ">", made.low) if made.high is None else made


def _end(text: str) -> tuple[Any, bool]:
    text = text.strip()
    if not text:
        return None, True
    if _NUMBER.match(text):
        return number(text), True
    if len(text) > 1 and text[0] == '"' and text[-1] == '"':
        return unescape(text), True
    for opening in ('@"', 'date("', 'time("', 'date and time("', 'duration("'):
        if text.startswith(opening):
            found = parse_temporal(text[len(opening) :].rstrip(")").rstrip('"'))
            return found, found is not None
    return None, False


FUNCTIONS: Final = table(
    _between("before", _before, "pp pr rp rr"),
    _between("after", _before, "pp pr rp rr", swap=True),
    _between("meets", _meets, "rr"),
    _between("met by", _meets, "rr", swap=True),
    _between("overlaps", _overlaps, "rr"),
    _between("overlaps before", _overlaps_before, "rr"),
    _between("overlaps after", _overlaps_before, "rr", swap=True),
    _between("finishes", _finishes, "pr rr"),
    _between("finished by", _finishes, "rp rr", swap=True),
    _between("includes", _includes, "rp rr"),
    _between("during", _includes, "pr rr", swap=True),
    _between("starts", _starts, "pr rr"),
    _between("started by", _starts, "rp rr", swap=True),
    _between("coincides", _same, "pp rr"),
    builtin("range", ("from: string", _range)),
)
