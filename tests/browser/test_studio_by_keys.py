"""The studio by keyboard alone, from the catalogue to what the editors save."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

import workflows
from engine.engine import Engine
from tests.browser.test_studio import PROCESS, begin, desk
from tests.fixtures.chromium import WatchedPage

__all__ = ["desk"]  # a fixture
pytestmark = [pytest.mark.browser, pytest.mark.campaign]  # most of a minute
MOST = 150  # presses until what is looked for has the focus


def tab_to(what: Locator) -> None:
    """Presses Tab until this has the focus."""
    what.wait_for()
    for _press in range(MOST):
        what.page.keyboard.press("Tab")
        if what.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"Tab does not come to {what}")


def test_an_owner_changes_a_diagram_and_a_table_by_keys_alone(desk: WatchedPage, web_engine: Engine) -> None:
    begin(desk, web_engine, "À la souris")
    entry = workflows.entry(PROCESS)
    assert entry is not None
    page = desk.goto("/studio")
    tab_to(page.get_by_role("link", name=entry.title("fr"), exact=True))
    page.keyboard.press("Enter")
    tab_to(page.get_by_label("Que voulez-vous changer ?"))
    page.keyboard.type("Au clavier")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Au clavier").wait_for()
    draft = page.url
    tab_to(page.get_by_role("link", name="en liste"))
    page.keyboard.press("Enter")
    desk.check_in_both_languages("studio-list")
    tab_to(page.locator("#send_suspended > a"))
    page.keyboard.press("Enter")
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator(".djs-element.selected[data-element-id=send_suspended]").wait_for()
    general = page.locator("[data-group-id=group-general]")
    tab_to(general.locator(".bio-properties-panel-group-header button").last)
    page.keyboard.press("Enter")
    tab_to(general.get_by_label("Nom", exact=True))
    page.keyboard.press("Control+a")
    page.keyboard.type("Dire la suspension")
    page.locator("#editor[data-state=saved]").wait_for()
    page.goto(draft)
    expect(page.locator(".st-change", has_text="Dire la suspension").first).to_be_visible()
    tab_to(page.locator(".st-files a[href$='/sepa_incident.dmn']"))
    page.keyboard.press("Enter")
    page.locator("#editor[data-state=ready]").wait_for()
    tab_to(page.locator("td.annotation [contenteditable]").first)
    page.keyboard.press("Control+a")
    page.keyboard.type("Écrit au clavier")
    page.locator("#editor[data-state=saved]").wait_for()
    page.goto(draft)
    expect(page.locator(".st-change", has_text="Écrit au clavier").first).to_be_visible()
