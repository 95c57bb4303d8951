"""What holds whatever is drawn and whatever is sent."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from forms import FormRefused, bind, read_form
from forms.readings import FIRST_YEAR, read_text
from tests.forms.browser_page import Page
from tests.forms.drawn import EVERY_TYPE, Json, component, form, two_answers
from tests.forms.expressions import evaluate

EVERY = read_form(EVERY_TYPE)

plain = st.text(max_size=60)
lines = plain.map(lambda text: read_text(text, lines=True) or None)
line = plain.map(lambda text: read_text(text, lines=False) or None)
numbers = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
days = st.none() | st.dates(date(FIRST_YEAR, 1, 1))
times = st.none() | st.times().map(lambda at: time(at.hour, at.minute))
some = st.lists(st.sampled_from("abc"), unique=True).map(sorted)

ROUND: Json = form(
    component("textfield", "text"),
    component("textarea", "lines"),
    component("textarea", "counted", validate={"maxLength": 100}),
    component("number", "money.amount"),
    component("datetime", "day", subtype="date"),
    component("datetime", "born", subtype="date", properties={"widget": "memorable"}),
    component("datetime", "at", subtype="time"),
    component("checkbox", "tick"),
    component("radio", "one", values=two_answers("a", "b", "c")),
    component("select", "pick", values=two_answers("a", "b", "c")),
    component("checklist", "many", values=two_answers("a", "b", "c")),
    component("taglist", "tags", values=two_answers("a", "b", "c")),
    component("dynamiclist", "rows", components=[component("textfield", "name"), component("number", "size")]),
)
VALUES = st.fixed_dictionaries(
    {
        "text": line,
        "lines": lines,
        "counted": lines,
        "money": st.fixed_dictionaries({"amount": numbers}),
        "day": days,
        "born": days,
        "at": times,
        "tick": st.booleans(),
        "one": st.none() | st.sampled_from("abc"),
        "pick": st.none() | st.sampled_from("abc"),
        "many": some,
        "tags": some,
        "rows": st.lists(st.fixed_dictionaries({"name": line, "size": numbers}), min_size=1, max_size=3),
    }
)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.sampled_from(["fr", "en"]), st.sampled_from(["", "two"]))
def test_a_page_sent_back_untouched_changes_nothing(values: dict[str, Any], language: str, prefix: str) -> None:
    definition = read_form(ROUND)
    shown = bind(definition, language=language, values=values, evaluate=evaluate, prefix=prefix)
    page = Page(shown)
    assert page.problems() == []
    sent = bind(definition, language=language, values={}, evaluate=evaluate, prefix=prefix, submitted=page.sent())
    assert sent.validate(), sent.errors
    assert sent.variables() == values
    drafted = bind(definition, language=language, values={}, evaluate=evaluate, prefix=prefix, draft=sent.draft())
    assert drafted.variables() == values


KNOWN = ["birth_name", "birth_date-day", "gift.amount", "stays-0-city", "stays-1-months", "category", "-add", "-shown"]
names = st.sampled_from([*KNOWN, "__builtins__", "typename", "today", "gift", "stays", "person.birth_name"]) | plain
TOP = {"gift", "doubled", "stays", *(key for key in EVERY.fields if "." not in key)}


MANY = [pytest.mark.campaign, pytest.mark.timeout(3_600)]
each = pytest.mark.parametrize("examples", [pytest.param(60, id="some"), pytest.param(5_000, id="many", marks=MANY)])


@each
def test_only_declared_keys_come_through_and_nothing_breaks(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.lists(st.tuples(names, plain), max_size=20))
    def run(sent: list[tuple[str, str]]) -> None:
        _only_declared_keys(sent)

    run()


def _only_declared_keys(sent: list[tuple[str, str]]) -> None:
    found = bind(
        EVERY,
        language="fr",
        values={},
        submitted=MultiDict(sent),
        evaluate=evaluate,
        options={"countries": [("FR", "France")]},
    )
    found.validate()
    variables = found.variables()
    assert set(variables) <= TOP
    assert set(variables["gift"]) == {"amount"}
    assert all(set(row) == {"city", "months"} for row in variables["stays"])
    assert set(found.records()) <= {"person.birth_name", "person.birth_date"}
    assert not {"birth_name", "birth_date"} & set(variables)
    assert all(_is_plain(value) for value in variables.values())
    assert Page(found).problems() == []


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(each) for each in value.values())
    if isinstance(value, list):
        return all(_is_plain(each) for each in value)
    return value is None or isinstance(value, str | bool | Decimal | date | time)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=6,
)
PROPERTIES = [
    "type",
    "id",
    "key",
    "label",
    "description",
    "text",
    "values",
    "validate",
    "properties",
    "conditional",
    "components",
    "path",
    "accept",
    "valuesExpression",
    "columns",
    "dataSource",
    "decimalDigits",
    "defaultValue",
    "subtype",
    "appearance",
    "multiple",
    "disabled",
    "readonly",
]
TYPES = [
    "textfield",
    "number",
    "select",
    "dynamiclist",
    "group",
    "datetime",
    "text",
    "table",
    "filepicker",
    "expression",
]


definitions = st.lists(
    st.dictionaries(st.sampled_from(PROPERTIES), json_values, max_size=6).flatmap(
        lambda rest: st.sampled_from(TYPES).map(
            lambda kind: {"id": f"x{len(rest)}{kind}", "key": "k", "label": "L", **rest, "type": kind}
        )
    ),
    max_size=3,
)


@each
def test_any_definition_is_read_or_refused_by_name_and_what_is_read_can_be_shown(examples: int) -> None:
    @settings(max_examples=2 * examples, deadline=None)
    @given(definitions)
    def run(drawn: list[Json]) -> None:
        _read_or_refused(drawn)

    run()


def _read_or_refused(drawn: list[Json]) -> None:
    try:
        definition = read_form(form(*drawn))
    except FormRefused as refusal:
        assert all(finding.message and finding.code != "forms_error" for finding in refusal.findings)
        return
    Page(bind(definition, language="fr", values={}, evaluate=evaluate, options={}))
