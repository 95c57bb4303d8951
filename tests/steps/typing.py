"""Forms in the hands of people who are hurried, interrupted or overtaken."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.models import HistoryEvent, UserTask
from engine.transaction import reading, transaction
from tests.steps.mandates import Hall
from webapp.accounts import sessions
from webapp.auth import TOKEN

KEY = uuid4().hex


@given(parsers.parse('"{name}" and "{other}" have the form of a task of "{role}" before them'))
def have_the_form(hall: Hall, name: str, other: str, role: str) -> None:
    task = hall.task(role)
    for each in (name, other):
        assert hall.desks[each].get(f"/tasks/{task}").status_code == 200


@given(parsers.parse('"{name}" has the form of a task of "{role}" before her'))
def has_the_form(hall: Hall, name: str, role: str) -> None:
    have_the_form(hall, name, name, role)


def answered(hall: Hall, name: str, pages: str, key: str) -> TestResponse:
    sent = {"verdict": "YES", "pages": pages, "request_key": key}
    return hall.desks[name].post_form(f"/tasks/{hall.tasks[-1]}", sent)


@when(parsers.parse('"{name}" answers it, and "{other}" answers it with "{pages}"'), target_fixture="answers")
def answer_both(hall: Hall, name: str, other: str, pages: str) -> list[TestResponse]:
    return [answered(hall, name, "3", uuid4().hex), answered(hall, other, pages, uuid4().hex)]


@when(parsers.parse('"{name}" sends her answer twice'), target_fixture="answers")
def sends_twice(hall: Hall, name: str) -> list[TestResponse]:
    return [answered(hall, name, "3", KEY) for _ in "12"]


@then(parsers.parse('"{other}" is told that "{name}" was faster, and still reads "{pages}"'))
def is_told(answers: list[TestResponse], other: str, name: str, pages: str) -> None:
    page = answers[1].get_data(as_text=True)
    assert answers[1].status_code == 409
    assert f"{name} Essai a déjà terminé cette tâche" in page
    assert f">{pages}</dd>" in page


@then("both times she is led on, and the task was completed once")
def is_led_on(hall: Hall, answers: list[TestResponse]) -> None:
    assert [each.status_code for each in answers] == [303, 303]
    was_completed_once(hall)


@then("the task was completed once")
def was_completed_once(hall: Hall) -> None:
    count = select(func.count()).where(HistoryEvent.kind == "task_completed", HistoryEvent.token == hall.tasks[-1])
    with reading(hall.engine) as session:
        assert session.scalars(count).one() == 1


@when(parsers.parse('the session of "{name}" ends, and she sends "{pages}"'), target_fixture="led_to")
def session_ends(hall: Hall, name: str, pages: str) -> str:
    desk = hall.desks[name]
    token = desk.csrf_token()
    hall.clock.advance(timedelta(days=31))
    answer = desk.post(f"/tasks/{hall.tasks[-1]}", data={"pages": pages, "csrf_token": token})
    assert answer.status_code == 303
    (target,) = parse_qs(urlsplit(str(answer.location)).query)["next"]
    return target


@then(parsers.parse('after her next sign-in the form of "{name}" holds "{pages}", and the task is open'))
def holds(hall: Hall, led_to: str, name: str, pages: str) -> None:
    with transaction(hall.engine) as session:
        fresh = sessions.open_session(
            session, hall.people[name], "password", hall.clock.now(), lasts=timedelta(days=30), remembered=True,
            agent="",
        )  # fmt: skip
    with hall.desks[name].session_transaction() as cookie:
        cookie[TOKEN] = fresh
    again = hall.desks[name].get(led_to)
    assert f'value="{pages}"' in hall.desks[name].get(str(again.location)).get_data(as_text=True)
    with reading(hall.engine) as session:
        assert session.get_one(UserTask, hall.tasks[-1]).state == "created"
