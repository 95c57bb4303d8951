"""What holds for every value and every text."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.builtins import BUILTINS
from engine.feel.codec import decode, encode
from engine.feel.kinds import Value
from engine.feel.names import KnownNames
from engine.feel.parser import parse_expression
from engine.feel.printer import to_source
from engine.feel.syntax import Node
from engine.feel.temporal import Date
from engine.feel.values import to_text
from tests.engine.feel.strategies import dates, trees, values

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
_NAMES = ["foo bar", "total amount", *BUILTINS]


@given(values)
def test_every_value_survives_the_codec(value: Value) -> None:
    stored = json.loads(json.dumps(encode(value)))
    back = decode(stored)
    assert back == value
    assert repr(back) == repr(value)  # the exponent and the sign of zero too


@given(values)
def test_every_value_has_a_text(value: Value) -> None:
    assert isinstance(to_text(value), str)


@given(dates())
def test_a_day_is_its_number(date: Date) -> None:
    assert Date.from_ordinal(date.ordinal) == date


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(trees)
def test_what_is_printed_is_read_again(tree: Node) -> None:
    assert parse_expression(to_source(tree), KnownNames(_NAMES)) == tree


_WORDS = "if then else for in return some every satisfies and or not between instance of function null true"
_SIGNS = "( ) [ ] { } .. . , : -> < <= = != + - * / ** @ ? // /* */ \\"
_OTHERS = ("a", "foo", "1", "2.5", ".5", "1e9", "date", "list contains", '"', "'", "\x00", "\u00e9", "\U0001f40e")
_FRAGMENTS = st.sampled_from([*_WORDS.split(), *_SIGNS.split(), *_OTHERS])


@settings(max_examples=150)
@given(st.text(max_size=60) | st.lists(_FRAGMENTS, max_size=25).map(" ".join) | st.lists(_FRAGMENTS).map("".join))
def test_any_text_is_an_expression_or_a_syntax_error(text: str) -> None:
    for compiled in (compile_expression, compile_unary_tests):
        try:
            compiled(text)
        except FeelSyntaxError as problem:
            assert set(problem.params) >= {"expression", "position", "line", "column", "found", "expected"}
            assert str(problem)
