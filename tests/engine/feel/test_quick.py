"""A shortcut answers as the whole evaluation does, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import compile_expression, compile_unary_tests
from engine.feel.quick import UNSURE
from engine.feel.run import Run
from engine.feel.temporal import Date
from engine.feel.values import Value
from tests.fixtures.feel import feel_environment

CONSTANTS = (
    "1",
    "1.0",
    "-2",
    "0",
    '"a"',
    '"b"',
    "true",
    "false",
    '@"2026-01-31"',
    'date("2026-02-28")',
    "null",
    '@"P1D"',
)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
given_values: st.SearchStrategy[Value] = st.sampled_from(
    [
        Decimal(1),
        Decimal("1.00"),
        Decimal(-2),
        "a",
        "b",
        "",
        True,
        False,
        None,
        Date(2026, 1, 31),
        Date(2026, 2, 28),
        [],
    ]
)
constants = st.sampled_from(CONSTANTS)
comparisons = st.builds("{} {} {}".format, st.sampled_from(["x", "y", "z"]), st.sampled_from(OPERATORS), constants)
conditions = st.builds(
    lambda parts, word: f" {word} ".join(parts),
    st.lists(comparisons, min_size=1, max_size=3),
    st.sampled_from(["and", "or"]),
)
single = (
    constants
    | st.builds("{} {}".format, st.sampled_from(OPERATORS), constants)
    | st.builds("{}{}..{}{}".format, st.sampled_from("[("), constants, constants, st.sampled_from("])"))
)
cells = single | st.lists(single, min_size=1, max_size=3).map(", ".join) | single.map("not({})".format)


@given(conditions, st.dictionaries(st.sampled_from("xy"), given_values))
def test_a_condition(text: str, variables: dict[str, Value]) -> None:
    expression = compile_expression(text)
    run = Run(feel_environment())
    whole = expression.within(variables, run)
    assert expression.evaluate(variables, feel_environment()) == (whole, tuple(run.warnings))


@given(cells, given_values)
def test_a_cell(text: str, value: Value) -> None:
    tests = compile_unary_tests(text)
    if tests.shortcut is None:
        return
    found = tests.shortcut(value)
    run = Run(feel_environment())
    if found is not UNSURE:
        assert tests.within(value, {}, run) is found
        assert run.warnings == []


@pytest.mark.parametrize(
    ("cell", "value", "admitted"),
    [
        ('"a", "b"', "b", True), ('not("a", "b")', "c", True), ("[1..3)", Decimal(3), False), ("< 3", Decimal(2), True),
        (">= 3", Decimal(2), False), ('> date("2026-01-01")', Date(2026, 1, 2), True), ("true", False, False),
        ("(1..3]", Decimal(3), True), ('@"2026-01-02"', Date(2026, 1, 2), True),
    ],
)  # fmt: skip
def test_the_commonest_cells_need_no_run(cell: str, value: Value, admitted: bool) -> None:
    shortcut = compile_unary_tests(cell).shortcut
    assert shortcut is not None
    assert shortcut(value) is admitted
