"""List functions that rearrange (DMN 1.5, 10.3.4.4) and `sort` (10.3.4.8)."""

from __future__ import annotations

from decimal import Decimal
from functools import cmp_to_key
from typing import Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.decimals import as_int
from engine.feel.equality import equals, order
from engine.feel.run import Run
from engine.feel.values import Function, Value


def _holds(items: list[Value], wanted: Value, run: Run) -> bool:
    return any(equals(item, wanted, run) is True for item in items)


def _contains(run: Run, items: list[Value], element: Value) -> Value:
    return _holds(items, element, run)


def _sublist(_run: Run, items: list[Value], start: Decimal, length: Decimal | None = None) -> Value:
    begin = _place(start, len(items))
    if length is None:
        return items[begin:]
    count = as_int(length)
    if count is None or count < 1 or begin + count > len(items):
        raise ValueError("no such length")
    return items[begin : begin + count]


def _place(position: Decimal, length: int) -> int:
    place = int(position)
    if place == 0 or abs(place) > length:
        raise ValueError("no such place")
    return place - 1 if place > 0 else length + place


def _append(run: Run, items: list[Value], *more: Value) -> Value:
    return run.items([*items, *more])


def _concatenate(run: Run, *lists: list[Value]) -> Value:
    return run.items([item for items in lists for item in items])


def _insert_before(run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    place = _place(position, len(items))
    return run.items([*items[:place], item, *items[place:]])


def _remove(_run: Run, items: list[Value], position: Decimal) -> Value:
    place = _place(position, len(items))
    return [*items[:place], *items[place + 1 :]]


def _replace_at(_run: Run, items: list[Value], position: Decimal, item: Value) -> Value:
    place = _place(position, len(items))
    return [*items[:place], item, *items[place + 1 :]]


def _replace_where(run: Run, items: list[Value], match: Function, item: Value) -> Value:
    if len(match.parameters) != 2:
        run.warn("bad_argument", function="list replace", parameter="match", expected="function of two")
        return None
    replaced: list[Value] = []
    for old in items:
        holds = match.call(run, [old, item])
        if not isinstance(holds, bool):
            run.warn("not_boolean", type="match")
            return None
        replaced.append(item if holds else old)
    return replaced


def _index_of(run: Run, items: list[Value], match: Value) -> Value:
    return [Decimal(place) for place, item in enumerate(items, 1) if equals(item, match, run) is True]


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    found: list[Value] = []
    for item in items:
        run.spend(1 + len(found) // 8)
        if not _holds(found, item, run):
            found.append(item)
    return found


def _union(run: Run, *lists: list[Value]) -> Value:
    return _distinct(run, run.items([item for items in lists for item in items]))


def _flatten(run: Run, items: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for item in items:
        run.spend(1)
        if isinstance(item, list):
            flat.extend(_flatten(run, item))
        else:
            flat.append(item)
    return run.items(flat)


def _sort(run: Run, items: list[Value], precedes: Function | None = None) -> Value:
    """A merge sort makes at most n log n calls, and ends whatever the function answers."""
    wrong: list[Value] = []

    def compare(left: Value, right: Value) -> int:
        run.spend(1)
        if precedes is None:
            difference = order(left, right)
            if difference is None:
                wrong.append(left)
            return difference or 0
        first = precedes.call(run, [left, right])
        if not isinstance(first, bool):
            wrong.append(first)
        if first is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    ordered = sorted(items, key=cmp_to_key(compare))
    if wrong:
        run.warn("not_sortable")
        return None
    return ordered


FUNCTIONS: Final = table(
    builtin("list contains", ("list: list; element: any", _contains)),
    builtin("sublist", ("list: list; start position: number; [length]: number", _sublist)),
    builtin("append", ("list: list; *item: any", _append)),
    builtin("concatenate", ("*list: list", _concatenate)),
    builtin("insert before", ("list: list; position: number; newItem: any", _insert_before)),
    builtin("remove", ("list: list; position: number", _remove)),
    builtin(
        "list replace",
        ("list: list; position: number; newItem: any", _replace_at),
        ("list: list; match: function; newItem: any", _replace_where),
    ),
    builtin("reverse", ("list: list", lambda _run, items: items[::-1])),
    builtin("index of", ("list: list; match: any", _index_of)),
    builtin("union", ("*list: list", _union)),
    builtin("distinct values", ("list: list", _distinct)),
    builtin("flatten", ("list: list", _flatten)),
    builtin("sort", ("list: list; [precedes]: function", _sort)),
)
