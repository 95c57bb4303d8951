"""A program that sends a request again, because the answer was lost, changes nothing: at every address that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from engine.engine import Engine
from engine.jobs import run_due
from engine.models import HistoryEvent
from engine.transaction import reading
from tests.engine.test_choosing import EVENING
from tests.engine.test_midway import LADDER
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.staff import add_person
from tests.webapp.test_api import Caller, program
from tests.webapp.test_api_steering import HURRIED, WHY, admin, deployed
from tests.webapp.test_moves import HALTED
from tests.webapp.test_subscriptions import crm, settings
from webapp.api.document import described

__all__ = ["admin", "crm", "program", "settings"]  # fixtures
LATER = {"due_at": "2027-01-31T09:00:00+00:00", **WHY}
# With a key of their own: test_api, test_api_steering, and how many cases begin in tests/engine/test_conditions.
ELSEWHERE = {
    "POST /cases", "POST /tasks/{}/complete", "POST /cases/acts", "POST /migrations", "POST /cases/{}/move",
    "POST /cases/{}/timers/{}/run", "POST /conditions",
}  # fmt: skip
UNDONE = process(
    "undone", [start(), user_task("one", groups="MEMBERSHIP"), user_task("two"), end()],
    ["begin -> one", "one -> two", "two -> done"],
).decode()  # fmt: skip
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\{\w+\}")


@dataclass
class Twice:
    """Sends each request with a key that is none, then twice with one that is."""

    caller: Caller
    sent: set[str] = field(default_factory=set)

    def __call__(self, path: str, body: dict[str, Any] | None = None, status: int = 200, method: str = "POST") -> Any:
        more = {} if body is None else {"json": body}
        key = f"{len(self.sent):020}"
        refused = self.caller(method, path, 422, key="no key", **more)
        assert refused["error"] == "idempotency_key_refused", path
        answers = [self.caller(method, path, status, key=key, **more) for _ in range(2)]
        assert answers[0] == answers[1], path
        self.sent.add(f"{method} {ID.sub('{}', path)}")
        return answers[0]


@pytest.fixture
def twice(admin: Caller) -> Twice:
    deployed(admin, ladder__bpmn=LADDER.decode(), hurried__bpmn=HURRIED, halted__bpmn=HALTED.decode())
    deployed(admin, evening__bpmn=EVENING.decode(), undone__bpmn=UNDONE)
    return Twice(admin)


def begun(caller: Caller, process: str) -> str:
    case: str = caller("POST", "/cases", 201, json={"process": process, "variables": {"ready": False}})["case_id"]
    return case


def kinds(engine: Engine, case: str) -> list[str]:
    with reading(engine) as session:
        query = session.query(HistoryEvent).order_by(HistoryEvent.at, HistoryEvent.id)
        return [each.kind for each in query if str(each.instance_id) == case]


def test_what_is_sent_again_is_answered_alike_and_done_once(twice: Twice, web_engine: Engine, app: Flask) -> None:
    _tasks(twice, web_engine)
    _cases(twice, web_engine)
    _promised_work(twice, web_engine)
    _incidents(twice)
    _versions(twice, web_engine)
    twice("/signals", {"name": "nobody"})
    asked = {"receiver": "crm", "events": ["case.started"]}
    made = twice("/subscriptions", asked, 201)
    assert [each["id"] for each in twice.caller("GET", "/subscriptions")["items"]] == [made["id"]]
    twice.caller("DELETE", f"/subscriptions/{made['id']}", 204)
    key = f"{len(twice.sent) - 1:020}"
    assert twice.caller("POST", "/subscriptions", 201, key=key, json=asked) == made, "it stays ended"
    assert twice.caller("GET", "/subscriptions")["items"] == []
    with app.app_context():
        paths = described(app)["paths"]
    keyed = {
        f"{method.upper()} {ID.sub('{}', path.removeprefix('/api/v1'))}"
        for path, of in paths.items() for method, said in of.items()
        if method != "parameters" and any(each.get("in") == "header" for each in said.get("parameters", ()))
    }  # fmt: skip
    assert twice.sent | ELSEWHERE == keyed


def _tasks(twice: Twice, engine: Engine) -> None:
    case = begun(twice.caller, "hurried")
    [task] = twice.caller("GET", "/tasks?list=queue&process=hurried")["items"]
    path = f"/tasks/{task['id']}"
    colleague = add_person(engine, "Ma", "Rin", "MEMBERSHIP").id
    twice(f"{path}/claim")
    twice(f"{path}/postpone", {"until": "2026-12-24T09:00:00+00:00"})
    twice(f"{path}/release")
    twice(f"{path}/assign", {"to": f"person:{colleague}"})
    told = kinds(engine, case)
    for kind in ("task_claimed", "task_postponed", "task_released", "task_assigned"):
        assert told.count(kind) == 1, kind
    [mine] = _own(twice.caller, "undone")
    twice.caller("POST", f"/tasks/{mine}/complete", json={"undoable": True})
    twice(f"/tasks/{mine}/undo")
    evening = begun(twice.caller, "evening")
    for verb in ("begin", "close"):
        [choice] = twice.caller("GET", f"/cases/{evening}/choices")["items"]
        twice(
            f"/cases/{evening}/choices/{choice['token']}/{verb}", {"element": "book"} if verb == "begin" else None, 204
        )
    assert [kinds(engine, evening).count(each) for each in ("activity_chosen", "choice_closed")] == [1, 1]


def test_what_is_sent_again_later_is_answered_as_things_stand_then(admin: Caller) -> None:
    deployed(admin, hurried__bpmn=HURRIED)
    begun(admin, "hurried")
    [task] = admin("GET", "/tasks?list=queue&process=hurried")["items"]
    path, key = f"/tasks/{task['id']}/claim", "k" * 20
    assert admin("POST", path, key=key)["assignee"] is not None
    admin("POST", f"/tasks/{task['id']}/release")
    assert admin("POST", path, key=key)["assignee"] is None, "it is not taken twice"


def test_the_document_promises_of_a_repeat_no_more_than_it_holds(app: Flask) -> None:
    with app.app_context():
        document = described(app)
    keys = [
        each["description"] for path in document["paths"].values() for said in path.values() if isinstance(said, dict)
        for each in said.get("parameters", ()) if each.get("name") == "Idempotency-Key"
    ]  # fmt: skip
    said = [document["info"]["description"], *keys]
    assert len(said) > 20 and all("as things stand then" in each and "same answer" not in each for each in said)


def _own(caller: Caller, process: str) -> list[str]:
    begun(caller, process)
    [free] = caller("GET", f"/tasks?list=queue&process={process}")["items"]
    caller("POST", f"/tasks/{free['id']}/claim")
    return [free["id"]]


def _cases(twice: Twice, engine: Engine) -> None:
    case = begun(twice.caller, "ladder")
    path = f"/cases/{case}"
    twice(f"{path}/suspend", WHY)
    assert twice.caller("POST", f"{path}/suspend", 409, json=WHY)["error"] == "case_suspended"
    other = twice.caller("POST", f"{path}/suspend", 409, key=f"{len(twice.sent) - 1:020}", json={"reason": "other"})
    assert other["error"] == "request_key_reused"
    twice(f"{path}/resume")
    twice(f"{path}/variables", {"variables": {"step": "A"}, **WHY}, method="PATCH")
    twice(f"{path}/cancel", WHY)
    told = kinds(engine, case)
    for kind in ("case_suspended", "case_resumed", "variables_set", "case_canceled"):
        assert told.count(kind) == 1, kind


def _promised_work(twice: Twice, engine: Engine) -> None:
    case = begun(twice.caller, "hurried")
    job = f"/cases/{case}/jobs/{twice.caller('GET', f'/cases/{case}/jobs')['items'][0]['id']}"
    twice(f"{job}/move", LATER, 204)
    twice(f"{job}/run", None, 204)
    assert [kinds(engine, case).count(each) for each in ("job_moved", "job_run")] == [1, 1]
    case = begun(twice.caller, "ladder")
    twice.caller("POST", f"/cases/{case}/move", 204, json={"element": "second", **WHY})
    [timer] = twice.caller("GET", f"/cases/{case}/timers")["items"]
    twice(f"/cases/{case}/timers/{timer['token']}/move", LATER, 204)
    assert kinds(engine, case).count("timer_moved") == 1


def _incidents(twice: Twice) -> None:
    for _ in range(2):
        begun(twice.caller, "halted")
    first, second = twice.caller("GET", "/incidents?process=halted")["items"]
    twice(f"/incidents/{first['id']}/retry", None, 204)
    twice(f"/incidents/{second['id']}/skip", {"variables": {"total": 1}, **WHY}, 204)
    assert twice("/incidents/retry", {"process": "halted"}, 202)["count"] == 1


def _versions(twice: Twice, engine: Engine) -> None:
    cases = [begun(twice.caller, "ladder") for _ in range(2)]
    deployed(twice.caller, ladder__bpmn=LADDER.decode().replace('name="ladder"', 'name="ladder again"'))
    asked = {"process": "ladder", "version": 2, "cases": cases[:1], **WHY}
    made = twice.caller("POST", "/migrations", 202, json=asked)["migration"]
    run_due(engine)
    assert twice(f"/migrations/{made}/return", {"cases": cases[:1]}, 202)["count"] == 1
    twice(f"/cases/{cases[1]}/migrate", {"version": 2, **WHY}, 204)
    assert kinds(engine, cases[1]).count("case_migrated") == 1
