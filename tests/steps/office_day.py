"""The office's day: many cases at once, programs, the sign-in."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

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
from engine.models import UserTask
from engine.registry import Registry, ServiceTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import start_review
from tests.fixtures.desks import Desk, browser_with
from tests.fixtures.diagrams import end, process, service, start, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD
from tests.webapp.test_inbox import open_task
from tests.webapp.test_renewals import member
from webapp.api import tokens
from webapp.week import mail as monday
from workflows.association import parameters, second_step
from workflows.association.mails import Mail
from workflows.association.people import Person

BOOKED = process(
    "membership_application", [start(), service("book", "ledger.book"), user_task("look"), end()],
    ["begin -> book", "book -> look", "look -> done"],
)  # fmt: skip
KEY = "0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Pile:
    """Tasks that ask the same, before whoever answers them."""

    person: LookedAtPages
    tasks: list[str]


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


@given(parsers.parse('"{name}" has {days:d} days of membership left'), target_fixture="caller")
def is_a_member(web_engine: Engine, name: str, days: int) -> UUID:
    member(web_engine, name, "1001", left=days)
    with reading(web_engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == name)).one()


@when(parsers.parse('{role} types "{text}" into the box of any page'), target_fixture="shown")
def types_into_the_box(client: LookedAtPages, web_engine: Engine, caller: UUID, role: str, text: str) -> str:
    desk = browser_with(client, web_engine, "Rosa", role)
    assert 'id="find-anything"' in desk.get("/tasks").get_data(as_text=True)
    address = str(desk.get("/find", query_string={"q": text}).location)
    assert f"/people/{caller}" in address
    return desk.get(address).get_data(as_text=True)


@then(parsers.parse('the page of "{name}" opens, and its first line says her standing'))
def says_her_standing(shown: str, name: str) -> None:
    head = shown[shown.index("<h1") : shown.index("am-case")]
    assert name in head
    assert re.search(r'<ul class="am-facts">\s*<li><strong class="govuk-tag[^>]*>[^<]+', head)


@when("somebody of EVENTS without a right to cases types the number of a case there", target_fixture="shown")
def types_a_number(client: LookedAtPages, web_engine: Engine, review: str) -> str:
    start_review(web_engine)
    return str(browser_with(client, web_engine, "Eva", "EVENTS").get("/find?q=REV-1").location)


@then("nothing of it is told")
def nothing_is_told(shown: str) -> None:
    assert "/cases" not in shown


@given(parsers.parse("{count:d} cases wait for the same decision of MEMBERSHIP"), target_fixture="pile")
def same_decision(client: LookedAtPages, web_engine: Engine, review: str, count: int) -> Pile:
    tasks = [str(open_task(web_engine, start_review(web_engine)).id) for _ in range(count)]
    return Pile(browser_with(client, web_engine, "Rosa", "MEMBERSHIP"), tasks)


@when("MEMBERSHIP answers them as one stack, the first one without a tick")
def answers_the_stack(pile: Pile) -> None:
    chosen = {"card": pile.tasks, "task": pile.tasks[1:], "verdict": "YES"}
    look = pile.person.post_form("/tasks/stack/", {**chosen, "step": "look"}).get_data(as_text=True)
    assert "1 tâche sans coche reste ouverte" in look
    [key] = re.findall(r'name="key" value="(\w+)"', look)
    assert pile.person.post_form("/tasks/stack/", {**chosen, "step": "do", "key": key}).status_code == 303


@when("MEMBERSHIP undoes the stack")
def undoes_the_stack(pile: Pile) -> None:
    assert pile.person.post_form("/tasks/undo", {"task": pile.tasks[1:]}).status_code == 303


@then(parsers.parse("{count:d} of the {all_:d} are answered"))
def are_answered(pile: Pile, web_engine: Engine, count: int, all_: int) -> None:
    with reading(web_engine) as session:
        done = [session.get_one(UserTask, UUID(task)).state == "completed" for task in pile.tasks]
    assert (sum(done), len(done)) == (count, all_)


@given("a case waits for the general delegate's signature", target_fixture="delegate")
def waits_for_a_signature(client: LookedAtPages, web_engine: Engine) -> LookedAtPages:
    signing = process(
        "signing", [start(), user_task("sign", groups="GENERAL_DELEGATE"), end()], ["begin -> sign", "sign -> done"]
    )
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, {"signing.bpmn": signing}, by=SYSTEM)
        commands.start(session, web_engine, "signing", {}, by=SYSTEM, business_key="Zoe-Secret")
    return browser_with(client, web_engine, "Dora", "GENERAL_DELEGATE")


@when("the delegate's Monday comes")
def monday_comes(delegate: LookedAtPages, web_engine: Engine, clock: VirtualClock) -> None:
    monday.ensure(web_engine)
    clock.advance(timedelta(days=7))
    run_due(web_engine)
    sent = {"email": "dora.essai@example.org", "password": PASSWORD}
    assert delegate.post_form("/sign-in/password", sent).status_code == 303


@then("her page and her mail say that one is to sign, the mail without a name")
def say_what_is_to_sign(delegate: LookedAtPages, web_engine: Engine) -> None:
    assert "À signer" in delegate.get("/week").get_data(as_text=True)
    with reading(web_engine) as session:
        text = session.scalars(select(Mail.text).where(Mail.text.contains("/week"))).one()
    assert "À signer : 1" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Zoe-Secret" not in text


@then("she signs it from the page, on a phone")
def signs_it(delegate: LookedAtPages) -> None:
    [address] = set(re.findall(r'href="(/tasks/[0-9a-f-]{36})', delegate.get("/week").get_data(as_text=True)))
    assert delegate.post_form(address).status_code == 303
    assert address not in delegate.get("/week").get_data(as_text=True)
