"""A page that stood open while the world went on: the role ended, another person signed in in the same browser, the
form was replaced. Nothing is done that its reader did not mean, nothing typed is lost, and nothing falls over."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.definitions import latest
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER, READING, RESOURCES, SENDING
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.security.web import browser, place
from tests.webapp.test_draft_changes import move_to_next_version
from tests.webapp.test_inbox import case, desk, open_task, request_key, sign_in
from webapp.settings import Settings
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

__all__ = ["case", "desk"]  # fixtures
TYPED = {"verdict": "YES", "pages": "37"}


def state(engine: Engine, task_id: UUID) -> tuple[str, str | None]:
    with reading(engine) as session:
        found = session.get_one(UserTask, task_id)
        return found.state, found.closed_by


@pytest.mark.parametrize("taken", [False, True])
def test_whose_role_ended_does_nothing_any_more(
    desk: LookedAtPages, web_engine: Engine, case: UUID, anna: Person, clock: VirtualClock, taken: bool
) -> None:
    task = open_task(web_engine, case).id
    if taken:
        assert desk.post_form(f"/tasks/{task}/claim").status_code == 303
    page = desk.get(f"/tasks/{task}").get_data(as_text=True)
    with transaction(web_engine) as session:  # its last day was yesterday, and nothing has run since
        over = update(RoleHolding).where(RoleHolding.person_id == anna.id)
        session.execute(over.values(to_date=clock.now().date() - timedelta(days=1)))
    for path, data in (
        (f"/tasks/{task}", {**TYPED, "request_key": request_key(page)}), (f"/tasks/{task}/draft", TYPED),
        (f"/tasks/{task}/claim", {}), (f"/tasks/{task}/release", {}), (f"/cases/{case}/comments", {"text": "Vu."}),
        (f"/cases/{case}/suspend", {"reason": "litige"}),
    ):  # fmt: skip
        answer = desk.post_form(path, data)
        assert answer.status_code in (403, 404), path
        assert "Lire le dossier" not in answer.get_data(as_text=True), path
    assert state(web_engine, task) == ("created", None)


def test_another_person_in_the_same_browser_sends_nothing_of_the_page_before(
    desk: LookedAtPages, web_engine: Engine, case: UUID
) -> None:
    add_person(web_engine, "Paul", "Durand", "MEMBERSHIP", password=PASSWORD)
    task = open_task(web_engine, case).id
    page = desk.get(f"/tasks/{task}").get_data(as_text=True)
    old = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
    desk.post_form("/sign-out")
    sign_in(desk, "paul.durand")
    for path, data in ((f"/tasks/{task}", {**TYPED, "request_key": request_key(page)}), (f"/tasks/{task}/claim", {}),
                       (f"/cases/{case}/comments", {"text": "Vu."})):  # fmt: skip
        answer = desk.post(path, data={**data, **old})
        assert answer.status_code in (303, 400), path
        if answer.status_code == 303:
            shown = desk.get(desk.get(answer.location).location).get_data(as_text=True)
            assert 'value="37"' in shown, "whoever sits there now reads it before anything is sent"
    assert state(web_engine, task) == ("created", None)
    assert "Vu." not in desk.get(f"/cases/{case}").get_data(as_text=True)


def form_shown(page: str) -> str:
    found = re.search(r'name="-form" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def words(answer: TestResponse) -> str:
    return answer.get_data(as_text=True).replace("\u00a0", " ")


@pytest.mark.parametrize("saved", [False, True])
def test_a_form_that_was_replaced_is_not_sent_and_says_what_changed(
    desk: LookedAtPages, web_engine: Engine, case: UUID, saved: bool
) -> None:
    """An answer to a question that was reworded is no answer to the new one: it was taken for one."""
    task = open_task(web_engine, case).id
    page = desk.get(f"/tasks/{task}").get_data(as_text=True)
    sent = {"verdict": "NO", "pages": "37", "request_key": request_key(page), "-form": form_shown(page)}
    move_to_next_version(web_engine, case)
    if saved:  # as the open page does by itself
        quiet = desk.post_form(f"/tasks/{task}/draft", sent, headers={"Accept": "application/json"})
        assert quiet.status_code == 204
    answer = desk.post_form(f"/tasks/{task}", sent)
    assert answer.status_code == 409 and state(web_engine, task) == ("created", None)
    for shown in (words(answer), words(desk.get(f"/tasks/{task}"))):
        assert "« Le dossier est-il complet ? » est devenu « Le dossier suffit-il ? »" in shown
        assert "Nombre de pages" in shown and ">37</dd>" in shown, "what is asked no longer can be read"
        assert re.search(r'value="NO"[^>]* checked|checked[^>]* value="NO"', shown), "what was typed stands there"
    assert "a été remplacé" in words(answer)
    again = words(answer)
    fresh = {"verdict": "NO", "request_key": request_key(again), "-form": form_shown(again)}
    assert desk.post_form(f"/tasks/{task}", fresh).status_code == 303
    assert state(web_engine, task)[0] == "completed"


def test_a_version_that_asks_the_same_takes_what_was_typed(desk: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    task = open_task(web_engine, case).id
    page = desk.get(f"/tasks/{task}").get_data(as_text=True)
    move_to_next_version(web_engine, case, {**READING, "schemaVersion": 18})
    now = desk.get(f"/tasks/{task}").get_data(as_text=True)
    assert form_shown(now) != form_shown(page)
    sent = {**TYPED, "request_key": request_key(page), "-form": form_shown(page)}
    assert desk.post_form(f"/tasks/{task}", sent).status_code == 303
    assert state(web_engine, task)[0] == "completed"


@pytest.mark.parametrize("named", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_a_page_that_names_no_form_is_answered_by_the_one_that_there_is(
    desk: LookedAtPages, web_engine: Engine, case: UUID, named: str
) -> None:
    task = open_task(web_engine, case).id
    move_to_next_version(web_engine, case)
    assert desk.post_form(f"/tasks/{task}", {**TYPED, "-form": named}).status_code == 422
    assert desk.post_form(f"/tasks/{task}", {"verdict": "NO", "-form": named}).status_code == 303


def test_who_answers_by_a_link_reads_what_changed_too(
    app: Flask, web_engine: Engine, settings: Settings, review: str
) -> None:
    at = place(web_engine, settings)
    with transaction(web_engine) as session:
        commands.complete(session, web_engine, at.task_id, {"verdict": "YES"}, by=SYSTEM)
    task = open_task(web_engine, at.instance_id).id
    applicant = browser(app)
    assert applicant.post_form(f"/l/{at.token}").status_code == 303
    path = f"/journeys/{at.instance_id}/tasks/{task}"
    page = applicant.get(path).get_data(as_text=True)
    more = {"type": "textfield", "id": "sending_remark", "key": "remark", "label": "Une remarque"}
    longer = RESOURCES | {
        "review/sending.form": json.dumps({**SENDING, "components": [*SENDING["components"], more]}).encode()
    }
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, longer, by=DEPLOYER)
        commands.migrate(session, web_engine, at.instance_id, latest(session, web_engine, "review").id, by=DEPLOYER)
    answer = applicant.post_form(path, {"request_key": request_key(page), "-form": form_shown(page)})
    assert answer.status_code == 409 and "a été remplacé" in words(answer)
    assert "« Une remarque » est une question nouvelle" in words(answer)
    assert state(web_engine, task) == ("created", None)
