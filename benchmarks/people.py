"""What a person's work costs in the browser: clicks, keys, requests, kilobytes, milliseconds, story by story.

    python -m benchmarks.people [STORY …]

A real Chromium works on a running server with the association's own processes, in French, at a desk and on a phone.
Signing in, and what a form asks for (`typed`), are counted apart: `keys` and `clicks` are what is needed beyond that.
`kb` is what the network carried, compressed as it was; `wait_ms` the median of the times from a key or click until what
it asked for can be worked with. Each line is one JSON object, a story; `inbox_kb` is the first visit of the inbox page.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from sqlalchemy import func, select

import workflows
from benchmarks.figures import finish
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.chromium import CHROMIUM, DESK, FLAGS, PHONE, sign_in
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_renewals import member
from webapp.app import create_app
from webapp.assembly import open_engine
from webapp.database import upgrade
from webapp.serving import open_server
from webapp.settings import Settings
from webapp.timelapse.stage import Stage
from workflows.association import parameters
from workflows.association.memberships import Membership, MembershipPeriod

CHECK = "check_diploma"


@dataclass(slots=True)
class Hand:
    """A person at a page: what the work costs is counted from `begin` on."""

    page: Page
    url: str
    clicks: int = 0
    keys: int = 0
    typed: int = 0
    requests: int = 0
    carried: int = 0
    waits: list[float] = field(default_factory=list)

    def watch(self) -> None:
        """Counts requests and bytes from now on."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.on("Network.requestWillBeSent", lambda _event: setattr(self, "requests", self.requests + 1))
        devtools.on("Network.loadingFinished", lambda event: self._loaded(event))

    def _loaded(self, event: dict[str, Any]) -> None:
        self.carried += int(event["encodedDataLength"])

    def goto(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.page.locator("html[data-ready]").wait_for()

    def click(self, what: Locator, until: Locator | None = None) -> None:
        self.clicks += 1
        self._timed(what.click, until)

    def press(self, key: str, until: Locator | None = None) -> None:
        self.keys += 1
        self._timed(lambda: self.page.keyboard.press(key), until)

    def write(self, what: Locator, text: str) -> None:
        """What the form asks for."""
        self.typed += len(text)
        what.fill(text)

    def answer(self, act: Callable[[], object]) -> None:
        """One answer of a form, by one click."""
        self.typed += 1
        act()

    def _timed(self, act: Callable[[], object], until: Locator | None) -> None:
        begun = time.perf_counter()
        act()
        if until is not None:
            until.first.wait_for()
            self.waits.append(1000 * (time.perf_counter() - begun))

    def told(self, story: str, **more: float) -> None:
        """Prints the story's line."""
        wait = statistics.median(self.waits) if self.waits else 0.0
        finish(
            {
                "story": story, "clicks": self.clicks, "keys": self.keys, "typed": self.typed,
                "requests": self.requests, "kb": self.carried / 1000, "wait_ms": wait, **more,
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """The association at work: its server, its engine, a browser."""

    browser: Browser
    engine: Engine
    settings: Settings
    url: str

    def sit_down(self, address: str, size: dict[str, int] = DESK) -> Hand:
        """Somebody who has signed in; nothing is counted yet."""
        context = self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, locale="fr-FR", timezone_id="Europe/Paris"
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        hand = Hand(page, self.url)
        hand.goto("/sign-in/password")
        sign_in(page, address)
        return hand


@contextmanager
def town() -> Iterator[Town]:
    """A fresh association with all its processes."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amicale-people-")))
        settings = Settings(var_directory=folder, secret_key="benchmarks " * 4, listen_port=0).completed()
        engine = stack.enter_context(open_engine(settings))
        upgrade(engine.database)
        with transaction(engine) as session:
            parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
            for files in workflows.definitions().values():
                commands.deploy(session, engine, files, by=SYSTEM)
        listening = open_server(create_app(settings, engine), settings)
        stack.callback(listening.close)
        threading.Thread(target=listening.run, daemon=True).start()
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        stack.callback(browser.close)
        yield Town(browser, engine, settings, f"http://127.0.0.1:{listening.socket.getsockname()[1]}")


def diplomas(it: Town, count: int) -> None:
    """So many applications that wait for the diploma to be checked, and who checks them."""
    add_person(it.engine, "Odile", "Roux", "DATA", "MEMBERSHIP", password=PASSWORD)
    stage = Stage(it.engine, cast(VirtualClock, it.engine.clock), it.settings)  # of which it reads the time alone
    for number in range(count):
        given = {
            "category": "GRADUATE", "first_names": "Camille", "birth_name": f"Martin{chr(97 + number % 26)}",
            "programme": "PGE", "promotion_year": 2013, "email": f"camille{number}@example.org", "country": "FR",
            "lang": "fr", "situation": "EMPLOYED", "birth_date": date(1990, 5, 14),
        }  # fmt: skip
        case = stage.start(
            "membership_application", {f"applicant.{key}": value for key, value in given.items()}, f"x{number}"
        )
        with transaction(it.engine) as session:
            commands.move_tokens(session, it.engine, case, CHECK, by=SYSTEM, reason="benchmark")


def completed(it: Town) -> int:
    with reading(it.engine) as session:
        query = select(func.count(UserTask.id)).where(UserTask.state == "completed")
        return session.scalars(query).one()


def inbox_of(it: Town) -> tuple[Hand, float]:
    """The inbox of whoever checks diplomas, and how many kilobytes its first visit took."""
    hand = it.sit_down("odile.roux@example.org")
    fresh = Hand(it.browser.new_context(storage_state=hand.page.context.storage_state()).new_page(), it.url)
    fresh.watch()
    for each in (fresh, hand):
        each.goto("/tasks?tab=queue")
        ready(each).first.wait_for()
    hand.watch()
    return hand, fresh.carried / 1000


def ready(hand: Hand) -> Locator:
    return hand.page.locator("[data-inbox][data-state=ready]")


def one_diploma(it: Town) -> None:
    """Open the first diploma, look, admit, and have the next one before one's eyes."""
    diplomas(it, 3)
    hand, size = inbox_of(it)
    _open_first(hand)
    _admit(hand)
    before = hand.page.url
    hand.press("Enter")
    begun = time.perf_counter()
    hand.page.wait_for_url(lambda found: found != before)
    ready(hand).first.wait_for()
    hand.waits.append(1000 * (time.perf_counter() - begun))
    hand.told("verify one diploma", done=completed(it), inbox_kb=size)


def forty_diplomas(it: Town) -> None:
    """Forty that ask the same, as one stack."""
    diplomas(it, 40)
    hand, _size = inbox_of(it)
    _open_first(hand)
    hand.press("s")
    hand.page.wait_for_url("**/tasks/stack/*")
    ready(hand).first.wait_for()
    _admit(hand)
    heading = hand.page.get_by_role("heading", name="Ce que cela ferait")
    hand.press("Enter", heading)
    hand.press("Enter")
    hand.page.get_by_text("tâches sont terminées").first.wait_for()
    hand.told("verify forty diplomas", done=completed(it))


def _open_first(hand: Hand) -> None:
    hand.press("j")
    hand.press("Enter")
    hand.page.wait_for_url("**/tasks/*-*")
    ready(hand).first.wait_for()
    hand.page.locator("form[data-draft]").wait_for()


def _admit(hand: Hand) -> None:
    """By the keyboard: to the questions, the first answer, how the diploma was seen, and back to where Enter sends."""
    hand.press("i")
    hand.answer(lambda: hand.page.keyboard.press("Space"))
    hand.page.locator("select[name=diploma_verified]").wait_for()
    hand.press("Tab")
    hand.answer(lambda: hand.page.keyboard.press("ArrowDown"))
    hand.press("Shift+Tab")


def caller(it: Town) -> None:
    """Somebody phones: who is it, is she a member, what waits?"""
    add_person(it.engine, "Odile", "Roux", "MEMBERSHIP", password=PASSWORD)
    for number, name in enumerate(("Zoe", "Zelda", "Zara"), 1):
        member(it.engine, name, f"100{number}", left=20)
    hand = it.sit_down("odile.roux@example.org")
    hand.watch()
    hand.click(hand.page.get_by_role("link", name="Personnes"), hand.page.locator("input[type=search]").last)
    hand.write(hand.page.locator("main input[type=search]"), "petit zoe")
    hand.press("Enter", hand.page.locator("main a.am-row"))
    hand.click(hand.page.locator("main a.am-row").first, hand.page.get_by_role("heading", name="Zoe Petit"))
    hand.told("answer a caller")


def renewal(it: Town) -> None:
    """A member renews on a phone, with a direct debit that she signs there."""
    member(it.engine, "Zoe", "1001", left=20)
    with transaction(it.engine) as session:
        known = session.scalars(select(Membership)).one()
        session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=known.id, start_date=known.start_date, end_date=known.end_date,
                value_date=known.start_date, tariff_code="STD", rule="IMPORTED", written_at=it.engine.clock.now(),
            )
        )  # fmt: skip
    hand = it.sit_down("zoe.petit@example.org", PHONE)
    hand.watch()
    page = hand.page
    hand.goto("/membership/")
    hand.click(page.get_by_role("button", name="Renouveler mon adhésion"), page.get_by_role("button", name="Continuer"))
    hand.click(page.get_by_role("button", name="Continuer"), page.locator("form[data-draft]"))
    hand.answer(lambda: page.get_by_label("Votre situation").select_option("EMPLOYED"))
    hand.answer(lambda: page.get_by_label("1 an", exact=True).check())
    hand.answer(lambda: page.get_by_label("Prélèvement SEPA", exact=True).check())
    send = page.locator("form[data-draft] .govuk-button")
    hand.click(send.first, page.locator("[name=iban]"))
    for name, text in (("holder", "Zoe Petit"), ("iban", "FR76 3000 6000 0112 3456 7890 189")):
        hand.write(page.locator(f"[name={name}]"), text)
    hand.answer(page.get_by_label("Pour ce seul paiement").check)
    hand.answer(page.get_by_label("Je signe ce mandat").check)
    hand.click(send.first)
    page.wait_for_url(lambda found: "/tasks/" not in found)
    hand.told("renew on a phone")


STORIES: dict[str, Callable[[Town], None]] = {
    "one": one_diploma, "forty": forty_diplomas, "caller": caller, "renewal": renewal,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", nargs="*", choices=[*STORIES, []], help="which; without any, all")
    for name in parser.parse_args().stories or STORIES:
        with town() as it:
            STORIES[name](it)


if __name__ == "__main__":
    main()
