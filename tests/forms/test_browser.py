"""The page's own judgement of conditions agrees with the server's, in a real Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
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
    )
)

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    page = browser.new_page()
    html = Page(bind(DRAWN, language="fr", values={}, evaluate=evaluate)).html
    page.set_content(f"<form>{html}</form>")
    module = SCRIPT.read_text(encoding="utf-8")
    page.add_script_tag(
        type="module", content=f"{module}\nwatchConditions(document.forms[0]); document.title = 'ready';"
    )
    page.wait_for_function("document.title === 'ready'")
    yield page
    page.close()


def test_the_browser_shows_what_the_server_would_show(tab: Tab) -> None:
    for kind, tick, mid in itertools.product(("", "a", "b"), (False, True), ("y", "n")):
        tab.select_option("[name=kind]", kind)
        tab.set_checked("[name=tick]", tick)
        if tab.locator("[name=mid]").first.is_visible():
            tab.check(f"[name=mid][value={mid}]")
        sent = tab.evaluate("[...new FormData(document.forms[0])]")
        found = bind(DRAWN, language="fr", values={}, evaluate=evaluate, submitted=MultiDict(sent))
        assert found.validate(), (found.errors, found.revealed)
        shown = {name for name in ("kind", "tick", "mid", "last") if tab.locator(f"[name={name}]").first.is_visible()}
        assert shown == set(found.variables()), (kind, tick, mid)
