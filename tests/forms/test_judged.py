"""What of a condition a page is given to judge, and what stays with the server."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from forms import bind, read_form
from forms.judged import Asked, Judging
from tests.forms.browser_page import Page
from tests.forms.drawn import component, form, two_answers
from tests.forms.expressions import evaluate

ASKED = {
    "a": Asked("p-a", "text"),
    "g.sum": Asked("p-g.sum", "number", "fr"),
    "tick": Asked("p-tick", "boolean"),
    "many": Asked("p-many", "list"),
    "years": Asked("p-years", "text", numbers=["1"]),
}
CASE = {"tariff": "STD", "due": Decimal(5), "open": None}
A, SUM = {"name": "p-a", "kind": "text"}, {"name": "p-g.sum", "kind": "number", "language": "fr"}
TICK, MANY = {"name": "p-tick", "kind": "boolean"}, {"name": "p-many", "kind": "list"}


def given(hide: str) -> object:
    """What a page with five answers is given of a condition; `day` is an answer that it cannot read."""
    return Judging(ASKED, frozenset([*ASKED, "day"]), lambda text: evaluate(text, CASE)).condition(hide)


@pytest.mark.parametrize(
    ("hide", "expected"),
    [
        ('a = "x"', ["=", A, {"text": "x"}]),
        ('a!="x and (y"', ["!=", A, {"text": "x and (y"}]),
        ('a = ""', ["=", A, {"text": ""}]),
        ("a = null", ["=", A, None]),
        ("null != g.sum", ["!=", None, SUM]),
        ("g.sum >= -1.50", [">=", SUM, {"number": "-1.50"}]),
        ("years = 1", ["=", {"name": "p-years", "kind": "text", "numbers": ["1"]}, {"number": "1"}]),
        ("tick = true", ["=", TICK, True]),
        ("tick", TICK),
        ("not(tick)", ["not", TICK]),
        ("not (a = null or tick)", ["not", ["or", ["=", A, None], TICK]]),
        ('list contains( ["x", "y,"], a)', ["contains", {"texts": ["x", "y,"]}, A]),
        ('list contains(many, "x")', ["contains", MANY, {"text": "x"}]),
        ('a = "x" or tick and a = "y"', ["or", ["=", A, {"text": "x"}], ["and", TICK, ["=", A, {"text": "y"}]]]),
        ("(tick or a = null) and tick", ["and", ["or", TICK, ["=", A, None]], TICK]),
        ('tick = "true"', ["=", TICK, {"text": "true"}]),
    ],
)
def test_what_a_page_is_given_to_judge(hide: str, expected: object) -> None:
    assert given(hide) == expected


@pytest.mark.parametrize(
    ("hide", "expected"),
    [
        ('tariff = "STD" and a = null', ["and", ["=", A, None]]),
        ("a = null or due = 0", ["or", ["=", A, None]]),
        ("tick or open > 3", ["or", TICK, None]),
        ("tick and (due = 5 or a = null)", ["and", TICK]),
        ("tick and not(due + 1 = 5)", ["and", TICK]),
        ("(if due > 4 then true else tariff = null) and tick", ["and", TICK]),
    ],
)
def test_what_names_no_answer_is_judged_before_the_page_leaves(hide: str, expected: object) -> None:
    assert given(hide) == expected


@pytest.mark.parametrize(
    "hide",
    [
        "due = 5",
        'tariff = "STD" or a = null',
        "due = 0 and tick",
        "a = tariff",
        'a < "x"',
        'a = "x\\"y"',
        "a = null // or so",
        "day = null",
        "many = null",
        'list contains(["x", tariff], a)',
        'list contains(["x"], many)',
        "g.sum + 1 > 2",
        "g.sum in [1..3]",
        "g.sum between 1 and 3 or tick",
        "if tick then true else a = null or tick",
        "some x in many satisfies x = a and tick",
        "a = date and time(tariff)",
        "contains(a, tariff)",
        "parent.tick and tick",
        "unread.a = null or day",
        "tick or",
        "",
    ],
)
def test_what_the_server_alone_judges(hide: str) -> None:
    assert given(hide) is None


def test_a_locked_answer_is_judged_before_the_page_leaves_and_one_that_may_lock_is_the_servers() -> None:
    hide = '=contains(shown, "x") and kind = null'
    drawn = read_form(
        form(
            component("textfield", "shown", readonly=True),
            component("textfield", "locking", readonly="=kind != null"),
            component("radio", "kind", values=two_answers()),
            component("textfield", "b", conditional={"hide": hide}),
            component("textfield", "c", conditional={"hide": "=locking = null"}),
        )
    )
    page = Page(bind(drawn, language="fr", values={"shown": "xyz"}, evaluate=evaluate))
    wrapper = page.one("//fieldset[@data-form-hides]")
    kind = {"name": "kind", "kind": "text"}
    assert json.loads(wrapper.get("data-form-hides")) == ["and", ["=", kind, None]]
    assert wrapper.xpath(".//input/@name")[-1] == "b"
