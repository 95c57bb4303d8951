"""The steps of members in people's hands: light, without a script, for a finger, at 400 % zoom, with text of 200 %.

Every journey whose process lets its member act is opened as it stands in the middle, with the form of its next step.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.assignment import Actor
from tests.fixtures.chromium import PHONE, Server, WatchedPage, sign_in
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_member_acts import CASES, OWN, Told, begin, person_id

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
LIGHT = 100_000  # bytes, compressed, of a page with everything that it loads into an empty browser
LEAST = 44  # pixels
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
TOUCHED = (
    "main :is(button, .govuk-button, summary, input:not([type=hidden]), select, .govuk-task-list__item--with-link)"
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDEST = """[...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.outerHTML.slice(0, 120)).pop()"""
HEADING = "parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)"


@pytest.fixture
def journeys(server: Server) -> dict[str, list[tuple[str, UUID]]]:
    """The process and case of each journey, by who opens it."""
    for first in ("Mentee", "Mentor", "Person", "Starter"):
        add_person(server.engine, first, "Test", *(["MENTORING"] if first == "Starter" else []), password=PASSWORD)
    told: dict[str, Told] = {each.process: each for each in reversed(CASES)}
    found: dict[str, list[tuple[str, UUID]]] = {}
    for each in told.values():
        starter = "Person" if each.process in OWN else "Starter"
        case = begin(server.engine, each, Actor(f"person:{person_id(server.engine, starter)}", starter))
        found.setdefault(each.speaker, []).append((each.process, case))
    return found


def weight(window: WatchedPage, came: list[float], path: str) -> float:
    """Bytes on their way for this page and everything that it loads."""
    came.clear()
    window.page.goto(window.server.url + path, wait_until="networkidle")
    return sum(came)


def wrong(page: Page) -> Iterator[str]:
    """What somebody could not do with a finger, at 400 % zoom, or with text of twice the size."""
    small = """([selector, least]) => [...document.querySelectorAll(selector)]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < least - 0.5)
        .map((each) => `${each.outerHTML.slice(0, 90)} is ${each.getBoundingClientRect().height} high`)"""
    yield from page.evaluate(small, [TOUCHED, LEAST])
    heading = page.evaluate(HEADING)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if page.evaluate(HEADING) < 1.9 * heading:
        yield "the heading does not grow with the text"
    if (over := page.evaluate(SIDEWAYS)) > 0:
        yield f"text of 200 % scrolls sideways by {over}: {page.evaluate(WIDEST)}"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": ZOOMED["width"], "height": ZOOMED["height"]})
    if (over := page.evaluate(SIDEWAYS)) > 0:
        yield f"400 % scrolls sideways by {over}"
    page.set_viewport_size(PHONE)


def test_every_journey_and_form_is_light_and_fits_every_hand(
    phone: WatchedPage, journeys: dict[str, list[tuple[str, UUID]]]
) -> None:
    page, found = phone.page, list[str]()
    wire, came, forms = page.context.new_cdp_session(page), list[float](), 0
    wire.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    for first, cases in journeys.items():
        phone.sign_in(f"{first}.test@example.org".lower())
        for process, case in cases:
            paths = [f"/journeys/{case}"]
            phone.goto(paths[0])
            paths += page.eval_on_selector_all(".am-next a.govuk-button", "found => found.map(each => each.pathname)")
            forms += len(paths) - 1
            for path in paths:
                heavy = weight(phone, came, path)
                found += [f"{process} {path}: {heavy:.0f} bytes"] if not 1_000 < heavy < LIGHT else []
                found += [f"{process} {path}: {each}" for each in wrong(page)]
    assert found == []
    assert (sum(map(len, journeys.values())), forms) == (6, 2)


def test_every_next_step_is_answered_without_a_script(
    browser: Browser, server: Server, journeys: dict[str, list[tuple[str, UUID]]]
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-FR", viewport=PHONE)
    page, answered = context.new_page(), 0
    for first, cases in journeys.items():
        context.clear_cookies()
        page.goto(server.url + "/sign-in/password")
        sign_in(page, f"{first}.test@example.org".lower())
        for _process, case in cases:
            page.goto(f"{server.url}/journeys/{case}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            if not page.locator(".am-next a.govuk-button").count():
                continue
            page.locator(".am-next a.govuk-button").click()
            page.locator("main form .govuk-button").first.click()
            expect(page.locator(".govuk-error-summary")).to_be_visible()  # nothing was answered, and the form says so
            answered += 1
    context.close()
    assert answered == 2
