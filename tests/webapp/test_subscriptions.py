"""Other systems are told what happens to tasks and cases: as subscribed, signed, once, and nothing about people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.outside import feed
from engine.outside.signatures import secret_of, verified
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import end, process, start, user_task
from tests.fixtures.http import OtherSystem
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_api import Caller, Program, program
from tests.webapp.test_cases import browser_of
from tests.webapp.test_webhook_events import NEW
from webapp.api import tokens
from webapp.settings import Settings

__all__ = ["program"]  # a fixture
SHORT = process("short", [start(), user_task("look"), end()], ["begin -> look", "look -> done"])
OTHER = process("other", [start(), user_task("read"), end()], ["begin -> read", "read -> done"])
PAGE = "/operations/subscriptions"


@pytest.fixture
def crm(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def settings(settings: Settings, crm: OtherSystem) -> Settings:
    """An installation that names one receiver, in its own network."""
    return replace(
        settings, webhook_receivers={"crm": f"{crm.url}/in"}, webhook_secrets={"crm": NEW}, http_inside=crm.url
    ).completed()


def told(crm: OtherSystem, clock: VirtualClock) -> list[tuple[str, dict[str, object]]]:
    """What arrived so far: each is signed, and a receiver that knows an id ignores it."""
    for each in crm.asked:
        verified([secret_of(NEW)], each.headers, each.body, clock.now())
    said = {each.headers["webhook-id"]: json.loads(each.body) for each in crm.asked}
    return [(each["type"], each["data"]) for each in said.values()]


def read(engine: Engine, clock: VirtualClock) -> None:
    clock.advance(feed.EVERY)
    run_due(engine)


def test_a_receiver_is_told_once_of_what_it_asked_for(
    client: LookedAtPages, web_engine: Engine, crm: OtherSystem, clock: VirtualClock
) -> None:
    admin = browser_of(client, web_engine, "ADMIN")
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"s.bpmn": SHORT, "o.bpmn": OTHER}, by=DEPLOYER)
        commands.start(session, web_engine, "short", {}, by=SYSTEM)  # before anybody subscribed
    clock.advance(timedelta(seconds=1))
    assert admin.post_form(PAGE, {"receiver": "crm"}).status_code == 422
    assert admin.post_form(PAGE, {"receiver": "evil", "event": "task.opened"}).status_code == 422
    sent = {"receiver": "crm", "process": "short", "event": ["task.completed", "case.completed", "task.opened"]}
    assert admin.post_form(PAGE, sent).status_code == 303
    assert "une tâche est terminée" in admin.get(PAGE).get_data(as_text=True)
    with transaction(web_engine) as session:
        case = commands.start(session, web_engine, "short", {"iban": "FR76"}, by=SYSTEM)
        commands.start(session, web_engine, "other", {}, by=SYSTEM)
    crm.answers.insert(0, b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n")  # it is tried again
    read(web_engine, clock)
    with transaction(web_engine) as session:
        commands.complete(session, web_engine, case.next_tasks[0], {"verdict": "YES"}, by=SYSTEM)
    for _ in range(4):
        read(web_engine, clock)
    task = {"case": str(case.instance_id), "process": "short", "element": "look", "task": str(case.next_tasks[0])}
    ended = [name for name, data in told(crm, clock) if data["case"] == str(case.instance_id)]
    assert sorted(ended) == ["case.completed", "task.completed", "task.opened"]
    assert ("task.opened", task) in told(crm, clock) and ("task.completed", task) in told(crm, clock)
    assert not any(word in each.body for each in crm.asked for word in (b"FR76", b"YES", b"person:"))
    [mark] = set(admin.get(PAGE).get_data(as_text=True).split(f'action="{PAGE}/')[1:])
    assert admin.post_form(f"{PAGE}/{mark.partition('/')[0]}/end").status_code == 303
    before = len(crm.asked)
    with transaction(web_engine) as session:
        commands.start(session, web_engine, "short", {}, by=SYSTEM)
    read(web_engine, clock)
    assert len(crm.asked) == before


def test_a_program_of_an_administrator_subscribes_and_others_do_not(
    program: Program, web_engine: Engine, app: Flask
) -> None:
    asked = {"receiver": "crm", "events": ["case.started"]}
    admin: Caller = program("ADMIN", scopes=tokens.SCOPES)
    made = admin("POST", "/subscriptions", 201, json=asked)
    assert admin("POST", "/subscriptions", 201, json=asked)["id"] == made["id"], "the same is not told twice"
    assert [each["id"] for each in admin("GET", "/subscriptions")["items"]] == [made["id"]]
    assert admin("POST", "/subscriptions", 422, json={**asked, "receiver": "evil"})["error"] == "events_refused"
    stranger = program("MEMBERSHIP", scopes=tokens.SCOPES)
    stranger("GET", "/subscriptions", 403)
    stranger("POST", "/subscriptions", 403, json=asked)
    stranger("DELETE", f"/subscriptions/{made['id']}", 403)
    admin("DELETE", f"/subscriptions/{made['id']}", 204)
    assert admin("GET", "/subscriptions")["items"] == []
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    assert "case.started" in str(document["webhooks"]["happened"]["post"]["requestBody"])
