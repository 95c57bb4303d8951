"""Expressions and their values, by example."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from engine.feel import Environment, Function, compile_expression
from engine.feel.values import Date, Value, from_python, to_text

VALUES = [
    ("1 + 2 * 3", "7"),
    ("-3 ** 2", "9"),
    ("2 ** -1", "0.5"),
    ("1 / 3", "0.3333333333333333333333333333333333"),
    ("0.1 + 0.2 = 0.3", "true"),
    ('"a" + "b"', "ab"),
    ("if 1 > 2 then 1 else 2", "2"),
    ("null and false", "false"),
    ("null or true", "true"),
    ("null and true", "null"),
    ("not(null)", "null"),
    ("1 = null", "false"),
    ("null = null", "true"),
    ("5 between 1 and 5", "true"),
    ("5 in (1, < 3, [5..6])", "true"),
    ("5 in [1..5)", "false"),
    ("5 in [1..5[", "false"),
    ("for i in 1..3, j in [1, 2] return i * j", "[1, 2, 2, 4, 3, 6]"),
    ("for i in 3..1 return i", "[3, 2, 1]"),
    ("for i in 1..4 return if i < 3 then 1 else partial[-1] + partial[-2]", "[1, 1, 2, 3]"),
    ('for d in @"2026-02-27"..@"2026-03-01" return d.day', "[27, 28, 1]"),
    ("some x in [1, 2] satisfies x > 1", "true"),
    ("every x in [] satisfies x > 1", "true"),
    ("[1, 2, 3][item > 1]", "[2, 3]"),
    ("[{a: 1}, {a: 2}][a = 2].a", "[2]"),
    ("[1, 2, 3][-1]", "3"),
    ("{a: 1, b: a + 1}.b", "2"),
    ('{"foo bar": 1}.foo bar', "1"),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", "2432902008176640000"),
    ("(function(a: number, b) a + b)(b: 1, a: 2)", "3"),
    ('substring(string: "foobar", start position: 3)', "obar"),
    ("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"),
    ("[1, 2] instance of list<number>", "true"),
    ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
    ('@"2026-03-29T01:30:00@Europe/Paris" + @"PT1H"', "2026-03-29T03:30:00@Europe/Paris"),
    ('@"2026-10-25T02:30:00+02:00" = @"2026-10-25T01:30:00+01:00"', "true"),
    ('date("2026-03-01") - date("2026-02-01")', "P28D"),
    ('string(@"-999999999-12-31")', "-999999999-12-31"),
    ('years and months duration(@"2011-12-22", @"2013-08-24")', "P1Y8M"),
    ('matches("adc", "[a-z-[b]]+c")', "true"),
    ('matches("abab", "(ab)\\\\1")', "true"),
    ('replace("abracadabra", "bra", "*")', "a*cada*"),
    ('replace("abc", "(b)", "[$1]")', "a[b]c"),
    ('split("a;b;;", ";")', '["a", "b", "", ""]'),
    ("today()", "2026-03-28"),
    ("now()", "2026-03-28T12:00:00@Europe/Paris"),
    ('now() + @"PT24H"', "2026-03-29T13:00:00@Europe/Paris"),
    ('string length("🐎")', "1"),
    ("10 // a comment\n + 1 /* another */", "11"),
    ("round half up(5.5, 0)", "6"),
    ("round half down(-5.5, 0)", "-5"),
    ("modulo(-12, 5)", "3"),
    ("week of year(date(2005, 1, 1))", "53"),
    ('context put({x: {y: 0}}, ["x", "y"], 2)', "{x: {y: 2}}"),
    ('date and time(@"2026-03-28T12:00:00Z", "Asia/Tokyo")', "2026-03-28T21:00:00@Asia/Tokyo"),
    ('last day of month(@"2028-02-10")', "2028-02-29"),
    ('from json("{\\"a\\": [1.50, null]}")', "{a: [1.5, null]}"),
    ('to json({a: [1.50, "x"]})', '{"a":[1.5,"x"]}'),
    ('cycle(3, duration("PT1H"))', "R3/PT1H"),
    ("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
    ("is defined(a.b)", "false"),
    ("is defined(null)", "false"),
    ("is defined({a: 1}.a)", "true"),
    ('date and time(@"2026-07-31T14:00:00", "Z")', "2026-07-31T12:00:00Z"),
    ('get value(context: {a: 1}, key: "a")', "1"),
    ("[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]"),
    ("0 ** 0", "1"),
    ('get or else(nothing, "x")', "x"),
]


@pytest.mark.parametrize(("text", "shown"), VALUES)
def test_value(text: str, shown: str, environment: Environment) -> None:
    evaluation = compile_expression(text).evaluate({}, environment)
    assert to_text(evaluation.value) == shown, evaluation.warnings


NULLS = [
    ("agee > 3", "unknown_name"),
    ("{a: 1}.b", "no_entry"),
    ("foo(1)", "no_function"),
    ("1 + true", "bad_operands"),
    ("1 / 0", "division_by_zero"),
    ("10 ** 10000", "out_of_range"),
    ('1 < "a"', "not_comparable"),
    ("[1][2]", "no_item"),
    ('date("2026-02-30")', "not_readable"),
    ('@"soon"', "not_temporal"),
    ("substring(1, 2)", "bad_argument"),
    ("substring()", "wrong_arguments"),
    ("{a: 1, a: 2}", "duplicate_entry"),
    ('matches("a", "[")', "bad_pattern"),
    ('@"10:00:00" - @"10:00:00Z"', "zone_missing"),
    ('function(x) external {java: {class: "java.lang.Math"}}', "external_function"),
    ('assert(1, false, "no")', "assertion_failed"),
    ('sort([1, "a"])', "not_sortable"),
]


@pytest.mark.parametrize(("text", "code"), NULLS)
def test_null_with_a_reason(text: str, code: str, codes_of: Callable[..., list[str]]) -> None:
    assert code in codes_of(text, age=3)


def test_an_unknown_name_is_named_with_the_nearest(environment: Environment) -> None:
    variables = from_python({"age": 3, "status": "x"})
    assert isinstance(variables, dict)
    [warning, *_rest] = compile_expression("agee > 3").evaluate(variables, environment).warnings
    assert warning.params == {"name": "agee", "known": ("age", "status"), "nearest": "age"}
    assert warning.position == 0


def test_names_of_all_shapes_are_known_by_scope(value_of: Callable[..., Value]) -> None:
    given = {"Monthly Fee": 10, "a-b": 5, "a": 1, "b": 1, "date and place": 2, "in time": True}
    assert value_of("Monthly  Fee * 2", **given) == 20
    assert value_of("a-b", **given) == 5
    assert value_of("a - b", **given) == 0
    assert value_of("date and place + 1", **given) == 3
    assert value_of("in time and true", **given) is True


def test_free_names_are_told() -> None:
    expression = compile_expression("{t: fee, u: t + sum(for i in xs return i + k)}.u")
    assert expression.names == {"fee", "xs", "k"}
    assert compile_expression("sum(later(x))").functions == {"later"}
    assert compile_expression("sum(later(x))").names == {"x"}
    assert compile_expression("add days(x, date)", names=["add days", "date"]).names == {"x", "date"}


def test_functions_of_the_host_are_called(environment: Environment) -> None:
    def later(day: Value, count: Value) -> Value:
        assert isinstance(day, Date)
        assert isinstance(count, Decimal)
        return Date.from_ordinal(day.ordinal + int(count))

    hosted = Environment(
        now=environment.now,
        zone=environment.zone,
        functions={"add working days": Function.of("add working days", ("from", "days"), later)},
    )
    text = 'add working days(days: 3, from: date("2026-01-01"))'
    expression = compile_expression(text, names=["add working days"])
    assert expression.evaluate({}, hosted).value == Date(2026, 1, 4)


def test_a_variable_that_hides_a_function_is_still_called_by_its_name(value_of: Callable[..., Value]) -> None:
    assert value_of('date("2026-01-01") < date', date=dt.date(2026, 1, 2)) is True
