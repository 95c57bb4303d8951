"""Mandates, absences, and the browsers of those who hold them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, READING, REVIEW
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from webapp.accounts import sessions
from webapp.auth import TOKEN
from workflows.association import absences, office_mandates, roles
from workflows.association.case_variables import local_day
from workflows.association.roles import RoleHolding

HEAD = Actor("person:head", "Head", frozenset({"GENERAL_DELEGATE"}))
_TASK = 'candidateGroups="MEMBERSHIP" />'
_EXCLUDING = (
    '<zeebe:properties><zeebe:property name="i18n.en.name" value="Read the file" />'
    '<zeebe:property name="task.excluded" value="=[asked_by]" />'
)
DIAGRAM = REVIEW.replace(_TASK, 'candidateGroups="=[role]" />', 1).replace(
    '<zeebe:properties><zeebe:property name="i18n.en.name" value="Read the file" />', _EXCLUDING, 1
)


@dataclass(slots=True)
class Hall:
    """The web application with people who hold mandates, each with a browser."""

    app: Flask
    engine: Engine
    clock: VirtualClock
    people: dict[str, UUID] = field(default_factory=dict)
    desks: dict[str, LookedAtPages] = field(default_factory=dict)
    tasks: list[UUID] = field(default_factory=list)

    @property
    def today(self) -> date:
        return local_day(self.clock.now(), self.engine.settings.zone)

    def person(self, name: str) -> UUID:
        """The person of this name, with a signed-in browser."""
        if name not in self.people:
            self.people[name] = add_person(self.engine, name, "Essai").id
            with transaction(self.engine) as session:
                token = sessions.open_session(
                    session, self.people[name], "password", self.clock.now(), lasts=timedelta(days=30),
                    remembered=True, agent="",
                )  # fmt: skip
            made = self.app.test_client()
            assert isinstance(made, LookedAtPages)
            with made.session_transaction() as cookie:
                cookie[TOKEN] = token
            self.desks[name] = made
        return self.people[name]

    def task(self, role: str, asked_by: str = "person:nobody") -> UUID:
        """A fresh task for this role."""
        with transaction(self.engine) as session:
            started = commands.start(
                session, self.engine, "review", {"role": role, "asked_by": asked_by, "applicant_actor": asked_by},
                by=DEPLOYER, business_key=f"REV-{len(self.tasks)}",
            )  # fmt: skip
            query = select(UserTask.id).where(UserTask.instance_id == started.instance_id)
            self.tasks.append(session.scalars(query).one())
        return self.tasks[-1]

    def assignee(self, task: UUID) -> str | None:
        with reading(self.engine) as session:
            return session.get_one(UserTask, task).assignee


@pytest.fixture
def hall(app: Flask, web_engine: Engine, clock: VirtualClock) -> Hall:
    resources = {"review/review.bpmn": DIAGRAM.encode(), "review/reading.form": json.dumps(READING).encode()}
    resources["review/sending.form"] = json.dumps({**READING, "id": "sending", "components": []}).encode()
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, resources, by=DEPLOYER)
    return Hall(app, web_engine, clock)


@given(parsers.re('"(?P<name>[^"]+)" is appointed "(?P<role>[^"]+)" for "(?P<scope>[^"]*)" for (?P<days>\\d+) days'))
def is_appointed(hall: Hall, name: str, role: str, scope: str, days: str) -> None:
    with_scope = {"scope": scope} if scope else {}
    person_id = hall.person(name)
    with transaction(hall.engine) as session:
        office_mandates.appoint(
            session, hall.engine, person_id, role, from_date=hall.today,
            to_date=hall.today + timedelta(days=int(days)), by=HEAD, **with_scope,
        )  # fmt: skip


@given(parsers.parse('"{name}" is appointed "{role}" for "{scope}" until {last}'))
def is_appointed_until(hall: Hall, name: str, role: str, scope: str, last: str) -> None:
    hall.clock.set(datetime.combine(day(last) - timedelta(days=1), time(12), hall.engine.settings.zone))
    is_appointed(hall, name, role, scope, "1")


@given(parsers.re('on that day "(?P<name>[^"]+)" has taken .* of "(?P<role>[^"]+)" for "(?P<scope>[^"]*)" and typed.*'))
def has_taken_on_that_day(hall: Hall, name: str, role: str, scope: str) -> None:
    pass_alone(hall, 1)
    has_taken(hall, name, role, scope, "12")


_TAKEN = (
    '"(?P<name>[^"]+)" has taken a task of "(?P<role>[^"]+)" for "(?P<scope>[^"]*)"'
    ' and typed "(?P<typed>[0-9]+)" into it'
)


@given(parsers.re(_TAKEN))
def has_taken(hall: Hall, name: str, role: str, scope: str, typed: str) -> None:
    task = hall.task(roles.key(role, scope))
    desk = hall.desks[name]
    assert desk.post_form(f"/tasks/{task}/claim").status_code == 303
    assert desk.post_form(f"/tasks/{task}/draft", {"pages": typed}).status_code == 303


@given(parsers.parse('"{name}" has taken a task that "{other}" asked for'))
def has_taken_of(hall: Hall, name: str, other: str) -> None:
    task = hall.task("MEMBERSHIP", f"person:{hall.people[other]}")
    assert hall.desks[name].post_form(f"/tasks/{task}/claim").status_code == 303


@when(parsers.parse('the mandate of "{name}" is ended'))
def is_ended(hall: Hall, name: str) -> None:
    with transaction(hall.engine) as session:
        holding = session.scalars(select(RoleHolding).where(RoleHolding.person_id == hall.people[name])).one()
        office_mandates.finish(
            session, hall.engine, holding, last_day=hall.today - timedelta(days=1), reason="RESIGNED", by=HEAD
        )
    assert all(hall.assignee(each) is None for each in hall.tasks), "what was taken went back at once"


@when(parsers.parse("{days:d} days pass without any worker"))
def pass_alone(hall: Hall, days: int) -> None:
    hall.clock.advance(timedelta(days=days))


@when(parsers.parse("the workers catch up after {days:d} days"))
def pass_by(hall: Hall, days: int) -> None:
    hall.clock.advance(timedelta(days=days))
    run_due(hall.engine)


@then(parsers.parse('the next click of "{name}" is refused, with the reason'))
def is_refused(hall: Hall, name: str) -> None:
    answer = hall.desks[name].post_form(f"/tasks/{hall.tasks[0]}", {"verdict": "YES", "request_key": uuid4().hex})
    assert answer.status_code == 403
    assert "Votre mandat est terminé" in answer.get_data(as_text=True)


@then(parsers.parse('"{name}", appointed "{role}" for "{scope}", finds "{typed}" in it'))
def finds(hall: Hall, name: str, role: str, scope: str, typed: str) -> None:
    is_appointed(hall, name, role, scope, "300")
    page = hall.desks[name].get(f"/tasks/{hall.tasks[0]}").get_data(as_text=True)
    assert f'value="{typed}"' in page


@when(parsers.parse('"{name}" is away tomorrow and "{other}" stands in'))
def is_away(hall: Hall, name: str, other: str) -> None:
    day = (hall.today + timedelta(days=1)).isoformat()
    asked = hall.desks[name].post_form("/mandates/mine", {"first": day, "last": day}, follow_redirects=True)
    assert f"{other} Essai" in asked.get_data(as_text=True), "is proposed"
    sent = {"first": day, "last": day, "substitute": str(hall.people[other]), "message": "Deux dossiers."}
    assert hall.desks[name].post_form("/mandates/mine", sent).status_code == 303
    assert "Deux dossiers." in hall.desks[other].get("/mandates/mine").get_data(as_text=True)
    assert hall.desks[other].get(f"/tasks/{hall.tasks[0]}").status_code == 404, "not before the day"


@then(parsers.parse('"{other}" has the task of "{name}", and what he asked for himself is refused'))
def has_the_task(hall: Hall, other: str, name: str) -> None:
    first, own = hall.tasks
    assert hall.assignee(first) == f"person:{hall.people[other]}"
    page = hall.desks[other].get(f"/tasks/{first}")
    assert page.status_code == 200
    assert f"tant que vous remplacez {name} Essai" in page.get_data(as_text=True), "it is said why"
    assert hall.assignee(own) is None
    answer = hall.desks[other].post_form(f"/tasks/{own}", {"verdict": "YES", "request_key": uuid4().hex})
    assert answer.status_code in {403, 404}


@when(parsers.parse('"{name}" is back'))
def is_back(hall: Hall, name: str) -> None:
    with transaction(hall.engine) as session:
        (found,) = absences.of_person(session, hall.people[name], hall.today)
        absences.back(session, hall.engine, found)


@given(parsers.parse('"{name}" has put her first task off for {days:d} days'))
def has_put_off(hall: Hall, name: str, days: int) -> None:
    day = hall.today + timedelta(days=days)
    sent = {"task": str(hall.tasks[0]), "answered": "1", "day": day.isoformat()}
    assert hall.desks[name].post_form("/tasks/selected/later", sent).status_code == 303


@then(parsers.parse('"{name}" finds what "{other}" had typed, and types "{typed}"'))
def finds_and_types(hall: Hall, name: str, other: str, typed: str) -> None:
    page = hall.desks[name].get(f"/tasks/{hall.tasks[0]}").get_data(as_text=True)
    assert f"{other} Essai avait tapé ceci" in page
    assert 'value="12"' in page
    assert hall.desks[name].post_form(f"/tasks/{hall.tasks[0]}/draft", {"pages": typed}).status_code == 303


_HOME = (
    '"(?P<name>[^"]+)" has both tasks again, put off as before, with the "(?P<typed>[0-9]+)" of "(?P<other>[^"]+)",'
    " who has none of them"
)


@then(parsers.re(_HOME))
def has_both(hall: Hall, name: str, typed: str, other: str) -> None:
    assert [hall.assignee(task) for task in hall.tasks] == [f"person:{hall.people[name]}"] * 2
    with reading(hall.engine) as session:
        put_off = session.get_one(UserTask, hall.tasks[0]).follow_up_at
    assert put_off is not None
    page = hall.desks[name].get(f"/tasks/{hall.tasks[0]}").get_data(as_text=True)
    assert f'value="{typed}"' in page
    assert "Reportée au" in page
    assert "de nouveau à vous" in page
    assert hall.desks[other].get(f"/tasks/{hall.tasks[0]}").status_code in {403, 404}


@when(parsers.parse('both complete a task of "{role}", "{name}" first'))
def both_complete(hall: Hall, role: str, name: str) -> None:
    task = hall.task(role)
    for desk in hall.desks.values():
        assert desk.get(f"/tasks/{task}").status_code == 200
    answer = hall.desks[name].post_form(f"/tasks/{task}", {"verdict": "YES", "pages": "3", "request_key": uuid4().hex})
    assert answer.status_code == 303


@then(parsers.parse('"{other}" is told that "{name}" was faster'))
def was_faster(hall: Hall, other: str, name: str) -> None:
    sent = {"verdict": "NO", "pages": "3", "request_key": uuid4().hex}
    answer = hall.desks[other].post_form(f"/tasks/{hall.tasks[0]}", sent)
    assert answer.status_code == 409
    assert f"{name} Essai" in answer.get_data(as_text=True)
