"""An owner changes a process in the studio, in Chromium: the editor itself, under the policy of every page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.chromium import DESK, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from workflows.catalogue import definitions

pytestmark = pytest.mark.browser
PROCESS = "peer_confirmation"


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[WatchedPage]:
    """A window in French at 1280 pixels."""
    context, watched = open_page(browser, server, DESK, "fr-FR")
    yield watched
    context.close()
    assert [trouble for trouble in watched.troubles if "status of 4" not in trouble] == []


def sign_in(window: WatchedPage, first: str) -> Page:
    page = window.goto("/sign-in/password")
    page.get_by_label("Adresse électronique").fill(f"{first}.roux@example.org".lower())
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text(f"Bienvenue, {first}").wait_for()
    return page


def test_a_reminder_goes_from_7_to_10_days(desk: WatchedPage, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, definitions()[PROCESS], by=SYSTEM)
    add_person(web_engine, "Odile", "Roux", "DATA", password=PASSWORD)
    page = sign_in(desk, "Odile")
    desk.goto("/studio")
    desk.check("studio")
    page.get_by_role("link", name="Confirmation par la promotion").click()
    page.get_by_label("Que voulez-vous changer ?").fill("Dix jours pour répondre")
    desk.check("studio-process")
    page.get_by_role("button", name="Commencer un brouillon").click()
    page.get_by_role("heading", name="Dix jours pour répondre").wait_for()
    desk.check("studio-draft")
    page.get_by_role("link", name="peer_confirmation.bpmn", exact=True).click()
    page.locator("#editor[data-state=ready]").wait_for()
    page.locator("[data-element-id=peer_is_silent].djs-shape").click()
    page.wait_for_timeout(1500)
    desk.page.screenshot(path="screenshots/studio-diagram-1280.png")
