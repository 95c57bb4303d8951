"""The stored form is final: these bytes must be read for ever."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engine.feel import compile_expression
from engine.feel.codec import decode, encode
from engine.feel.errors import NotFeelValue, StoredValueUnknown, ValueNotStorable
from engine.feel.json import from_plain, to_plain
from engine.feel.kinds import Value
from engine.feel.values import from_python, to_python
from tests.fixtures.feel import feel_environment

STORED = [
    ("null", "null"),
    ("true", "true"),
    ('"é"', '"é"'),
    ("1.50", '{"n": "1.50"}'),
    ("[1]", '[{"n": "1"}]'),
    ('{n: "1"}', '{"c": [["n", "1"]]}'),
    ('@"2026-01-31"', '{"d": "2026-01-31"}'),
    ('@"10:00:00.5+02:00"', '{"t": "10:00:00.5+02:00"}'),
    ('@"2026-01-31T10:00:00@Europe/Paris"', '{"dt": "2026-01-31T10:00:00@Europe/Paris"}'),
    ('@"P1DT1S"', '{"dd": "86401000000000"}'),
    ('@"-P1Y"', '{"ym": "-12"}'),
    ("[1..2)", '{"r": [{"n": "1"}, {"n": "2"}, true, false, ""]}'),
    ("(< 2)", '{"r": [null, {"n": "2"}, false, false, "<"]}'),
]


@pytest.mark.parametrize(("text", "stored"), STORED)
def test_stored_form(text: str, stored: str) -> None:
    value = compile_expression(text).evaluate({}, feel_environment()).value
    assert encode(value) == json.loads(stored)
    assert repr(decode(json.loads(stored))) == repr(value)


@pytest.mark.parametrize(
    "stored",
    [1, 1.5, {}, {"x": 1}, {"n": 1}, {"n": "NaN"}, {"n": "1", "d": "1"}, {"d": "2026-02-30"}, {"c": [[1, 2]]},
     {"c": [["a"]]}, {"r": [None, None, 1, 0, ""]}, {"r": [None, None, True, True, "~"]}, {"u": [-1]}, {"dd": 5},
     {"t": None}, object()],
)  # fmt: skip
def test_other_forms_are_refused(stored: object) -> None:
    with pytest.raises(StoredValueUnknown):
        decode(stored)


def test_functions_and_bottomless_values_are_not_stored() -> None:
    function = compile_expression("function(x) x").evaluate({}, feel_environment()).value
    with pytest.raises(ValueNotStorable, match="function"):
        encode([function])
    bottomless: list[Value] = []
    bottomless.append(bottomless)
    with pytest.raises(ValueNotStorable, match="deep"):
        encode(bottomless)
    with pytest.raises(StoredValueUnknown, match="deep"):
        decode(bottomless)


def test_text_that_no_database_holds_is_stored_by_code_points() -> None:
    assert encode("a\0") == {"u": [97, 0]}
    assert decode({"u": [97, 0]}) == "a\0"


def test_python_things_and_back() -> None:
    paris = ZoneInfo("Europe/Paris")
    things = {
        "date": dt.date(2026, 3, 29),
        "moment": dt.datetime(2026, 3, 29, 3, 30, tzinfo=paris),
        "utc": dt.datetime(2026, 3, 29, 3, 30, tzinfo=dt.UTC),
        "time": dt.time(3, 30, 0, 5),
        "span": dt.timedelta(days=1, microseconds=5),
        "list": [Decimal("1.50"), "x", None, True],
    }
    assert to_python(from_python(things)) == things
    assert from_python(0.1) == Decimal("0.1")
    bottomless: list[object] = []
    bottomless.append(bottomless)
    for wrong in (float("nan"), 10**7000, {1: 2}, object(), bottomless):
        with pytest.raises(NotFeelValue):
            from_python(wrong)


def test_plain_json() -> None:
    value = compile_expression('{a: [1, 1.5, 0.1234567890123456789], d: @"2026-01-31"}').evaluate(
        {}, feel_environment()
    )
    plain = to_plain(value.value)
    assert plain == {"a": [1, 1.5, "0.1234567890123456789"], "d": "2026-01-31"}
    assert from_plain({"a": 1.5}) == {"a": Decimal("1.5")}
