"""List functions that make one value of many (DMN 1.5, 10.3.4.4): counts, sums, extremes, statistics, logic."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any, Final

from engine.feel.builtins.signature import Builtin, builtin, table
from engine.feel.decimals import CONTEXT, ONE, ZERO, add, divide, multiply, subtract
from engine.feel.durations import DaysDuration, YearsDuration
from engine.feel.equality import order
from engine.feel.run import Run
from engine.feel.values import Value, type_name


def _numbers(run: Run, items: list[Value]) -> list[Decimal] | None:
    """The items, all numbers and at least one; None with a warning otherwise."""
    found = [item for item in items if isinstance(item, Decimal)]
    if len(found) < len(items):
        odd = next(item for item in items if not isinstance(item, Decimal))
        run.warn("bad_argument", parameter="list", expected="list<number>", given=type_name(odd))
        return None
    return found or None


def _extreme(sign: int) -> Callable[..., Value]:
    def extreme(run: Run, items: list[Value]) -> Value:
        if not items:
            return None
        best = items[0]
        for item in items:
            difference = order(item, best)
            if difference is None:
                run.warn("not_comparable", left=type_name(best), right=type_name(item))
                return None
            if difference * sign > 0:
                best = item
        return best

    return extreme


def _sum(run: Run, items: list[Value]) -> Value:
    kinds = {type(item) for item in items}
    if kinds == {DaysDuration}:
        return DaysDuration(sum(item.nanoseconds for item in items if isinstance(item, DaysDuration)))
    if kinds == {YearsDuration}:
        return YearsDuration(sum(item.total_months for item in items if isinstance(item, YearsDuration)))
    found = _numbers(run, items)
    return None if found is None else reduce(add, found, ZERO)


def _mean(run: Run, items: list[Value]) -> Value:
    found = _numbers(run, items)
    return None if found is None else divide(reduce(add, found, ZERO), Decimal(len(found)))


def _product(run: Run, items: list[Value]) -> Value:
    found = _numbers(run, items)
    return None if found is None else reduce(multiply, found, ONE)


def _median(run: Run, items: list[Value]) -> Value:
    found = _numbers(run, items)
    if found is None:
        return None
    ordered, middle = sorted(found), len(found) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return divide(add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _deviation(run: Run, items: list[Value]) -> Value:
    found = _numbers(run, items)
    if found is None or len(found) < 2:
        return None
    mean = divide(reduce(add, found, ZERO), Decimal(len(found)))
    squares = (multiply(subtract(item, mean), subtract(item, mean)) for item in found)
    return CONTEXT.sqrt(divide(reduce(add, squares, ZERO), Decimal(len(found) - 1)))


def _mode(run: Run, items: list[Value]) -> Value:
    if not items:
        return []
    found = _numbers(run, items)
    if found is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in found:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values())
    modes: list[Value] = []
    modes.extend(sorted(item for item, count in counts.items() if count == most))
    return modes


def _decided(decisive: bool) -> Callable[..., Value]:
    """`all` is decided by a false item, `any` by a true one; without one, null if an item is neither."""

    def decided(run: Run, items: list[Value]) -> Value:
        if any(item is decisive for item in items):
            return decisive
        for item in items:
            run.neither(item)
        return None if any(not isinstance(item, bool) for item in items) else not decisive

    return decided


def _of_list_or_rest(name: str, body: Callable[..., Any]) -> Builtin:
    """`f(list)` and `f(a, b, c)`."""
    return builtin(name, ("list: list", body), ("item: any; *more: any", lambda run, *items: body(run, list(items))))


FUNCTIONS: Final = table(
    builtin("count", ("list: list", lambda _run, items: Decimal(len(items)))),
    _of_list_or_rest("min", _extreme(-1)),
    _of_list_or_rest("max", _extreme(1)),
    _of_list_or_rest("sum", _sum),
    _of_list_or_rest("mean", _mean),
    _of_list_or_rest("product", _product),
    _of_list_or_rest("median", _median),
    _of_list_or_rest("stddev", _deviation),
    _of_list_or_rest("mode", _mode),
    _of_list_or_rest("all", _decided(False)),
    _of_list_or_rest("any", _decided(True)),
)
