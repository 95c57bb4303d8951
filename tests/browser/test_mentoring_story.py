"""A mentee applies on a phone in English, is matched, signs, checks in and closes; the mentor answers beside her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from engine.assignment import Actor
from engine.calendar import PARIS
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.chromium import PHONE, Server, WatchedPage, open_page
from tests.fixtures.staff import PASSWORD, add_person
from tests.steps.mentoring import OFFER
from webapp import definitions
from webapp.settings import Settings
from webapp.timelapse.stage import Stage
from workflows.association import parameters
from workflows.association.memberships import Membership
from workflows.association.mentoring import mentors, pairs
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.mentorships import Mentorship
from workflows.association.people import Person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(360),
]  # a story of six months: thirty pages on a machine that others use
FOLDERS = ("mentorship_application", "mentorship_matching_round", "mentorship")
OFFERED = {
    **{key: value for key, value in OFFER.items() if key not in {"charter", "capacity"}},
    "functions": "DATA", "topics": "FIRST_JOB NETWORK", "languages": "fr en", "capacity": 1,
}  # fmt: skip


@pytest.fixture
def stage(server: Server, clock: VirtualClock, settings: Settings) -> Stage:
    """Two mentors, and Zoe who is a member and speaks English."""
    engine = server.engine
    with transaction(engine) as session:
        parameters.declare_first(session, valid_from=date(2020, 1, 1), decided_by="AG")
        definitions.deploy(session, engine, [definitions.OWN / name for name in FOLDERS], reason="test")
    for number, name in enumerate(("Camille", "Noah", "Zoe")):
        _member(engine, name, number, mentor=name != "Zoe")
    return Stage(engine, clock, settings)


def _member(engine: Engine, name: str, number: int, *, mentor: bool) -> None:
    person, now = add_person(engine, name, "Martin", password=PASSWORD), engine.clock.now()
    with transaction(engine) as session:
        session.get_one(Person, person.id).lang = "fr" if mentor else "en"
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=f"100{number}", category="GRADUATE", changed_at=now,
                statutory_status="MEMBER", service_entitlement="CURRENT", join_date=date(2020, 9, 1),
                start_date=date(2020, 9, 1), end_date=date(2040, 8, 31),
            )
        )  # fmt: skip
        if mentor:
            session.add(
                MentorProfile(
                    id=uuid4(), person_id=person.id, years_exp=10, state=mentors.ACTIVE, charter_on=now.date(),
                    trained_on=now.date(), registered_at=now, **OFFERED,
                )
            )  # fmt: skip


@pytest.fixture
def zoe(browser: Browser, server: Server) -> Iterator[WatchedPage]:
    context, watched = open_page(browser, server, PHONE, "en-GB")
    yield watched
    context.close()
    assert watched.troubles == []


def fill(page: Page, **answers: str | bool) -> None:
    """Answers by the names of the fields, then goes on, and waits for the page that follows: whoever opened another
    one before would take the answer back."""
    for name, answer in answers.items():
        field = page.locator(f"main [name={name}]").first
        if answer is True:
            field.check()
        elif field.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value='{answer}']").check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(str(answer))
        else:
            field.fill(str(answer))
    with page.expect_navigation():
        page.locator("main form .govuk-button").first.click()
    page.locator("html[data-ready]").wait_for()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)


def open_step(window: WatchedPage, step: str) -> Page:
    """From my steps to the page of the step that waits."""
    page = window.goto("/journeys")
    if page.get_by_role("heading", name="My steps").count():
        page.get_by_role("link", name="Mentorship").first.click()
    page.get_by_role("heading", name=step).wait_for()
    page.get_by_role("button", name="Go on").click()
    page.locator("form[data-draft]").wait_for()
    return page


def the_mentor(stage: Stage, element: str, variables: dict[str, object], records: dict[str, object]) -> None:
    """The mentor of the story does the same at home; so does Zoe where `element` is still hers."""
    with reading(stage.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        tasks = session.scalars(query).all()
    assert tasks, element
    for task in tasks:
        stage.complete(task, Actor(str(task.assignee), ""), variables, records)


def wait_until(stage: Stage, day: date) -> None:
    stage.clock.set(max(stage.clock.now(), datetime.combine(day, time(12), PARIS)))
    stage.run()


def pair(stage: Stage) -> Mentorship:
    with reading(stage.engine) as session:
        return session.scalars(select(Mentorship)).one()


def next_date(stage: Stage) -> None:
    with reading(stage.engine) as session:
        found = pairs.following(session, session.scalars(select(Mentorship)).one())
    assert found is not None
    wait_until(stage, found.on)


def test_from_the_request_to_the_closing(zoe: WatchedPage, stage: Stage) -> None:
    zoe.sign_in("zoe.martin@example.org")
    page = zoe.goto("/start/mentorship_application")
    zoe.check("mentee-request")
    fill(
        page, goal_1="Find a first job", topic_1="FIRST_JOB", sector="BANKING", country="FR", language="fr",
        rhythm="MONTHLY", years_exp="1", employer="School", commitment=True,
    )  # fmt: skip
    page.get_by_text("We look for your mentor").first.wait_for()
    stage.run()
    stage.start("mentorship_matching_round", {}, "round")
    page = open_step(zoe, "Say whether this mentor suits you")
    expect(page.locator("main")).not_to_contain_text("Camille")
    zoe.check("mentee-proposal")
    fill(page, mentee_answer="YES")
    stage.run()
    the_mentor(stage, "answer_mentee", {"mentor_answer": "YES"}, {})
    fill(open_step(zoe, "Write the first message"), written=True)
    fill(open_step(zoe, "Have a call"), call_answer="GO")
    the_mentor(stage, "answer_call", {"call_answer": "GO"}, {})
    fill(open_step(zoe, "Write your goals"), aim_1="A first job", rhythm="MONTHLY", channel="VIDEO")
    page = open_step(zoe, "Sign the agreement")
    zoe.check("mentee-agreement")
    fill(page, confidential=True, limits=True, no_fault=True)
    signed = {"pair.confidential": True, "pair.limits": True, "pair.no_fault": True}
    the_mentor(stage, "sign_agreement", {}, signed)
    page = zoe.goto("/journeys")
    page.get_by_role("link", name="Mentorship").first.click()
    page.get_by_role("heading", name="Your next dates").wait_for()
    expect(page.locator("main")).to_contain_text("As a mentee")
    zoe.check("mentee-journey")
    page.get_by_role("button", name="Move or pause").click()
    later = pair(stage).started_on + timedelta(days=40)
    fill(page, reason="MOVE", day=later.isoformat())
    page.get_by_text("both of you are told").wait_for()
    stage.run()
    wait_until(stage, later)
    zoe.sign_in("zoe.martin@example.org")
    page = open_step(zoe, "Check in for the month")
    zoe.check("mentee-check-in")
    fill(page, met="2", mood="5")
    answered = {"pair.met": 1, "pair.mood": "4", "pair.help": False}
    the_mentor(stage, "check_in", {}, answered)
    next_date(stage)
    zoe.sign_in("zoe.martin@example.org")
    page = open_step(zoe, "After the first weeks, say whether this pair suits you")
    zoe.check("mentee-fit")
    fill(page, fit="YES")
    the_mentor(stage, "answer_fit", {}, {"pair.fit": "YES"})
    for element in ("check_in", "check_in", "review_half", "check_in", "check_in"):
        next_date(stage)
        said = answered if element == "check_in" else {"pair.progress_1": 50, "pair.goes_on": "YES"}
        the_mentor(stage, element, {}, said)
    for _last_month_then_closing in range(2):
        next_date(stage)
    zoe.sign_in("zoe.martin@example.org")
    page = open_step(zoe, "Conclude")
    zoe.check("mentee-closing")
    fill(page, reached="ALL", nps="9", hours="8", again="MENTOR")
    closed = {"pair.reached": "ALL", "pair.nps": 9, "pair.hours": 8, "pair.again": "NO"}
    the_mentor(stage, "close_pair", {}, closed)
    page = zoe.goto("/journeys")
    page.get_by_role("link", name="Mentorship").first.click()
    page.get_by_role("heading", name="All is done").wait_for()
    zoe.check("mentee-done")
    assert (pair(stage).state, pair(stage).ending) == ("ENDED", "COMPLETED")
