"""Compiling `for`, `some`, `every` and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.feel.constants import constant_of
from engine.feel.decimals import as_int
from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import Filter, For, Node, Quantified, Span, mentions
from engine.feel.syntax import Iterator as Variable
from engine.feel.temporal import Date
from engine.feel.values import Range, Value, type_name

# One variable of a loop: the slot of its name, and what it runs over.
Turn = tuple[int, Callable[[Frame], Iterable[Value]]]


def _turns(variables: tuple[Variable, ...], scope: Scope) -> list[Turn]:
    turns: list[Turn] = []
    for variable in variables:
        domain = _domain(variable.domain, scope)
        turns.append((scope.bind(variable.name), domain))
    return turns


def _domain(node: Node, scope: Scope) -> Callable[[Frame], Iterable[Value]]:
    position = node.position
    if isinstance(node, Span):
        low, high = scope.compile(node.low), scope.compile(node.high)
        return lambda frame: _spanned(low(frame), high(frame), frame[1], position)
    code = scope.compile(node)
    return lambda frame: iterated(code(frame), frame[1], position)


class NotIterable(Exception):
    """There is nothing to run over."""


def _spanned(low: Value, high: Value, run: Run, position: int) -> Iterable[Value]:
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        start, end = as_int(low), as_int(high)
        if start is not None and end is not None:
            return map(Decimal, range(start, end + 1) if start <= end else range(start, end - 1, -1))
    if isinstance(low, Date) and isinstance(high, Date):
        first, last = low.ordinal, high.ordinal
        return map(Date.from_ordinal, range(first, last + 1) if first <= last else range(first, last - 1, -1))
    run.warn("not_iterable", position, type=f"{type_name(low)}..{type_name(high)}")
    raise NotIterable


def iterated(value: Value, run: Run, position: int) -> Iterable[Value]:
    """What a loop over a value runs over. NotIterable, with a warning, for null and open ranges."""
    if isinstance(value, list):
        return value
    if isinstance(value, Range) and value.low is not None and value.high is not None:
        return _within(value, run, position)
    if value is None or isinstance(value, Range):
        run.warn("not_iterable", position, type=type_name(value))
        raise NotIterable
    return [value]


def _within(span: Range, run: Run, position: int) -> Iterable[Value]:
    for item in _spanned(span.low, span.high, run, position):
        if (item == span.low and not span.low_included) or (item == span.high and not span.high_included):
            continue
        yield item


def _walk(turns: list[Turn], frame: Frame, level: int = 0) -> Iterator[None]:
    """Set the slots to each combination, the last variable fastest."""
    slot, domain = turns[level]
    run: Run = frame[1]
    last = level == len(turns) - 1
    for item in domain(frame):
        run.spend(1)
        frame[slot] = item
        if last:
            yield None
        else:
            yield from _walk(turns, frame, level + 1)


def _for(node: Node, scope: Scope) -> Code:
    assert isinstance(node, For)
    inner = scope.inner()
    partial = inner.bind("partial")
    turns = _turns(node.iterators, inner)
    body = inner.compile(node.body)
    cumulative = mentions(node, "partial")

    def loop(frame: Frame) -> list[Value] | None:
        results: list[Value] = []
        frame[partial] = []
        run: Run = frame[1]
        most = run.environment.budget.items
        try:
            for _turn in _walk(turns, frame):
                if cumulative:
                    run.spend(len(results) >> 4)
                    frame[partial] = results.copy()
                results.append(body(frame))
                if len(results) > most:
                    run.items(results)
        except NotIterable:
            return None
        return results

    return loop


def _quantified(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Quantified)
    inner = scope.inner()
    turns = _turns(node.iterators, inner)
    condition = inner.compile(node.condition)
    decisive, position = node.kind == "some", node.condition.position

    def quantified(frame: Frame) -> Any:
        known = True
        try:
            for _turn in _walk(turns, frame):
                holds = condition(frame)
                if holds is decisive:
                    return decisive
                if type(holds) is not bool:
                    known = False
                    frame[1].neither(holds, position)
        except NotIterable:
            return None
        return (not decisive) if known else None

    return quantified


def _filter(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Filter)
    source, position = scope.compile(node.source), node.position
    fixed = constant_of(node.condition, scope)
    if fixed is not None and isinstance(fixed[0], Decimal):
        index = fixed[0]
        return lambda frame: item_at(source(frame), index, frame[1], position)
    slot = scope.unit.slot()
    condition = scope.inner(slot).compile(node.condition)

    def kept(frame: Frame) -> Any:
        value = source(frame)
        if value is None:
            return None
        items = value if isinstance(value, list) else [value]
        run: Run = frame[1]
        found: list[Value] = []
        for item in items:
            run.spend(1)
            frame[slot] = item
            holds = condition(frame)
            if holds is True:
                found.append(item)
            elif type(holds) is Decimal:
                return item_at(value, holds, run, position)
            elif holds is not False and holds is not None:
                run.neither(holds, position)
                return None
        return found if items else nothing(frame)

    def nothing(frame: Frame) -> Any:
        """A place in an empty list holds null; a condition keeps none of its items, and that is no mistake."""
        run: Run = frame[1]
        before, frame[slot] = len(run.warnings), None
        index = condition(frame)
        del run.warnings[before:]
        return item_at([], index, run, position) if type(index) is Decimal else []

    return kept


def item_at(value: Value, index: Decimal, run: Run, position: int | None) -> Value:
    """The item at a place counted from 1, or from -1 backwards; null with a warning outside the list."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    place = as_int(index)
    if place is not None and 1 <= place <= len(items):
        return items[place - 1]
    if place is not None and 1 <= -place <= len(items):
        return items[place]
    run.warn("no_item", position, index=str(index), length=len(items))
    return None


HANDLERS: Final[Mapping[type[Node], Handler]] = {For: _for, Quantified: _quantified, Filter: _filter}
