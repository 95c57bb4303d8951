"""Undo and the keys of the inbox in a real browser: pressed, counted down, and every key that is listed at work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import commands
from engine.transaction import transaction
from tests.browser.test_hands import completions, held, opened, ready, sign_in_by_keyboard
from tests.fixtures.cases import DEPLOYER, RESOURCES, start_review
from tests.fixtures.chromium import DESK, PHONE, Server, WatchedPage
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_undoing import HELD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def cases(server: Server, review: str) -> list[UUID]:
    """Three cases that wait twenty seconds behind an answer, in the queue of Odile and her colleague."""
    add_person(server.engine, "Odile", "Roux", "MEMBERSHIP", "DATA", password=PASSWORD)
    add_person(server.engine, "Paul", "Durand", "MEMBERSHIP")
    with transaction(server.engine) as session:
        commands.deploy(session, server.engine, RESOURCES | {"review/review.bpmn": HELD.encode()}, by=DEPLOYER)
    return [start_review(server.engine) for _ in range(3)]


@pytest.fixture(params=["desk", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[WatchedPage]:
    yield from opened(browser, server, DESK if request.param == "desk" else PHONE)


def answer_first(page: Page) -> None:
    page.locator("a.am-row").first.click()
    page.wait_for_url("**/tasks/*-*")
    ready(page)
    page.get_by_label("Oui", exact=True).check()
    page.get_by_label("Nombre de pages").fill("8")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("La tâche suivante est ouverte")


def test_an_answer_is_taken_back_where_it_was_given_in_the_archive_and_on_the_case(
    window: WatchedPage, cases: list[UUID]
) -> None:
    page = sign_in_by_keyboard(window)
    window.goto("/tasks?tab=queue")
    ready(page)
    answer_first(page)
    ready(page)
    offer = page.locator("[data-undo-offer]")
    expect(offer).to_have_count(1)
    expect(offer.locator("[data-left]")).to_have_text(re.compile(r"encore (20|1\d) s"))
    window.check_in_both_languages("undo-next")
    ready(page)
    page.locator("body").press("z")
    expect(page.get_by_label("Nombre de pages")).to_have_value("8")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("est de nouveau ouverte")
    expect(page.locator("[data-undo-offer]")).to_have_count(0)
    page.get_by_label("Nombre de pages").press("Control+Enter")
    expect(page.locator("[data-undo-offer]")).to_have_count(1)
    window.goto("/tasks?tab=archive")
    window.check_in_both_languages("undo-archive")
    done = next(case for case in cases if completions(window.server, case, "read_file"))
    window.goto(f"/cases/{done}")
    window.check_in_both_languages("undo-case")
    page.clock.install()
    page.reload()
    expect(page.locator("[data-undo-offer]")).to_have_count(1)
    page.clock.fast_forward("00:21")
    expect(page.locator("[data-undo-offer]")).to_have_count(0)
    page.reload()  # the server's own clock stands still here
    page.locator("[data-undo]").click()
    expect(page.get_by_label("Nombre de pages")).to_have_value("8")


# What each key of the list does, seen on the page: beginning from a task of the queue, its form without the cursor.
DOES: dict[str, Callable[[Page], None]] = {
    "j": lambda page: expect(page.locator("a.am-row").nth(1)).to_be_focused(),
    "k": lambda page: expect(page.locator("a.am-row").nth(0)).to_be_focused(),
    "Entrée": lambda page: expect(page.locator("#task-title")).to_be_visible(),
    "1": lambda page: expect(page.get_by_label("Oui", exact=True)).to_be_checked(),
    "9": lambda page: expect(page.locator("#task-form")).to_be_visible(),
    "i": lambda page: expect(page.get_by_label("Oui", exact=True)).to_be_focused(),
    "Échap": lambda page: expect(page.locator("a.am-row[aria-current=page]")).to_be_focused(),
    "/": lambda page: expect(page.locator("[data-search]")).to_be_focused(),
    "x": lambda page: expect(page.locator("[data-select]").first).to_be_checked(),
    "g": lambda page: expect(page.get_by_role("heading", level=1)).to_have_text("Confier à un·e collègue"),
    "l": lambda page: expect(page.get_by_role("heading", level=1)).to_have_text("Reporter"),
    "s": lambda page: expect(page.get_by_role("heading", level=2).first).to_contain_text("Une réponse pour toutes"),
    "c": held,
    "z": lambda page: expect(page.locator(".govuk-notification-banner")).to_contain_text("de nouveau ouverte"),
    "?": lambda page: expect(page.get_by_role("dialog")).to_be_visible(),
    "Ctrl": lambda page: expect(page.locator(".govuk-notification-banner")).to_contain_text("C’est fait"),
}
NAMES = {"Entrée": "Enter", "Échap": "Escape"}


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[WatchedPage]:
    yield from opened(browser, server, DESK)


def test_every_key_that_is_listed_works(desk: WatchedPage, cases: list[UUID]) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    ready(page)
    listed = page.locator("[data-shortcuts] kbd").all_inner_texts()
    assert {*page.locator("[data-shortcuts] kbd").evaluate_all("all => all.map((each) => each.textContent)")} == {
        *DOES
    }, listed
    task = page.locator("a.am-row").first.get_attribute("href") or ""

    def press(key: str) -> None:
        page.keyboard.press(NAMES.get(key, key))
        DOES[key](page)

    for key in ("?", "Échap"):
        page.keyboard.press(NAMES.get(key, key))
        expect(page.get_by_role("dialog")).to_be_visible() if key == "?" else expect(
            page.get_by_role("dialog")
        ).to_be_hidden()
    page.locator("a.am-row").first.focus()
    for key in ("j", "k", "x"):
        press(key)
    page.keyboard.press("x")
    press("/")
    page.locator("a.am-row").first.focus()
    press("Entrée")
    ready(page)
    page.locator("body").press("Escape")
    for key in ("Échap", "i", "1", "9"):
        press(key)
    for key in ("g", "s", "c", "l"):
        desk.goto(task)
        ready(page)
        press(key)
    desk.goto(task)
    ready(page)
    page.get_by_label("Non", exact=True).check()
    page.keyboard.press("Control+Enter")
    DOES["Ctrl"](page)
    ready(page)
    page.locator("body").press("z")
    DOES["z"](page)
