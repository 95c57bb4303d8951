"""A facilitator notes a session on a tablet, through a lost network: kept, sent again by itself, and told so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.chromium import PHONE, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from webapp import definitions
from webapp.settings import Settings
from webapp.timelapse.stage import Stage
from workflows.association.calendars.appointments import Appointment
from workflows.association.cohorts import records
from workflows.association.cohorts.records import Cohort, CohortMark, CohortSeat
from workflows.association.mails import Mail

pytestmark = pytest.mark.browser
TABLET = {"width": 820, "height": 1180}
NAMES = ("Ada", "Bea", "Cyr", "Dan", "Eve", "Fay", "Guy", "Ivo", "Joy", "Kim")


@pytest.fixture
def cohort(web_engine: Engine, clock: VirtualClock, settings: Settings) -> Stage:
    """A cohort of ten whose first session is over."""
    stage = Stage(web_engine, clock, settings)
    with transaction(web_engine) as session:
        folders = (definitions.OWN / "cohort", definitions.OWN / "cohort_participation")
        definitions.deploy(session, web_engine, folders, reason="test")
    for name in ("Maud", "Nils"):
        add_person(web_engine, name, "Essai", password=PASSWORD)
    first_day = (clock.now() + timedelta(days=30)).date()
    first_day += timedelta(days=-first_day.weekday() % 7)
    planned = {
        "facilitator": "maud.essai@example.org", "co_facilitator": "nils.essai@example.org", "begins": "18:30",
        "starts_on": first_day, "place": "Paris",
    }  # fmt: skip
    stage.start("cohort", {f"cohort.{name}": value for name, value in planned.items()}, "cohort")
    with reading(web_engine) as session:
        key = session.scalars(select(Cohort.key)).one()
    for number, name in enumerate(NAMES):
        person = stage.person(name, "Essai", employer=f"Maison {number}")
        asked = {"cohort": key, "person": person.primary_email, "situation": "SEEKING"}
        stage.start("cohort_participation", {f"seat.{name}": value for name, value in asked.items()}, name)
    while not noted(web_engine):
        clock.advance(timedelta(hours=12))
        stage.run()
    return stage


def noted(engine: Engine) -> bool:
    """Whether a session waits for its attendance."""
    with reading(engine) as session:
        query = select(UserTask.id).where(UserTask.element == "enter_attendance", UserTask.state == "created")
        return session.scalar(query) is not None


@pytest.fixture(params=[TABLET, PHONE], ids=["tablet", "phone"])
def window(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, server, request.param, "fr-FR")
    yield watched
    context.close()
    lost = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    assert [each for each in watched.troubles if not any(known in each for known in lost)] == []


def test_a_session_is_noted_through_a_lost_network(window: WatchedPage, cohort: Stage) -> None:
    page = window.sign_in("maud.essai@example.org")
    window.goto("/cohorts/")
    page.get_by_role("link", name="COH-").click()
    window.check("cohort-board-empty")
    expect(page.get_by_text("attend ses présences")).to_contain_text("La séance 1 du")
    expect(page.get_by_text("Prochaine :")).to_contain_text("séance 2")
    expect(page.get_by_label("Quelle séance")).to_have_value("2")
    page.get_by_role("button", name="Noter les présences").click()
    page.locator("form[data-state=ready]").wait_for()
    window.check("cohort-session")
    boxes = [each.bounding_box() for each in page.locator(".am-seat__mark").all()]
    assert len(boxes) == 50
    assert all(box is not None and box["height"] >= 48 for box in boxes), "every target is 48 pixels high"

    ada = page.get_by_role("group", name="Ada Essai")
    page.context.set_offline(True)
    ada.get_by_label("excusé·e").check()
    ada.get_by_label("Motif").select_option("TRAVEL")
    page.get_by_role("group", name="Bea Essai").get_by_label("absent·e sans un mot").check()
    page.get_by_role("button", name="Enregistrer les présences").click()
    page.get_by_text("Gardé sur cet appareil").wait_for()
    window.check("cohort-session-kept")
    page.context.set_offline(False)
    page.locator("form[data-state=saved]").wait_for()
    page.wait_for_url("**/cohorts/COH-*")
    page.get_by_role("heading", name="COH-").wait_for()
    window.check("cohort-board")
    chip = page.locator("button.am-chip", has_text="S3")
    wanted = page.locator("[data-day]").filter(has_not=page.locator("button")).nth(9)
    day = str(wanted.get_attribute("data-day"))
    chip.scroll_into_view_if_needed()
    start, end = chip.bounding_box(), wanted.bounding_box()
    assert start is not None and end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.get_by_label("Quelle séance")).to_have_value("3")
    expect(page.get_by_label("Nouveau jour")).to_have_value(day)
    page.keyboard.press("Enter")  # the button to confirm has the focus
    page.get_by_text("tout le monde est prévenu").first.wait_for()
    expect(page.locator("[data-day]", has_text="S3")).to_have_attribute("data-day", day)
    page.locator("button.am-chip", has_text="S2").press("Enter")  # without a mouse: chosen in the form
    expect(page.get_by_label("Quelle séance")).to_have_value("2")
    page.get_by_role("button", name="Annuler cette séance").click()
    page.get_by_text("Prochaine : séance 3").wait_for()
    page.get_by_label("Ada Essai").check()
    page.get_by_role("button", name="Écrire aux personnes choisies").click()
    page.get_by_label("Objet").fill("La salle")
    page.get_by_label("Message").fill("C’est au premier étage.")
    window.check_in_both_languages("cohort-letter")
    page.get_by_role("button", name="Envoyer à chaque personne").click()
    page.get_by_text("courriel envoyé").wait_for()
    with reading(cohort.engine) as session:
        moved = session.scalars(select(Appointment).where(Appointment.key == "s3")).one()
        assert (moved.day.isoformat(), moved.sequence) == (day, 1)
        for words, method in (("change de jour", "METHOD:REQUEST"), ("n’a pas lieu", "METHOD:CANCEL")):
            told = session.scalars(select(Mail.calendar).where(Mail.subject.contains(words))).all()
            assert [method in str(each) for each in told] == [True] * (len(NAMES) + 2)
    with reading(cohort.engine) as session:
        found = session.scalars(select(CohortMark).where(CohortMark.mark != "PRESENT")).all()
        assert sorted((mark.mark, mark.reason) for mark in found) == [("EXCUSED", "TRAVEL"), ("UNEXCUSED", None)]
        assert len(session.scalars(select(CohortMark)).all()) == len(NAMES)
        (cohort_row,) = session.scalars(select(Cohort))
        assert cohort_row.held == 1
        assert len(records.seats(session, cohort_row.id)) == len(session.scalars(select(CohortSeat)).all())
