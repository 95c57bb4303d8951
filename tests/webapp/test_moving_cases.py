"""Running cases and versions in the studio: what a draft would change, who may move cases, results, the way back."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import Job, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.peers import DIAGRAM, FILES, PROCESS, ask_peers
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from webapp.drafts import store
from webapp.studio import versions

LATER = {**FILES, DIAGRAM: FILES[DIAGRAM].replace(b"P7D", b"P10D")}
OTHER = {**FILES, DIAGRAM: FILES[DIAGRAM].replace(b"confirm_peer", b"ask_peer")}


def deploy(engine: Engine, files: dict[str, bytes]) -> UUID:
    with transaction(engine) as session:
        commands.deploy(session, engine, files, by=SYSTEM)
        return versions.latest(session, PROCESS).id


@pytest.fixture
def cases(web_engine: Engine) -> list[UUID]:
    deploy(web_engine, FILES)
    return ask_peers(web_engine, 5)


@pytest.fixture
def owner(app: Flask, web_engine: Engine, cases: list[UUID]) -> LookedAtPages:
    return at_desk(app, web_engine, "Odile", "DATA")


def due(engine: Engine) -> dict[UUID | None, timedelta]:
    with reading(engine) as session:
        jobs = session.scalars(select(Job).where(Job.kind == "timer")).all()
        return {job.instance_id: job.due_at - engine.clock.now() for job in jobs}


def version_of(engine: Engine, cases: list[UUID]) -> set[UUID]:
    with reading(engine) as session:
        query = select(ProcessInstance.definition_id).where(ProcessInstance.id.in_(cases))
        return set(session.scalars(query))


def test_a_draft_says_what_it_would_change_for_each_case(owner: LookedAtPages, web_engine: Engine) -> None:
    before = due(web_engine)
    address = owner.post_form(f"/studio/{PROCESS}/drafts", {"name": "Dix jours"}).headers["Location"]
    same = owner.get(f"{address}/cases").get_data(as_text=True)
    assert "5 dossiers restent tels quels" in same
    with transaction(web_engine) as session:
        found = session.scalars(select(versions.StudioDraft)).one()
        versions.drafts.save(session, found.id, 1, LATER, by="person:x", now=web_engine.clock.now(), saved_by="X")
    page = owner.get(f"{address}/cases").get_data(as_text=True)
    assert "5 dossiers sont concernés dès maintenant" in page
    told = owner.get(f"{address}/cases/counts").json["html"]
    assert "5 dossiers sont en cours" in told and "5 concernés dès maintenant" in told
    assert page.count("PAIR-0") == 5 and page.count("Dire si on se connaît (Sans réponse)") == 5
    assert due(web_engine) == before


def test_some_cases_move_and_go_back(owner: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> None:
    former = version_of(web_engine, cases)
    newest = deploy(web_engine, LATER)
    address = f"/studio/{PROCESS}/cases/{newest}"
    chosen = [str(case) for case in cases[:3]]
    assert owner.post_form(address, {"which": "some"}).status_code == 303, "nothing is ticked"
    asked = owner.post_form(address, {"which": "some", "case": chosen})
    assert "Faire passer 3 dossiers à la version 2" in asked.get_data(as_text=True)
    assert version_of(web_engine, cases) == former
    done = owner.post_form(address, {"case": chosen, "confirmed": "yes", "reason": "Sept jours, c’est court"})
    progress = done.headers["Location"]
    waiting = owner.get(progress)
    assert "0 sur 3" in waiting.get_data(as_text=True) and "Refresh" in waiting.headers
    run_due(web_engine)
    page = owner.get(progress)
    assert "3 sur 3" in page.get_data(as_text=True) and "Refresh" not in page.headers
    assert "Sept jours, c’est court" in page.get_data(as_text=True)
    assert sorted(each.days for each in due(web_engine).values()) == [7, 7, 10, 10, 10]
    assert owner.get(f"/studio/{PROCESS}").get_data(as_text=True).count(progress) == 1
    owner.post_form(f"{progress}/back", {"which": "some", "case": chosen[:1]})
    owner.post_form(f"{progress}/back", {"which": "all"})
    run_due(web_engine)
    assert "est revenu" in owner.get(progress).get_data(as_text=True)
    assert version_of(web_engine, cases) == former
    assert {each.days for each in due(web_engine).values()} == {7}


def test_what_cannot_move_says_why(owner: LookedAtPages, web_engine: Engine, cases: list[UUID]) -> None:
    newest = deploy(web_engine, OTHER)
    address = f"/studio/{PROCESS}/cases/{newest}"
    page = owner.get(address).get_data(as_text=True)
    assert "5 dossiers ne peuvent pas passer" in page
    assert page.count("Il se trouve à") == 5 and not re.search('type="checkbox"', page)
    done = owner.post_form(address, {"case": [str(cases[0])], "confirmed": "yes"})
    run_due(web_engine)
    assert "garde sa version" in owner.get(done.headers["Location"]).get_data(as_text=True)


def test_what_has_another_id_is_mapped_and_what_was_typed_is_kept(
    owner: LookedAtPages, web_engine: Engine, cases: list[UUID]
) -> None:
    with transaction(web_engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == cases[0])).one()
        store.save(session, task, "person:x", {"answer": ["peut-être"]}, web_engine.clock.now())
    former, newest = version_of(web_engine, cases), deploy(web_engine, OTHER)
    address = f"/studio/{PROCESS}/cases/{newest}"
    page = owner.get(address).get_data(as_text=True)
    assert "5 dossiers ne peuvent pas passer" in page
    assert re.search(r'<option value="ask_peer" selected>', page), "what looks alike is suggested, and not done"
    mapped = owner.get(f"{address}?moved.confirm_peer=ask_peer").get_data(as_text=True)
    assert "5 dossiers ne peuvent pas passer" not in mapped and mapped.count('name="case"') == 5
    sent = {"moved.confirm_peer": "ask_peer", "case": [str(case) for case in cases[:2]]}
    assert 'name="moved.confirm_peer" value="ask_peer"' in owner.post_form(address, sent).get_data(as_text=True)
    progress = owner.post_form(address, {**sent, "confirmed": "yes"}).headers["Location"]
    run_due(web_engine)
    assert version_of(web_engine, cases[:2]) == {newest}
    with reading(web_engine) as session:
        moved = session.get_one(UserTask, task)
        kept = store.load(session, task, "person:x")
    assert moved.element == "ask_peer" and kept is not None and kept.typed == {"answer": ["peut-être"]}
    owner.post_form(f"{progress}/back", {"which": "all"})
    run_due(web_engine)
    assert version_of(web_engine, cases) == former


def test_owners_move_cases_and_others_look(app: Flask, web_engine: Engine, cases: list[UUID]) -> None:
    newest = deploy(web_engine, LATER)
    reader, member = at_desk(app, web_engine, "Fina", "FINANCE"), at_desk(app, web_engine, "Leo")
    address = f"/studio/{PROCESS}/cases/{newest}"
    assert member.get(address).status_code == 404
    shown = reader.get(address).get_data(as_text=True)
    assert "5 dossiers" in shown and "PAIR-001" not in shown and "Un dossier suivi par d’autres" in shown
    assert reader.post_form(address, {"which": "all", "confirmed": "yes"}).status_code == 403
    assert reader.get(f"/studio/payment_incident/cases/{newest}").status_code == 404
    owner = at_desk(app, web_engine, "Odile", "DATA")
    made = owner.post_form(address, {"which": "all"}).get_data(as_text=True)
    assert made.count('name="case"') == 5
    assert owner.post_form(address, {"case": ["x"], "confirmed": "yes"}).status_code == 404
    progress = owner.post_form(address, {"case": [str(cases[0])], "confirmed": "yes"}).headers["Location"]
    assert reader.post_form(f"{progress}/back", {"which": "all"}).status_code == 403
    clock = web_engine.clock
    assert isinstance(clock, VirtualClock)
    clock.advance(timedelta(days=15))
    late = at_desk(app, web_engine, "Odette", "DATA")
    assert late.post_form(f"{progress}/back", {"which": "all"}).status_code == 409


def test_a_pair_is_named_to_who_moves_its_case(owner: LookedAtPages, web_engine: Engine) -> None:
    mentee, mentor = (add_person(web_engine, first, "Delaunay") for first in ("Ambre", "Basile"))
    pair = {"peer_request_id": str(uuid4()), "mentee_id": str(mentee.id), "mentor_id": str(mentor.id)}
    with transaction(web_engine) as session:
        case = commands.start(
            session, web_engine, PROCESS, pair, by=SYSTEM, at="confirm_peer", reason="taken over"
        ).instance_id
    called = "Ambre Delaunay, Basile Delaunay"
    address = f"/studio/{PROCESS}/cases/{deploy(web_engine, LATER)}"
    assert called in owner.get(address).get_data(as_text=True)
    done = owner.post_form(address, {"case": [str(case)], "confirmed": "yes"}).headers["Location"]
    run_due(web_engine)
    assert called in owner.get(done).get_data(as_text=True)
    there = owner.get(f"/studio/{PROCESS}/running/confirm_peer").get_data(as_text=True)
    assert called in there
