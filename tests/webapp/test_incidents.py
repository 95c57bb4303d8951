"""Incidents of many cases: listed in groups, tried again together, with what came of each; by whom it may be done."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.jobs import run_due
from engine.registry import Registry, ServiceTask, ServiceWork
from engine.transaction import transaction
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_cases import browser_of

LISTED = process(
    "membership_application",
    [start(), service("book", "ledger.book"), user_task("look"), end()],
    ["begin -> book", "book -> look", "look -> done"],
)
OTHER = process("other", [start(), service("pay", "ledger.pay"), end()], ["begin -> pay", "pay -> done"])
CASE = re.compile(r'href="/cases/([0-9a-f-]{36})"')
PAGE, AGAIN = "/operations/incidents", "/operations/incidents/again"


class Ledger:
    """Refuses work of these types, or of cases with these numbers."""

    def __init__(self) -> None:
        self.broken: set[object] = {"ledger.book", "ledger.pay"}

    def serve(self, work: ServiceWork, type_: str) -> None:
        if type_ in self.broken or work.variables.get("number") in self.broken:
            raise WorkFailed("the ledger is closed", again=False)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def it(app: Flask, web_engine: Engine, ledger: Ledger, clock: VirtualClock) -> Engine:
    """Three cases that stand still at the ledger, and one of another process."""
    work = [ServiceTask(name, lambda one, name=name: ledger.serve(one, name)) for name in ("ledger.book", "ledger.pay")]  # type: ignore[misc]
    engine = replace(web_engine, registry=web_engine.registry + Registry.collect(work))
    app.extensions["amicale"] = engine
    with transaction(engine) as session:
        commands.deploy(session, engine, {"a.bpmn": LISTED, "b.bpmn": OTHER}, by=SYSTEM)
        for number in (1, 2, 3):
            commands.start(session, engine, "membership_application", {"number": number}, by=SYSTEM)
        commands.start(session, engine, "other", {"number": 4}, by=SYSTEM)
    clock.advance(timedelta(minutes=1))
    return engine


def text(client: LookedAtPages, place: str, **query: str) -> str:
    return client.get(place, query_string=query).get_data(as_text=True)


def test_incidents_are_listed_in_groups(client: LookedAtPages, it: Engine) -> None:
    admin = browser_of(client, it, "ADMIN")
    assert "4 étapes sont à l’arrêt" in text(admin, "/cases")
    page = text(admin, PAGE)
    assert "Réessayer 4 étapes" in page
    assert page.index(">3</td>") < page.index(">1</td>")
    one = text(admin, PAGE, process="membership_application", element="book", code="attempts_exhausted")
    assert "Réessayer 3 étapes" in one
    assert one.count('href="/cases/') >= 3
    assert "Rien ne bloque ici" in text(admin, PAGE, element="elsewhere")


def test_a_group_is_tried_again_and_each_case_says_what_came_of_it(
    client: LookedAtPages, it: Engine, ledger: Ledger, clock: VirtualClock
) -> None:
    admin = browser_of(client, it, "GENERAL_DELEGATE")
    ledger.broken = {2}
    answer = admin.post_form(PAGE, {"process": "membership_application", "element": "book"})
    assert answer.status_code == 303
    assert str(answer.location).startswith(AGAIN)
    before = admin.get(str(answer.location))
    assert "0 sur 3" in before.get_data(as_text=True)
    assert before.headers["Refresh"]
    clock.advance(timedelta(seconds=1))
    run_due(it)
    after = admin.get(str(answer.location))
    page = after.get_data(as_text=True)
    assert "Refresh" not in after.headers
    assert "3 sur 3" in page
    assert page.count("continue</strong>") == 2
    assert page.count("bloque de nouveau</strong>") == 1
    assert "Réessayer 2 étapes" in text(admin, PAGE), "the one that failed again, and the other process"


def test_every_case_that_was_tried_again_stands_on_a_page(
    client: LookedAtPages, it: Engine, ledger: Ledger, clock: VirtualClock
) -> None:
    with transaction(it) as session:
        for number in range(10, 109):
            commands.start(session, it, "membership_application", {"number": number}, by=SYSTEM)
    clock.advance(timedelta(minutes=1))
    admin = browser_of(client, it, "ADMIN")
    group = [text(admin, PAGE, process="membership_application", page=str(number)) for number in (1, 2, 3)]
    assert [len(set(CASE.findall(page))) for page in group] == [50, 50, 2]
    ledger.broken = {10}
    asked = str(admin.post_form(PAGE, {"process": "membership_application"}).location)
    clock.advance(timedelta(seconds=1))
    run_due(it)
    pages = [admin.get(f"{asked}&page={number}").get_data(as_text=True) for number in (1, 2, 3)]
    seen = [set(CASE.findall(page)) for page in pages]
    assert [len(each) for each in seen] == [50, 50, 2]
    assert len(set.union(*seen)) == 102
    assert sum(page.count("continue</strong>") for page in pages) == 101
    assert sum(page.count("bloque de nouveau</strong>") for page in pages) == 1
    assert ['rel="prev"' in page for page in pages] == [False, True, True]
    assert ['rel="next"' in page for page in pages] == [True, True, False]
    for odd in ("0", "99", "x", "-1", "9" * 400):
        assert len(set(CASE.findall(admin.get(f"{asked}&page={odd}&endpoint=x").get_data(as_text=True)))) in {50, 2}


def test_owners_try_their_own_processes_again(client: LookedAtPages, it: Engine, ledger: Ledger) -> None:
    owner = browser_of(client, it, "MEMBERSHIP")
    ledger.broken = set()
    page = text(owner, PAGE)
    assert "other" not in page
    assert '<button class="govuk-button" data-prevent' not in page, "a process is chosen first"
    assert owner.post_form(PAGE, {"process": ""}).location == PAGE
    assert owner.post_form(PAGE, {"process": "other"}).location == f"{PAGE}?process=other"
    run_due(it)
    assert "Réessayer 3 étapes" in text(owner, PAGE, process="membership_application")
    owner.post_form(PAGE, {"process": "membership_application"})
    run_due(it)
    assert "Rien ne bloque ici" in text(owner, PAGE)
    admin = browser_of(client, it, "ADMIN")
    assert "Réessayer 1 étape" in text(admin, PAGE)


@pytest.mark.parametrize("query", [{}, {"until": "yesterday"}, {"until": "2026-01-01T00:00:00+00:00", "total": "x"}])
def test_an_address_that_is_none_leads_back(client: LookedAtPages, it: Engine, query: dict[str, str]) -> None:
    answer = browser_of(client, it, "ADMIN").get(AGAIN, query_string=query)
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_who_does_not_work_here_sees_nothing(client: LookedAtPages, it: Engine) -> None:
    assert client.get(PAGE).status_code == 303
    assert browser_of(client, it, "").get(PAGE).status_code == 403
