"""One's meetings: the reader's own hour beside the place's, and a private address that can be taken back."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import transaction
from tests.security.web import at_desk, browser
from workflows.association.calendars import appointments
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
    assert "mardi 19 janvier, 02:30 (Tokyo)" in page

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
