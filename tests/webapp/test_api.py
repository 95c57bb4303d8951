"""The programming interface: tokens and their scopes, tasks, cases, and that nobody learns what is not his."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from engine import commands
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER, start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.webapp.test_cases import browser_of
from tests.webapp.test_inbox import open_task
from tests.webapp.test_timers import WAITING
from webapp.api import tokens

Program = Callable[..., "Caller"]


class Caller:
    """A program with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, status: int = 200, *, key: str = "", **more: Any) -> Any:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        answer = self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json() if answer.data else None


@pytest.fixture
def program(client: LookedAtPages, web_engine: Engine) -> Program:
    def make(*roles: str, scopes: tuple[str, ...] = ("read", "work", "operate"), days: int = 30) -> Caller:
        person = add_person(
            web_engine, "Prog", uuid4().hex[:8].translate(str.maketrans("0123456789", "ghijklmnop")), *roles
        )
        with transaction(web_engine) as session:
            _row, text = tokens.make(
                session, name="test", scopes=scopes, now=web_engine.clock.now(), lasts=timedelta(days=days),
                by="test", person_id=person.id,
            )  # fmt: skip
        return Caller(client.application.test_client(), text)

    return make


@pytest.fixture
def case(web_engine: Engine, review: str) -> UUID:
    return start_review(web_engine)


def test_a_task_is_found_taken_and_completed_once(program: Program, web_engine: Engine, case: UUID) -> None:
    mine = program("MEMBERSHIP")
    [found] = mine("GET", "/tasks?list=queue")["items"]
    assert (found["case_id"], found["element"], found["state"]) == (str(case), "read_file", "created")
    task = f"/tasks/{found['id']}"
    questions = mine("GET", f"{task}/form")["questions"]
    assert questions
    assert mine("POST", f"{task}/claim")["assignee"].startswith("person:")
    assert [each["id"] for each in mine("GET", "/tasks")["items"]] == [found["id"]]
    wrong = mine("POST", f"{task}/complete", 422, json={"answers": {"nothing": 1}})
    assert wrong["error"] == "answer_unknown"
    answers = {each["key"]: _fitting(each) for each in questions if each["required"]}
    done = mine("POST", f"{task}/complete", json={"answers": answers}, key="0123456789abcdef")
    assert mine("POST", f"{task}/complete", json={"answers": answers}, key="0123456789abcdef") == done
    assert mine("POST", f"{task}/complete", 409, json={"answers": answers})["error"] == "task_closed"
    assert [each["id"] for each in mine("GET", "/tasks?list=archive")["items"]] == [found["id"]]


def _fitting(question: dict[str, Any]) -> object:
    if question["options"]:
        value: object = question["options"][0]["value"]
        return [value] if question["kind"] in {"checklist", "taglist"} else value
    return {"checkbox": True, "number": 1, "datetime": "2026-12-01"}.get(question["kind"], "texte")


def test_what_is_missing_is_said_by_question(program: Program, case: UUID) -> None:
    mine = program("MEMBERSHIP")
    [found] = mine("GET", "/tasks?list=queue")["items"]
    required = {each["key"] for each in mine("GET", f"/tasks/{found['id']}/form")["questions"] if each["required"]}
    refused = mine("POST", f"/tasks/{found['id']}/complete", 422, json={"answers": {}})
    assert set(refused["fields"]) == required != set()


@pytest.mark.parametrize("sent", [None, "Bearer x", "Bearer amc_x", "Basic amc_x", "amc_x"])
def test_without_a_living_token_there_is_nothing(client: LookedAtPages, case: UUID, sent: str | None) -> None:
    for path in ("/tasks", f"/cases/{case}", "/processes"):
        answer = client.get(f"/api/v1{path}", headers={"Authorization": sent} if sent else {})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_ends(program: Program, web_engine: Engine, clock: VirtualClock, case: UUID) -> None:
    mine = program("MEMBERSHIP", days=2)
    mine("GET", "/tasks")
    clock.advance(timedelta(days=3))
    mine("GET", "/tasks", 401)


def test_a_token_reaches_as_far_as_its_scopes(program: Program, case: UUID) -> None:
    reader = program("ADMIN", scopes=("read",))
    assert reader("GET", f"/cases/{case}")["status"] == "active"
    refused = reader("POST", f"/cases/{case}/suspend", 403, json={"reason": "x"})
    assert refused["error"] == "scope_missing"
    [found] = reader("GET", "/tasks?list=queue")["items"]
    reader("POST", f"/tasks/{found['id']}/claim", 403)


def test_what_is_not_theirs_does_not_exist(program: Program, web_engine: Engine, case: UUID) -> None:
    foreign, task = program("EVENTS"), open_task(web_engine, case).id
    assert foreign("GET", "/tasks?list=queue")["items"] == []
    assert foreign("GET", "/cases")["items"] == []
    for method, path, body in (
        ("GET", f"/cases/{case}", None), ("GET", f"/cases/{case}/history", None),
        ("GET", f"/cases/{case}/variables", None),
        ("GET", f"/tasks/{task}", None), ("GET", f"/tasks/{task}/form", None),
        ("POST", f"/tasks/{task}/claim", None), ("POST", f"/tasks/{task}/complete", {"answers": {}}),
        ("POST", f"/cases/{case}/suspend", {"reason": "x"}), ("POST", f"/cases/{case}/cancel", {"reason": "x"}),
        ("PATCH", f"/cases/{case}/variables", {"reason": "x", "variables": {}}),
    ):  # fmt: skip
        unknown = path.replace(str(case), str(uuid4())).replace(str(task), str(uuid4()))
        theirs, nothing = foreign(method, path, 404, json=body), foreign(method, unknown, 404, json=body)
        assert theirs["error"] == nothing["error"] == "not_found"
    foreign("POST", "/messages", 403, json={"name": "a", "key": "b", "message_id": "c"})
    foreign("POST", "/cases", 403, json={"process": "review"})
    program()("GET", "/processes", 403)


def test_an_operator_corrects_holds_and_ends(program: Program, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"waiting.bpmn": WAITING.encode()}, by=DEPLOYER)
    operator = program("ADMIN")
    body = {"process": "waiting", "variables": {"day": "@2026-12-01", "amount": 12.5, "at": "@@home"}}
    case = operator("POST", "/cases", 201, json=body, key="a" * 20)["case_id"]
    assert operator("POST", "/cases", 201, json=body, key="a" * 20)["case_id"] == case
    assert operator("GET", f"/cases/{case}/variables")["variables"] == body["variables"]
    corrected = operator("PATCH", f"/cases/{case}/variables", json={"variables": {"amount": 3}, "reason": "faute"})
    assert corrected["variables"]["amount"] == 3
    assert operator("POST", f"/cases/{case}/suspend", json={"reason": "litige"})["status"] == "suspended"
    assert operator("POST", f"/cases/{case}/suspend", 409, json={"reason": "litige"})["error"] == "case_suspended"
    assert operator("POST", f"/cases/{case}/resume")["status"] == "active"
    assert operator("POST", f"/cases/{case}/cancel", json={"reason": "double"})["status"] == "canceled"
    kinds = [each["kind"] for each in operator("GET", f"/cases/{case}/history")["items"]]
    assert {"case_suspended", "case_resumed", "case_canceled", "variables_set"} <= set(kinds)


def test_pages_follow_each_other_without_a_gap(program: Program, web_engine: Engine, review: str) -> None:
    expected = [str(start_review(web_engine)) for _ in range(5)]
    operator = program("ADMIN")
    for path, of in (("/cases?limit=2", "id"), ("/tasks?list=queue&limit=2", "case_id")):
        seen, after = [], ""
        while True:
            page = operator("GET", f"{path}{after}")
            seen += [each[of] for each in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next'].replace('+', '%2B')}"
        assert sorted(seen) == sorted(expected)
    assert operator("GET", "/cases?after=nowhere", 422)["error"] == "place_unreadable"
    assert operator("GET", "/cases?limit=1000", 422)["fields"]
    assert operator("GET", "/cases?unknown=1", 422)["fields"]


def test_a_person_makes_uses_and_ends_a_token(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "MEMBERSHIP")
    page = "/account/tokens"
    assert f'href="{page}"' in person.get("/account/").get_data(as_text=True)
    for wrong in (
        {"name": "", "scope": "read", "days": "30"}, {"name": "x", "days": "30"}, {"name": "x", "scope": "read"},
        {"name": "x", "scope": "root", "days": "30"},
    ):  # fmt: skip
        assert person.post_form(page, wrong).status_code == 422
    assert person.post_form(page, {"name": "x", "scope": "read", "days": "30", "role": "ADMIN"}).status_code == 404
    shown = person.post_form(page, {"name": "tableur", "scope": ["read"], "days": "30"}).get_data(as_text=True)
    found = re.search(r'value="(amc_[\w-]+)"', shown)
    assert found is not None
    again = person.get(page).get_data(as_text=True)
    assert "tableur" in again
    assert found[1] not in again
    caller = Caller(client.application.test_client(), found[1])
    assert len(caller("GET", "/tasks?list=queue")["items"]) == 1
    ending = re.search(r"/account/tokens/([0-9a-f-]+)/end", again)
    assert ending is not None
    assert browser_of(client, web_engine, "EVENTS").post_form(ending[0]).status_code == 404
    assert person.post_form(ending[0]).status_code == 303
    caller("GET", "/tasks", 401)


def test_an_administrator_gives_a_service_its_roles(client: LookedAtPages, web_engine: Engine, case: UUID) -> None:
    person = browser_of(client, web_engine, "ADMIN")
    made = {"name": "robot", "scope": ["read", "work"], "days": "90", "role": ["MEMBERSHIP"]}
    shown = person.post_form("/account/tokens", made).get_data(as_text=True)
    found = re.search(r'value="(amc_[\w-]+)"', shown)
    assert found is not None
    caller = Caller(client.application.test_client(), found[1])
    [task] = caller("GET", "/tasks?list=queue")["items"]
    assert caller("POST", f"/tasks/{task['id']}/claim")["assignee"] == "service:robot"
    caller("GET", f"/cases/{case}/variables", 403)
