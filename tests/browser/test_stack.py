"""A stack of tasks that ask the same, worked by keyboard alone: few keys, however many tasks there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from engine.models import UserTask
from engine.transaction import reading
from tests.browser.test_hands import ready, sign_in_by_keyboard, skip_to_main
from tests.fixtures.cases import start_review
from tests.fixtures.chromium import DESK, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TASKS = 12


@pytest.fixture
def town(server: Server, review: str) -> Server:
    add_person(server.engine, "Odile", "Roux", "MEMBERSHIP", "DATA", password=PASSWORD)
    for _ in range(TASKS):
        start_review(server.engine)
    return server


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def completed(server: Server) -> int:
    with reading(server.engine) as session:
        return session.scalars(select(func.count(UserTask.id)).where(UserTask.state == "completed")).one()


@pytest.fixture
def desk(browser: Browser, town: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, town, DESK, "fr-FR")
    yield watched
    context.close()
    assert watched.troubles == []


def test_a_dozen_tasks_but_two_take_a_few_keys(town: Server, desk: WatchedPage, phone: WatchedPage) -> None:
    page = sign_in_by_keyboard(desk)
    desk.goto("/tasks?tab=queue")
    ready(page)
    keys = press(page, "j", "Enter")
    page.wait_for_url("**/tasks/*-*")
    ready(page)
    keys += press(page, "s")
    page.wait_for_url("**/tasks/stack/*")
    ready(page)
    desk.check_in_both_languages("stack")
    expect(page).to_have_url(re.compile("typed="))  # what was selected and typed came along
    ready(page)
    keys += press(page, "j", "x", "j", "x", "i", "Space", "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ce que cela ferait")
    desk.check("stack-look")
    keys += press(page, "Enter")
    expect(page.locator("main")).to_contain_text(f"{TASKS - 2} tâches sont terminées.")
    assert completed(town) == TASKS - 2
    ready(page)
    assert keys + press(page, "z") < 20
    expect(page.locator("main")).to_contain_text(f"{TASKS - 2} tâches sont de nouveau ouvertes.")
    assert completed(town) == 0
    sign_in_by_keyboard(phone)
    small = phone.goto("/tasks?tab=queue")
    small.locator("a.am-row").first.click()
    ready(small)
    small.locator("[data-stack]").click()
    ready(small)
    phone.check("stack-phone")
    small.locator("label.am-select").first.click()
    small.evaluate("window.neverLoadedAgain = true")
    skip_to_main(small)
    expect(small.locator("[data-select]").first).not_to_be_checked()
    assert small.evaluate("window.neverLoadedAgain")
