"""Compiling comparisons and three-valued logic (DMN 1.5, tables 40 to 44)."""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from engine.feel.constants import constant_of
from engine.feel.equality import PLAIN, equals, in_range, order
from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import Between, Comparison, If, InstanceOf, Logical, Name, Node
from engine.feel.temporal import Date
from engine.feel.types import incomplete, resolve
from engine.feel.values import Range, Value, type_name
from engine.feel.variables import missing

_PYTHON: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": python.lt, "<=": python.le, ">": python.gt, ">=": python.ge,
}  # fmt: skip


def _logical(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Logical)
    codes = [scope.compile(operand) for operand in node.operands]
    decisive, positions = node.operator == "or", [operand.position for operand in node.operands]

    def pair(frame: Frame) -> Any:
        left = first(frame)
        if left is decisive:
            return decisive
        right = second(frame)
        if right is decisive:
            return decisive
        if type(left) is bool and type(right) is bool:
            return right
        frame[1].neither(left, positions[0])
        frame[1].neither(right, positions[1])
        return None

    def several(frame: Frame) -> Any:
        known = True
        for code, position in zip(codes, positions, strict=True):
            value = code(frame)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                known = False
                frame[1].neither(value, position)
        return (not decisive) if known else None

    if len(codes) == 2:
        first, second = codes
        return pair
    return several


def _comparison(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Comparison)
    left, name = scope.compile(node.left), _plain_variable(node.left, scope)
    fixed = constant_of(node.right, scope)
    if node.operator in ("=", "!="):
        if fixed is not None and type(fixed[0]) in PLAIN:
            return _variable_equal_to(name, fixed[0], node) if name else _equal_to(left, fixed[0], node)
        return _equal(left, scope.compile(node.right), node)
    if fixed is not None and type(fixed[0]) in (Decimal, str, Date):
        if name and isinstance(fixed[0], Date):
            return _variable_against_date(name, fixed[0], node)
        if name:
            return _variable_against(name, fixed[0], node)
        return _ordered_against(left, fixed[0], node)
    return _ordered(left, scope.compile(node.right), node)


def _plain_variable(node: Node, scope: Scope) -> str | None:
    """The name, if a node is nothing but a variable: the commonest left side, worth reading without a call."""
    if isinstance(node, Name) and scope.resolve(node.name) == ([], None):
        return node.name
    return None


def _variable_equal_to(name: str, right: Any, node: Comparison) -> Code:
    kind, wanted, position = type(right), node.operator == "=", node.position
    where = node.left.position

    def equal(frame: Frame) -> bool | None:
        try:
            value = frame[0][name]
        except KeyError:
            value = missing(frame, name, where)
        if type(value) is kind:
            return (value == right) is wanted
        return _unequal(value, right, wanted, frame[1], position)

    return equal


def _variable_against(name: str, right: Any, node: Comparison) -> Code:
    kind, operator, position, where = type(right), node.operator, node.position, node.left.position
    compare = _PYTHON[operator]

    def ordered(frame: Frame) -> bool | None:
        try:
            value = frame[0][name]
        except KeyError:
            value = missing(frame, name, where)
        if type(value) is kind:
            return compare(value, right)
        return compared(value, right, operator, frame[1], position)

    return ordered


def _variable_against_date(name: str, right: Date, node: Comparison) -> Code:
    operator, position, where = node.operator, node.position, node.left.position
    compare, key = _PYTHON[operator], (right.year, right.month, right.day)

    def ordered(frame: Frame) -> bool | None:
        try:
            value = frame[0][name]
        except KeyError:
            value = missing(frame, name, where)
        if type(value) is Date:
            return compare((value.year, value.month, value.day), key)
        return compared(value, right, operator, frame[1], position)

    return ordered


def _equal_to(left: Code, right: Any, node: Comparison) -> Code:
    kind, wanted, position = type(right), node.operator == "=", node.position

    def equal(frame: Frame) -> bool | None:
        value = left(frame)
        if type(value) is kind:
            return (value == right) is wanted
        return _unequal(value, right, wanted, frame[1], position)

    return equal


def _equal(left: Code, right: Code, node: Comparison) -> Code:
    wanted, position = node.operator == "=", node.position

    def equal(frame: Frame) -> bool | None:
        return _unequal(left(frame), right(frame), wanted, frame[1], position)

    return equal


def _unequal(left: Value, right: Value, wanted: bool, run: Run, position: int) -> bool | None:
    same = equals(left, right, run)
    if same is None:
        run.warn("not_comparable", position, left=type_name(left), right=type_name(right))
        return None
    return same is wanted


def _ordered_against(left: Code, right: Any, node: Comparison) -> Code:
    kind, operator, position = type(right), node.operator, node.position
    compare = _PYTHON[operator]
    if kind is Date:
        return _date_against(left, right, node)

    def ordered(frame: Frame) -> bool | None:
        value = left(frame)
        if type(value) is kind:
            return compare(value, right)
        return compared(value, right, operator, frame[1], position)

    return ordered


def _date_against(left: Code, right: Date, node: Comparison) -> Code:
    operator, position = node.operator, node.position
    compare, key = _PYTHON[operator], (right.year, right.month, right.day)

    def ordered(frame: Frame) -> bool | None:
        value = left(frame)
        if type(value) is Date:
            return compare((value.year, value.month, value.day), key)
        return compared(value, right, operator, frame[1], position)

    return ordered


def _ordered(left: Code, right: Code, node: Comparison) -> Code:
    operator, position = node.operator, node.position
    compare = _PYTHON[operator]

    def ordered(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            return compare(a, b)
        return compared(a, b, operator, frame[1], position)

    return ordered


def compared(left: Value, right: Value, operator: str, run: Run, position: int | None) -> bool | None:
    """`left operator right` for values of any type; null with a warning if they have no order."""
    difference = order(left, right)
    if difference is None:
        run.warn("not_comparable", position, left=type_name(left), right=type_name(right))
        return None
    return _PYTHON[operator](difference, 0)


def _between(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Between)
    value, position = scope.compile(node.value), node.position
    low, high = scope.compile(node.low), scope.compile(node.high)

    def between(frame: Frame) -> bool | None:
        tested, start, end = value(frame), low(frame), high(frame)
        inside = in_range(tested, Range(start, end))
        if inside is None:
            frame[1].warn("not_comparable", position, left=type_name(tested), right=type_name(start))
        return inside

    return between


def _if(node: Node, scope: Scope) -> Code:
    assert isinstance(node, If)
    condition, yes, no = scope.compile(node.condition), scope.compile(node.yes), scope.compile(node.no)
    position = node.position

    def choose(frame: Frame) -> Any:
        chosen = condition(frame)
        if chosen is True:
            return yes(frame)
        if chosen is not False:
            frame[1].neither(chosen, position)
        return no(frame)

    return choose


def _instance_of(node: Node, scope: Scope) -> Code:
    assert isinstance(node, InstanceOf)
    value, written, position = scope.compile(node.value), node.type, node.position
    kind, bare = resolve(written, scope.unit.types), incomplete(written, scope.unit.types)

    def belongs(frame: Frame) -> bool | None:
        tested = value(frame)
        if kind is None:
            frame[1].warn("unknown_type", position, name=written.name)
            return None
        if bare is not None:
            frame[1].warn("incomplete_type", position, name=bare)
            return None
        if tested is None:
            return kind.name == "Null"
        return kind.includes(tested)

    return belongs


HANDLERS: Final[Mapping[type[Node], Handler]] = {
    Logical: _logical,
    Comparison: _comparison,
    Between: _between,
    If: _if,
    InstanceOf: _instance_of,
}
