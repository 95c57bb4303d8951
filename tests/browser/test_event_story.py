"""On a phone: an organiser's small event is approved at once and people register; a gala waits for those who decide."""

from __future__ import annotations

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.chromium import WatchedPage
from tests.fixtures.staff import PASSWORD, add_person
from webapp import definitions
from webapp.settings import Settings
from webapp.timelapse.stage import Stage
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.events.records import Event
from workflows.association.groups import Group
from workflows.association.mails import Mail
from workflows.association.memberships import Membership

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
PROCESSES = ("event_proposal", "event_permit", "event_publication", "event_registration", "event_cancellation")


@pytest.fixture
def stage(web_engine: Engine, clock: VirtualClock, settings: Settings) -> Stage:
    """A group with its lead, and the processes of events."""
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / name for name in PROCESSES], reason="test")
    lea, today = add_person(web_engine, "Lea", "Essai", password=PASSWORD), clock.now().date()
    add_person(web_engine, "Eva", "Essai", "EVENTS", password=PASSWORD)
    with transaction(web_engine) as session:
        group = Group(id=uuid4(), kind="REGIONAL", name_fr="Amis de Lyon", name_en="Friends of Lyon")
        session.add(group)
        session.add(
            Membership(
                id=uuid4(), person_id=lea.id, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=today, start_date=today,
                end_date=today + timedelta(days=300), changed_at=clock.now(),
            )
        )  # fmt: skip
        session.flush()
        roles.grant(session, lea.id, "GROUP_LEAD", from_date=date(2020, 1, 1), scope=f"group:{group.id}")
    return Stage(web_engine, clock, settings)


def propose(page: Page, title: str, people: int, day: date, alcohol: str) -> None:
    """Fills the form of a proposal and sends it."""
    page.get_by_label("Titre", exact=True).fill(title)
    page.get_by_label("Genre").select_option("AFTERWORK")
    page.get_by_label("Groupe (facultatif)", exact=True).select_option(label="Amis de Lyon")
    page.get_by_label("Jour", exact=True).fill(day.isoformat())
    page.get_by_label("Heure de début").fill("19:00")
    page.get_by_label("Heure de fin").fill("22:00")
    page.get_by_label("Lieu ou adresse de connexion").fill("12 quai des Brumes, Lyon")
    page.get_by_role("group", name="Ouvert à").get_by_label("Membres", exact=True).check()
    page.get_by_label("Participants attendus").fill(str(people))
    page.get_by_role("group", name="Alcool").get_by_label(alcohol).check()
    page.get_by_role("group", name="Intervenant").get_by_label("Aucun").check()
    page.get_by_role("group", name="gagnez-vous").get_by_label("Non").check()
    page.get_by_label("J’ai lu la charte").check()
    page.get_by_role("button", name="Envoyer").click()


def drag_to_another_day(phone: WatchedPage, stage: Stage, event: Event) -> None:
    """The office drags a date with the mouse; it is asked, then whoever registered is told and calendars follow."""
    page = phone.page
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1280, "height": 900})
    phone.goto("/sign-in/password")
    page.get_by_label("Adresse électronique").fill("eva.essai@example.org")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_text("Bienvenue, Eva").wait_for()
    phone.goto("/events-office/")
    page.locator("html[data-calendar=ready]").wait_for()
    phone.check_in_both_languages("events-office")
    to = event.day + timedelta(days=1 if event.day.weekday() < 6 else -1)
    page.locator("html[data-calendar=ready]").wait_for()
    page.locator("article", has_text="Afterwork de printemps").drag_to(page.locator(f"[data-day='{to}']"))
    page.get_by_role("heading", name="Déplacer une date").wait_for()
    expect(page.get_by_label("Nouveau jour")).to_have_value(to.isoformat())
    phone.check("events-office-move")
    page.get_by_label("Heure").fill("20:00")
    page.get_by_role("button", name="Déplacer et prévenir").click()
    page.get_by_text("La date a changé").wait_for()
    stage.run()
    with reading(stage.engine) as session:
        (date,) = appointments.of_calendar(session, event.key)
        assert (date.day, date.begins, date.sequence) == (to, time(20), 1)
        (mail,) = session.scalars(select(Mail).where(Mail.template == "event_moved"))
        assert "SEQUENCE:1\r" in str(mail.calendar)


def test_a_small_event_is_approved_at_once_and_a_gala_is_not(phone: WatchedPage, stage: Stage) -> None:
    page = phone.sign_in("lea.essai@example.org")
    phone.goto("/start/event_proposal")
    phone.check("event-proposal")
    day = stage.clock.now().date() + timedelta(days=90)
    propose(page, "Afterwork de printemps", 20, day, "Sans alcool")
    page.wait_for_url("**/journeys/*")
    stage.run()

    phone.goto("/events/")
    phone.check_in_both_languages("events")
    page.get_by_role("link", name="Afterwork de printemps").last.click()
    page.get_by_role("heading", name="Afterwork de printemps").wait_for()
    phone.check_in_both_languages("event")
    page.get_by_role("button", name="S’inscrire").click()
    phone.check("event-registration")
    page.get_by_role("button", name="S’inscrire").click()
    page.wait_for_url("**/journeys/*")
    stage.run()
    page.reload()
    phone.check("event-registered")
    page.get_by_role("link", name="Me désister").or_(page.get_by_role("button", name="Me désister")).wait_for()

    phone.goto("/start/event_proposal")
    propose(page, "Gala d’été", 1600, day + timedelta(days=7), "Vendu")
    page.wait_for_url("**/journeys/*")
    stage.run()
    with reading(stage.engine) as session:
        small, gala = session.scalars(select(Event).order_by(Event.key)).all()
        assert (small.tier, small.state, small.approved_capacity) == ("LIGHT", "PUBLISHED", 20)
        assert (gala.tier, gala.state, gala.approved_capacity) == ("HEAVY", "PROPOSED", 0)
        asked = session.scalars(select(UserTask).where(UserTask.element == "approve_step")).all()
        assert sorted(str(task.role) for task in asked) == ["EVENTS", "FINANCE"]
        assert all(f"not:person:{gala.organiser_id}" in task.candidates for task in asked)
    phone.goto(f"/events/{gala.key}")
    page.get_by_text("en cours d’accord").first.wait_for()
    phone.check("gala")
    page.get_by_role("button", name="Annuler ou reporter").click()
    phone.check("event-calling-off")
    phone.goto(f"/events/{small.key}/change")
    phone.check_in_both_languages("event-change")
    drag_to_another_day(phone, stage, small)
