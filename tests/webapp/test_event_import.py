"""A calendar of events is brought along: looked at line by line, proposed, and taken back."""

from __future__ import annotations

import base64
import re
from datetime import date
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import jobs
from engine.calendar import PARIS
from engine.engine import Engine
from engine.errors import Invalid
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.security.web import at_desk
from webapp import definitions
from webapp.events.importing import LARGEST
from workflows.association.calendars import appointments
from workflows.association.events import calendar_files
from workflows.association.events.records import Event
from workflows.association.events.registrations import CONFIRMED, EventRegistration
from workflows.association.groups import Group
from workflows.association.import_log import RecordImport

SHEET = """Titre;Date;Début;Fin;Lieu;Groupe;Type;Attendus
Verre de rentrée;01/03/2027;19h;21h30;12 quai des Brumes, Lyon;Amis de Lyon;afterwork;25
Causerie;2027-03-08;18:30;;https://visio.example/1;;conférence;
Sans heure;2027-03-09;;;;;;
Hier;2020-01-01;19:00;;Lyon;;;
Autre groupe;2027-03-10;19:00;;Lyon;Amis de Mars;;
Verre de rentrée;01/03/2027;19h;;Lyon;;;
Trop;2027-03-11;19:00;;Lyon;;;99999
Carré;2027-03-11;19:00;;Lyon;;;²
Long;2027-03-11;19:00;;Lyon;;;{}
""".format("9" * 5_000)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Café
DTSTART;TZID=America/New_York:20270301T120000
DTEND;TZID=America/New_York:20270301T133000
LOCATION:12 quai des Brumes\\, Lyon
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Chaque mois
DTSTART:20270301T180000Z
RRULE:FREQ=MONTHLY;COUNT=3
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Toute la journée
DTSTART;VALUE=DATE:20270301
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Annulé
STATUS:CANCELLED
DTSTART:20270301T180000Z
END:VEVENT
END:VCALENDAR
"""


def look(office: LookedAtPages, body: str, name: str = "annee.csv", **more: str) -> str:
    data = {"file": (BytesIO(body.encode()), name), "expected": "20", "declared": "yes", **more}
    return office.post_form("/events-office/import", data).get_data(as_text=True)


def test_a_calendar_is_looked_at_proposed_once_and_taken_back(app: Flask, web_engine: Engine) -> None:
    with transaction(web_engine) as session:
        for name in ("event_proposal", "event_publication", "event_permit", "event_cancellation"):
            definitions.deploy(session, web_engine, [definitions.OWN / name], reason="test")
        session.add(Group(id=uuid4(), kind="REGIONAL", name_fr="Amis de Lyon", name_en="Friends of Lyon"))
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    page = look(office, SHEET)
    told = [re.sub(r"<[^>]+>|\s+", " ", row) for row in page.split("<tr")[2:]]
    assert [("sera proposé" in row, "laissé de côté" in row) for row in told] == [
        (True, False), (True, False), (False, True), (False, True), (False, True), (False, False), (False, True),
        (False, True), (False, True),
    ]  # fmt: skip
    for words in ("ne se lisent pas", "Amis de Mars", "existe déjà", "1 à 5 000"):
        assert words in page
    with reading(web_engine) as session:
        assert session.scalars(select(Event)).all() == [], "looking writes nothing"
    body = re.search(r'name="body" value="([^"]+)"', page)
    assert body is not None
    sent = {"body": body[1], "name": "annee.csv", "expected": "20", "declared": "yes"}
    assert office.post_form("/events-office/import/bring", sent).status_code == 303
    jobs.run_due(web_engine)
    with reading(web_engine) as session:
        events = {each.title_fr: each for each in session.scalars(select(Event))}
        (done,) = session.scalars(select(RecordImport)).all()
    assert {title: (each.tier, each.expected, each.online) for title, each in events.items()} == {
        "Verre de rentrée": ("LIGHT", 25, False), "Causerie": ("LIGHT", 20, True),
    }  # fmt: skip
    assert look(office, SHEET).count("sera proposé") == 0, "a file brings everything once"
    again = office.post_form("/events-office/import/bring", sent, follow_redirects=True).get_data(as_text=True)
    assert "Rien n’a été proposé" in again
    with reading(web_engine) as session:
        assert session.scalars(select(RecordImport.added)).all() == [2], "a second press leaves no empty import"
    with transaction(web_engine) as session:
        event = session.get_one(Event, events["Causerie"].id)
        (planned,) = appointments.of_calendar(session, event.key)
        session.add(
            EventRegistration(
                id=uuid4(), event_id=event.id, appointment_id=planned.id, person_id=event.organiser_id,
                entitlement="MEMBER", state=CONFIRMED, asked_at=web_engine.clock.now(),
            )
        )  # fmt: skip
    assert office.get(f"/events-office/import/{done.id}").status_code == 404, "it was not taken back yet"
    answer = office.post_form(f"/events-office/import/{done.id}/undo")
    assert answer.status_code == 303
    undone = office.get(answer.location).get_data(as_text=True)
    assert "des personnes sont inscrites" in undone
    jobs.run_due(web_engine)
    with reading(web_engine) as session:
        states = {each.title_fr: each.state for each in session.scalars(select(Event))}
    assert states == {"Verre de rentrée": "CANCELLED", "Causerie": "PUBLISHED"}
    assert office.post_form(f"/events-office/import/{done.id}/undo").status_code == 409
    assert office.post_form(f"/events-office/import/{uuid4()}/undo").status_code == 404


def test_a_calendar_file_is_read_by_the_hour_of_the_house() -> None:
    rows = calendar_files.read(CALENDAR.encode(), "a.ics", PARIS, 12)
    first = rows[0].values
    assert (first["starts_on"], str(first["begins"]), str(first["ends"])) == (date(2027, 3, 1), "18:00:00", "19:30:00")
    assert (first["place"], first["repeats"], first["every_weeks"]) == ("12 quai des Brumes, Lyon", 3, 2)
    codes = [each.refused.code if each.refused else "" for each in rows]
    assert codes == ["", "event_row_repeats", "event_row_hour"], "what was called off is left out"


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ("DTSTART:99991231T230000Z", "event_row_hour"),
        ("DTSTART;TZID=Asia/Tokyo:00010101T000000", "event_row_hour"),
        ("DTSTART:20270301T180000\nRRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=3", "event_row_repeats"),
        ("DTSTART:20270301T180000\nRRULE:FREQ=WEEKLY;COUNT=2;INTERVAL=0", "event_row_repeats"),
        ("DTSTART:20270301T180000\nRRULE:FREQ=WEEKLY", "event_row_repeats"),
        ("DTSTART:20270301T180000\nRDATE:20270308T180000", "event_row_repeats"),
        ("DTSTART:20270301T180000\nRECURRENCE-ID:20270308T180000", "event_row_repeats"),
    ],
)
def test_an_event_that_cannot_be_read_as_it_is_meant_is_refused_alone(lines: str, refused: str) -> None:
    [row] = calendar_files.read(one_event(lines), "a.ics", PARIS, 12)
    assert row.refused is not None and row.refused.code == refused


def test_an_event_may_say_how_long_it_takes() -> None:
    [row] = calendar_files.read(one_event("DTSTART:20270301T180000\nDURATION:PT8H"), "a.ics", PARIS, 12)
    assert (row.values["ends_on"], str(row.values["ends"])) == (date(2027, 3, 2), "02:00:00")


def one_event(lines: str) -> bytes:
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Café\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n".encode()


@pytest.mark.parametrize("body", [b"", b"\x00\x01", b"BEGIN:VCALENDAR\nnothing", b"a;b\n1;2", "é".encode("utf-16")])
def test_what_is_no_calendar_is_refused_in_words(app: Flask, web_engine: Engine, body: bytes) -> None:
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    data = {"file": (BytesIO(body), "x"), "expected": "20", "declared": "yes"}
    answer = office.post_form("/events-office/import", data)
    assert (answer.status_code, "govuk-error-summary" in answer.get_data(as_text=True)) == (422, True)


@pytest.mark.parametrize("body", ["é", "a", "%%%"])
@pytest.mark.parametrize("deed", ["", "/bring"])
def test_a_carried_file_that_is_none_is_asked_for_again(app: Flask, web_engine: Engine, body: str, deed: str) -> None:
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    sent = {"body": body, "name": "annee.csv", "expected": "20", "declared": "yes"}
    answer = office.post_form(f"/events-office/import{deed}", sent)
    assert (answer.status_code, 'id="file-error"' in answer.get_data(as_text=True)) == (422, True)


def test_too_many_events_are_refused() -> None:
    body = "title;date;start\n" + "A;2027-03-01;19:00\n" * (calendar_files.MOST + 1)
    with pytest.raises(Invalid, match="at most"):
        calendar_files.read(body.encode(), "a.csv", PARIS, 12)


def field(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    assert found is not None, name
    return found[0]


@pytest.mark.parametrize(
    ("sent", "where"),
    [({"expected": "douze"}, "expected"), ({"declared": ""}, "declared"), ({"name": "x.pdf"}, "file")],
)
def test_what_was_typed_stays_when_the_file_is_refused(
    app: Flask, web_engine: Engine, sent: dict[str, str], where: str
) -> None:
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    data = {"expected": "45", "declared": "yes"} | sent
    name, body = data.pop("name", "annee.csv"), SHEET if where != "file" else "%PDF"
    page = look(office, body, name, **data)
    assert f'href="#{where}"' in page and f'id="{where}-error"' in page
    assert f'value="{data["expected"]}"' in field(page, "expected")
    assert ("checked" in field(page, "declared")) == (data["declared"] == "yes")
    kept = re.search(r'name="body" value="([^"]+)"', page)
    assert kept is not None and base64.b64decode(kept[1]).decode() == body
    carried = {"body": kept[1], "name": name, "expected": "45", "declared": "yes", "file": (BytesIO(b""), "")}
    again = office.post_form("/events-office/import", carried).get_data(as_text=True)
    assert ("sera proposé" in again) == (where != "file"), "the file need not be chosen again"


def test_the_largest_file_that_is_looked_at_can_be_brought_in(app: Flask, web_engine: Engine) -> None:
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    sent = {"body": base64.b64encode(b"~" * LARGEST).decode(), "name": "a.csv", "expected": "20", "declared": "yes"}
    assert office.post_form("/events-office/import/bring", sent).status_code == 422
    assert office.post_form("/events-office/import", sent).status_code == 422
