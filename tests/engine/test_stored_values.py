"""A value of every type that a task writes is, saved and loaded again, the very value that a gateway reads."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.feel.decimals import CONTEXT
from engine.feel.temporal import DateTime
from engine.feel.values import Range, Value, to_text
from tests.engine.feel.strategies import dates, durations, times
from tests.fixtures.diagrams import end, exclusive, process, start, user_task
from tests.fixtures.engines import Bench

READING = process(
    "reading",
    [start(), user_task("write"), user_task("pause"), exclusive("which"), user_task("same"), user_task("other"), end()],
    [
        "begin -> write",
        "write -> pause",
        "pause -> which",
        "which -> same if =string(thing) = told",
        "which -> other default",
        "same -> done",
        "other -> done",
    ],
)
numbers = st.decimals(allow_nan=False, allow_infinity=False).map(CONTEXT.create_decimal) | st.integers().map(
    CONTEXT.create_decimal
)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)
names = st.sampled_from(["n", "année", "t", "dt", "c", "x1"])
scalars = st.one_of(
    st.none(), st.booleans(), numbers, texts, dates(), times(), st.builds(DateTime, dates(), times()), durations
)
ranges = st.builds(Range, numbers, numbers, st.booleans(), st.booleans()) | st.builds(Range, dates(), dates())
storable: st.SearchStrategy[Value] = st.recursive(
    scalars | ranges,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(name="reading")
def reading_fixture(bench: Callable[..., Bench]) -> Bench:
    made = bench()
    made.deploy(READING)
    return made


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(storable)
def test_a_value_survives(reading: Bench, value: Value) -> None:
    case = reading.start("reading")
    told = None if value is None else to_text(value)
    if told is not None and "\0" in told:
        return
    reading.do(case, "write", {"thing": value, "told": told})
    stored = reading.variables(case)["thing"]
    assert stored == value
    assert repr(stored) == repr(value)  # the exponent of numbers and the zone of times too
    reading.do(case, "pause")
    assert list(reading.open(case)) == ["same"]


def test_the_gateway_sees_a_difference(reading: Bench) -> None:
    case = reading.start("reading")
    reading.do(case, "write", {"thing": Decimal(1), "told": "2"})
    reading.do(case, "pause")
    assert list(reading.open(case)) == ["other"]
