"""From the public form to membership in a real Chromium: applicant, staff, applicant; in French, on a phone.

Every page on the way is held to axe and to the width of the phone, in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine import jobs
from engine.clock import VirtualClock
from tests.browser.test_hands import held
from tests.fixtures.cases import PDF
from tests.fixtures.chromium import PHONE, Server, WatchedPage, open_page
from tests.fixtures.members import deploy_joining, newest_link
from tests.fixtures.staff import PASSWORD, add_person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def town(server: Server, clock: VirtualClock) -> Server:
    """The running association with its process, its tariffs and the school's registrar."""
    deploy_joining(server.engine, clock.now().date())
    add_person(server.engine, "Odile", "Roux", "REGISTRAR", "DATA", "MEMBERSHIP", password=PASSWORD)
    return server


@pytest.fixture
def desk(browser: Browser, town: Server) -> Iterator[WatchedPage]:
    """The window of a member of staff, on a phone too."""
    context, watched = open_page(browser, town, PHONE, "fr-FR")
    yield watched
    context.close()
    assert [trouble for trouble in watched.troubles if "status of 4" not in trouble] == []


def fill_join_form(page: Page) -> None:
    page.get_by_label("Diplômé·e de l’école").check()
    page.get_by_label("Prénoms").fill("Camille")
    page.get_by_label("Nom de naissance", exact=True).fill("Martin")
    for label, text in (("Jour", "14"), ("Mois", "5"), ("Année", "1990")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Programme").select_option("PGE")
    page.get_by_label("Promotion").fill("2013")
    page.get_by_label("Adresse e-mail").fill("camille@example.org")
    page.get_by_label("Situation").select_option("EMPLOYED")


def apply(window: WatchedPage) -> None:
    window.goto("/start")
    window.check_in_both_languages("start")
    page = window.goto("/start/membership_application")
    window.check_in_both_languages("join")
    window.speak("en")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("problem")
    window.check("join-errors-en")
    window.speak("fr")
    window.goto("/start/membership_application")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("alert")).to_contain_text("problème")
    window.check("join-errors-fr")
    fill_join_form(page)
    expect(page.get_by_label("Employeur")).to_be_visible()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Regardez vos courriers")
    window.check_in_both_languages("join-sent")


def open_link(window: WatchedPage, town: Server) -> str:
    page = window.goto(newest_link(town.engine))
    window.check_in_both_languages("link")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/journeys/*")
    jobs.run_due(town.engine)
    page.reload()
    return page.url.removeprefix(town.url)


def send_proof(window: WatchedPage, folder: Path) -> None:
    page = window.page
    window.check_in_both_languages("journey")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/tasks/*")
    window.check_in_both_languages("proof")
    (folder / "diplôme.pdf").write_bytes(PDF)
    page.locator("input[type=file]").set_input_files(folder / "diplôme.pdf")
    page.locator("form[data-draft] .govuk-button").first.click()
    page.wait_for_url(re.compile(r"/journeys/[^/]+$"))
    expect(page.locator("main")).to_contain_text("C’est à nous")


def check_diploma(window: WatchedPage) -> None:
    page = window.sign_in("odile.roux@example.org")
    window.goto("/tasks?tab=queue")
    page.locator("[data-inbox][data-state=ready]").wait_for()
    window.check_in_both_languages("queue")
    page.locator("[data-inbox][data-state=ready]").wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*-*")
    page.locator("[data-inbox][data-state=ready]").wait_for()
    page.keyboard.press("c")
    held(page)
    page.get_by_text("Schéma", exact=True).click()
    page.locator("[data-diagram][data-state=ready]").wait_for()
    window.check_in_both_languages("task")
    page.locator("[data-inbox][data-state=ready]").wait_for()
    page.get_by_label("Oui", exact=True).check()
    page.locator("#task-form[data-state=saved]").wait_for()
    page.reload()
    expect(page.get_by_label("Oui", exact=True)).to_be_checked()
    page.get_by_role("button", name="Terminer").click()
    page.wait_for_url(re.compile(r"/tasks(\?.*)?$"))
    window.check_in_both_languages("inbox-empty")


def look_at_case(window: WatchedPage) -> None:
    page = window.goto("/cases")
    window.check_in_both_languages("cases")
    page.locator("main a.am-row").first.click()
    page.locator("[data-diagram][data-state=ready]").wait_for()
    window.check_in_both_languages("case")


def choose_and_pay(window: WatchedPage, town: Server, journey: str) -> None:
    page = window.goto(journey)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/tasks/*")
    window.check_in_both_languages("consents")
    for name in ("directory_identity", "directory_contact", "directory_career"):
        page.locator(f"[name={name}]").select_option("members")
    for name in ("assoc_news", "foundation_transfer", "commercial_partners", "mentoring_profile_public"):
        page.locator(f"[name={name}][value=NO]").check()
    page.locator("[name=statutes]").check()
    page.locator("form[data-draft] .govuk-button").first.click()
    expect(page.locator("[name=pay_means]").first).to_be_attached()
    window.check_in_both_languages("basket")
    page.locator("[name=duration_years]").first.check()
    page.locator("[name=pay_means][value=CARD]").check()
    page.locator("form[data-draft] .govuk-button").first.click()
    page.wait_for_url(re.compile(r"/journeys/[^/]+$"))
    jobs.run_due(town.engine)
    page.reload()
    page.get_by_role("button", name="Payer").click()
    page.wait_for_url("**/pay/*")
    window.check_in_both_languages("pay")
    page.locator("button[value=paid]").click()
    page.wait_for_url("**/journeys/*")


def test_a_graduate_becomes_a_member(
    phone: WatchedPage, desk: WatchedPage, town: Server, clock: VirtualClock, tmp_path: Path
) -> None:
    apply(phone)
    journey = open_link(phone, town)
    send_proof(phone, tmp_path)
    jobs.run_due(town.engine)
    check_diploma(desk)
    clock.advance(timedelta(seconds=20))  # until then she can take it back
    jobs.run_due(town.engine)
    look_at_case(desk)
    choose_and_pay(phone, town, journey)
    jobs.run_due(town.engine)
    page = phone.goto(journey)
    expect(page.locator("li", has_text="Vous êtes membre")).to_contain_text("Fait")
    phone.check_in_both_languages("member")
