"""The page of a person, one's own preferences and data, and requests for erasure, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from engine.transaction import transaction
from tests.fixtures.chromium import DESK, PHONE, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association import consents, mails
from workflows.association.consents import Holder
from workflows.association.member_records import Feedback
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import Order, open_order
from workflows.association.people import Alias, Person
from workflows.association.privacy import files

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def zoe(server: Server) -> Person:
    """A member about whom there is much to see, who asked to be erased."""
    add_person(server.engine, "Dora", "Keller", "DPO", "MEMBERSHIP", password=PASSWORD)
    person, now = add_person(server.engine, "Zoe", "Petit-Delacourt", password=PASSWORD), server.engine.clock.now()
    today = now.date()
    with transaction(server.engine) as session:
        kept = session.get_one(Person, person.id)
        kept.birth_date, kept.usage_name = date(1990, 5, 14), "Vandenbroucke"
        kept.aliases.append(Alias(id=uuid4(), person_id=person.id, kind="NAME", value="Petit"))
        kept.refresh_search_name()
        membership = Membership(
            id=uuid4(), person_id=person.id, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
            service_entitlement="CURRENT", join_date=today, start_date=today, end_date=today + timedelta(days=365),
            changed_at=now,
        )  # fmt: skip
        session.add(membership)
        session.flush()
        session.add(
            MembershipPeriod(
                id=uuid4(), membership_id=membership.id, start_date=today, end_date=today + timedelta(days=365),
                value_date=today, tariff_code="STD", rule="FIRST", written_at=now,
            )
        )  # fmt: skip
        order = Order(id=uuid4(), key="ORD-1", person_id=person.id, means="CARD", state="OPEN", created_at=now)
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(500))
        mails.post(session, server.engine, to=person.id, subject="Un dîner à Lyon en décembre", text="Texte.")
        consents.record(session, Holder(person.id), {"assoc_news": "YES"}, at=now, source="JOIN_FORM")
        session.add(Feedback(id=uuid4(), person_id=person.id, about="JOINING", comment="Tout était clair.", at=now))
        files.open_request(session, person.id, ["ERASE"], "SPACE", today, by=f"person:{person.id}", now=now)
    return person


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, server, request.param, "fr-FR")
    yield watched
    context.close()
    assert watched.troubles == []


def test_staff_find_somebody_and_decide_on_a_request(zoe: Person, window: WatchedPage) -> None:
    window.sign_in("dora.keller@example.org")
    view = window.goto("/people?q=vandenbrouke+zoe")
    window.check("people")
    view.locator(".am-row").first.click()
    view.locator("h1", has_text="Vandenbroucke").wait_for()
    window.check("person")
    view.locator("main a", has_text="Afficher aussi les dons").click()
    view.locator(".am-story", has_text="Don de 500").wait_for()
    window.goto("/privacy/requests").locator(".am-row").first.wait_for()
    window.check("data-requests")
    view.locator(".am-row").first.click()
    view.locator("h1", has_text="Protection des données").wait_for()
    window.check("data-protection")


def test_staff_see_two_records_side_by_side(zoe: Person, window: WatchedPage) -> None:
    with transaction(window.server.engine) as session:
        twin = Person(id=uuid4(), first_names="Zoé", birth_name="Vandenbroucke", birth_date=date(1990, 5, 14))
        twin.refresh_search_name()
        session.add(twin)
    window.sign_in("dora.keller@example.org")
    view = window.goto("/people/duplicates")
    window.check("duplicates")
    view.locator(".am-row").first.click()
    view.locator("table").wait_for()
    window.check("merge")
    view.locator("button", has_text="Ce sont deux personnes").click()
    view.wait_for_url("**/people/duplicates")
    window.goto("/people/duplicates")
    expect(view.locator(".am-row")).to_have_count(0)


def test_a_member_sees_and_decides_what_is_kept(zoe: Person, window: WatchedPage) -> None:
    window.sign_in("zoe.petit-delacourt@example.org")
    window.goto("/privacy/preferences")
    window.check("preferences")
    view = window.goto("/privacy/data")
    window.check("my-data")
    with view.expect_download() as taken:
        view.locator("button", has_text="Télécharger mes données").click()
    assert taken.value.suggested_filename == "mes-donnees.zip"
    window.goto("/privacy/register")
    window.check("register")
