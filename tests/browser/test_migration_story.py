"""An owner moves a reminder from 7 to 10 days: 42 running cases are affected, 40 move, 2 stay, and all go back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.chromium import DESK, PHONE, Server, WatchedPage, held_still, open_page
from tests.fixtures.peers import DIAGRAM, FILES, PROCESS, SCENARIOS, ask_peers
from tests.fixtures.staff import PASSWORD, add_person
from webapp.studio import drafts
from webapp.studio.models import StudioDraft

pytestmark = pytest.mark.browser


def reminders(engine: Engine) -> dict[int, int]:
    """How many reminders are due after how many days."""
    with reading(engine) as session:
        due = session.scalars(select(Job.due_at).where(Job.kind == "timer")).all()
    days = [(each - engine.clock.now()) // timedelta(days=1) for each in due]
    return {each: days.count(each) for each in sorted(set(days))}


def drafted(page: Page, engine: Engine) -> str:
    """Begins a draft on the page and saves it with ten days, as the editor does (its own story is in test_studio)."""
    page.get_by_label("Que voulez-vous changer ?").fill("Dix jours pour répondre")
    page.get_by_role("button", name="Commencer un brouillon").click()
    page.get_by_role("heading", name="Dix jours pour répondre").wait_for()
    with transaction(engine) as session:
        found = session.scalars(select(StudioDraft)).one()
        later = {DIAGRAM: FILES[DIAGRAM].replace(b"P7D", b"P10D"), SCENARIOS: None}
        drafts.save(session, found.id, 1, later, by=found.begun_by, now=engine.clock.now(), saved_by="")
    return page.url


def test_forty_of_forty_two_cases_move_and_go_back(browser: Browser, server: Server, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, FILES, by=SYSTEM)
    ask_peers(web_engine, 42)
    for first, role in (("Odile", "DATA"), ("Rosa", "PROCESS_OWNER")):
        add_person(web_engine, first, "Roux", role, password=PASSWORD)
    context, window = open_page(browser, server, DESK, "fr-FR")
    page = window.sign_in("odile.roux@example.org")
    window.goto(f"/studio/{PROCESS}")
    draft = drafted(page, web_engine)
    page.goto(draft)
    page.get_by_text("vient au bout de 10 jours au lieu de 7 jours").wait_for()
    page.get_by_role("link", name="L’essayer sur une copie de chaque dossier en cours").click()
    page.get_by_text("42 dossiers sont concernés dès maintenant").first.wait_for()
    window.check("migration-foreseen")
    assert reminders(web_engine) == {7: 42}
    page.goto(draft)
    page.get_by_label("Pourquoi faut-il").fill("Sept jours ne suffisent pas en août.")
    page.get_by_role("button", name="Demander l’accord").click()
    page.get_by_text("Une seconde personne est invitée").wait_for()
    _approve(window, draft)
    page = window.sign_in("odile.roux@example.org")
    _move_forty(window, page, draft, web_engine)
    _look_at_the_picture(window, page)
    _go_back(window, page, web_engine)
    _on_a_phone(browser, server, page.url)
    context.close()
    assert window.troubles == []


def _approve(window: WatchedPage, draft: str) -> None:
    window.page.context.clear_cookies()
    page = window.sign_in("rosa.roux@example.org")
    page.goto(draft)
    page.get_by_role("button", name="Approuver et mettre en vigueur").click()
    page.get_by_text("La version 2 est en vigueur").wait_for()
    page.context.clear_cookies()


def _move_forty(window: WatchedPage, page: Page, draft: str, engine: Engine) -> None:
    page.goto(draft)
    page.get_by_role("link", name="Faire passer des dossiers en cours à la version en vigueur").click()
    boxes = page.get_by_role("checkbox")
    assert boxes.count() == 42
    for number in range(40):
        boxes.nth(number).check()
    window.check("migration-choice")
    page.get_by_role("button", name="Faire passer ceux qui sont cochés").click()
    page.get_by_role("heading", name="Faire passer 40 dossiers à la version 2").wait_for()
    page.get_by_label("Pourquoi").fill("L’août est long.")
    window.check("migration-confirm")
    page.get_by_role("button", name="Faire passer 40 dossiers").click()
    page.get_by_text("Dossiers traités : 0 sur 40").wait_for()
    with held_still(page):
        window.check("migration-progress")
    run_due(engine)
    page.get_by_text("Dossiers traités : 40 sur 40").wait_for()
    window.check_in_both_languages("migration-done")
    assert reminders(engine) == {7: 2, 10: 40}
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(Job).where(Job.kind == "migrate")) == 0


def _look_at_the_picture(window: WatchedPage, page: Page) -> None:
    """Forty cases by the new version stand at the question; the number leads to them."""
    progress = page.url
    window.goto(f"/studio/{PROCESS}/running")
    page.locator("[data-diagram][data-state=ready]").wait_for()
    page.get_by_role("link", name="Dire si on se connaît : 42 dossiers").wait_for()
    page.get_by_label("Version").select_option("2")
    page.get_by_role("button", name="Afficher").click()
    badge = page.get_by_role("link", name="Dire si on se connaît : 40 dossiers")
    badge.wait_for()
    window.check_in_both_languages("running-picture")
    badge.click()
    page.get_by_role("heading", name="Dossiers à « Dire si on se connaît »").wait_for()
    window.check("running-cases")
    page.goto(progress)


def _go_back(window: WatchedPage, page: Page, engine: Engine) -> None:
    page.get_by_role("button", name="Les faire tous revenir").click()
    page.get_by_text("40 dossiers reviennent").wait_for()
    run_due(engine)
    page.get_by_text("est revenu à sa version").first.wait_for()
    window.check("migration-returned")
    assert reminders(engine) == {7: 42}


def _on_a_phone(browser: Browser, server: Server, address: str) -> None:
    context, window = open_page(browser, server, PHONE, "en-GB")
    page = window.sign_in("odile.roux@example.org")
    window.goto(address.removeprefix(server.url))
    page.get_by_role("heading", name="Dossiers passés à la version 2").wait_for()
    window.check("migration-phone")
    context.close()
    assert window.troubles == []
