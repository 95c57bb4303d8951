"""The page's own judgement of conditions agrees with the server's, in a real Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from werkzeug.datastructures import MultiDict

import forms
from forms import bind, read_form
from tests.forms.browser_page import Page
from tests.forms.drawn import component, form, two_answers
from tests.forms.expressions import evaluate

SCRIPT = Path(forms.__file__).parent / "browser" / "conditions.js"
DRAWN = read_form(
    form(
        component("textfield", "last", conditional={"hide": '=mid != "y" or tick = false'}),
        component("radio", "mid", values=two_answers("y", "n"), conditional={"hide": '=kind = "b" and tick != true'}),
        component("select", "kind", values=two_answers("a", "b")),
        component("checkbox", "tick"),
        component("number", "gift"),
        component("textfield", "street", conditional={"hide": "=gift = null or gift <= 0 or not(tick)"}),
    )
)
ASKED = (
    component("textfield", "text"),
    component("number", "sum"),
    component("checkbox", "tick"),
    component("radio", "kind", values=two_answers("x", "y")),
    component("select", "years", values=[{"label": "Un an", "value": 1}, {"label": "À vie", "value": "x"}]),
    component("checklist", "many", values=two_answers("x", "y")),
)
NAMES = ("kind", "tick", "mid", "last", "gift", "street")
OPERATORS = ["=", "!=", "<", "<=", ">", ">="]

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    page = browser.new_page()
    html = Page(bind(DRAWN, language="fr", values={}, evaluate=evaluate)).html
    page.set_content(f"<form>{html}</form>")
    module = SCRIPT.read_text(encoding="utf-8")
    page.add_script_tag(
        type="module",
        content=f"{module}\nwatchConditions(document.forms[0]); window.judge = judge; document.title = 'ready';",
    )
    page.wait_for_function("document.title === 'ready'")
    yield page
    page.close()


TEXTS = st.sampled_from(["", "x", "y", " x ", "5"])
NUMERALS = [
    "",
    "0",
    "5",
    "5,0",
    "5.01",
    "-5",
    "+5",
    "1 234,5",
    "1.234,5",
    "1,234",
    "1,234.5",
    "5 €",
    "5x",
    ".5",
    "0" * 39,
]
NUMERALS += ["9" * 34, "9" * 35, "1,2,3", "\u22125", "5,", "1,234,567"]
SIDES = st.sampled_from(['"x"', '"y"', '""', "5", "-5", "0.5", "1234.5", "null", "true", "false"])
COMPARED = st.tuples(st.sampled_from(["text", "sum", "tick", "kind", "years", "n"]), st.sampled_from(OPERATORS), SIDES)
PLAIN = COMPARED.filter(lambda each: each[1] in ("=", "!=") or not each[2].startswith('"') or each[0] == "sum")
PARTS = PLAIN.map(" ".join) | st.sampled_from(
    [
        "tick",
        "sum > 4",
        "sum = null",
        'list contains(many, "x")',
        'list contains(["x", "1"], years)',
        "n = 5",
        "years < 2",
    ]
)
CONDITIONS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        st.builds("not({})".format, inner),
        st.builds("({}) or {}".format, inner, inner),
        st.builds("{} and ({})".format, inner, inner),
    ),
    max_leaves=5,
)
ANSWERS = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "sum": st.sampled_from(NUMERALS),
        "tick": st.sampled_from(["", "true"]),
        "kind": st.sampled_from(["", "x", "y"]),
        "years": st.sampled_from(["", "1", "x"]),
        "many": st.lists(st.sampled_from("xy"), unique=True),
    }
)


def test_a_page_judges_a_condition_as_feel_does(tab: Tab) -> None:
    """Three values, numbers as people type them, and a case with a number `n` beside the answers."""
    known = 0

    @settings(max_examples=100, deadline=None)
    @example("sum = null", {"text": "", "sum": "9" * 35, "tick": "", "kind": "", "years": "", "many": []}, "fr", None)
    @example("not(sum > 5)", {"text": "", "sum": "", "tick": "", "kind": "", "years": "", "many": []}, "fr", None)
    @given(CONDITIONS, ANSWERS, st.sampled_from(["fr", "en"]), st.sampled_from([None, Decimal(5)]))
    def run(hide: str, answers: dict[str, str | list[str]], language: str, n: Decimal | None) -> None:
        nonlocal known
        drawn = read_form(form(*ASKED, component("textfield", "last", conditional={"hide": f"={hide}"})))
        sent = MultiDict([(key, each) for key, value in answers.items() for each in value_list(value)])
        bound = bind(drawn, language=language, values={"n": n}, evaluate=evaluate, submitted=sent)
        wrappers = Page(bound).root.xpath("//fieldset[@data-form-hides]")
        if wrappers:
            known += 1
            typed = {**answers, "tick": answers["tick"] == "true", "kind": answers["kind"] or None}
            tree = wrappers[0].get("data-form-hides")
            found = tab.evaluate("([tree, typed]) => judge(JSON.parse(tree), (name) => typed[name])", [tree, typed])
            assert (found is True) == (wrappers[0].get("hidden") is not None), (hide, found)

    run()
    assert known > 40


def value_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_the_browser_shows_what_the_server_would_show(tab: Tab) -> None:
    combined = itertools.product(("", "a", "b"), (False, True), ("y", "n"))
    for (kind, tick, mid), gift in zip(combined, itertools.cycle(["1,50 €", "", "0", "7", ""]), strict=False):
        tab.select_option("[name=kind]", kind)
        tab.set_checked("[name=tick]", tick)
        tab.fill("[name=gift]", gift)
        if tab.locator("[name=mid]").first.is_visible():
            tab.check(f"[name=mid][value={mid}]")
        sent = tab.evaluate("[...new FormData(document.forms[0])]")
        found = bind(DRAWN, language="fr", values={}, evaluate=evaluate, submitted=MultiDict(sent))
        assert found.validate(), (found.errors, found.revealed)
        shown = {name for name in NAMES if tab.locator(f"[name={name}]").first.is_visible()}
        assert shown == set(found.variables()), (kind, tick, mid, gift)
