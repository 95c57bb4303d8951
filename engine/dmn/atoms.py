"""The values of a column, cut at the constants that its cells name: inside one piece no cell can tell values apart.

Exact for numbers, days, durations, texts and booleans, of which one value stands for its whole piece.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, TypeAlias

from engine.feel.constants import constant_of
from engine.feel.decimals import CONTEXT
from engine.feel.durations import DAY, DaysDuration, YearsDuration
from engine.feel.scope import Scope, Unit
from engine.feel.syntax import (
    Between,
    Comparison,
    ListLiteral,
    Logical,
    Membership,
    Name,
    Node,
    RangeLiteral,
    Tests,
    UnaryRange,
)
from engine.feel.temporal import Date
from engine.feel.values import Value

KINDS: Final[Mapping[str, type]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "days and time duration": DaysDuration,
    "years and months duration": YearsDuration,
}
_NULL: Final = type(None)
_NOWHERE: Final = Scope(Unit({}, frozenset(), {}))
_Number: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Atom:
    """One piece: a single value, or what lies strictly between two (None: no end). `sample` is one of its values.

    `other`: all texts that are not named. The piece of null has the kind of None.
    """

    kind: type
    low: Value
    high: Value
    sample: Value
    other: bool = False

    @property
    def is_point(self) -> bool:
        """Whether it is a single value."""
        return not self.other and (self.kind is _NULL or (self.low is not None and self.low == self.high))


@dataclass(slots=True)
class Constants:
    """The constants that some cells compare their input with; `ordered` where texts are put in order.

    By type too: to Python, `true` and 1 are one value.
    """

    values: dict[tuple[type, Value], Value] = field(default_factory=dict)
    ordered: bool = False


def constants_in(tree: Node, found: Constants) -> bool:
    """Gathers the constants of a cell; False if the cell is an expression, which no analysis can decide."""
    if isinstance(tree, Tests):
        return all(_test(test, found) for test in tree.tests)
    return _test(tree, found)


def _test(node: Node, found: Constants) -> bool:
    if isinstance(node, (Tests, ListLiteral, Logical)):
        parts = _parts(node)
        return all(_test(part, found) for part in parts)
    if isinstance(node, Membership):
        return _side(node.value, found, ordered=False) and all(_test(test, found) for test in node.tests)
    if isinstance(node, Between):
        return all(_side(side, found, ordered=True) for side in (node.value, node.low, node.high))
    if isinstance(node, RangeLiteral):
        return all(_constant(side, found, ordered=True) for side in (node.low, node.high))
    if isinstance(node, UnaryRange):
        return _constant(node.operand, found, ordered=node.operator not in ("=", "!="))
    if isinstance(node, Comparison):
        ordered = node.operator not in ("=", "!=")
        return all(_side(side, found, ordered=ordered) for side in (node.left, node.right))
    return _constant(node, found, ordered=False)


def _parts(node: Tests | ListLiteral | Logical) -> tuple[Node, ...]:
    if isinstance(node, Tests):
        return node.tests
    return node.items if isinstance(node, ListLiteral) else node.operands


def _side(node: Node, found: Constants, *, ordered: bool) -> bool:
    return (isinstance(node, Name) and node.name == "?") or _constant(node, found, ordered=ordered)


def _constant(node: Node, found: Constants, *, ordered: bool) -> bool:
    constant = constant_of(node, _NOWHERE)
    if constant is None:
        return False
    value = constant[0]
    if value is not None and type(value) not in KINDS.values():
        return False
    found.values[type(value), value] = value
    found.ordered = found.ordered or (ordered and isinstance(value, str))
    return True


def atoms_of(constants: Constants, kinds: Iterable[type], *, whole: bool = False) -> Iterator[Atom]:
    """The pieces of those types, in order, null at the end. `whole`: numbers come without fractions."""
    for kind in kinds:
        points = sorted(value for value in constants.values.values() if type(value) is kind)  # type: ignore[type-var]
        if kind is bool:
            yield from (Atom(bool, value, value, value) for value in (False, True))
        elif kind is str and not constants.ordered:
            yield from (Atom(str, point, point, point) for point in points)
            yield Atom(str, None, None, _unlike(points), other=True)
        else:
            yield from _line(kind, points, whole)
    yield Atom(_NULL, None, None, None)


def _unlike(points: Iterable[Value]) -> str:
    known = set(points)
    return next(text for text in ("other", *(f"other {n}" for n in range(len(known) + 1))) if text not in known)


def _line(kind: type, points: list[Any], whole: bool) -> Iterator[Atom]:
    sample = _WHOLE if kind is Decimal and whole else _SAMPLES[kind]
    for low, high in pairwise([None, *points, None]):
        inside = sample(low, high)
        if inside is not None:
            yield Atom(kind, low, high, inside)
        if high is not None and not (sample is _WHOLE and high != high.to_integral_value()):
            yield Atom(kind, high, high, high)


def _between_numbers(low: _Number, high: _Number) -> Value:
    found = _between_whole(low, high)
    return CONTEXT.divide(CONTEXT.add(low, high), Decimal(2)) if found is None else found


def _between_whole(low: _Number, high: _Number) -> Value:
    if low is None:
        return Decimal(0) if high is None else Decimal(math.ceil(high) - 1)
    found = Decimal(math.floor(low) + 1)
    return found if high is None or found < high else None


def _between_days(low: _Number, high: _Number) -> Value:
    if low is None:
        return Date(2026, 1, 1) if high is None else Date.from_ordinal(high.ordinal - 1)
    return Date.from_ordinal(low.ordinal + 1) if high is None or high.ordinal - low.ordinal > 1 else None


def _between_durations(low: _Number, high: _Number) -> Value:
    if low is None:
        return DaysDuration(0 if high is None else high.nanoseconds - DAY)
    if high is None or high.nanoseconds - low.nanoseconds > DAY:
        return DaysDuration(low.nanoseconds + DAY)
    middle = (low.nanoseconds + high.nanoseconds) // 2
    return DaysDuration(middle) if middle > low.nanoseconds else None


def _between_months(low: _Number, high: _Number) -> Value:
    if low is None:
        return YearsDuration(0 if high is None else high.total_months - 1)
    far = high is None or high.total_months - low.total_months > 1
    return YearsDuration(low.total_months + 1) if far else None


def _between_texts(low: _Number, high: _Number) -> Value:
    if low is None:
        return "other" if high is None else "" if high else None
    return next((text for text in (f"{low}a", f"{low} ", f"{low}\0") if high is None or text < high), None)


_Sample: TypeAlias = Callable[[_Number, _Number], Value]
_WHOLE: Final[_Sample] = _between_whole
_SAMPLES: Final[Mapping[type, _Sample]] = {
    Decimal: _between_numbers,
    Date: _between_days,
    DaysDuration: _between_durations,
    YearsDuration: _between_months,
    str: _between_texts,
}
