"""The steps of whoever organises an event: from the proposal to the report, though each is a case of its own."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

import workflows
from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import signed_in, tasks_of
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.events.permits import EventPermit
from workflows.association.events.records import CANCELLED, ENDED, PUBLISHED, REFUSED, Event
from workflows.association.role_names import role_name

KEY = "EVT-2035-0001"


class Organiser:
    """Lea, who is a member and nothing else, and the cases of her event."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.engine, now = engine, engine.clock.now()
        person, day = add_person(engine, "Lea", "Essai"), now.date() + timedelta(days=40)
        self.actor = Actor(f"person:{person.id}", "Lea Essai")
        self.browser: LookedAtPages = signed_in(app, engine, person.id)
        made = Event(
            id=uuid4(), key=KEY, organiser_id=person.id, kind="TALK", title_fr="Causerie", day=day, begins=time(19),
            minutes=120, place="12 quai des Brumes, Lyon", expected=9, capacity=9, approved_capacity=9, state=PUBLISHED,
            proposed_at=now, approved={"expected": 9},
        )  # fmt: skip
        permit = EventPermit(id=uuid4(), event_id=made.id, kind="INSURANCE", due_on=day)
        with transaction(engine) as session:
            session.add(made)
            session.flush()
            session.add(permit)
            starts = datetime.combine(day, time(19), PARIS)
            appointments.plan(session, KEY, "d1", starts=starts, titles=("Causerie",) * 2, minutes=120, now=now)
        self.known: dict[str, object] = {
            "event_id": str(made.id), "event_key": KEY, "person_id": str(person.id), "organiser": self.actor.id,
            "runners": ["EVENTS", "GROUP_LEAD@group:G"], "hosts": [self.actor.id], "permit_id": str(permit.id),
            "due_at": starts, "report_due": starts, "first_at": starts, "second_at": starts, "block_at": starts,
        }  # fmt: skip
        self.proposal = self.start("event_proposal", "event_is_approved")

    def start(self, process: str, at: str) -> UUID:
        with transaction(self.engine) as session:
            commands.deploy(session, self.engine, workflows.definitions()[process], by=SYSTEM)
            by = self.actor if process == "event_proposal" else SYSTEM
            return commands.start(session, self.engine, process, self.known, by=by, at=at).instance_id

    def stands(self, state: str) -> None:
        with transaction(self.engine) as session:
            event = session.scalars(select(Event)).one()
            event.state, event.closed_at = state, self.engine.clock.now()

    def steps(self) -> str:
        return self.browser.get(f"/journeys/{self.proposal}").get_data(as_text=True)

    def listed(self) -> str:
        return self.browser.get("/journeys", follow_redirects=True).get_data(as_text=True)


@pytest.fixture
def organiser(app: Flask, web_engine: Engine) -> Organiser:
    return Organiser(app, web_engine)


def test_an_approved_event_goes_on_with_its_papers_then_its_day_then_its_report(
    app: Flask, organiser: Organiser
) -> None:
    with transaction(organiser.engine) as session:
        commands.deploy(session, organiser.engine, workflows.definitions()["event_report"], by=SYSTEM)
    [task] = tasks_of(organiser.engine, organiser.start("event_permit", "obtain_permit"))
    page = organiser.steps()
    assert "Votre prochaine étape\u00a0: Faire la démarche" in page and f'href="/tasks/{task.id}"' in page
    assert (
        "démarche\u00a0: attestation d’assurance" in page
        and f'href="/events/{KEY}"' in page
        and "Tout est fait" not in page
    )
    assert page.index("Avant l’événement") < page.index("Après l’événement") < page.index("Écrire le compte rendu")
    assert "Pas encore possible" in page
    with transaction(organiser.engine) as session:
        commands.complete(session, organiser.engine, task.id, by=organiser.actor)
    assert "Votre prochaine date\u00a0: Causerie" in organiser.steps()
    organiser.stands(ENDED)
    [report] = tasks_of(organiser.engine, organiser.start("event_report", "write_report"))
    page = organiser.steps()
    assert "Votre prochaine étape\u00a0: Écrire le compte rendu" in page and f'href="/tasks/{report.id}"' in page
    assert "Elle vous est proposée nommément" in organiser.browser.get(f"/tasks/{report.id}").get_data(as_text=True)
    lead = add_person(organiser.engine, "Ines", "Essai")
    with transaction(organiser.engine) as session:
        roles.grant(session, lead.id, "GROUP_LEAD", from_date=organiser.engine.clock.now().date(), scope="group:G")
    page = signed_in(app, organiser.engine, lead.id).get(f"/tasks/{report.id}").get_data(as_text=True)
    assert f"file du rôle «\u00a0{role_name('GROUP_LEAD', 'fr')}\u00a0», que vous tenez" in page


def test_the_list_says_of_an_event_what_waits_and_that_it_goes_on(app: Flask, organiser: Organiser) -> None:
    organiser.start("event_permit", "obtain_permit")
    other = organiser.start("event_proposal", "event_was_refused")
    assert organiser.listed().count("À faire") == 1 and "Proposition" not in organiser.listed()
    with transaction(organiser.engine) as session:
        session.scalars(select(Event)).one().organiser_id = add_person(organiser.engine, "Noa", "Essai").id
    assert "À faire" not in organiser.listed(), "who does not act for the event any more"
    page = organiser.browser.get(f"/journeys/{other}").get_data(as_text=True)
    assert "Tout est fait" in page and "Avant l’événement" not in page


@pytest.mark.parametrize(
    ("state", "said"),
    [(ENDED, "Tout est fait"), (CANCELLED, "L’événement est annulé"), (REFUSED, "n’a pas été accordé")],
)
def test_the_road_of_an_event_ends_as_the_event_did(organiser: Organiser, state: str, said: str) -> None:
    assert "Votre prochaine date" in organiser.steps()
    organiser.stands(state)
    page = organiser.steps()
    assert said in page and "Votre prochaine date" not in page and "Pas encore possible" not in page


@pytest.mark.parametrize(("state", "needed"), [("OPEN", True), ("VOID", False), ("NOT_NEEDED", False)])
def test_a_paper_that_is_needed_no_longer_has_no_day(organiser: Organiser, state: str, needed: bool) -> None:
    with transaction(organiser.engine) as session:
        session.scalars(select(EventPermit)).one().state = state
    page = organiser.browser.get(f"/events/{KEY}").get_data(as_text=True)
    assert "Attestation d’assurance" in page
    assert ("à faire</strong>" in page, "pas nécessaire" in page) == (needed, not needed)
