"""Acts on many cases: shown first, done in the background with a result for each, undone or confirmed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job, UserTask
from engine.registry import Registry, ServiceTask
from engine.transaction import reading, transaction
from tests.fixtures.desks import Desk
from tests.fixtures.diagrams import catch, end, process, service, start, timer, user_task
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.webapp.test_cases import browser_of

WORK = process(
    "membership_application",
    [start(), user_task("first"), service("book", "ledger.book"), user_task("second"), end()],
    ["begin -> first", "first -> book", "book -> second", "second -> done"],
)
OTHER = process("other", [start(), user_task("only"), end()], ["begin -> only", "only -> done"])
WAITING = process(
    "waiting",
    [start(), catch("month", timer("duration", "P30D")), user_task("after"), end()],
    ["begin -> month", "month -> after", "after -> done"],
)
WHY = {"reason": "litige en cours"}


@pytest.fixture
def desk(app: Flask, client: LookedAtPages, web_engine: Engine) -> Desk:
    """Three cases of a process, and one of another."""
    made = Desk(client, web_engine, [])
    engine = replace(
        web_engine, registry=web_engine.registry + Registry.collect([ServiceTask("ledger.book", made.book)])
    )
    app.extensions["amicale"] = engine
    with transaction(engine) as session:
        commands.deploy(session, engine, {"a.bpmn": WORK, "b.bpmn": OTHER}, by=SYSTEM)
        for name in ("membership_application",) * 3 + ("other",):
            made.cases.append(commands.start(session, engine, name, {}, by=SYSTEM).instance_id)
    made.engine, made.person = engine, browser_of(client, engine, "ADMIN")
    return made


def test_many_are_suspended_after_a_look_and_let_go_on_by_one_undo(desk: Desk) -> None:
    one, two, three, _other = desk.cases
    listed = desk.text("/cases")
    assert listed.count('name="case"') == 4
    seen = desk.text(desk.path("suspend", one, two))
    assert "2 dossiers choisis" in seen and "first · 2" in seen
    place = desk.act("suspend", one, two, **WHY)
    assert desk.states() == ["suspended", "suspended", "active", "active"]
    assert "2 dossiers traités sur 2" in desk.text(place)
    assert "litige en cours" in desk.text(f"/cases/{one}")
    again = desk.text(desk.path("suspend", one, two, three))
    assert "2 dossiers restent comme ils sont" in again
    [undo] = re.findall(r'href="(/cases/together\?act=resume&amp;of=[^"]+)"', desk.text(place))
    page = desk.text(undo.replace("&amp;", "&"))
    hidden = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', page))
    assert desk.person.post_form(undo.replace("&amp;", "&"), hidden).status_code == 303
    run_due(desk.engine)
    assert desk.states() == ["active"] * 4
    assert desk.text("/cases/together/acts").count("litige en cours") == 1


def test_an_end_asks_for_a_second_yes_and_says_which_cases_stayed(desk: Desk) -> None:
    one, two, _three, _other = desk.cases
    path = desk.path("cancel", one, two)
    assert desk.person.post_form(path, WHY).status_code == 200  # nothing was shown yet: it is shown now
    seen = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', desk.text(path)))
    assert desk.person.post_form(path, {**seen, **WHY}).status_code == 422
    with transaction(desk.engine) as session:
        commands.cancel(session, desk.engine, one, by=SYSTEM)
    place = desk.act("cancel", one, two, sure="y", **WHY)
    assert desk.states() == ["canceled", "canceled", "active", "active"]
    assert "il est terminé" in desk.text(place)


def test_many_are_moved_stand_still_are_tried_and_passed_over(desk: Desk) -> None:
    cases = desk.cases[:3]
    assert "plusieurs processus" in desk.text(desk.path("move", *desk.cases))
    desk.act("move", *cases, element="first", place="book", sure="y", **WHY)
    assert desk.open() == ["", "", "", "only"]
    failed = desk.text(desk.act("retry", *cases))
    assert failed.count("il a été essayé, et il est de nouveau à l’arrêt") == 3
    desk.broken = False
    desk.act("retry", cases[0])
    page = desk.text(desk.path("skip", cases[1]))
    sent = {**dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', page)), "sure": "y", **WHY}
    for result in ("{a: function(x) x}", "{balance: 1}"):
        assert desk.person.post_form(desk.path("skip", cases[1]), {**sent, "result": result}).status_code == 422
    desk.act("skip", cases[1], sure="y", result="{paid: true}", **WHY)
    assert desk.open() == ["second", "second", "", "only"]
    desk.act("restart", cases[0], cases[1], place="first", sure="y", **WHY)
    assert desk.open() == ["first", "first", "", "only"]
    useless = desk.text(desk.path("retry", cases[0]))
    assert "rien n’y est à l’arrêt" in useless
    assert 'name="act_id"' not in useless, "an act that would touch no case is not offered"


def test_what_one_may_not_operate_is_neither_offered_nor_done(desk: Desk, client: LookedAtPages) -> None:
    stranger = browser_of(client, desk.engine, "EVENTS")
    assert 'name="case"' not in stranger.get("/cases").get_data(as_text=True)
    refused = stranger.post_form(desk.path("suspend", *desk.cases), WHY)
    assert refused.location.startswith("/cases") and "together" not in refused.location
    place = desk.act("suspend", desk.cases[0], desk.cases[3], **WHY)
    owner = browser_of(client, desk.engine, "MEMBERSHIP")
    told = owner.get(place).get_data(as_text=True)
    assert "1 dossier traité sur 1" in told, "only her own case is counted"
    assert 'numeric">1</td>' in owner.get("/cases/together/acts").get_data(as_text=True)
    assert stranger.get(place).status_code == 404
    assert "litige" not in stranger.get("/cases/together/acts").get_data(as_text=True)


def test_all_that_the_list_finds_are_taken_as_they_are_at_that_moment(desk: Desk) -> None:
    path = desk.path("suspend", all="yes", process="membership_application", status="active")
    seen = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', desk.text(path)))
    with transaction(desk.engine) as session:
        commands.start(session, desk.engine, "membership_application", {}, by=SYSTEM)
    changed = desk.person.post_form(path, {**seen, **WHY})
    assert "ont changé depuis" in changed.get_data(as_text=True)
    assert desk.states() == ["active"] * 4


def test_dates_that_many_wait_for_are_changed_and_then_not_waited_for(desk: Desk) -> None:
    pair = {
        name: str(add_person(desk.engine, first, last).id)
        for name, first, last in (("mentee_id", "Ana", "Sol"), ("mentor_id", "Bo", "Lys"))
    }
    with transaction(desk.engine) as session:
        commands.deploy(session, desk.engine, {"c.bpmn": WAITING}, by=SYSTEM)
        made = [commands.start(session, desk.engine, "waiting", pair, by=SYSTEM).instance_id for _ in range(2)]
    listed = [desk.text(f"/cases?process=waiting&element={each}") for each in ("month", "after")]
    assert [each.count("Ana Sol, Bo Lys") for each in listed] == [4, 0], "by where they wait, and for whom they are"
    both = (*made, desk.cases[0])
    refused = desk.person.post_form(desk.path("date", *both), {"element": "month", "due": ""})
    assert refused.status_code == 422 and "Écrivez une date" in refused.get_data(as_text=True)
    for due in ("9999-01-01T09:00", "0001-01-01T00:00"):
        assert desk.person.post_form(desk.path("date", *both), {"element": "month", "due": due}).status_code == 422
    past = {"element": "month", "due": "2020-01-01T00:00", **WHY}
    looked = desk.person.post_form(desk.path("date", *both), past).get_data(as_text=True).replace("\u00a0", " ")
    assert "Cela ne s’annule pas" in looked and "et la remet" not in looked
    hidden = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', looked))
    unsure = desk.person.post_form(desk.path("date", *both), {**past, **hidden})
    assert unsure.status_code == 422 and "Cochez la case" in unsure.get_data(as_text=True)
    asked = {"element": "month", "due": "2027-01-31T09:00"}
    seen = desk.person.post_form(desk.path("date", *both), asked).get_data(as_text=True).replace("\u00a0", " ")
    assert "Changer la date dans 2 dossiers" in seen and "rien n’y est attendu" in seen
    place = desk.act("date", *both, **asked, **WHY)
    assert "dimanche 31 janvier 2027, 09:00" in desk.text(place)
    assert "litige en cours" in desk.text(f"/cases/{made[0]}")
    with reading(desk.engine) as session:
        dates = session.scalars(select(Job.due_at).where(Job.instance_id.in_(made))).all()
    assert {each.isoformat() for each in dates} == {"2027-01-31T08:00:00+00:00"}
    assert "31 janvier 2027 · 2" in desk.text(desk.path("run", *both))
    desk.act("run", *both, element="month", sure="y", **WHY)
    told = desk.text(f"/cases/{made[1]}")
    assert "« month » n’a pas été attendu plus longtemps : « litige en cours »" in told
    assert desk.open()[0] == "first"
    clerk = browser_of(desk.person, desk.engine, "MEMBERSHIP")
    for page in ("/tasks?tab=queue", f"/cases/{made[0]}", "/cases"):
        shown = clerk.get(page)
        assert shown.status_code == 200 and "Sol" not in shown.get_data(as_text=True), "pairs do not know each other"
    with reading(desk.engine) as session:
        waits = select(UserTask.instance_id).where(UserTask.element == "after", UserTask.state == "created")
        assert set(session.scalars(waits)) == set(made)
    assert "Aucun de ces dossiers n’attend une date" in desk.text(desk.path("run", *made))


def test_a_value_is_corrected_in_many_and_hidden_ones_are_not_offered(desk: Desk, client: LookedAtPages) -> None:
    one, two, three, other = desk.cases
    with transaction(desk.engine) as session:
        for case, step in ((one, "A"), (two, "B")):
            given = {"step": step, "gift_amount": 91}
            commands.set_variables(session, desk.engine, case, given, by=SYSTEM)
    assert "plusieurs processus" in desk.text(desk.path("correct", one, other))
    path = desk.path("correct", one, two, three)
    offered = desk.text(path)
    assert '<option value="step">' in offered and "gift_amount" not in offered, "an administrator sees no gifts"
    hidden = desk.person.post_form(path, {"value_name": "gift_amount", "value": "1"})
    assert hidden.status_code == 422
    for value in ("1 +", "function(x) x"):
        assert desk.person.post_form(path, {"value_name": "step", "value": value}).status_code == 422
    looked = desk.person.post_form(path, {"value_name": "step", "value": f'"{"z" * 200}A"'}).get_data(as_text=True)
    shown = dict(re.findall(r'name="(seen|act_id)" type="hidden" value="([^"]*)"', looked))
    other = {"value_name": "step", "value": f'"{"z" * 200}B"', "sure": "y", **WHY, **shown}
    assert desk.person.post_form(path, other).status_code == 200, "alike in what is shown of them"
    asked = {"value_name": "step", "value": '"B"'}
    seen = desk.person.post_form(path, asked).get_data(as_text=True).replace("\u00a0", " ")
    assert "step = &#34;A&#34; · 1" in seen
    assert "il a déjà cette valeur" in seen and "il n’a pas cette valeur" in seen
    place = desk.act("correct", one, two, three, sure="y", **asked, **WHY)
    assert "step = &#34;B&#34;" in desk.text(place)
    told = desk.text(f"/cases/{one}")
    assert "Les données du dossier ont été corrigées (step) : « litige en cours »" in told
    assert "litige" not in desk.text(f"/cases/{two}")
