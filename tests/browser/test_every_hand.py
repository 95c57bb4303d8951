"""Every page of the staff at 400 % zoom, with text of twice the size, and under a finger on a phone and a tablet.

Nothing scrolls sideways, nothing is too small to be touched, nothing is out of the keyboard's reach.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.models import Job, UserTask
from engine.transaction import reading
from tests.fixtures.cases import start_review
from tests.fixtures.chromium import DESK, PATIENCE, PHONE, Server, sign_in
from tests.fixtures.members import deploy_joining
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ZOOMED: ViewportSize = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
TABLET: ViewportSize = {"width": 820, "height": 1180}
LEAST = 44
USUAL, LARGE = 16, 32  # pixels of text as the browser is set to show it
CONTROLS = "main :is(button, .govuk-button, a.am-row, .am-tabs a, summary, input:not([type=hidden]), select, textarea)"
SMALL = """([selector, least]) => [...document.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility() && !each.closest("[aria-hidden=true]"))
    .filter((each) => each.getBoundingClientRect().height < least - 0.5)
    .map((each) => `${each.outerHTML.slice(0, 90)} is ${each.getBoundingClientRect().height} pixels high`)"""
UNREACHED = """selector => [...document.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility() && !each.disabled && !each.closest("[aria-hidden=true]"))
    .filter((each) => each.tabIndex < 0)
    .map((each) => `${each.outerHTML.slice(0, 90)} is not reached by keyboard`)"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_TO_ALL = ("/", "/sign-in", "/start", "/start/membership_application")
PAGES = (
    "/tasks", "/tasks?tab=queue", "/tasks?tab=queue&late=1", "/tasks?tab=archive", "/tasks/{task}",
    "/tasks/selected/give?task={task}", "/tasks/selected/later?task={task}", "/tasks/selected/remind?task={task}",
    "/cases", "/cases/{case}", "/cases/{case}/suspend", "/cases/{case}/end", "/cases/{case}/move",
    "/cases/{case}/jobs/{job}", "/operations/incidents", "/operations/subscriptions", "/week", "/mandates/mine",
    "/mandates", "/account/", "/account/notices", "/account/second", "/account/tokens", "/calendar/", "/people",
    "/find?q=roux", "/parameters", "/texts", "/texts/mail/confirm_email/edit", "/journeys",
)  # fmt: skip


@pytest.fixture
def touched(browser: Browser, server: Server) -> Iterator[Page]:
    """A page under a finger."""
    context = browser.new_context(viewport=PHONE, locale="fr-FR", timezone_id="Europe/Paris", has_touch=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def test_every_page_of_staff_suits_every_hand(touched: Page, server: Server, review: str, clock: VirtualClock) -> None:
    roles = ("MEMBERSHIP", "DATA", "ADMIN", "GENERAL_DELEGATE", "PROCESS_OWNER", "COMMS")
    add_person(server.engine, "Odile", "Roux", *roles, password=PASSWORD)
    deploy_joining(server.engine, clock.now().date())
    case = start_review(server.engine)
    with reading(server.engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
        job = session.scalars(select(Job.id).where(Job.instance_id == case)).first()
    session_ = touched.context.new_cdp_session(touched)
    found = [each for path in OPEN_TO_ALL for each in troubles(touched, session_, server, path)]
    touched.goto(f"{server.url}/sign-in/password")
    sign_in(touched, "odile.roux@example.org")
    named = {"task": task, "case": case, "job": job}
    found += [each for path in PAGES for each in troubles(touched, session_, server, path.format(**named))]
    assert found == []


def troubles(page: Page, browser_: CDPSession, server: Server, path: str) -> list[str]:
    """What of this page does not suit a hand or an eye."""
    answer = page.goto(server.url + path)
    assert answer is not None and answer.status == 200, path
    page.locator("html[data-ready]").wait_for()
    said: list[str] = page.evaluate(UNREACHED, CONTROLS)
    for size in (ZOOMED, TABLET, PHONE):
        page.set_viewport_size(size)
        said += sideways(page, f"at {size['width']}")
        said += [] if size == ZOOMED else page.evaluate(SMALL, [CONTROLS, LEAST])
    browser_.send("Page.setFontSizes", {"fontSizes": {"standard": LARGE, "fixed": LARGE}})
    page.set_viewport_size(DESK)
    said += sideways(page, "with large text")
    followed = page.evaluate("getComputedStyle(document.documentElement).fontSize")
    said += [] if followed == f"{LARGE}px" else [f"its text is of {followed} where the browser is set to {LARGE}"]
    browser_.send("Page.setFontSizes", {"fontSizes": {"standard": USUAL, "fixed": USUAL}})
    return [f"{path}: {each}" for each in said]


def sideways(page: Page, how: str) -> list[str]:
    wide = page.evaluate(WIDE)
    return [f"{how} it scrolls sideways by {wide} pixels"] if wide > 0 else []
