"""Three persons who are not the one they are taken for: a member with a token, whoever asks for another's calendar, a
substitute on the days before, during and after."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.security.test_web_matrix import address, ask
from tests.security.web import NOWHERE, Place, at_desk, browser, place, signed_in, tasks_of
from webapp.api import tokens
from webapp.settings import Settings
from workflows.association import absences
from workflows.association.calendars import feeds
from workflows.association.people import Person


@pytest.fixture
def case(web_engine: Engine, settings: Settings, review: str) -> Place:
    return place(web_engine, settings)


def id_of(engine: Engine, first: str) -> UUID:
    with reading(engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == first)).one()


def test_a_members_own_token_reaches_nothing_of_others(app: Flask, web_engine: Engine, case: Place) -> None:
    at_desk(app, web_engine, "Leo")
    with transaction(web_engine) as session:
        person_id = session.scalars(select(Person.id).where(Person.first_names == "Leo")).one()
        _row, secret = tokens.make(
            session, name="x", scopes=tokens.SCOPES, now=web_engine.clock.now(), lasts=timedelta(days=1), by="x",
            person_id=person_id,
        )  # fmt: skip
    mine = {name: value for name, value in asdict(case).items() if name != "token"}
    program, known = app.test_client(), mine | {"case_id": case.instance_id}
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.") and rule.arguments]
    assert len(rules) > 15, "the interface was found"
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PATCH", "DELETE"}):
            answers = {}
            for name, values in (("theirs", known), ("nothing", {})):
                path = address(app, rule, method, values)
                sent = None if method == "GET" else {}
                found = program.open(path, method=method, json=sent, headers={"Authorization": f"Bearer {secret}"})
                answers[name] = found.status_code, (found.get_json(silent=True) or {}).get("error")
                assert found.status_code in {400, 403, 404, 409, 422}, (method, path, found.status_code)
            assert answers["theirs"] == answers["nothing"], (method, rule.rule)
    [task] = tasks_of(web_engine, case.instance_id)
    assert (task.id, task.assignee) == (case.task_id, None)


def test_anothers_calendar_is_nobodys(app: Flask, web_engine: Engine, case: Place) -> None:
    zoe = at_desk(app, web_engine, "Zoe")
    with transaction(web_engine) as session:
        secret = feeds.make(session, id_of(web_engine, "Zoe"), web_engine.clock.now(), calendar="")
        [feed] = feeds.living(session, id_of(web_engine, "Zoe"))
        feed_id = feed.id
    link = browser(app)
    assert link.post_form(f"/l/{case.token}").status_code == 303
    persons = {
        "anonymous": (browser(app), 303), "link": (link, 303), "member": (at_desk(app, web_engine, "Leo"), 404),
        "volunteer": (at_desk(app, web_engine, "Mona", "MENTOR"), 404),
        "office": (at_desk(app, web_engine, "Olga", "MEMBERSHIP"), 404),
        "admin": (at_desk(app, web_engine, "Adam", "ADMIN"), 404),
    }  # fmt: skip
    for name, (person, status) in persons.items():
        assert ask(person, f"/calendar/feeds/{feed_id}/revoke", "POST") == status, name
        assert ask(person, f"/calendar/feeds/{NOWHERE}/revoke", "POST") == status, name
        assert person.get(f"/calendar/feeds/{feed_id}.ics").status_code == 404, "its id is not its secret"
        assert str(feed_id) not in person.get("/calendar/").get_data(as_text=True), name
    assert browser(app).get(f"/calendar/feeds/{secret}.ics").status_code == 200
    assert ask(zoe, f"/calendar/feeds/{feed_id}/revoke", "POST") == 303


def test_a_substitute_sees_it_on_the_days_of_the_absence_alone(
    app: Flask, web_engine: Engine, case: Place, clock: VirtualClock
) -> None:
    at_desk(app, web_engine, "Olga", "MEMBERSHIP")
    at_desk(app, web_engine, "Ines", "EVENTS")
    today = clock.now().date()
    with transaction(web_engine) as session:
        absences.note(
            session, web_engine, id_of(web_engine, "Olga"), today + timedelta(days=1), today + timedelta(days=2),
            substitute_id=id_of(web_engine, "Ines"),
        )  # fmt: skip
    paths = (f"/tasks/{case.task_id}", f"/cases/{case.instance_id}", f"/files/{case.file_id}")
    seen = []
    for _day in range(4):
        ines = signed_in(app, web_engine, id_of(web_engine, "Ines"))
        seen.append([ines.get(path).status_code for path in paths])
        clock.advance(timedelta(days=1))
    assert seen == [[404] * 3, [200] * 3, [200] * 3, [404] * 3]
