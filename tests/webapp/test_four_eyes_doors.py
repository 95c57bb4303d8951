"""Nobody gets what is about himself, by whichever door he or a colleague tries, and under whichever of his names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import end, process, properties_of, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from webapp.api import tokens
from workflows.association import absences, people
from workflows.association.applications import Application
from workflows.association.people import Person

OWN: Final = process(
    "own",
    [start(), user_task("decide", groups="MEMBERSHIP", extra=properties_of([("task.excluded", "=[about]")])), end()],
    ["begin -> decide", "decide -> done"],
)
KEY: Final = "k" * 16


@dataclass(frozen=True, slots=True)
class Office:
    """Olga, whose own matter it is, and Paul, her colleague, with a browser and a program each."""

    engine: Engine
    clock: VirtualClock
    olga: LookedAtPages
    paul: LookedAtPages
    olga_id: UUID
    paul_id: UUID
    stranger_id: UUID
    link: str
    task: str
    programs: Mapping[str, Mapping[str, str]]

    def call(self, who: str, act: str, body: dict[str, Any] | None = None) -> int:
        """What the interface for programs answers."""
        client = self.olga.application.test_client()
        address = f"/api/v1/tasks/{self.task}/{act}"
        return client.post(address, json=body, headers=self.programs[who]).status_code

    def row(self) -> UserTask:
        with reading(self.engine) as session:
            return session.get_one(UserTask, UUID(self.task))


@pytest.fixture(params=["person", "link", "address", "alike"])
def office(request: pytest.FixtureRequest, app: Flask, web_engine: Engine, clock: VirtualClock) -> Office:
    """The task is about Olga: by her own name, by that of the application that became her, or of one that nobody has
    linked yet, with her address or found alike by the register."""
    olga, paul = at_desk(app, web_engine, "Olga", "MEMBERSHIP"), at_desk(app, web_engine, "Paul", "MEMBERSHIP")
    stranger = add_person(web_engine, "Ines", "Test", "EVENTS").id
    with transaction(web_engine) as session:
        known = {each.first_names: each.id for each in session.scalars(select(Person))}
        linked = request.param in {"person", "link"}
        application = Application(
            id=uuid4(), created_at=clock.now(), state="ACCEPTED" if linked else "OPEN", category="GRADUATE",
            first_names="Olga", birth_name="Test", birth_date=date(1990, 5, 14),
            person_id=known["Olga"] if linked else None,
            match_person_id=known["Olga"] if request.param == "alike" else None,
            email=people.primary_email(session, known["Olga"]) if request.param == "address" else "autre@example.com",
        )  # fmt: skip
        session.add(application)
        about = f"person:{known['Olga']}" if request.param == "person" else application.actor
        commands.deploy(session, web_engine, {"own.bpmn": OWN}, by=DEPLOYER)
        case = commands.start(session, web_engine, "own", {"about": about}, by=DEPLOYER).instance_id
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == case)).one()
        programs = {}
        for name, person_id in known.items():
            _row, secret = tokens.make(
                session, name="test", scopes=("read", "work"), now=clock.now(), lasts=timedelta(days=30), by="test",
                person_id=person_id,
            )  # fmt: skip
            programs[name] = {"Authorization": f"Bearer {secret}"}
        link = application.actor
    return Office(web_engine, clock, olga, paul, known["Olga"], known["Paul"], stranger, link, str(task), programs)


def given(office: Office, to: UUID) -> dict[str, object]:
    return {"task": [office.task], "answered": "1", "to": f"person:{to}", "note": "pour toi"}


def asked_back(office: Office) -> None:
    """Paul takes it, and asks Olga what she thinks."""
    office.paul.post_form(f"/tasks/{office.task}/claim")
    office.paul.post_form("/tasks/selected/give", {**given(office, office.olga_id), "back": "1"})


def stood_in(office: Office) -> None:
    """Paul has it in hand and is away; Olga stands in."""
    office.paul.post_form(f"/tasks/{office.task}/claim")
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        absences.note(
            session, office.engine, office.paul_id, today + timedelta(days=1), today + timedelta(days=9),
            substitute_id=office.olga_id,
        )  # fmt: skip
    office.clock.advance(timedelta(days=2))
    run_due(office.engine)
    assert office.row().assignee is None, "it went back to the queue"


def api_assigned(office: Office, to: str) -> None:
    assert office.call("Paul", "assign", {"to": to}) == 403


DOORS: Final[Mapping[str, Callable[[Office], object]]] = {
    "take": lambda it: it.olga.post_form(f"/tasks/{it.task}/claim"),
    "take many": lambda it: it.olga.post_form("/tasks/selected/take", {"task": [it.task]}),
    "complete": lambda it: it.olga.post_form(f"/tasks/{it.task}", {"request_key": KEY}),
    "draft": lambda it: it.olga.post_form(f"/tasks/{it.task}/draft", {}),
    "stack": lambda it: it.olga.post_form("/tasks/stack/", {"task": [it.task], "card": [it.task], "step": "do"}),
    "stack of one": lambda it: it.olga.get(f"/tasks/stack/{it.task}"),
    "give oneself": lambda it: it.olga.post_form("/tasks/selected/give", given(it, it.olga_id)),
    "put off": lambda it: it.olga.post_form("/tasks/selected/later", {"task": [it.task], "answered": "1"}),
    "on behalf": lambda it: it.olga.post_form(f"/tasks/{it.task}/behalf", {"behalf_channel": "PHONE"}),
    "a colleague gives it": lambda it: it.paul.post_form("/tasks/selected/give", given(it, it.olga_id)),
    "a colleague asks": asked_back,
    "she stands in": stood_in,
    "her program takes it": lambda it: it.call("Olga", "claim"),
    "her program completes it": lambda it: it.call("Olga", "complete", {"answers": {}}),
    "her program assigns it to her": lambda it: it.call("Olga", "assign", {"to": f"person:{it.olga_id}"}),
    "her program assigns it to her link": lambda it: it.call("Olga", "assign", {"to": it.link}),
    "a colleague's program assigns it": lambda it: api_assigned(it, f"person:{it.olga_id}"),
    "a colleague's program assigns it to her link": lambda it: api_assigned(it, it.link),
}


def test_no_door_leads_to_ones_own_matter(office: Office) -> None:
    mine = {f"person:{office.olga_id}", office.link}
    lists = [who.get("/tasks?tab=queue").get_data(as_text=True) for who in (office.olga, office.paul)]
    assert [f"/tasks/{office.task}" in page for page in lists] == [False, True], "no list shows what one may not do"
    found = [who.get("/tasks?tab=queue&role=MEMBERSHIP").get_data(as_text=True) for who in (office.olga, office.paul)]
    assert [f"/tasks/{office.task}" in page for page in found] == [False, True]
    assert "vous concerne" in office.olga.get(f"/tasks/{office.task}").get_data(as_text=True)
    for name, door in DOORS.items():
        door(office)
        row = office.row()
        assert (row.state, row.assignee in mine) == ("created", False), name
        if row.assignee is not None:
            office.paul.post_form(f"/tasks/{office.task}/release")
    assert "Olga" not in office.paul.post_form("/tasks/selected/give", {"task": [office.task]}).get_data(as_text=True)


def test_the_same_doors_open_for_a_colleague(office: Office) -> None:
    """So that what is refused above is refused for that reason."""
    assert office.call("Olga", "assign", {"to": f"person:{office.paul_id}"}) == 403, "she gives it to nobody either"
    assert office.call("Paul", "assign", {"to": f"person:{office.paul_id}"}) == 200
    assert office.row().assignee == f"person:{office.paul_id}"
    assert office.call("Paul", "assign", {"to": f"person:{uuid4()}"}) == 422, "there is nobody"
    assert office.call("Paul", "assign", {"to": f"person:{office.stranger_id}"}) == 422, "it is not for her roles"
    assert office.call("Paul", "assign", {"to": "PAUL"}) == 422
    assert office.row().assignee == f"person:{office.paul_id}"
    assert office.paul.post_form(f"/tasks/{office.task}", {"request_key": KEY}).status_code == 303
    assert office.row().closed_by == f"person:{office.paul_id}"
