"""A member leaves on a phone: the form, the receipt among the documents, the change of mind; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine import jobs
from engine.clock import VirtualClock
from engine.transaction import reading, transaction
from tests.fixtures.chromium import PHONE, Server, WatchedPage, open_page
from tests.fixtures.members import deploy_joining
from tests.fixtures.staff import PASSWORD, add_person
from workflows.association.memberships import Membership

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def town(server: Server, clock: VirtualClock) -> Server:
    """The running association, and a member of it with a password."""
    today = clock.now().date()
    deploy_joining(server.engine, today)
    leo = add_person(server.engine, "Leo", "Marchand", password=PASSWORD)
    with transaction(server.engine) as session:
        session.add(
            Membership(
                id=uuid4(), person_id=leo.id, member_no="1007", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=today - timedelta(days=400), start_date=today,
                end_date=today + timedelta(days=200), changed_at=clock.now(),
            )
        )  # fmt: skip
    return server


@pytest.fixture
def phone(browser: Browser, town: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, town, PHONE, "fr-FR")
    yield watched
    context.close()
    assert [trouble for trouble in watched.troubles if "status of 4" not in trouble] == []


def test_a_member_leaves_and_may_change_their_mind(phone: WatchedPage, town: Server, clock: VirtualClock) -> None:
    page = phone.sign_in("leo.marchand@example.org")
    page = phone.goto("/membership/")
    page.get_by_role("link", name="Quitter l’association").click()
    page.locator("html[data-ready]").wait_for()
    phone.check_in_both_languages("leave-form")
    expect(page.get_by_label("Numéro de membre")).to_have_count(0)
    page.get_by_label("Raison de votre départ").select_option("COST")
    page.get_by_label("Date d’effet").fill((clock.now().date() + timedelta(days=10)).isoformat())
    page.get_by_label("Je confirme").check()
    page.get_by_role("main").get_by_role("button").last.click()
    page.wait_for_url("**/journeys/*")
    jobs.run_due(town.engine)
    page.reload()
    page.locator("html[data-ready]").wait_for()
    phone.check_in_both_languages("leave-journey")
    page.get_by_role("link", name="Changer d’avis").first.click()
    page.locator("html[data-ready]").wait_for()
    phone.check_in_both_languages("leave-withdraw")
    page.get_by_label("Je retire ma démission").check()
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/journeys/*")
    jobs.run_due(town.engine)
    page = phone.goto("/membership/")
    expect(page.get_by_role("link", name="Accusé de réception")).to_have_count(1)
    phone.check("leave-membership-fr")
    with reading(town.engine) as session:
        assert session.scalars(select(Membership.statutory_status)).one() == "MEMBER"
