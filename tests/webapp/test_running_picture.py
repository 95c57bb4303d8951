"""Where the cases of a process stand: by version and period, down to the cases; of elements, never of people."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import transaction
from tests.fixtures import gifts
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.peers import PROCESS
from tests.security.web import at_desk
from tests.webapp.test_moving_cases import LATER, OTHER, cases, deploy, owner
from webapp.operations.drawing import read_drawing
from webapp.viewer import OWNERS
from workflows.association.people import Person
from workflows.association.role_names import WORKING_ROLES
from workflows.catalogue import definitions

__all__ = ["cases", "owner"]  # fixtures


def text(browser: LookedAtPages, address: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", browser.get(address).get_data(as_text=True)).split())


def test_cases_by_version_and_period(owner: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> None:
    address, clock = f"/studio/{PROCESS}/running", web_engine.clock
    assert isinstance(clock, VirtualClock)
    deploy(web_engine, LATER)
    with transaction(web_engine) as session:
        for _ in range(2):
            commands.start(
                session, web_engine, PROCESS, {}, by=SYSTEM, at="confirm_peer",
                business_key="NEW", reason="x",
            )  # fmt: skip
        commands.cancel(session, web_engine, cases[0], by=SYSTEM)
    assert "6 dossiers sont en cours" in text(owner, f"{address}?since=ever")
    assert "4 dossiers sont en cours" in text(owner, f"{address}?since=ever&version=1")
    assert "2 dossiers en cours ont commencé au cours des 90 derniers jours" in text(owner, f"{address}?version=2")
    clock.advance(timedelta(hours=5))
    shown = text(owner, address)
    assert "Dire si on se connaît 6 – Dire si on se connaît – 5 heures 5 heures" in shown
    listed = text(owner, f"{address}/confirm_peer?version=2")
    assert listed.count("NEW") == 2 and "PAIR" not in listed
    assert owner.get(f"{address}?version=9").status_code == 404
    assert owner.get(f"{address}/nothing").status_code == 404


def test_ninety_days_are_shown_unless_more_is_asked_for(app: Flask, web_engine: Engine, cases: list[UUID]) -> None:
    address, clock = f"/studio/{PROCESS}/running", web_engine.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(days=91))
    owner = at_desk(app, web_engine, "Odile", "PROCESS_OWNER")
    with transaction(web_engine) as session:
        commands.start(session, web_engine, PROCESS, {}, by=SYSTEM, at="confirm_peer", business_key="NEW", reason="x")
    shown = text(owner, address)
    assert "1 dossier en cours a commencé au cours des 90 derniers jours." in shown
    assert "5 autres dossiers en cours avaient commencé avant. Les montrer tous" in shown
    assert "Dire si on se connaît 1 –" in shown
    ever = text(owner, f"{address}?since=ever")
    assert "6 dossiers sont en cours." in ever and "autres dossiers" not in ever
    assert "compté sur les 365 derniers jours" in ever and "compté sur" not in shown
    assert text(owner, f"{address}/confirm_peer?since=ever").count("Un dossier suivi par d’autres") == 6
    assert text(owner, f"{address}/confirm_peer").count("Un dossier suivi par d’autres") == 1


def test_a_place_of_a_former_version_is_still_told(owner: LookedAtPages, web_engine: Engine) -> None:
    deploy(web_engine, OTHER)
    shown = text(owner, f"/studio/{PROCESS}/running")
    assert "confirm_peer (ancienne version) 5" in shown
    assert "Dossiers à « Dire si on se connaît »" in text(owner, f"/studio/{PROCESS}/running/confirm_peer")


def test_others_see_numbers_and_no_names(app: Flask, web_engine: Engine, cases: list[UUID]) -> None:
    reader, member = at_desk(app, web_engine, "Fina", "FINANCE"), at_desk(app, web_engine, "Leo")
    assert "5 dossiers sont en cours" in text(reader, f"/studio/{PROCESS}/running?since=ever")
    assert "PAIR" not in text(reader, f"/studio/{PROCESS}/running/confirm_peer")
    assert member.get(f"/studio/{PROCESS}/running").status_code == 404
    assert member.get(f"/studio/{PROCESS}/running/confirm_peer").status_code == 404


def test_of_every_running_case_passages_are_counted_over_a_year(
    app: Flask, web_engine: Engine, cases: list[UUID]
) -> None:
    clock = web_engine.clock
    assert isinstance(clock, VirtualClock)

    def passed(name: str) -> str:
        page = (
            at_desk(app, web_engine, name, "PROCESS_OWNER")
            .get(f"/studio/{PROCESS}/running?since=ever")
            .get_data(as_text=True)
        )
        row = re.search("Dire si on se connaît</th>(.*?)</tr>", page, re.DOTALL)
        assert row is not None
        return re.findall(r">([^<]*)</td>", row[1])[-1]

    with transaction(web_engine) as session:
        task = session.scalars(select(UserTask).where(UserTask.instance_id == cases[0])).one()
        commands.complete(session, web_engine, task.id, {}, by=SYSTEM)
    assert passed("Odile") == "1"
    clock.advance(timedelta(days=366))
    assert passed("Rosa") == "–"


def test_the_picture_names_ways_in_the_readers_language(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, definitions()["donation_followup"], by=SYSTEM)
    reader = at_desk(app, web_engine, "Odile", "PROCESS_OWNER")
    reader.post_form("/language", {"language": "en", "next": "/"})
    page = reader.get("/studio/donation_followup/running")
    found = re.search('data-names="([^"]*)"', page.get_data(as_text=True))
    assert found is not None
    names = json.loads(html.unescape(found[1]))
    drawing = read_drawing(definitions()["donation_followup"]["donation_followup.bpmn"], "donation_followup")
    flows = {flow.id for flow in drawing.flows if "i18n.en.name" in drawing.wording[flow.id]}
    assert names["donation_followup_pool"] == "Donation follow-up", "a pool is called as its process"
    assert flows and flows <= names.keys() and {"yes", "no"} & set(names.values())


def test_an_owner_from_outside_goes_from_a_number_to_the_case(
    app: Flask, web_engine: Engine, cases: list[UUID]
) -> None:
    with transaction(web_engine) as session:
        commands.deploy(session, web_engine, gifts.FILES, by=SYSTEM)
    gifts.await_money(web_engine, 2)
    owner = at_desk(app, web_engine, "Claire", "FOUNDATION_GIFTS")
    numbers = owner.get(f"/studio/{gifts.PROCESS}/running/await_money").get_data(as_text=True)
    [address, _other] = re.findall(r'href="(/cases/[^"]+)"', numbers)
    page = owner.get(address).get_data(as_text=True)
    assert "Où en est le dossier" in page
    for refused in ("suspend", "move", "comments", 'href="/cases"', "timers"):
        assert refused not in page.partition("<main")[2], "what only the staff does is not offered"
    assert owner.get(f"{address}/causes/{uuid4()}").status_code == 404
    assert owner.get(f"/cases/{cases[0]}").status_code == 404, "those of others do not exist for this owner"
    with transaction(web_engine) as session:
        claire = session.scalars(select(Person.id).where(Person.first_names == "Claire")).one()
        own = session.scalars(select(UserTask).where(UserTask.instance_id == cases[0])).first()
        assert own is not None
        own.assignee = f"person:{claire}"
    assert owner.get(f"/cases/{cases[0]}").status_code == 404, "what is about oneself is read on the pages of members"
    assert owner.post_form(f"{address}/suspend").status_code == 403


def test_owners_from_outside_are_those_of_the_foundation() -> None:
    """Whoever answers a task now and then, such as the school's registrar, owns no process and reads no case more."""
    assert {"FOUNDATION_GIFTS"} == OWNERS - WORKING_ROLES
