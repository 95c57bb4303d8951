"""The door of an event on a telephone: the list opens without a network, keeps what is noted, says when it is saved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine.calendar import PARIS
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.chromium import PHONE, Server, open_page
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association.calendars import appointments
from workflows.association.events.door import EventWalkIn
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.events.registrations import CONFIRMED, EventRegistration

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
NAMES = ("Ada", "Bea")


@pytest.fixture
def event(web_engine: Engine, clock: VirtualClock) -> str:
    """An event of today, to which two people come; by the clock of this machine, which the browser's worker reads."""
    clock.set(max(datetime.now(UTC), clock.now()).replace(second=0, microsecond=0) + timedelta(minutes=1))
    organiser = add_person(web_engine, "Lea", "Essai", password=PASSWORD)
    with transaction(web_engine) as session:
        now = clock.now()
        made = Event(
            id=uuid4(), key="EVT-1", organiser_id=organiser.id, kind="TALK", title_fr="Causerie", day=now.date(),
            begins=time(19), minutes=120, place="12 quai des Brumes, Lyon", expected=9, capacity=9,
            approved_capacity=9, state=PUBLISHED, proposed_at=now, approved={"expected": 9},
        )  # fmt: skip
        session.add(made)
        session.flush()
        date = appointments.plan(
            session,
            made.key,
            "d1",
            titles=("Causerie", "Talk"),
            minutes=120,
            now=now,
            starts=(now + timedelta(hours=1)).astimezone(PARIS),
        )
    for number, name in enumerate(NAMES):
        person = add_person(web_engine, name, "Essai")
        with transaction(web_engine) as session:
            seat = EventRegistration(
                id=uuid4(), event_id=made.id, appointment_id=date.id, person_id=person.id, entitlement="MEMBER",
                state=CONFIRMED, asked_at=now, ticket=f"K7PM2XQ9T{number}",
            )  # fmt: skip
            session.add(seat)
    return "EVT-1"


def test_the_list_opens_without_a_network_and_two_doors_come_together(
    browser: Browser, server: Server, event: str
) -> None:
    context, door = open_page(browser, server, PHONE, "fr-FR")
    page = door.sign_in("lea.essai@example.org")
    door.goto(f"/events/{event}/list")
    page.locator("[data-door][data-kept=yes]").wait_for()
    door.check("event-door")

    page.context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="Ada Essai").click()
    page.get_by_text("Pas de réseau").wait_for()
    page.get_by_text("Quelqu’un vient sans être inscrit").click()
    page.get_by_label("Nom", exact=True).fill("Jo Martin")
    page.get_by_label("Payé sur place").fill("12,50")
    page.get_by_role("button", name="Noter l’arrivée").click()
    page.get_by_text("2 sur 3 personnes sont là").wait_for()
    door.check("event-door-offline")
    page.reload()
    page.get_by_text("2 sur 3 personnes sont là").wait_for()  # what was noted outlives the page
    with transaction(server.engine) as session:
        bea = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
        bea.checked_in_at = bea.marked_at = server.engine.clock.now()  # by another door
    page.context.set_offline(False)
    page.locator("[data-door][data-state=saved]").wait_for()
    page.get_by_text("3 sur 3 personnes sont là").wait_for()
    expect(page.get_by_text("Tout est enregistré")).to_be_visible()
    with reading(server.engine) as session:
        assert [(each.name, str(each.paid)) for each in session.scalars(select(EventWalkIn))] == [
            ("Jo Martin", "12.50")
        ]
        assert all(each.checked_in_at is not None for each in session.scalars(select(EventRegistration)))
    page.pdf()
    page.emulate_media(media="print")
    stamp = page.locator(".am-door__stamped")
    expect(stamp).to_be_visible()
    expect(page.get_by_label("Numéro du billet")).to_be_hidden()
    expect(stamp).to_have_text(re.compile(r"^Imprimé par Lea Essai le \w+ \d+ \w+ \d{4} à \d\d:\d\d$"))
    page.emulate_media(media="screen")
    boxes = [each.bounding_box() for each in page.locator(".am-door__mark").all()]
    assert all(box is not None and box["height"] >= 48 for box in boxes), "every target is 48 pixels high"
    context.close()
    assert [each for each in door.troubles if "ERR_INTERNET_DISCONNECTED" not in each] == []
