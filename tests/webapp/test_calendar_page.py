"""One's meetings: the reader's own hour beside the place's, and a private address that can be taken back."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from engine import commands
from engine.assignment import Actor
from engine.clock import VirtualClock
from engine.definitions import latest
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER, RESOURCES, REVIEW, start_review
from tests.security.web import at_desk, browser
from tests.webapp.test_inbox import open_task
from workflows.association import roles
from workflows.association.calendars import appointments
from workflows.association.cohorts import planning
from workflows.association.cohorts.records import Cohort
from workflows.association.mails import Mail
from workflows.association.people import Person


def test_meetings_are_seen_at_home_and_in_a_calendar_program(app: Flask, web_engine: Engine) -> None:
    zoe = at_desk(app, web_engine, "Zoe")
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        person = session.scalars(select(Person).where(Person.first_names == "Zoe")).one()
        person.country = "JP"
        starts = datetime(2027, 1, 18, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
        planned = appointments.plan(
            session, "COH-2027-01", "s1", titles=("Séance 1", "Session 1"), minutes=180, starts=starts, now=now
        )
        appointments.invite(session, planned, [person.id])
    page = zoe.get("/calendar/").get_data(as_text=True)
    assert "18:30–21:30 (Paris)" in page
    assert "mardi 19 janvier 2027, 02:30 (Tokyo)" in page

    assert zoe.post_form("/account/zone/", {"zone": "Mars/Olympus"}).status_code == 400
    for zone, told in (("America/Toronto", "lundi 18 janvier 2027, 12:30 (Toronto)"), ("", "(Tokyo)")):
        assert zoe.post_form("/account/zone/", {"zone": zone}).status_code == 303
        assert (f'<option value="{zone}" selected>' in zoe.get("/account/").get_data(as_text=True)) is bool(zone)
        assert told in zoe.get("/calendar/").get_data(as_text=True)

    assert "Créer une adresse\xa0: groupe carrière COH-2027-01" in zoe.get("/calendar/").get_data(as_text=True)
    made = zoe.post_form("/calendar/feeds", {"calendar": "COH-2027-01"}).get_data(as_text=True)
    found = re.search(r'value="http://[^/]+(/calendar/feeds/[^"]+\.ics)"', made)
    assert found is not None
    answer = browser(app).get(found[1])
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert event.start == starts
    assert zoe.post_form("/calendar/feeds", {"calendar": "COH-9"}).status_code == 404, "not of others' calendars"

    with transaction(web_engine) as session:
        assert appointments.uninvite(session, "COH-2027-01", person.id, now)
    assert browser(app).get(found[1]).status_code == 404, "who left reads it no more"
    with transaction(web_engine) as session:
        appointments.invite(session, session.get_one(type(planned), planned.id), [person.id])
    assert browser(app).get(found[1]).status_code == 200
    (revoke,) = re.findall(r'action="(/calendar/feeds/[^"]+/revoke)"', made)
    assert at_desk(app, web_engine, "Leo").post_form(revoke).status_code == 404
    assert zoe.post_form(revoke).status_code == 303
    assert browser(app).get(found[1]).status_code == 404


def test_who_leads_a_cohort_drags_a_session_to_another_day_and_nobody_else_does(app: Flask, web_engine: Engine) -> None:
    zoe, leo = at_desk(app, web_engine, "Zoe"), at_desk(app, web_engine, "Leo")
    now = web_engine.clock.now()
    first = now.date() + timedelta(days=30)
    with transaction(web_engine) as session:
        known = {each.first_names: each.id for each in session.scalars(select(Person))}
        cohort = Cohort(
            key="COH-2027-01", starts_on=first, begins=time(18, 30), minutes=180, sessions=2, state="RUNNING",
            opened_at=now,
        )  # fmt: skip
        session.add(cohort)
        session.flush()
        planning.plan_sessions(session, cohort, now)
        roles.grant(session, known["Zoe"], "FACILITATOR", from_date=date(2020, 1, 1), scope=cohort.key)
        planned = appointments.of_calendar(session, cohort.key)[0]
        appointments.invite(session, planned, list(known.values()))
    day = planned.day + timedelta(days=1)
    wanted = {"move": str(planned.id), "day": day.isoformat()}
    assert leo.post_form("/calendar/move", wanted).status_code == 404, "invited, and no more"
    assert zoe.post_form("/calendar/move", wanted | {"day": "2020-01-06"}).status_code == 409, "not into the past"
    assert zoe.post_form("/calendar/move", wanted | {"day": "0001-01-01"}).status_code == 409
    for day_ in ("tomorrow", "9999-12-31"):
        assert zoe.post_form("/calendar/move", wanted | {"day": day_}).status_code == 422, day_
    assert zoe.post_form("/calendar/move", wanted).status_code == 303
    with transaction(web_engine) as session:
        moved = session.get_one(type(planned), planned.id)
        assert (moved.day, f"{moved.begins:%H:%M}", moved.sequence) == (day, "18:30", 1)
        told = [mail for mail in session.scalars(select(Mail)) if "change de jour" in mail.subject]
        assert {mail.person_id for mail in told} == set(known.values())


def move_to_a_longer_time(engine: Engine, case: UUID) -> None:
    """The case goes on by a version in which its task may take five days instead of three."""
    longer = RESOURCES | {
        "review/review.bpmn": REVIEW.replace('"task.deadline" value="3"', '"task.deadline" value="5"').encode()
    }
    with transaction(engine) as session:
        commands.deploy(session, engine, longer, by=DEPLOYER)
        commands.migrate(session, engine, case, latest(session, engine, "review").id, by=DEPLOYER)


def test_a_task_that_is_needed_no_longer_is_called_off_in_the_calendar(
    app: Flask, web_engine: Engine, review: str
) -> None:
    task = open_task(web_engine, start_review(web_engine))
    zoe = at_desk(app, web_engine, "Zoe", "MEMBERSHIP")
    with transaction(web_engine) as session:
        person = session.scalars(select(Person).where(Person.first_names == "Zoe")).one()
        commands.claim(session, web_engine, task.id, by=Actor(f"person:{person.id}", "Zoe", frozenset({"MEMBERSHIP"})))
    made = zoe.post_form("/calendar/feeds", {"calendar": ""}).get_data(as_text=True)
    (address,) = re.findall(r'value="http://[^/]+(/calendar/feeds/[^"]+\.ics)"', made)
    (todo,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    with transaction(web_engine) as session:
        commands.cancel(session, web_engine, task.instance_id, by=DEPLOYER)
    (gone,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    assert (str(gone["status"]), gone["uid"]) == ("CANCELLED", todo["uid"])
    assert int(gone["sequence"]) > int(todo["sequence"])
    assert isinstance(web_engine.clock, VirtualClock)
    web_engine.clock.advance(timedelta(days=20))
    assert "VTODO" not in browser(app).get(address).get_data(as_text=True)


def test_ones_tasks_stand_in_ones_calendar_in_ones_language(app: Flask, web_engine: Engine, review: str) -> None:
    task = open_task(web_engine, start_review(web_engine))
    zoe = at_desk(app, web_engine, "Zoe", "MEMBERSHIP")
    with transaction(web_engine) as session:
        person = session.scalars(select(Person).where(Person.first_names == "Zoe")).one()
        person.lang, by = "en", Actor(f"person:{person.id}", "Zoe", frozenset({"MEMBERSHIP"}))
        commands.claim(session, web_engine, task.id, by=by)
    made = zoe.post_form("/calendar/feeds", {"calendar": ""}).get_data(as_text=True)
    (address,) = re.findall(r'value="http://[^/]+(/calendar/feeds/[^"]+\.ics)"', made)
    (todo,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    assert (str(todo["summary"]), str(todo["uid"]).partition("@")[0]) == ("Read the file", str(task.id))
    assert task.due_at is not None
    assert todo.get("due").dt == task.due_at.astimezone(ZoneInfo("Europe/Paris")).date()
    assert str(todo["url"]).endswith(f"/tasks/{task.id}")
    assert zoe.get(f"/tasks/{task.id}").status_code == 200
    first, todo_was = int(todo["sequence"]), todo
    move_to_a_longer_time(web_engine, task.instance_id)
    (todo,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    assert todo.get("due").dt > todo_was.get("due").dt
    assert int(todo["sequence"]) > first, "RFC 5545, section 3.8.7.4"
    assert todo["uid"] == todo_was["uid"]
    second = int(todo["sequence"])
    with transaction(web_engine) as session:
        commands.complete(session, web_engine, task.id, {"verdict": "YES"}, by=by, undoable=True)
    (todo,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    assert (str(todo["status"]), int(todo["sequence"]) > second) == ("COMPLETED", True)
    third = int(todo["sequence"])
    with transaction(web_engine) as session:
        commands.undo(session, web_engine, task.id, by=by)
    (todo,) = Calendar.from_ical(browser(app).get(address).get_data()).walk("VTODO")
    assert (str(todo["status"]), int(todo["sequence"]) > third) == ("NEEDS-ACTION", True)
    with transaction(web_engine) as session:
        commands.release(session, web_engine, task.id, by=by)
    assert "VTODO" not in browser(app).get(address).get_data(as_text=True)
    (revoke,) = re.findall(r'action="(/calendar/feeds/[^"]+/revoke)"', made)
    assert zoe.post_form(revoke).status_code == 303
    assert browser(app).get(address).status_code == 404
