"""What a person's work costs in the browser: clicks, keys, requests, kilobytes, milliseconds, story by story.

    python -m benchmarks.people [STORY …]

A real Chromium works on a running server with the association's own processes, in French, at a desk and on a phone.
Signing in, and what a form asks for (`typed`), are counted apart: `keys` and `clicks` are what is needed beyond that.
`kb` is what the network carried, compressed as it was; `wait_ms` the median of the times from a key or click until what
it asked for can be worked with, as this program sees it. `next_ms` is the same in the page itself, of the tasks that
follow one another: from the key that sends an answer until the next task is painted; `server_ms` the server’s part of
that, `load` how many processes wanted the machine's processors meanwhile. Each line is one JSON object, a story;
`inbox_kb` is the first visit of the inbox page.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import cast
from uuid import uuid4

from playwright.sync_api import Locator
from sqlalchemy import func, select

from benchmarks.staff_stories import STAFF_STORIES
from benchmarks.town import Hand, Town, town
from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.chromium import PHONE
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_renewals import member
from webapp.timelapse.stage import Stage
from workflows.association.memberships import Membership, MembershipPeriod

CHECK = "check_diploma"


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


# Notes in the page when each answer is sent, when its answer came, and when the next task is on the screen.
WATCH = """() => {
  window.seen = [];
  let sent = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") sent = performance.now(); }, { capture: true });
  document.addEventListener("amicale:turned", () => {
    const begun = sent;
    requestAnimationFrame(() => setTimeout(() => {
      const asked = performance.getEntriesByType("resource").filter((each) => each.startTime >= begun)[0];
      window.seen.push([performance.now() - begun, asked.responseEnd - asked.requestStart]);
    }));
  });
}"""
ROW = 12  # diplomas one after another


def one_diploma(it: Town) -> None:
    """Open the first diploma, look, admit, and have the next one before one's eyes; then go on."""
    diplomas(it, ROW + 1)
    hand, size = inbox_of(it)
    _open_first(hand)
    _admit_and_go_on(hand)
    keys, typed, requests, carried = hand.keys, hand.typed, hand.requests, hand.carried
    hand.page.evaluate(WATCH)
    for _ in range(ROW - 1):
        _admit_and_go_on(hand)
    seen = hand.page.evaluate("window.seen")
    more = hand.keys - keys, hand.typed - typed
    hand.keys, hand.typed, hand.requests, hand.carried = keys, typed, requests, carried
    hand.told(
        "verify one diploma",
        done=completed(it),
        keys_each_further=more[0] / (ROW - 1),
        next_ms=statistics.median(shown for shown, _server in seen),
        server_ms=statistics.median(server for _shown, server in seen),
        load=os.getloadavg()[0],
        inbox_kb=size,
    )


def _admit_and_go_on(hand: Hand) -> None:
    _admit(hand)
    before = hand.page.url
    begun = time.perf_counter()
    hand.press("Control+Enter")
    hand.page.wait_for_url(lambda found: found != before)
    ready(hand).first.wait_for()
    hand.waits.append(1000 * (time.perf_counter() - begun))
    hand.page.locator("form[data-draft]").wait_for()


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
    hand.press("Control+Enter", heading)
    hand.press("Enter")
    hand.page.get_by_text("tâches sont terminées").first.wait_for()
    hand.told("verify forty diplomas", done=completed(it))


def _open_first(hand: Hand) -> None:
    hand.press("Enter")
    hand.page.wait_for_url("**/tasks/*-*")
    ready(hand).first.wait_for()
    hand.page.locator("form[data-draft]").wait_for()


def _admit(hand: Hand) -> None:
    """By the keyboard: the first answer by its number, then how the diploma was seen by the number of that."""
    hand.answer(lambda: hand.page.keyboard.press("1"))
    hand.page.locator("select[name=diploma_verified]:focus").wait_for()
    hand.answer(lambda: hand.page.keyboard.press("1"))


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
    known = [*STORIES, *STAFF_STORIES]
    parser.add_argument("stories", nargs="*", choices=[*known, []], help="which; without any, all")
    for name in parser.parse_args().stories or known:
        if name in STAFF_STORIES:
            STAFF_STORIES[name]()
            continue
        with town() as it:
            STORIES[name](it)


if __name__ == "__main__":
    main()
