"""Expressions written to hurt: each is refused, or answers null with the reason, in little time."""

from __future__ import annotations

import pytest

from engine.feel import Budget, FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.kinds import Value
from engine.feel.values import from_python, to_text
from tests.fixtures.feel import feel_environment

REFUSED = [
    "().__class__",
    'f"{x}"',
    "lambda:1",
    "(" * 5000 + "1" + ")" * 5000,
    "(" * 41 + "1" + ")" * 41,
    "-" * 5000 + "1",
    "-" * 100 + "1",
    "1" * 5000,
    "1" + "+1" * 700,
    "\x00",
    "[1..",
    "[1.." * 38 + "1" + "[" * 38,
    "/* never closed",
    '"never closed',
    "if true then " * 50 + "1",
]


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text[:20]))
def test_refused_with_a_place(text: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.params["line"] == 1
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)


def _deep(levels: int) -> Value:
    value: Value = None
    for _level in range(levels):
        value = {"a": [value]}
    return value


def _itself() -> list[Value]:
    items: list[Value] = []
    items.append(items)
    return items


VARIABLES: dict[str, Value] = {
    "big": "x" * 90_000,
    "many": from_python(list(range(9_000))),
    "deep": _deep(3_000),
    "itself": _itself(),
}
EXCEEDING = [
    "for i in 1..1000000000 return i",
    "for i in [1..1000000000] return i",
    "some i in 1..1000000000 satisfies i < 0",
    "count(for a in 1..1000 return for b in 1..1000 return for c in 1..1000 return a)",
    "{f: function(n) f(n), r: f(1)}.r",
    "{f: function(n) [f(n), f(n)], r: f(1)}.r",
    "{f: function(n, v) if n = 0 then v else f(n - 1, [v, v]), r: string(f(50, 1))}.r",
    "{f: function(n, v) if n = 0 then v else f(n - 1, [v, v]), r: f(50, 1)}.r",
    '{f: function(n, v) if n = 0 then v else f(n - 1, v + v), r: f(50, "aa")}.r',
    "for i in 1..9000 return partial",
    "for i in many return for j in many return list contains(many, i)",
    "for i in many return distinct values(many)",
    "for i in many return sum(many)",
    'for i in 1..100 return replace(big, "x", "y")',
    "some i in 1..100000 satisfies i ** 1.5 < 0",
    "some i in 1..100000 satisfies exp(i) < 0",
    "big + big",
    "string join(for i in many return big)",
    "concatenate(many, many)",
    'split(big, "x")',
    "flatten(itself)",
    "string(itself)",
    "itself = itself",
    "string(deep)",
    "deep",
    "sort(many, function(a, b) sum(many) > 0)",
]


@pytest.mark.parametrize("text", EXCEEDING)
def test_more_than_the_budget_is_null_and_said(text: str) -> None:
    evaluation = compile_expression(text).evaluate(VARIABLES, feel_environment())
    assert evaluation.value is None
    assert [warning.code for warning in evaluation.warnings] == ["budget_exceeded"]


HARMLESS = [
    "import os",
    '__import__("os")',
    "ｅｖａｌ(1)",
    "9**9**9",
    "10 ** 10000",
    "0.5 ** 99999999999",
    "1.0000001 ** 9999999999999999",
    "exp(99999999)",
    "1e999999",
    "1e-999999",
    '"\ud800\x00"',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+\\1$")',
    'matches("a", "((a{100}){100}){100}")',
    'matches("a", "[\\w-[a]]")',
    "sort(many, function(a, b) true)",
    "sort(many, function(a, b) null)",
    'duration("P999999999999999999D") * 1e6000',
    'date("999999999-12-31") + duration("P1D")',
    "date(1e30, 1, 1)",
    "decimal(1, 6000)",
    'from json("' + "[" * 3000 + '")',
    "{a: a}",
]


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: ascii(text[:30]))
def test_harmless(text: str) -> None:
    evaluation = compile_expression(text).evaluate(VARIABLES, feel_environment())
    assert to_text(evaluation.value)


def test_a_host_may_lower_the_budget() -> None:
    environment = feel_environment(Budget(steps=10))
    [warning] = compile_expression("for i in 1..20 return i").evaluate({}, environment).warnings
    assert warning.params == {"kind": "steps", "limit": 10}
