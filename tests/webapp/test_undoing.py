"""Where an answer is taken back: beside every list, in the archive, on the page of the case; as long as it can be."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from engine import commands
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER, RESOURCES, REVIEW, start_review
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of
from tests.webapp.test_inbox import open_task

DEADLINE = '<zeebe:property name="task.deadline" value="3" />'
HELD = REVIEW.replace(DEADLINE, DEADLINE + '<zeebe:property name="task.undo" value="true" />')


@pytest.fixture
def desk(client: LookedAtPages, web_engine: Engine, review: str) -> LookedAtPages:
    return browser_of(client, web_engine, "MEMBERSHIP")


def answer(desk: LookedAtPages, engine: Engine, case: UUID) -> UUID:
    task = open_task(engine, case).id
    assert desk.post_form(f"/tasks/{task}", {"verdict": "YES"}).status_code == 303
    return task


def offered(desk: LookedAtPages, path: str) -> list[list[str]]:
    """The tasks of each offer on a page, in turn."""
    page = desk.get(path).get_data(as_text=True)
    forms = re.findall(r"<form[^>]*data-undo-offer>.*?</form>", page, re.S)
    return [re.findall(r'name="task" value="([^"]+)"', form) for form in forms]


def test_the_latest_answers_are_offered_in_turn_on_every_page(desk: LookedAtPages, web_engine: Engine) -> None:
    cases = [start_review(web_engine) for _ in range(3)]
    first, second = (str(answer(desk, web_engine, case)) for case in cases[:2])
    third = open_task(web_engine, cases[2]).id
    for path in ("/tasks", "/tasks?tab=queue", f"/tasks/{third}", "/tasks"):
        assert offered(desk, path) == [[second]], path
    assert "Annuler la réponse à «" in desk.get("/tasks").get_data(as_text=True)
    assert offered(desk, "/tasks?tab=archive") == [[second], [first]], "the latest above, each of the others at its row"
    assert offered(desk, f"/cases/{cases[0]}") == [[first]]
    assert desk.post_form("/tasks/undo", {"task": second}).status_code == 303
    assert offered(desk, "/tasks") == [[first]]
    with transaction(web_engine) as session:
        commands.set_variables(session, web_engine, cases[0], {"n": 1}, by=DEPLOYER)
    for path in ("/tasks", "/tasks?tab=archive", f"/cases/{cases[0]}"):
        assert offered(desk, path) == [], path


def test_nobody_is_offered_a_colleagues_answer(
    desk: LookedAtPages, client: LookedAtPages, web_engine: Engine, review: str
) -> None:
    case = start_review(web_engine)
    answer(desk, web_engine, case)
    colleague = browser_of(client, web_engine, "ADMIN")
    assert offered(colleague, f"/cases/{case}") == offered(colleague, "/tasks?tab=archive") == []


def test_a_held_case_says_how_long_it_waits_and_then_offers_nothing(
    desk: LookedAtPages, web_engine: Engine, clock: VirtualClock
) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, RESOURCES | {"review/review.bpmn": HELD.encode()}, by=DEPLOYER)
    case = start_review(web_engine)
    task = answer(desk, web_engine, case)
    for left, path in ((20, "/tasks"), (13, f"/cases/{case}"), (6, "/tasks?tab=archive")):
        assert f'data-left="{left}"' in desk.get(path).get_data(as_text=True), path
        clock.advance(timedelta(seconds=7))
    run_due(web_engine)
    for path in ("/tasks", f"/cases/{case}", "/tasks?tab=archive", f"/tasks/{task}"):
        assert offered(desk, path) == [], path
