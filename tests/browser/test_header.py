"""The header of somebody who may see every page: one line at a desk, menus by keyboard, links that need no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.axe import axe_findings
from tests.fixtures.chromium import DESK, Server, keep_screenshot, open_page, sign_in
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = pytest.mark.browser
HELD = (
    "ADMIN", "GENERAL_DELEGATE", "FINANCE", "MEMBERSHIP", "DPO", "MENTORING", "EVENTS", "CAREERS_HEAD",
    "FOUNDATION_GIFTS", "PROCESS_OWNER",
)  # fmt: skip
HEADER = ".govuk-service-navigation"


def fits(page: Page, name: str) -> None:
    """Nothing for axe in the header (an open menu covers what lies under it), nothing sideways."""
    keep_screenshot(page, name)
    assert axe_findings(page, "header") == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name


def test_whoever_holds_every_role_finds_every_page(browser: Browser, server: Server) -> None:
    add_person(server.engine, "Odile", "Roux", *HELD, password=PASSWORD)
    context, window = open_page(browser, server, DESK, "fr-FR")
    page = window.sign_in("odile.roux@example.org")
    for language in ("English", "Français"):
        page.get_by_role("button", name=language).click()
        page.locator(f"html[lang={language[:2].lower()}][data-ready]").wait_for()
        for width in (1280, 820):
            page.set_viewport_size({"width": width, "height": 900})
            height = page.locator(HEADER).evaluate("each => each.getBoundingClientRect().height")
            assert height <= 60, f"{language} at {width}: {height} pixels"
    for width in (1280, 820):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("summary", has_text="Réglages").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Paramètres")).to_be_visible()
        fits(page, f"header-menu-{width}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Paramètres")).to_be_hidden()
        expect(page.locator("summary", has_text="Réglages")).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Menu").click()
    page.locator("summary", has_text="Argent").click()
    fits(page, "header-menu-390")
    page.get_by_role("link", name="Banque", exact=True).click()
    page.wait_for_url("**/finance/**")
    context.close()
    assert window.troubles == []


def test_a_menu_opens_and_leads_on_without_a_script(browser: Browser, server: Server) -> None:
    add_person(server.engine, "Odile", "Roux", *HELD, password=PASSWORD)
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = context.new_page()
    page.goto(server.url + "/sign-in/password")
    sign_in(page, "odile.roux@example.org")
    page.locator("summary", has_text="Réglages").click()
    page.get_by_role("link", name="Textes").click()
    page.wait_for_url("**/texts")
    context.close()
