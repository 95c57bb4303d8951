"""Programs that mean something have values, and nothing that anybody writes escapes, hangs or takes long.

A few in every run; thousands behind the marker `campaign`.
"""

from __future__ import annotations

import json
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.dmn import DmnRefused, read
from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.builtins import BUILTINS
from engine.feel.codec import decode, encode
from engine.feel.kinds import Value
from engine.feel.names import KnownNames
from engine.feel.parser import parse_expression
from engine.feel.printer import to_source
from engine.feel.values import to_expression
from engine.feel.wording import describe
from tests.engine.dmn.models import decision, definitions, inputs, table
from tests.engine.feel.programs import programs, variables
from tests.engine.feel.strategies import keys, scalars, trees
from tests.fixtures.feel import feel_environment

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
SOME = settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
MANY = settings(max_examples=20_000, deadline=None, suppress_health_check=SLOW)
LONGEST = 1.0  # seconds of the processor, whatever is asked: others may keep it busy
TABLE = definitions(
    inputs("a", "b") + decision("d", table("FIRST", "a, b", "r", "< 3; - => 1", '-; "x" => a'), "a", "b")
)
NAMES = ("foo bar", "total amount")
KNOWN = KnownNames(NAMES)

each = pytest.mark.parametrize(
    "amount", [pytest.param(SOME, id="some"), pytest.param(MANY, id="many", marks=[pytest.mark.campaign])]
)


@each
@pytest.mark.timeout(3_600)
def test_programs_that_mean_something_have_values(amount: settings) -> None:
    seen: list[bool] = []

    @amount
    @given(programs)
    def run(text: str) -> None:
        expression = compile_expression(text)
        began = process_time()
        answer = expression.evaluate(variables(), feel_environment())
        assert process_time() - began < LONGEST, text
        assert all(describe(warning) for warning in answer.warnings)
        assert decode(json.loads(json.dumps(encode(answer.value)))) == answer.value
        assert parse_expression(to_source(expression.tree), KNOWN) == expression.tree
        seen.append(answer.value is not None)

    run()
    assert sum(seen) > 0.8 * len(seen), f"{sum(seen)} of {len(seen)} have a value"


@each
@pytest.mark.timeout(3_600)
def test_any_tree_is_answered(amount: settings) -> None:
    @amount
    @given(trees)
    def run(tree: object) -> None:
        expression = compile_expression(to_source(tree), names=[*NAMES, *BUILTINS])  # type: ignore[arg-type]
        began = process_time()
        answer = expression.evaluate(variables(), feel_environment())
        assert process_time() - began < LONGEST
        assert all(describe(warning) for warning in answer.warnings)

    run()


@each
@pytest.mark.timeout(3_600)
def test_what_is_written_for_a_value_answers_it(amount: settings) -> None:
    """A person corrects a value of a case by the expression that the page wrote for it."""

    @amount
    @given(st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)))
    def run(value: Value) -> None:
        written = compile_expression(to_expression(value)).evaluate({}, feel_environment())
        assert (to_expression(written.value), written.warnings) == (to_expression(value), ())

    run()


@each
@pytest.mark.timeout(3_600)
def test_any_bytes_are_an_expression_or_a_syntax_error(amount: settings) -> None:
    @amount
    @given(st.binary(max_size=300).map(lambda found: found.decode("utf-8", "surrogateescape")) | st.text(max_size=300))
    def run(text: str) -> None:
        began = process_time()
        for compiled in (compile_expression, compile_unary_tests):
            try:
                compiled(text)
            except FeelSyntaxError as problem:
                assert str(problem)
        assert process_time() - began < LONGEST

    run()


@each
@pytest.mark.timeout(3_600)
def test_damaged_tables_are_refused_or_read(amount: settings) -> None:
    @amount
    @given(st.integers(0, len(TABLE) - 1), st.integers(0, 40), st.binary(max_size=8))
    def run(place: int, cut: int, put: bytes) -> None:
        damaged = TABLE[:place] + put + TABLE[place + cut :]
        began = process_time()
        try:
            model = read(damaged, name="damaged.dmn")
        except DmnRefused as refused:
            assert str(refused)
        else:
            for decision_id in model.decisions:
                model.evaluate(decision_id, variables(), feel_environment())
        assert process_time() - began < LONGEST

    run()
