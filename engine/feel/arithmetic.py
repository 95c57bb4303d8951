"""Compiling `+ - * / **` and negation (DMN 1.5, tables 45 to 51)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.feel import decimals
from engine.feel.decimals import WIDE
from engine.feel.durations import DAY, SECOND, DaysDuration, YearsDuration
from engine.feel.run import Code, Frame
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import Arithmetic, Negation, Node
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import type_name

Operation = Callable[[Any, Any], Any]
_COST_OF_POWER: Final = 20
_MIDNIGHT: Final = Time(0, 0, 0, 0, 0)


class Incomparable(ValueError):
    """One has a time zone and the other has none."""


def _days(duration: DaysDuration, factor: Decimal, operation: Operation) -> DaysDuration:
    return DaysDuration(int(operation(Decimal(duration.nanoseconds), factor)))


def _months(duration: YearsDuration, factor: Decimal, operation: Operation) -> YearsDuration:
    return YearsDuration(int(operation(Decimal(duration.total_months), factor)))


def _ratio(left: int, right: int) -> Decimal:
    return decimals.divide(decimals.number(left), decimals.number(right))


def _between(left: DateTime, right: DateTime) -> DaysDuration:
    if (left.utc_offset is None) != (right.utc_offset is None):
        raise Incomparable
    return DaysDuration(left.instant - right.instant)


def _between_times(left: Time, right: Time) -> DaysDuration:
    if (left.utc_offset is None) != (right.utc_offset is None):
        raise Incomparable
    east = (left.utc_offset or 0) - (right.utc_offset or 0)
    return DaysDuration(left.of_day - right.of_day - east * SECOND)


def _date_plus(date: Date, nanoseconds: int) -> Date:
    return Date.from_ordinal(date.ordinal + nanoseconds // DAY)


_ADD: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): decimals.add,
    (str, str): lambda a, b: a + b,
    (DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanoseconds + b.nanoseconds),
    (YearsDuration, YearsDuration): lambda a, b: YearsDuration(a.total_months + b.total_months),
    (Date, DaysDuration): lambda a, b: _date_plus(a, b.nanoseconds),
    (Date, YearsDuration): lambda a, b: a.plus_months(b.total_months),
    (DateTime, DaysDuration): lambda a, b: a.plus_nanoseconds(b.nanoseconds),
    (DateTime, YearsDuration): lambda a, b: a.plus_months(b.total_months),
    (Time, DaysDuration): lambda a, b: a.on_clock(a.of_day + b.nanoseconds),
}


def _swapped(operation: Operation) -> Operation:
    return lambda right, left: operation(left, right)


_ADD.update({(b, a): _swapped(operation) for (a, b), operation in _ADD.items() if a is not b})
_SUBTRACT: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): decimals.subtract,
    (DaysDuration, DaysDuration): lambda a, b: DaysDuration(a.nanoseconds - b.nanoseconds),
    (YearsDuration, YearsDuration): lambda a, b: YearsDuration(a.total_months - b.total_months),
    (Date, DaysDuration): lambda a, b: _date_plus(a, -b.nanoseconds),
    (Date, YearsDuration): lambda a, b: a.plus_months(-b.total_months),
    (DateTime, DaysDuration): lambda a, b: a.plus_nanoseconds(-b.nanoseconds),
    (DateTime, YearsDuration): lambda a, b: a.plus_months(-b.total_months),
    (Time, DaysDuration): lambda a, b: a.on_clock(a.of_day - b.nanoseconds),
    (Date, Date): lambda a, b: DaysDuration((a.ordinal - b.ordinal) * DAY),
    (DateTime, DateTime): _between,
    (DateTime, Date): lambda a, b: _between(a, DateTime(b, _MIDNIGHT)),
    (Date, DateTime): lambda a, b: _between(DateTime(a, _MIDNIGHT), b),
    (Time, Time): _between_times,
}
_MULTIPLY: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): decimals.multiply,
    (DaysDuration, Decimal): lambda a, b: _days(a, b, WIDE.multiply),
    (Decimal, DaysDuration): lambda a, b: _days(b, a, WIDE.multiply),
    (YearsDuration, Decimal): lambda a, b: _months(a, b, WIDE.multiply),
    (Decimal, YearsDuration): lambda a, b: _months(b, a, WIDE.multiply),
}
_DIVIDE: Final[dict[tuple[type, type], Operation]] = {
    (Decimal, Decimal): decimals.divide,
    (DaysDuration, Decimal): lambda a, b: _days(a, b, WIDE.divide),
    (YearsDuration, Decimal): lambda a, b: _months(a, b, WIDE.divide),
    (DaysDuration, DaysDuration): lambda a, b: _ratio(a.nanoseconds, b.nanoseconds),
    (YearsDuration, YearsDuration): lambda a, b: _ratio(a.total_months, b.total_months),
}


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base:
        if exponent < 0:
            raise ZeroDivisionError
        return decimals.ONE if not exponent else decimals.ZERO
    return decimals.power(base, exponent)


_TABLES: Final[Mapping[str, Mapping[tuple[type, type], Operation]]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {(Decimal, Decimal): _power},
}


def _arithmetic(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Arithmetic)
    left, right = scope.compile(node.left), scope.compile(node.right)
    operator, position = node.operator, node.position
    table = _TABLES[operator]
    on_numbers = table[(Decimal, Decimal)]

    costly = operator == "**"

    def compute(frame: Frame) -> Any:
        a, b = left(frame), right(frame)
        try:
            if costly:
                frame[1].spend(_COST_OF_POWER)
            if type(a) is Decimal and type(b) is Decimal:
                return on_numbers(a, b)
            operation = table.get((type(a), type(b)))
            if operation is not None:
                result = operation(a, b)
                return frame[1].text(result) if type(result) is str else result
        except (ArithmeticError, ValueError) as problem:
            reason = "division_by_zero" if operator == "/" and not b else _reason(problem)
            frame[1].warn(reason, position, operator=operator)
            return None
        frame[1].warn("bad_operands", position, operator=operator, left=type_name(a), right=type_name(b))
        return None

    return compute


def _reason(problem: Exception) -> str:
    if isinstance(problem, ZeroDivisionError):
        return "division_by_zero"
    if isinstance(problem, Incomparable):
        return "zone_missing"
    return "out_of_range"


def _negation(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Negation)
    operand, position = scope.compile(node.operand), node.position

    def negate(frame: Frame) -> Any:
        value = operand(frame)
        if type(value) is Decimal:
            return decimals.negate(value)
        if type(value) is DaysDuration:
            return DaysDuration(-value.nanoseconds)
        if type(value) is YearsDuration:
            return YearsDuration(-value.total_months)
        frame[1].warn("bad_operands", position, operator="-", left="", right=type_name(value))
        return None

    return negate


HANDLERS: Final[Mapping[type[Node], Handler]] = {Arithmetic: _arithmetic, Negation: _negation}
