"""Programs deploy, steer cases, and the client of the documentation does what its page says."""

from __future__ import annotations

import contextlib
import io
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engine import commands
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.engine.test_midway import LADDER
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.chromium import Server, server
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.staff import add_person
from tests.repository.sources import ROOT
from tests.webapp.test_api import Caller, Program, program
from tests.webapp.test_moves import HALTED
from webapp.api import tokens

__all__ = ["program", "server"]  # fixtures
WHY = {"reason": "asked by the board"}
FORM = json.dumps(
    {"type": "default", "id": "decide", "schemaVersion": 19, "components": [
        {"type": "radio", "id": "decide_decision", "key": "decision", "label": "Décision",
         "properties": {"i18n.en.label": "Decision"}, "validate": {"required": True},
         "values": [{"label": "Oui", "value": "ACCEPT"}, {"label": "Non", "value": "REFUSE"}]}]}
)  # fmt: skip
LINKED = '<zeebe:formDefinition formId="decide" bindingType="deployment"/>'
ASKED = process(
    "asked", [start(), user_task("decide", extra=LINKED), end()], ["begin -> decide", "decide -> done"]
).decode()  # fmt: skip


def deployed(caller: Caller, **files: str) -> dict[str, object]:
    named = {name.replace("__", "."): body for name, body in files.items()}
    found: dict[str, object] = caller("POST", "/deployments", 201, json={"files": named, **WHY})
    return found


@pytest.fixture
def admin(program: Program) -> Caller:
    return program("ADMIN", "MEMBERSHIP", scopes=tokens.SCOPES)


def test_a_program_deploys(admin: Caller, program: Program) -> None:
    first = deployed(admin, ladder__bpmn=LADDER.decode())
    again = deployed(admin, ladder__bpmn=LADDER.decode())
    assert first["processes"] == [{"process": "ladder", "version": 1, "created": True}]
    assert again["processes"] == [{"process": "ladder", "version": 1, "created": False}]
    broken = admin("POST", "/deployments", 422, json={"files": {"x.bpmn": "<no>"}, **WHY})
    assert broken["error"] in {"deployment_refused", "diagram_refused"}
    sent = {"files": {"ladder.bpmn": LADDER.decode()}, **WHY}
    assert program("ADMIN")("POST", "/deployments", 403, json=sent)["error"] == "scope_missing"
    program("MEMBERSHIP", scopes=tokens.SCOPES)("POST", "/deployments", 403, json=sent)


def test_a_program_steers_a_case(admin: Caller, program: Program) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode(), halted__bpmn=HALTED.decode())
    case = admin("POST", "/cases", 201, json={"process": "ladder"})["case_id"]
    standing = admin("GET", f"/cases/{case}/tokens")
    assert [each["element"] for each in standing["tokens"]] == ["first"]
    assert "third" in standing["places"]
    moved = {"element": "second", **WHY}
    for _ in range(2):
        admin("POST", f"/cases/{case}/move", 204, json=moved, key="0123456789abcdef")
    admin("POST", f"/cases/{case}/move", 422, json={"element": "nowhere", **WHY})
    [timer] = admin("GET", f"/cases/{case}/timers")["items"]
    path = f"/cases/{case}/timers/{timer['token']}"
    admin("POST", f"{path}/move", 422, json={"due_at": "0001-01-01T00:00:00+02:00", **WHY})
    admin("POST", f"{path}/move", 204, json={"due_at": "2027-01-31T09:00:00+00:00", **WHY})
    assert admin("GET", f"/cases/{case}/timers")["items"][0]["due_at"].startswith("2027-01-31T09:00")
    admin("POST", f"{path}/run", 204)
    admin("POST", f"{path}/run", 409)
    assert admin("GET", f"/cases/{case}")["status"] == "completed"
    halted = admin("POST", "/cases", 201, json={"process": "halted"})["case_id"]
    [incident] = admin("GET", "/incidents?process=halted")["items"]
    skip = f"/incidents/{incident['id']}/skip"
    program("MEMBERSHIP")("POST", skip, 404, json={"variables": {"total": 1}, **WHY})
    admin("POST", skip, 404, json={"variables": {"gift_amount": 1}, **WHY})
    admin("POST", skip, 204, json={"variables": {"total": 1}, **WHY})
    assert [each["element"] for each in admin("GET", f"/cases/{halted}/tokens")["tokens"]] == ["near"]
    admin("POST", f"/incidents/{uuid4()}/skip", 404, json=WHY)


DEADLINE = '<zeebe:properties><zeebe:property name="task.deadline" value="4"/></zeebe:properties>'
HURRIED = process(
    "hurried", [start(), user_task("read", groups="MEMBERSHIP", extra=DEADLINE), end()],
    ["begin -> read", "read -> done"],
).decode()  # fmt: skip


def test_a_program_changes_when_any_promised_work_is_done(admin: Caller, program: Program, web_engine: Engine) -> None:
    deployed(admin, hurried__bpmn=HURRIED)
    case = admin("POST", "/cases", 201, json={"process": "hurried"})["case_id"]
    first = admin("GET", f"/cases/{case}/jobs")["items"][0]
    assert (first["element"], first["kind"], first["held"]) == ("read", "deadline", False)
    path = f"/cases/{case}/jobs/{first['id']}"
    admin("POST", f"{path}/move", 422, json={"due_at": "0001-01-01T00:00:00+02:00", **WHY})
    admin("POST", f"{path}/move", 204, json={"due_at": "2027-01-31T09:00:00+00:00", **WHY})
    assert any(each["due_at"].startswith("2027-01-31") for each in admin("GET", f"/cases/{case}/jobs")["items"])
    admin("POST", f"{path}/run", 204)
    run_due(web_engine)
    assert first["id"] not in {each["id"] for each in admin("GET", f"/cases/{case}/jobs")["items"]}
    admin("POST", f"{path}/run", 409)
    program("EVENTS", scopes=tokens.SCOPES)("GET", f"/cases/{case}/jobs", 404)


def test_the_client_of_the_documentation_works(server: Server, web_engine: Engine) -> None:
    person = add_person(web_engine, "Prog", "Ramme", "ADMIN", "MEMBERSHIP")
    with transaction(web_engine) as session:
        now, lasts = web_engine.clock.now(), timedelta(days=9)
        _row, text = tokens.make(
            session, name="docs", scopes=tokens.SCOPES, now=now, lasts=lasts, by="test", person_id=person.id
        )
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 2
    names: dict[str, object] = {"address": server.url, "token": text}
    exec(blocks[0], names)
    client = names["Amicale"](server.url, text)  # type: ignore[operator]
    client.call("POST", "/deployments", {"files": {"asked.bpmn": ASKED, "decide.form": FORM}, **WHY})
    client.call("POST", "/cases", {"process": "asked"}, "fedcba9876543210")
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(blocks[1], names)
    assert said.getvalue() == "decide True\n"
    with reading(web_engine) as session:
        assert [task.closed_by for task in session.query(UserTask).all()] == [f"person:{UUID(str(person.id))}"]


def test_a_program_does_the_same_with_many_cases(admin: Caller, program: Program, web_engine: Engine) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode())
    cases = [admin("POST", "/cases", 201, json={"process": "ladder"})["case_id"] for _ in range(2)]
    asked = {"kind": "suspend", "cases": cases, **WHY}
    made = [admin("POST", "/cases/acts", 202, json=asked, key="0123456789abcdea")["act"] for _ in range(2)]
    assert made[0] == made[1]
    reused = {**asked, "cases": [cases[0], cases[0]]}
    assert admin("POST", "/cases/acts", 409, json=reused, key="0123456789abcdea")["error"] == "request_key_reused"
    early = {"kind": "date", "element": "first", "due_at": "0001-01-01T00:00:00+02:00", "cases": cases, **WHY}
    admin("POST", "/cases/acts", 422, json=early)
    run_due(web_engine)
    told = admin("GET", f"/cases/acts/{made[0]}")
    assert (told["done"], told["left"], {each["state"] for each in told["items"]}) == (2, 0, {"done"})
    assert admin("GET", f"/cases/{cases[0]}")["status"] == "suspended"
    stranger = program("EVENTS", scopes=tokens.SCOPES)
    stranger("POST", "/cases/acts", 404, json=asked)
    stranger("GET", f"/cases/acts/{made[0]}", 404)
    admin("POST", "/cases/acts", 404, json={**asked, "cases": [*cases, str(uuid4())]})
    assert admin("POST", "/cases/acts", 422, json={**asked, "kind": "move"})["error"] == "act_incomplete"
    with transaction(web_engine) as session:
        for case in cases:
            given = {"gift_amount": 91, "balance": 251}
            commands.set_variables(session, web_engine, UUID(case), given, by=DEPLOYER)
    admin("PATCH", f"/cases/{cases[0]}/variables", 404, json={"variables": {"balance": 1}, **WHY})
    deep = json.loads("[" * 250 + "]" * 250)
    admin("PATCH", f"/cases/{cases[0]}/variables", 422, json={"variables": {"step": deep}, **WHY})
    for kind in ("correct", "skip"):
        admin("POST", "/cases/acts", 404, json={"kind": kind, "cases": cases, "variables": {"balance": 1}, **WHY})


def test_cases_go_to_another_version_and_back_and_begin_by_conditions(
    admin: Caller, program: Program, web_engine: Engine
) -> None:
    deployed(admin, ladder__bpmn=LADDER.decode())
    cases = [admin("POST", "/cases", 201, json={"process": "ladder"})["case_id"] for _ in range(2)]
    deployed(admin, ladder__bpmn=LADDER.decode().replace('name="ladder"', 'name="ladder again"'))
    stranger = program("EVENTS", scopes=tokens.SCOPES)
    asked = {"process": "ladder", "version": 2, "cases": cases, **WHY}
    stranger("POST", "/migrations", 404, json=asked)
    admin("POST", "/migrations", 404, json={**asked, "version": 3})
    made = [admin("POST", "/migrations", 202, json=asked, key="0123456789abcdef")["migration"] for _ in range(2)]
    assert made[0] == made[1]
    run_due(web_engine)
    path = f"/migrations/{made[0]}"
    assert {each["state"] for each in admin("GET", path)["items"]} == {"moved"}
    stranger("GET", path, 404)
    stranger("POST", f"{path}/return", 404, json={"cases": cases})
    assert admin("POST", f"{path}/return", 202, json={"cases": cases[:1]})["count"] == 1
    run_due(web_engine)
    assert {each["case"]: each["state"] for each in admin("GET", path)["items"]} == {
        cases[0]: "returned", cases[1]: "moved",
    }  # fmt: skip
    admin("POST", f"/cases/{cases[0]}/migrate", 204, json={"version": 2, **WHY})
    assert admin("POST", "/migrations", 409, json={**asked, "cases": cases})["error"] == "nothing_to_move"
    deployed(admin, other__bpmn=LADDER.decode().replace('id="ladder"', 'id="other"'))
    other = admin("POST", "/cases", 201, json={"process": "other"})["case_id"]
    admin("POST", "/migrations", 404, json={**asked, "version": 1, "cases": [other, cases[0]]})
    stranger("POST", f"/cases/{cases[0]}/migrate", 404, json={"version": 1, **WHY})
    assert admin("GET", f"/cases/{cases[0]}/choices")["items"] == []
    assert admin("POST", "/conditions", json={"variables": {"a": 1}})["items"] == []
    kept = {"name": "n", "key": "k", "message_id": "m1", "keep_seconds": 60}
    admin("POST", "/messages", json=kept)
    assert [admin("POST", "/messages/withdraw", json={"message_id": "m1"})["kept"] for _ in range(2)] == [True, False]
    stranger("POST", "/messages/withdraw", 403, json={"message_id": "m1"})
