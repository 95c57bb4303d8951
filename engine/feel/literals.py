"""Compiling what is written out: constants, lists, contexts, ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.feel.decimals import number
from engine.feel.equality import ORDERED, order
from engine.feel.iso import parse_temporal
from engine.feel.run import Code, Frame
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import (
    AtLiteral,
    ContextLiteral,
    FunctionLiteral,
    ListLiteral,
    Literal,
    Node,
    RangeLiteral,
    UnaryRange,
)
from engine.feel.temporal import DateTime, Time
from engine.feel.values import Function, Range, Value, type_name


def constant(value: Value) -> Code:
    """Always that value."""
    return lambda _frame: value


def _literal(node: Node, _scope: Scope) -> Code:
    assert isinstance(node, Literal)
    value = node.value
    if isinstance(value, (str, bool)) or value is None:
        return constant(value)
    try:
        return constant(number(value))
    except ArithmeticError:
        return _failing("number_too_large", node.position, number=str(value)[:40])


def _failing(code: str, position: int, **params: object) -> Code:
    def null(frame: Frame) -> None:
        frame[1].warn(code, position, **params)

    return null


def _at_literal(node: Node, _scope: Scope) -> Code:
    assert isinstance(node, AtLiteral)
    value = parse_temporal(node.text)
    if value is None:
        return _failing("not_temporal", node.position, literal=node.text)
    return constant(value)


def _list(node: Node, scope: Scope) -> Code:
    assert isinstance(node, ListLiteral)
    items = [scope.compile(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


def _context(node: Node, scope: Scope) -> Code:
    assert isinstance(node, ContextLiteral)
    inner = scope.inner()
    entries: list[tuple[str, Code, int]] = []
    for key, value in node.entries:
        # A function may call itself by the name of its entry; other values see the entries before them.
        slot = inner.bind(key) if isinstance(value, FunctionLiteral) else None
        code = inner.compile(value)
        entries.append((key, code, inner.bind(key) if slot is None else slot))
    if len({key for key, _ in node.entries}) < len(node.entries):
        return _failing("duplicate_entry", node.position, keys=tuple(key for key, _ in node.entries))

    def context(frame: Frame) -> dict[str, Value]:
        made: dict[str, Any] = {}
        for key, code, slot in entries:
            value = code(frame)
            frame[slot] = made[key] = value
            if isinstance(value, Function):
                captured = getattr(value, "frame", None)
                if captured is not None:
                    captured[slot] = value
        return made

    return context


def _range(node: Node, scope: Scope) -> Code:
    assert isinstance(node, RangeLiteral)
    low, high = scope.compile(node.low), scope.compile(node.high)
    low_included, high_included, position = node.low_included, node.high_included, node.position

    def span(frame: Frame) -> Range | None:
        start, end = low(frame), high(frame)
        made = make_range(start, end, low_included, high_included)
        if made is None:
            frame[1].warn("bad_range", position, low=type_name(start), high=type_name(end))
        return made

    return span


def make_range(low: Value, high: Value, low_included: bool, high_included: bool) -> Range | None:
    """The range between two comparable values of one type, lower first; None if they make none."""
    if low is None or high is None:
        known = high if low is None else low
        if not _can_bound(known):
            return None
        return Range(low, high, low_included and low is not None, high_included and high is not None)
    above = order(low, high)
    if above is None or above > 0:
        return None
    return Range(low, high, low_included, high_included)


def _can_bound(value: Value) -> bool:
    return type(value) in ORDERED or isinstance(value, (Time, DateTime))


def _unary_range(node: Node, scope: Scope) -> Code:
    assert isinstance(node, UnaryRange)
    operand, operator, position = scope.compile(node.operand), node.operator, node.position

    def side(frame: Frame) -> Range | None:
        end = operand(frame)
        if operator not in ("=", "!=") and not _can_bound(end):
            frame[1].warn("bad_range", position, low=operator, high=type_name(end))
            return None
        return unary_range(operator, end)

    return side


def unary_range(operator: str, end: Value) -> Range:
    """What `operator end` admits."""
    if operator in ("<", "<="):
        return Range(None, end, False, operator == "<=", operator)
    if operator in (">", ">="):
        return Range(end, None, operator == ">=", False, operator)
    return Range(end, end, operator == "=", operator == "=", operator)


HANDLERS: Final[Mapping[type[Node], Handler]] = {
    Literal: _literal,
    AtLiteral: _at_literal,
    ListLiteral: _list,
    ContextLiteral: _context,
    RangeLiteral: _range,
    UnaryRange: _unary_range,
}
