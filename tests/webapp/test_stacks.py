"""Forty tasks that ask the same: one answer, exceptions beside it, a commit each, one undo."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from forms import bind, read_form
from forms.spoken import Spoken
from tests.fixtures.cases import READING, RESOURCES, start_review
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD
from tests.forms.drawn import component, form
from tests.forms.expressions import evaluate
from tests.webapp.test_cases import browser_of
from tests.webapp.test_draft_changes import move_to_next_version
from tests.webapp.test_inbox import open_task
from tests.webapp.test_open_pages import form_shown
from webapp.accounts.models import WebSession
from webapp.task_work import Drawn

OTHER = process("other", [start(), user_task("only", groups="MEMBERSHIP"), end()], ["begin -> only", "only -> done"])


@pytest.fixture
def tasks(web_engine: Engine, review: str) -> list[str]:
    return [str(open_task(web_engine, start_review(web_engine)).id) for _ in range(4)]


@pytest.fixture
def desk(client: LookedAtPages, web_engine: Engine, tasks: list[str]) -> LookedAtPages:
    return browser_of(client, web_engine, "MEMBERSHIP")


def states(engine: Engine, tasks: list[str]) -> list[str]:
    with reading(engine) as session:
        return [session.get_one(UserTask, UUID(task)).state for task in tasks]


def test_one_answer_for_all_but_the_exceptions(desk: LookedAtPages, web_engine: Engine, tasks: list[str]) -> None:
    assert "Répondre avec 3 semblables" in desk.get(f"/tasks/{tasks[0]}").get_data(as_text=True)
    page = desk.get(f"/tasks/stack/{tasks[0]}").get_data(as_text=True)
    assert page.count('name="card"') == page.count(" checked>") == 4
    chosen = {"card": tasks, "task": tasks[:3], "step": "look", "verdict": "YES"}
    look = desk.post_form("/tasks/stack/", chosen).get_data(as_text=True)
    assert "3 tâches seraient terminées" in look
    assert "1 tâche sans coche reste ouverte" in look
    assert states(web_engine, tasks) == ["created"] * 4
    key = re.search(r'name="key" value="(\w+)"', look)
    assert key is not None
    done = {**chosen, "step": "do", "key": key.group(1)}
    assert [desk.post_form("/tasks/stack/", done).status_code for _ in "12"] == [303, 303]  # a double click
    assert states(web_engine, tasks) == ["completed"] * 3 + ["created"]


@pytest.mark.parametrize("asked_of", ["all", "some"])
def test_a_question_that_the_answer_reveals_is_asked_once_of_all(
    desk: LookedAtPages, web_engine: Engine, tasks: list[str], asked_of: str
) -> None:
    why: Any = {
        "type": "textarea",
        "id": "reading_why",
        "key": "why",
        "label": "Pourquoi ?",
        "validate": {"required": True},
    }
    some = '=verdict = null or not(contains(verdict, "NO")) or easy = true'  # the server alone judges it
    hidden = some if asked_of == "some" else '=verdict != "NO"'
    asks_why = {
        **READING,
        "components": [*cast("list[Any]", READING["components"]), {**why, "conditional": {"hide": hidden}}],
    }
    resources = {**RESOURCES, "review/reading.form": json.dumps(asks_why).encode()}
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, resources, by=SYSTEM)
    cases = [start_review(web_engine) for _ in "12"]
    if asked_of == "some":
        with transaction(web_engine) as session:
            for case, easy in zip(cases, (True, False), strict=True):
                commands.set_variables(session, web_engine, case, {"easy": easy}, by=SYSTEM, reason="one is easy")
    new = [str(open_task(web_engine, case).id) for case in cases]
    first = desk.post_form("/tasks/stack/", {"task": new}).get_data(as_text=True)
    chosen = {"card": new, "task": new, "step": "look", "verdict": "NO"}
    asked = desk.post_form("/tasks/stack/", {**chosen, "-shown": re.findall(r'name="-shown" value="([^"]*)"', first)})
    assert asked.status_code == 422
    page = asked.get_data(as_text=True)
    assert "Pourquoi\u00a0?" in page
    assert "Une question de plus se pose ici" not in page
    shown = re.findall(r'name="-shown" value="([^"]*)"', page)
    typed = {**chosen, "-shown": shown, "why": "Il manque une page."}
    answered = desk.post_form("/tasks/stack/", typed)
    assert "2 tâches seraient terminées" in answered.get_data(as_text=True)
    with transaction(web_engine) as session:
        session.execute(update(WebSession).values(expires_at=web_engine.clock.now()))
    ended = desk.post_form("/tasks/stack/", typed, headers={"Referer": "http://localhost/tasks/stack/"})
    back = parse_qs(urlsplit(ended.location).query)["next"][0]
    desk.post_form("/sign-in/password", {"email": "alex.membership@example.org", "password": PASSWORD})
    assert "Il manque une page.</textarea>" in desk.get(back).get_data(as_text=True)


def test_a_held_stack_whose_tasks_were_done_meanwhile_leads_to_the_list(
    desk: LookedAtPages, web_engine: Engine, tasks: list[str]
) -> None:
    led = desk.get(f"/tasks/stack/?card={tasks[0]}")
    assert (led.status_code, led.location) == (303, "/tasks"), "what is selected stands in no address"
    with transaction(web_engine) as session:
        session.execute(update(WebSession).values(expires_at=web_engine.clock.now()))
    typed = {"card": tasks, "task": tasks, "step": "look", "verdict": "YES"}
    ended = desk.post_form("/tasks/stack/", typed, headers={"Referer": "http://localhost/tasks/stack/"})
    back = parse_qs(urlsplit(ended.location).query)["next"][0]
    colleague = Actor(f"person:{uuid4()}", "Olga", frozenset({"MEMBERSHIP"}))
    with transaction(web_engine) as session:
        for task in tasks:
            commands.claim(session, web_engine, UUID(task), by=colleague)
            commands.complete(session, web_engine, UUID(task), {"verdict": "YES"}, by=colleague)
    desk.post_form("/sign-in/password", {"email": "alex.membership@example.org", "password": PASSWORD})
    led = desk.get(back)
    assert (led.status_code, led.location) == (303, "/tasks")
    assert "Les tâches de cette pile sont faites" in desk.get("/tasks").get_data(as_text=True)


def test_what_was_faster_or_does_not_fit_is_said_and_the_rest_undone_at_once(
    desk: LookedAtPages, web_engine: Engine, tasks: list[str]
) -> None:
    with transaction(web_engine) as session:
        commands.assign(session, web_engine, UUID(tasks[0]), by=Actor("s", "S", system=True), to=f"person:{uuid4()}")
    sent = {"card": tasks, "task": tasks, "step": "do", "verdict": "NO", "key": uuid4().hex}
    assert desk.post_form("/tasks/stack/", {**sent, "pages": "1000", "step": "look"}).status_code == 422
    assert desk.post_form("/tasks/stack/", sent).status_code == 303
    page = desk.get("/tasks").get_data(as_text=True)
    assert "3 tâches sont terminées." in page
    assert "a déjà pris cette tâche" in page
    assert "Tout annuler (3)" in page
    assert states(web_engine, tasks) == ["created", *["completed"] * 3]
    desk.post_form("/tasks/undo", {"task": tasks[1:]})
    assert states(web_engine, tasks) == ["created"] * 4


def test_an_answer_to_a_form_that_was_replaced_completes_nothing(
    desk: LookedAtPages, web_engine: Engine, tasks: list[str]
) -> None:
    """The version changed between looking and doing: the old answer was taken for the new question, forty times."""
    page = desk.get(f"/tasks/stack/{tasks[0]}").get_data(as_text=True)
    sent = {"card": tasks, "task": tasks, "verdict": "NO", "-form": form_shown(page), "key": uuid4().hex}
    look = desk.post_form("/tasks/stack/", {**sent, "step": "look"}).get_data(as_text=True)
    assert form_shown(look) == sent["-form"]
    with reading(web_engine) as session:
        cases = [session.get_one(UserTask, UUID(task)).instance_id for task in tasks]
    for case in cases:
        move_to_next_version(web_engine, case)
    assert desk.post_form("/tasks/stack/", {**sent, "step": "do"}).status_code == 303
    assert states(web_engine, tasks) == ["created"] * 4
    assert desk.get("/tasks").get_data(as_text=True).count("a été remplacé") == 4
    refused = desk.post_form("/tasks/stack/", {**sent, "card": tasks[:1], "task": tasks[:1], "step": "look"})
    again = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "a été remplacé" in again and "Le dossier suffit-il" in again
    fresh = {**sent, "card": tasks[:1], "task": tasks[:1], "-form": form_shown(again)}
    assert desk.post_form("/tasks/stack/", {**fresh, "step": "look"}).status_code == 200
    assert desk.post_form("/tasks/stack/", {**fresh, "step": "do"}).status_code == 303
    assert states(web_engine, tasks) == ["completed", *["created"] * 3]


def test_unlike_tasks_are_said_on_the_list_and_stay_selected(
    desk: LookedAtPages, web_engine: Engine, tasks: list[str]
) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"other.bpmn": OTHER}, by=SYSTEM)
        commands.start(session, web_engine, "other", {}, by=SYSTEM)
        other = str(session.query(UserTask).filter_by(element="only").one().id)
    answer = desk.post_form("/tasks/stack/?tab=queue", {"task": [tasks[0], other]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "ne posent pas la même question" in page
    assert len(re.findall(r'name="task" value="[^"]+"[^>]*>', page)) == 5
    ticked = re.findall(r'name="task" value="([^"]+)"[^>]* checked>', page)
    assert sorted(ticked) == sorted([tasks[0], other])


def test_a_stack_is_of_one_question_and_of_ones_own(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, tasks: list[str]
) -> None:
    with transaction(web_engine) as session:
        commands.complete(session, web_engine, UUID(tasks[0]), {}, by=Actor("s", "S", system=True))
    stranger = browser_of(client, web_engine, "EVENTS")
    assert stranger.get(f"/tasks/stack/{tasks[1]}").status_code == 404
    for step in ("", "look", "do"):
        assert stranger.post_form("/tasks/stack/", {"task": tasks, "step": step}).status_code == 404
    assert desk.post_form("/tasks/stack/", {"task": ["x"]}).status_code == 404
    assert desk.post_form("/tasks/stack/", {}).status_code == 404


def test_a_day_is_said_as_one_and_a_text_that_looks_like_a_day_as_it_was_written(app: Flask) -> None:
    drawn = form(
        component("datetime", "on", subtype="date", readonly=True), component("textarea", "why", readonly=True),
        component("textfield", "from", readonly=True),
    )  # fmt: skip
    known = {"on": date(2027, 1, 31), "why": Spoken("2026-02-30", "en"), "from": Spoken("2027-01-31", "fr")}
    with app.test_request_context():
        said = Drawn(bind(read_form(drawn), language="fr", values=known, evaluate=evaluate)).facts()
    assert [text for _, text, _ in said] == ["31 janvier 2027", "2026-02-30", "2027-01-31"]
    assert [lang for *_, lang in said] == ["", "en", ""], "and in the language in which it was"
