"""Shortcuts: the commonest conditions and cells, answered without a frame and a run.

A shortcut answers true or false where values are of the types that the text compares them with. Anything else - a name
that is missing, a null, another type - is `UNSURE`: then the whole expression is evaluated, with its warnings.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from engine.feel.constants import constant_of
from engine.feel.scope import Scope
from engine.feel.syntax import Comparison, Logical, Name, Node, RangeLiteral, Tests, UnaryRange
from engine.feel.temporal import Date
from engine.feel.values import Value

# Of the variables, or of the input of a cell: true, false or UNSURE.
Shortcut: TypeAlias = Callable[[Any], Any]
# A name, the type its value must have, how to compare, with what (a day as year, month, day).
_Part: TypeAlias = tuple[str, Any, Callable[[Any, Any], bool], Any]

UNSURE: Final = object()
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": python.eq, "!=": python.ne, "<": python.lt, "<=": python.le, ">": python.gt, ">=": python.ge,
}  # fmt: skip
# The method of the constant that answers `value operator constant`: it costs no function of ours.
_METHOD: Final[Mapping[str, str]] = {
    "=": "__eq__", "!=": "__ne__", "<": "__gt__", "<=": "__ge__", ">": "__lt__", ">=": "__le__",
}  # fmt: skip
_COMPARED: Final = frozenset((Decimal, str, Date))
_EQUATED: Final = _COMPARED | {bool}


def shortcut_of_condition(node: Node, scope: Scope) -> Shortcut | None:
    """For `name < constant`, and such comparisons joined by `and` or by `or`; None for all else."""
    comparisons = node.operands if isinstance(node, Logical) else (node,)
    found = [_part(each, scope) for each in comparisons]
    parts = tuple(part for part in found if part is not None)
    if len(parts) < len(found):
        return None
    decisive = isinstance(node, Logical) and node.operator == "or"

    def joined(variables: Mapping[str, Value]) -> Any:
        read = variables.get
        for name, kind, compare, right in parts:
            value: Any = read(name)
            if type(value) is not kind:
                return UNSURE
            if kind is Date:
                value = (value.year, value.month, value.day)
            if compare(value, right) is decisive:
                return decisive
        return not decisive

    return joined


def _part(node: Node, scope: Scope) -> _Part | None:
    if not isinstance(node, Comparison) or not isinstance(node.left, Name):
        return None
    fixed = _fixed(node.right, node.operator, scope)
    return None if fixed is None else (node.left.name, *fixed)


def _fixed(node: Node, operator: str, scope: Scope) -> tuple[type, Callable[[Any, Any], bool], Any] | None:
    """What a comparison with a constant needs; None if it is no constant of a type we know how to compare."""
    found = constant_of(node, scope)
    if found is None or type(found[0]) not in (_EQUATED if operator in ("=", "!=") else _COMPARED):
        return None
    return type(found[0]), _COMPARE[operator], _key(found[0])


def _key(value: Value) -> Any:
    return (value.year, value.month, value.day) if isinstance(value, Date) else value


def shortcut_of_cell(node: Node, scope: Scope) -> Shortcut | None:
    """For `"A", "B"`, `< 10`, `[1..3)` and `not(…)` of one of these; None for all else."""
    if not isinstance(node, Tests) or not node.tests:
        return None
    found = _test(node.tests[0], scope) if len(node.tests) == 1 else _one_of(node.tests, scope)
    if found is None:
        return None
    kind, test = found
    plain = _of_kind(kind, test)
    return _negated(plain) if node.negated else plain


def _of_kind(kind: type, test: Callable[[Any], bool]) -> Shortcut:
    def dated(value: Any) -> Any:
        return test((value.year, value.month, value.day)) if type(value) is Date else UNSURE

    def plain(value: Any) -> Any:
        return test(value) if type(value) is kind else UNSURE

    return dated if kind is Date else plain


def _negated(shortcut: Shortcut) -> Shortcut:
    def negated(value: Any) -> Any:
        found = shortcut(value)
        return found if found is UNSURE else not found

    return negated


def _test(node: Node, scope: Scope) -> tuple[type, Callable[[Any], bool]] | None:
    if isinstance(node, RangeLiteral):
        return _range(node, scope)
    operator, operand = (node.operator, node.operand) if isinstance(node, UnaryRange) else ("=", node)
    fixed = _fixed(operand, operator, scope)
    if fixed is None:
        return None
    return fixed[0], getattr(fixed[2], _METHOD[operator])


def _range(node: RangeLiteral, scope: Scope) -> tuple[type, Callable[[Any], bool]] | None:
    low = _fixed(node.low, ">=" if node.low_included else ">", scope)
    high = _fixed(node.high, "<=" if node.high_included else "<", scope)
    if low is None or high is None or low[0] is not high[0] or low[2] > high[2]:
        return None
    (kind, above, start), (_kind, below, end) = low, high
    return kind, lambda value: above(value, start) and below(value, end)


def _one_of(nodes: tuple[Node, ...], scope: Scope) -> tuple[type, Callable[[Any], bool]] | None:
    fixed = [_fixed(node, "=", scope) for node in nodes]
    kinds = {None if each is None else each[0] for each in fixed}
    if len(kinds) > 1 or None in kinds:
        return None
    wanted = frozenset(each[2] for each in fixed if each is not None)
    return next(kind for kind in kinds if kind is not None), wanted.__contains__
