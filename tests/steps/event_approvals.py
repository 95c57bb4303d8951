"""Who approves an event, who may not, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import Actor, may_act
from engine.errors import FourEyes, TaskClosed
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.events import actor_of, calm, do, event_of, open_tasks
from webapp.events import load
from workflows.association.events import weighing


@when(parsers.re(r'"(?P<name>\w+)" says (?P<decision>APPROVE|REFUSE|RETURN|CONDITIONS)'))
def says(office: Office, name: str, decision: str) -> None:
    by = actor_of(office, name)
    mine = [task for task in open_tasks(office, "approve_step") if may_act(by, task)]
    assert mine, (name, [task.candidates for task in open_tasks(office, "approve_step")])
    do(office, mine[0], by, {}, {"approval.decision": decision, "approval.note": f"dit {name}"})


@when(parsers.parse('"{one}" says APPROVE, and "{other}" CONDITIONS'))
def both_say(office: Office, one: str, other: str) -> None:
    says(office, one, "APPROVE")
    says(office, other, "CONDITIONS")


@then(parsers.parse('a colleague of EVENTS with the same page open is told that "{name}" was faster'))
def was_faster(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        done = session.scalars(
            select(UserTask).where(UserTask.element == "approve_step", UserTask.state == "completed")
        )
        task = next(each for each in done if "EVENTS" in each.candidates)
    late = Actor("person:late", "Ela", frozenset({"EVENTS"}))
    with pytest.raises(TaskClosed, match=f"{actor_of(office, name).id} already"), transaction(office.engine) as session:
        commands.complete(session, office.engine, task.id, {"decision": "REFUSE"}, by=late)


@then("no approval was asked")
def none_asked(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(UserTask.id).where(UserTask.element == "approve_step")).all() == []


@then("nobody has anything to approve")
def nothing_open(office: Office) -> None:
    assert open_tasks(office, "approve_step") == []


@then(parsers.parse("only {role} is asked"))
def only_asked(office: Office, role: str) -> None:
    (task,) = open_tasks(office, "approve_step")
    assert [each for each in task.candidates if not each.startswith("not:")] == [role]


@then("the lead of the group is asked")
def lead_asked(office: Office) -> None:
    (task,) = open_tasks(office, "approve_step")
    assert task.candidates[0].startswith("GROUP_LEAD@group:")


@then(parsers.parse('"{name}" may not approve it, though she holds EVENTS today'))
def may_not(office: Office, name: str) -> None:
    by = actor_of(office, name)
    assert {"EVENTS", "GROUPS"} <= by.roles
    (task,) = open_tasks(office, "approve_step")
    asked = Actor(by.id, by.name, by.roles | {"GENERAL_DELEGATE"})
    with pytest.raises(FourEyes), transaction(office.engine) as session:
        commands.complete(session, office.engine, task.id, {"decision": "APPROVE"}, by=asked)


@then(parsers.parse('"{name}" may not be given it either'))
def may_not_be_given(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "approve_step")
    with pytest.raises(FourEyes), transaction(office.engine) as session:
        commands.assign(session, office.engine, task.id, by=actor_of(office, "Del"), to=actor_of(office, name).id)


@then(parsers.parse('the mail "{template}" holds what "{name}" asked for'))
def holds(office: Office, template: str, name: str) -> None:
    (mail,) = [each for each in office.mails() if each.template == template]
    assert f"dit {name}" in mail.text


@then(parsers.re(r'"Lea" is (?P<free>not )?blocked'))
def is_blocked(office: Office, free: str | None) -> None:
    calm(office)
    with reading(office.engine) as session:
        found = weighing.is_blocked(session, event_of(office), office.clock.now().date())
    assert found is (free is None)


@then("the calendar of the office says that its page is late")
def page_is_late(office: Office) -> None:
    with reading(office.engine) as session:
        weeks = load.calendar(session, office.clock.now().date(), "fr")
        (row,) = [row for week in weeks for row in week.rows]
        assert row.page_due == event_of(office).day - timedelta(days=21)


@then("the event is published, too late")
def published_late(office: Office) -> None:
    calm(office)
    event = event_of(office)
    assert event.published_at is not None
    assert event.published_at.date() > event.day - timedelta(days=21)
    with reading(office.engine) as session:
        (row,) = [row for week in load.calendar(session, office.clock.now().date(), "fr") for row in week.rows]
        assert row.page_due is None
