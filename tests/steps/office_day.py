"""The office's day: many cases at once, programs, the sign-in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.collective.tables import CollectiveAct
from engine.engine import Engine
from engine.jobs import run_due
from engine.registry import Registry, ServiceTask
from engine.transaction import reading, transaction
from tests.fixtures.desks import Desk, browser_with
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.pages import LookedAtPages
from webapp.api import tokens
from workflows.association import parameters, second_step

BOOKED = process(
    "membership_application", [start(), service("book", "ledger.book"), user_task("look"), end()],
    ["begin -> book", "book -> look", "look -> done"],
)  # fmt: skip
KEY = "0123456789abcdef"


@pytest.fixture
def administrator(app: Flask, client: LookedAtPages, web_engine: Engine) -> Desk:
    """An administrator at the list of cases; the ledger is closed."""
    made = Desk(client, web_engine, [])
    made.engine = replace(
        web_engine, registry=web_engine.registry + Registry.collect([ServiceTask("ledger.book", made.book)])
    )
    app.extensions["amicale"] = made.engine
    made.person = browser_with(client, made.engine, "Ada", "ADMIN")
    return made


@given(parsers.parse("{count:d} cases stand still because the ledger is closed"))
def stand_still(administrator: Desk, count: int) -> None:
    with transaction(administrator.engine) as session:
        commands.deploy(session, administrator.engine, {"b.bpmn": BOOKED}, by=SYSTEM)
        for _ in range(count):
            begun = commands.start(session, administrator.engine, "membership_application", {}, by=SYSTEM)
            administrator.cases.append(begun.instance_id)
    assert administrator.open() == [""] * count


@when("the ledger opens, and the administrator has them tried again together")
def tried_again(administrator: Desk) -> None:
    administrator.broken = False
    administrator.page = administrator.text(administrator.act("retry", *administrator.cases))


@then(parsers.parse("each of the {count:d} cases goes on, and the page says so of each"))
def goes_on(administrator: Desk, count: int) -> None:
    assert administrator.open() == ["look"] * count
    assert administrator.page.count('<strong class="govuk-tag govuk-tag--green">') == count


@when(parsers.parse('the administrator looks at what suspending them would do, and does it because of "{reason}"'))
def suspends(administrator: Desk, reason: str) -> None:
    assert f"{len(administrator.cases)} dossiers sont concernés" in administrator.text(
        administrator.path("suspend", *administrator.cases)
    )
    administrator.page = administrator.act("suspend", *administrator.cases, reason=reason)


@then(parsers.parse("the {count:d} cases are suspended, and each says why"))
def suspended(administrator: Desk, count: int) -> None:
    assert administrator.states() == ["suspended"] * count
    assert all("litige en cours" in administrator.text(f"/cases/{case}") for case in administrator.cases)


@when("the administrator undoes it")
def undoes(administrator: Desk) -> None:
    [address] = re.findall(r'href="(/cases/together\?act=resume&amp;of=[^"]+)"', administrator.text(administrator.page))
    path = address.replace("&amp;", "&")
    hidden = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', administrator.text(path)))
    assert administrator.person.post_form(path, hidden).status_code == 303
    run_due(administrator.engine)


@then(parsers.parse("the {count:d} cases are running"))
def running(administrator: Desk, count: int) -> None:
    assert administrator.states() == ["active"] * count


@when("a program of the administrator asks twice, with one key, to pass over what stands still")
def program_asks(administrator: Desk, client: LookedAtPages) -> None:
    with transaction(administrator.engine) as session:
        _row, text = tokens.make(
            session, name="books", scopes=["operate"], now=administrator.engine.clock.now(), lasts=timedelta(days=1),
            by="system", roles=["ADMIN"],
        )  # fmt: skip
    asked = {"kind": "skip", "cases": [str(case) for case in administrator.cases], "reason": "booked by hand"}
    sent = {"Authorization": f"Bearer {text}", "Idempotency-Key": KEY}
    answers = [client.post("/api/v1/cases/acts", json=asked, headers=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [202, 202]
    assert answers[0].get_json() == answers[1].get_json()
    run_due(administrator.engine)


@then(parsers.parse("each of the {count:d} cases goes on, and one act is on record"))
def one_act(administrator: Desk, count: int) -> None:
    assert administrator.open() == ["look"] * count
    with reading(administrator.engine) as session:
        assert session.scalars(select(func.count(CollectiveAct.id))).one() == 1


@given(parsers.parse("the administrator decides that {role} needs a second step within {days:d} days"))
def decides(web_engine: Engine, role: str, days: int) -> None:
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        parameters.decide(
            session, second_step.TABLE, role, {"required": True, "grace": days}, valid_from=now.date(),
            decided_by="ADMIN", decided_on=now.date(), now=now,
        )  # fmt: skip


@when(
    parsers.parse("{days:d} days have passed and Anna of {role} signs in by her password alone"), target_fixture="hers"
)
def signs_in(client: LookedAtPages, web_engine: Engine, clock: VirtualClock, days: int, role: str) -> LookedAtPages:
    clock.advance(timedelta(days=days))
    return browser_with(client, web_engine, "Anna", role)


@then("nothing opens but the page on which she adds a second step")
def nothing_opens(hers: LookedAtPages) -> None:
    for path in ("/tasks", "/cases", "/account/"):
        assert hers.get(path).location.endswith("/account/second-required"), path
    assert hers.get("/account/second-required").status_code == 200
