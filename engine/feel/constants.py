"""What is known before any evaluation: literals, and conversions of literals such as `date("2026-01-01")`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from engine.feel import decimals
from engine.feel.durations import parse_duration
from engine.feel.iso import parse_date, parse_date_time, parse_temporal, parse_time
from engine.feel.scope import Scope
from engine.feel.syntax import AtLiteral, Call, Literal, Name, Negation, Node
from engine.feel.values import Value

_CONVERSIONS: Final[dict[str, Callable[[str], Value]]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


def constant_of(node: Node, scope: Scope) -> tuple[Value] | None:
    """The value a node always has, in a tuple of one; None if it is to be evaluated."""
    if isinstance(node, Literal):
        return _literal(node)
    if isinstance(node, AtLiteral):
        found = parse_temporal(node.text)
        return None if found is None else (found,)
    if isinstance(node, Negation) and isinstance(node.operand, Literal):
        inner = _literal(node.operand)
        if inner is not None and isinstance(inner[0], Decimal):
            return (decimals.negate(inner[0]),)
        return None
    return _conversion(node, scope) if isinstance(node, Call) else None


def _literal(node: Literal) -> tuple[Value] | None:
    if not isinstance(node.value, Decimal):
        return (node.value,)
    try:
        return (decimals.number(node.value),)
    except ArithmeticError:
        return None


def _conversion(node: Call, scope: Scope) -> tuple[Value] | None:
    function = node.function
    if not isinstance(function, Name) or len(node.arguments) != 1 or node.named:
        return None
    convert, argument = _CONVERSIONS.get(function.name), node.arguments[0]
    if convert is None or not isinstance(argument, Literal) or not isinstance(argument.value, str):
        return None
    if function.name in scope.unit.given or scope.resolve(function.name)[1] is not None:
        return None
    found = convert(argument.value)
    return None if found is None else (found,)
