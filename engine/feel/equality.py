"""Equality and order of values in three-valued logic (DMN 1.5, tables 41 to 43)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from engine.feel.durations import DAY, SECOND, DaysDuration, YearsDuration
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import Function, Range, Value

if TYPE_CHECKING:
    from engine.feel.run import Run

PLAIN: Final = frozenset((Decimal, str, bool, Date, DaysDuration, YearsDuration))
ORDERED: Final = frozenset((Decimal, str, Date, DaysDuration, YearsDuration))


def equals(left: Value, right: Value, run: Run | None = None) -> bool | None:
    """Whether two values are equal; null if they are of different types."""
    kind = type(left)
    if kind is type(right):
        if kind in PLAIN:
            return left == right
        return _equal_alike(left, right, run)
    if left is None or right is None:
        return False
    if isinstance(left, Function) and isinstance(right, Function):
        return left is right
    return None


def _equal_alike(left: Value, right: Value, run: Run | None) -> bool | None:
    if left is None:
        return True
    if isinstance(left, Time) and isinstance(right, Time):
        return _time_key(left) == _time_key(right)
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        return _moment_key(left) == _moment_key(right)
    if isinstance(left, Range) and isinstance(right, Range):
        return _equal_ranges(left, right, run)
    if isinstance(left, list) and isinstance(right, list):
        return _equal_lists(left, right, run)
    if isinstance(left, dict) and isinstance(right, dict):
        return _equal_contexts(left, right, run)
    return left is right


def _time_key(time: Time) -> tuple[bool, int]:
    # Equality sees the whole seconds only: `value` is a number of seconds (10.3.2.3.4), and the kit reads it so.
    offset = time.utc_offset
    seconds = time.of_day // SECOND
    return (False, seconds) if offset is None else (True, (seconds - offset) % 86_400)


def _moment_key(moment: DateTime) -> tuple[bool, int]:
    return moment.utc_offset is not None, moment.instant // SECOND


def _equal_ranges(left: Range, right: Range, run: Run | None) -> bool:
    shape = (left.low_included, left.high_included, left.operator)
    if shape != (right.low_included, right.high_included, right.operator):
        return False
    return equals(left.low, right.low, run) is True and equals(left.high, right.high, run) is True


def _equal_lists(left: list[Value], right: list[Value], run: Run | None) -> bool:
    if run is not None:
        run.spend(len(left))
    if len(left) != len(right):
        return False
    return all(equals(one, other, run) is True for one, other in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value], run: Run | None) -> bool:
    if run is not None:
        run.spend(len(left))
    if left.keys() != right.keys():
        return False
    return all(equals(value, right[name], run) is True for name, value in left.items())


def order(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 as left comes before, with or after right; None if they cannot be ordered."""
    if isinstance(left, Time) and isinstance(right, Time):
        return _sign(left.of_day - right.of_day - _east(left, right))
    if isinstance(left, DateTime) and isinstance(right, DateTime):
        days = left.date.ordinal - right.date.ordinal
        return _sign(days * DAY + left.time.of_day - right.time.of_day - _east(left, right))
    if type(left) is not type(right) or type(left) not in ORDERED:
        return None
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]


def _east(left: Time | DateTime, right: Time | DateTime) -> int:
    """How much further east the left clock is, in nanoseconds; one without an offset takes the other's (table 54)."""
    mine, its = left.utc_offset, right.utc_offset
    return 0 if mine is None or its is None else (mine - its) * SECOND


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)


def in_range(value: Value, span: Range) -> bool | None:
    """Whether a value lies in a range; null if it cannot be compared with its ends."""
    if span.operator == "=":
        return equals(value, span.low)
    if span.operator == "!=":
        same = equals(value, span.low)
        return None if same is None else not same
    # `(null..10]` has an unknown end, unlike `<= 10`: it can only be told what does not lie in it (table 55).
    known = bool(span.operator) or (span.low is not None and span.high is not None)
    if span.low is not None:
        above = order(value, span.low)
        if above is not None and (above < 0 or (above == 0 and not span.low_included)):
            return False
        known = known and above is not None
    if span.high is not None:
        below = order(value, span.high)
        if below is not None and (below > 0 or (below == 0 and not span.high_included)):
            return False
        known = known and below is not None
    return True if known else None
