"""Compiling `in` and unary tests (DMN 1.5, 7.3.5 and table 55)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.feel.constants import constant_of
from engine.feel.equality import PLAIN, equals, in_range
from engine.feel.logic import compared
from engine.feel.run import Code, Frame, Run
from engine.feel.scope import Handler, Scope
from engine.feel.syntax import Membership, Node, Tests, UnaryRange, mentions
from engine.feel.values import Range, Value, type_name

# A test of a value in a frame: true, false or null.
Admission = Callable[[Frame, Any], Any]


def admits(value: Value, test: Value, run: Run, position: int | None) -> bool | None:
    """Whether a value is what a test says: equal to it, in its range, or in the list that it is."""
    if isinstance(test, Range) and not isinstance(value, Range):
        inside = in_range(value, test)
        if inside is None:
            run.warn("not_comparable", position, left=type_name(value), right="range")
        return inside
    if isinstance(test, list):
        return _in_list(value, test, run, position)
    same = equals(value, test, run)
    if same is None:
        run.warn("not_comparable", position, left=type_name(value), right=type_name(test))
    return same


def _in_list(value: Value, tests: list[Value], run: Run, position: int | None) -> bool | None:
    if isinstance(value, list) and equals(value, tests, run):
        return True
    run.spend(len(tests))
    for test in tests:
        if isinstance(test, Range) and not isinstance(value, Range):
            if in_range(value, test):
                return True
        elif isinstance(test, list) and isinstance(value, list):
            if equals(value, test, run):
                return True
        elif equals(value, test, run):
            return True
    return False


def _test(node: Node, scope: Scope) -> Admission:
    """A closure of (frame, value) for one positive test."""
    position = node.position
    fixed = constant_of(node, scope)
    if fixed is not None and type(fixed[0]) in PLAIN:
        return _equal_to(fixed[0], position)
    if isinstance(node, UnaryRange):
        return _beyond(node, scope)
    code = scope.compile(node)

    def general(frame: Frame, value: Value) -> bool | None:
        return admits(value, code(frame), frame[1], position)

    return general


def _equal_to(wanted: Any, position: int) -> Admission:
    kind = type(wanted)

    def equal(frame: Frame, value: Any) -> bool | None:
        if type(value) is kind:
            return bool(value == wanted)
        return admits(value, wanted, frame[1], position)

    return equal


def _beyond(node: UnaryRange, scope: Scope) -> Admission:
    operand, operator, position = scope.compile(node.operand), node.operator, node.position
    if operator in ("=", "!="):
        wanted = operator == "="

        def same(frame: Frame, value: Value) -> bool | None:
            found = equals(value, operand(frame), frame[1])
            return None if found is None else found is wanted

        return same

    def beyond(frame: Frame, value: Value) -> bool | None:
        return compared(value, operand(frame), operator, frame[1], position)

    return beyond


def _membership(node: Node, scope: Scope) -> Code:
    assert isinstance(node, Membership)
    value = scope.compile(node.value)
    if any(mentions(test, "?") for test in node.tests):
        return _asking(value, node.tests, scope)
    tests = [_test(test, scope) for test in node.tests]
    if len(tests) == 1:
        only = tests[0]
        return lambda frame: only(frame, value(frame))
    return lambda frame: _any(tests, frame, value(frame))


def _asking(value: Code, nodes: tuple[Node, ...], scope: Scope) -> Code:
    """`value in (? > 3, …)`: the tests see the value as `?` (table 55)."""
    inner = scope.inner()
    slot = inner.bind("?")
    tests = [_cell_test(test, inner) for test in nodes]

    def asking(frame: Frame) -> bool | None:
        frame[slot] = tested = value(frame)
        return _any(tests, frame, tested)

    return asking


def _any(tests: list[Admission], frame: Frame, value: Value) -> bool | None:
    known = True
    for test in tests:
        holds = test(frame, value)
        if holds is True:
            return True
        if holds is None:
            known = False
    return False if known else None


def _tests(node: Node, scope: Scope) -> Code:
    """A cell: the input is in the slot bound to `?`."""
    assert isinstance(node, Tests)
    _items, slot = scope.resolve("?")
    assert slot is not None
    if not node.tests:
        return lambda _frame: True
    tests = [_cell_test(test, scope) for test in node.tests]
    if node.negated:
        return lambda frame: _negated(_any(tests, frame, frame[slot]))
    if len(tests) == 1:
        only = tests[0]
        return lambda frame: only(frame, frame[slot])
    return lambda frame: _any(tests, frame, frame[slot])


def _negated(holds: bool | None) -> bool | None:
    return None if holds is None else not holds


def _cell_test(node: Node, scope: Scope) -> Admission:
    """As `_test`, and a condition that is true or false by itself stands for itself."""
    if constant_of(node, scope) is not None or isinstance(node, UnaryRange):
        return _test(node, scope)
    asks = mentions(node, "?")
    code, position = scope.compile(node), node.position

    def condition(frame: Frame, value: Value) -> bool | None:
        found = code(frame)
        if isinstance(found, bool) and (asks or not isinstance(value, bool)):
            return found
        if found is None and asks:
            return None
        return admits(value, found, frame[1], position)

    return condition


HANDLERS: Final[Mapping[type[Node], Handler]] = {Membership: _membership, Tests: _tests}
