"""Pages of events beside the story: who runs one sees its hands; the list of attendees; the calendar; refunds."""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from engine import commands, jobs
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.models import ProcessInstance
from engine.registry import ServiceWork
from engine.terms import CaseTerm, about
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk, browser, signed_in
from webapp import definitions
from webapp.journey.programme import Reader, next_date, of_seat
from webapp.links import tokens
from webapp.links.tokens import SignedLink
from workflows.association import orders
from workflows.association.calendars import appointments
from workflows.association.calendars.appointments import Appointment
from workflows.association.events import door, figures, notices, records, refunds, tickets, visiting, visitors
from workflows.association.events.incidents import EventIncident
from workflows.association.events.owed import EventRefund
from workflows.association.events.permits import EventPermit
from workflows.association.events.records import ENDED, PUBLISHED, Event, EventLine
from workflows.association.events.registrations import (
    ATTENDED,
    CONFIRMED,
    MISSED,
    PAYING,
    WAITING,
    WITHDRAWN,
    EventRegistration,
)
from workflows.association.events.reports import EventReport
from workflows.association.events.visitors import EventVisitor
from workflows.association.mails import Mail
from workflows.association.orders import Order
from workflows.association.people import Person


@pytest.fixture
def event(web_engine: Engine) -> str:
    """Two events of tomorrow in one town; somebody comes to the first, and a refund of it waits."""
    now = web_engine.clock.now()
    day = now.date() + timedelta(days=1)
    organiser = add_person(web_engine, "Lea", "Essai")
    with transaction(web_engine) as session:
        for number, title in ((1, "Causerie"), (2, "Concert")):
            made = Event(
                id=uuid4(), key=f"EVT-{number}", organiser_id=organiser.id, kind="TALK", title_fr=title, day=day,
                begins=time(19), minutes=120, place="12 quai des Brumes, Lyon", expected=9, capacity=9,
                approved_capacity=9, state=PUBLISHED, proposed_at=now, approved={"expected": 9},
            )  # fmt: skip
            session.add(made)
            session.flush()
            date = appointments.plan(
                session, made.key, "d1", titles=(title, title), minutes=120, now=now,
                starts=datetime.combine(day, time(19), ZoneInfo("Europe/Paris")),
            )  # fmt: skip
            seat = EventRegistration(
                id=uuid4(), event_id=made.id, appointment_id=date.id, person_id=organiser.id, entitlement="MEMBER",
                state=CONFIRMED, asked_at=now, ticket=f"K7PM2XQ9T{number}", diet="végétarien",
            )  # fmt: skip
            order = Order(
                id=uuid4(), key=f"CMD-{number}", means="CARD", created_at=now, person_id=organiser.id, state="PAID"
            )
            session.add_all([seat, order])
            session.flush()
            owed = Decimal("20.00")
            session.add(
                EventRefund(
                    registration_id=seat.id, event_id=made.id, order_id=order.id, amount=owed, cause="ATTENDEE",
                    due_at=now,
                )
            )  # fmt: skip
    assert orders.MEANS
    return "EVT-1"


def test_who_runs_an_event_welcomes_people_by_row_and_by_ticket(app: Flask, web_engine: Engine, event: str) -> None:
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    page = office.get(f"/events/{event}").get_data(as_text=True)
    assert "Pour l’organisateur" in page
    listed = office.get(f"/events/{event}/list").get_data(as_text=True)
    assert "végétarien" in listed
    assert listed.count("Imprimé par Eva") == 9, "who prints it stands on every page, across the names"
    assert "Imprimé par Lea" not in listed
    assert office.post_form(f"/events/{event}/list", {"ticket": "k7pm 2xq9 t1"}).status_code == 303
    with reading(web_engine) as session:
        seats = {each.ticket: each.checked_in_at for each in session.query(EventRegistration)}
    assert [ticket for ticket, at in seats.items() if at is not None] == ["K7PM2XQ9T1"]
    assert "Aucun billet" in follow(office, f"/events/{event}/list", {"ticket": "K7PM2XQ9T2"})


def test_papers_of_an_event_are_prefilled_and_for_who_runs_it(app: Flask, web_engine: Engine, event: str) -> None:
    office, member = at_desk(app, web_engine, "Eva", "EVENTS"), at_desk(app, web_engine, "Max")
    today = web_engine.clock.now().date()
    with transaction(web_engine) as session:
        made = records.by_key(session, event)
        assert made is not None
        session.add(EventPermit(id=uuid4(), event_id=made.id, kind="DRINKS", due_on=today))
        cost = {"event_id": made.id, "side": "COST", "vat": Decimal(20)}
        session.add(EventLine(position=1, label="VENUE", quantity=Decimal(2), unit=Decimal("300"), **cost))
        session.add(
            EventReport(
                event_id=made.id, attended=9, filed_by="t", filed_at=web_engine.clock.now(), costs=Decimal("650")
            )
        )
    page = " ".join(office.get(f"/events/{event}").get_data(as_text=True).split())
    named = re.findall(r"/events/EVT-1/(?:permit|contract)/[a-z-]+[.]pdf", page)
    assert [each.rsplit("/")[-1] for each in named] == ["drinks.pdf", "venue.pdf", "provider.pdf", "speaker.pdf"]
    assert re.search(r"Dépenses</dt>.{,80}600,00.{,80}650,00.{,80}50,00", page), "budget beside what came of it"
    said = {each.rsplit("/")[-1]: pdf_words(office, each) for each in named}
    assert all("Causerie" in each and "EVT-1" in each and "12 quai des Brumes" in each for each in said.values())
    assert "licence temporaire" in said["drinks.pdf"] and "Lea Essai" in said["drinks.pdf"]
    assert "600,00 €" in said["venue.pdf"] and "600,00" not in said["provider.pdf"]
    sheet = pdf_words(office, f"/events/{event}/list/sign-in.pdf")
    assert "par Eva" in sheet and "Lea Essai ......" in sheet and "végétarien" not in sheet
    for path in (*named, f"/events/{event}/list/sign-in.pdf"):
        assert member.get(path).status_code == 404
    for path in ("permit/road.pdf", "permit/x.pdf", "contract/house.pdf"):
        assert office.get(f"/events/{event}/{path}").status_code == 404
    with transaction(web_engine) as session:
        held = session.scalars(select(Appointment).where(Appointment.calendar == event)).one()
        appointments.move(held, held.starts_at + timedelta(days=30), web_engine.clock.now())
    assert office.get(f"/events/{event}/list/sign-in.pdf").status_code == 404, "as the list, on its days alone"


def test_who_agreed_to_it_is_seen_by_the_others_and_who_refused_photos_by_the_door(
    app: Flask, web_engine: Engine, event: str
) -> None:
    max_, zoe, nobody = (at_desk(app, web_engine, name) for name in ("Max", "Zoe", "Ida"))
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        known = {each.first_names: each.id for each in session.scalars(select(Person)) if each.first_names != "Lea"}
        first = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
        for name, listed, state in (("Max", True, CONFIRMED), ("Zoe", False, CONFIRMED), ("Ida", True, WAITING)):
            session.add(
                EventRegistration(
                    id=uuid4(), event_id=first.event_id, appointment_id=first.appointment_id, person_id=known[name],
                    entitlement="MEMBER", state=state, asked_at=now, listed=listed, photo=name == "Max",
                )
            )  # fmt: skip
    page = {desk: desk.get(f"/events/{event}").get_data(as_text=True) for desk in (max_, zoe, nobody)}
    assert "1 autre personne vient" in page[zoe] and "<li>Max" in page[zoe]
    assert "<li>Zoe" not in page[max_] and "<li>Ida" not in page[max_] + page[zoe], "who said no, and who only waits"
    assert "<li>Max" not in page[nobody], "who has no seat"
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    rows = office.get(f"/events/{event}/list").get_data(as_text=True).split('class="am-door__row"')
    assert {name: "pas de photo publiée" in row for row in rows for name in ("Max", "Zoe") if f"{name} " in row} == {
        "Max": False,
        "Zoe": True,
    }
    with transaction(web_engine) as session:
        for held in session.scalars(select(Appointment)):
            appointments.move(held, held.starts_at - timedelta(days=9), now)
    assert "<li>Max" not in zoe.get(f"/events/{event}").get_data(as_text=True), "the list is closed"


def pdf_words(desk: LookedAtPages, address: str) -> str:
    """The text of a PDF, in one line."""
    answer = desk.get(address)
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.get_data())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_two_doors_without_a_network_come_to_one_list(app: Flask, web_engine: Engine, event: str) -> None:
    with reading(web_engine) as session:
        seat = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
    office, came, path = at_desk(app, web_engine, "Eva", "EVENTS"), str(uuid4()), f"/events/{event}/list/marks"

    def sent(marks: list[tuple[bool, int]], arrivals: int = 0) -> dict[str, list[dict[str, object]]]:
        waiting = {
            "marks": [{"seat": str(seat.id), "here": here, "ago": ago} for here, ago in marks],
            "arrivals": [{"id": came, "name": "Jo Essai", "seats": 2, "paid": "12.50", "ago": 60}] * arrivals,
        }
        answer = office.post_form(path, {"waiting": json.dumps(waiting)})
        assert answer.status_code == 200
        found: dict[str, list[dict[str, object]]] = answer.get_json()
        return found

    assert [each["here"] for each in sent([(False, 60)])["people"]] == [False], "the second door undid it a minute ago"
    assert [each["here"] for each in sent([(True, 600)])["people"]] == [False], "what was noted before arrives after"
    assert [each["here"] for each in sent([(True, 5)], arrivals=1)["people"]] == [True]
    last = sent([], arrivals=2)["arrivals"]
    assert [(each["name"], each["seats"], each["paid"]) for each in last] == [("Jo Essai", 2, "12.50")], "sent again"
    with transaction(web_engine) as session:
        event_id = session.get_one(EventRegistration, seat.id).event_id
        assert door.counted(session, event_id) == {"attended": 3, "missed": 0}, "for the report"
        session.get_one(EventRegistration, seat.id).state = MISSED
        door.forget_names(session, event_id)
    assert [each["name"] for each in sent([(True, 1)])["arrivals"]] == [""], "erased a week after"
    with reading(web_engine) as session:
        assert session.get_one(EventRegistration, seat.id).state == ATTENDED, "a mark that arrives late mends it"
    assert office.post_form(path, {"waiting": '{"marks": 3}'}).status_code == 422
    assert office.post_form(path, {"waiting": "[" * 100_000}).status_code == 422
    odd = [
        {"id": str(uuid4()), "name": name, "seats": 1, "paid": paid, "ago": ago}
        for name, paid, ago in [("Lou\0", "1", 1), ("\ud800", "1", 1), ("Lou", "-1", 1), ("Max", "9999.99", 9e9)]
    ]
    some = office.post_form(path, {"waiting": json.dumps({"marks": [{"seat": "x"}], "arrivals": odd})}).get_json()
    assert some["refused"] == ["x", *(each["id"] for each in odd[:3])], "one that cannot be taken keeps none out"
    assert [each["name"] for each in some["arrivals"]] == ["Max", ""]
    page = office.get(f"/events/{event}/list")
    assert datetime.fromisoformat(page.headers["X-Kept-Until"]) > web_engine.clock.now() + timedelta(days=1)


def test_a_ticket_is_scanned_shown_before_it_is_noted_and_read_by_its_holder_alone(
    app: Flask, web_engine: Engine, event: str
) -> None:
    with reading(web_engine) as session:
        seat = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
    office = at_desk(app, web_engine, "Eva", "EVENTS")
    scanned = tickets.address("https://amicale.example", event, "K7PM2XQ9T1")
    path = scanned.removeprefix("https://amicale.example")
    assert path == f"/events/{event}/list?ticket=K7PM2XQ9T1"
    assert office.get(path).get_data(as_text=True).count('name="ticket" value="K7PM2XQ9T1"') == 1
    with reading(web_engine) as session:
        assert session.get_one(EventRegistration, seat.id).checked_in_at is None, "looking notes nothing"
    assert "Lea Essai est là." in follow(office, f"/events/{event}/list", {"ticket": scanned})
    assert "Aucun billet" in office.get(f"/events/{event}/list?ticket=K7PM2XQ9T2").get_data(as_text=True)
    assert office.get(f"/events/{event}/ticket/{seat.id}").status_code == 404, "not even for the office"
    holder = at_desk(app, web_engine, "Noe")
    with transaction(web_engine) as session:
        noe = session.scalars(select(Person.id).where(Person.first_names == "Noe")).one()
        session.get_one(EventRegistration, seat.id).person_id = noe
    page = holder.get(f"/events/{event}/ticket/{seat.id}").get_data(as_text=True)
    assert "K7PM2XQ9T1" in page
    assert "<svg" in page


@pytest.mark.parametrize(("state", "dates"), [(CONFIRMED, 1), (WAITING, 0), ("WITHDRAWN", 0)])
def test_a_journey_tells_the_date_of_whoever_has_a_seat(
    app: Flask, web_engine: Engine, event: str, state: str, dates: int
) -> None:
    with app.test_request_context(), transaction(web_engine) as session:
        seat = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
        seat.state = state
        told = of_seat(session, web_engine, seat, Reader("fr", ZoneInfo("Europe/Paris")))
        assert len(told.coming if told else []) == dates
        assert (next_date(told) is not None) == bool(dates)


@pytest.mark.parametrize(
    "shown", ["k7pm 2xq9-t1", "K7PM2XQ9T1", "https://a.example/events/EVT-1/list?ticket=k7pm2xq9t1"]
)
def test_a_ticket_is_known_however_it_comes(shown: str) -> None:
    assert tickets.code_of(shown) == "K7PM2XQ9T1"


def test_the_office_moves_one_date_after_it_was_asked(app: Flask, web_engine: Engine, event: str) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_cancellation"], reason="test")
        (date,) = appointments.of_calendar(session, event)
        was, later = date.day, date.day + timedelta(days=9)
    office, path = at_desk(app, web_engine, "Eva", "EVENTS"), f"/events-office/move/{date.id}"
    asked = office.get(f"{path}?day={later}").get_data(as_text=True)
    assert f'value="{later}"' in asked
    assert "1 personne est prévenue" in asked
    assert at_desk(app, web_engine, "Fin", "FINANCE").get(path).status_code == 403
    sent = {"day": later.isoformat(), "begins": "20:30", "request_key": "a" * 32}
    assert [office.post_form(path, sent).status_code for _ in range(2)] == [303, 303]
    assert office.post_form(path, {"day": "soon", "begins": ""}).status_code == 422
    with reading(web_engine) as session:
        (date,) = appointments.of_calendar(session, event)
    assert (date.day - was, date.begins, date.sequence) == (timedelta(days=9), time(20, 30), 1)


def follow(office: LookedAtPages, path: str, data: dict[str, str]) -> str:
    assert office.post_form(path, data).status_code == 303
    return office.get(path).get_data(as_text=True)


def test_a_member_sees_the_page_and_none_of_the_hands(app: Flask, web_engine: Engine, event: str) -> None:
    member = at_desk(app, web_engine, "Leo")
    page = member.get(f"/events/{event}").get_data(as_text=True)
    assert "Pour l’organisateur" not in page
    places = []
    for whole in (True, False):
        with transaction(web_engine) as session:
            shown = session.scalars(select(Event).where(Event.key == event)).one()
            (date,) = appointments.of_calendar(session, event)
            now = shown.proposed_at
            for where in (None, date.id):
                text = "La salle est fermée." if whole == (where is not None) else ""
                notices.tell(session, shown.id, where, text, now)
        text = member.get(f"/events/{event}").get_data(as_text=True)
        places.append((text.count("La salle est fermée."), text.index(">Date<") < text.index("La salle est fermée.")))
    assert places == [(1, True), (1, False)], "what is about one date stands with it, the rest before all of them"
    assert [member.get(f"/events/{event}/{part}").status_code for part in ("list", "change", "call-off")] == [404] * 3
    assert member.post_form(f"/events/{event}/change", {"capacity": "900"}).status_code == 404


@pytest.mark.parametrize(("lang", "typed"), [("fr", "12,50"), ("en", "12.50")])
def test_a_price_is_read_and_shown_as_its_reader_writes_it(
    app: Flask, web_engine: Engine, event: str, lang: str, typed: str
) -> None:
    with reading(web_engine) as session:
        shown = session.scalars(select(Event).where(Event.key == event)).one()
    lea, path = signed_in(app, web_engine, shown.organiser_id), f"/events/{event}/change"
    lea.post_form("/language", {"language": lang})
    assert lea.post_form(path, {"price_member": typed}).status_code == 303
    for wrong in ("abc", "-1", "12,505", "99999", "1e3"):
        assert lea.post_form(path, {"price_member": wrong}).status_code == 422, wrong
    with reading(web_engine) as session:
        assert records.prices(session, shown.id)["MEMBER"] == Decimal("12.50")
    page = lea.get(path).get_data(as_text=True)
    assert f'value="{typed}"' in page
    behind = "est restée telle quelle" if lang == "fr" else "The presentation in English is as it was"
    for french, english, said in (("Un soir", "An evening", False), ("Deux soirs", "An evening", True)):
        lea.post_form(path, {"about": french, "about_en": english})
        assert (behind in lea.get(f"/events/{event}").get_data(as_text=True)) is said
    assert page.index('id="price_member"') < page.index('id="price_student"') < page.index('id="price_public"')


@pytest.mark.parametrize(("lang", "row"), [("fr", "signalé le"), ("en", "told on")])
def test_whoever_runs_an_event_tells_of_an_incident_once_and_reads_it_on_its_page(
    app: Flask, web_engine: Engine, event: str, lang: str, row: str
) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_incident"], reason="test")
        runner = session.scalars(select(Event.organiser_id).where(Event.key == event)).one()
    lea, path = signed_in(app, web_engine, runner), f"/events/{event}/incident"
    lea.post_form("/language", {"language": lang})
    assert at_desk(app, web_engine, "Leo").get(path).status_code == 404
    assert lea.get(path).status_code == 200
    at = (web_engine.clock.now() - timedelta(hours=2)).astimezone(ZoneInfo("Europe/Paris"))
    said = {"kind": "DAMAGE", "hurt": "NO", "what": "Un verre brisé.", "request_key": "c" * 32}
    told = said | {"happened_on": at.date().isoformat(), "happened_at": at.strftime("%H:%M")}
    later = told | {"happened_on": (at.date() + timedelta(days=1)).isoformat(), "request_key": "d" * 32}
    for wrong in (later, told | {"happened_on": "2006-11-28", "request_key": "e" * 32}):
        refused = lea.post_form(path, wrong)
        shown = refused.get_data(as_text=True)
        assert (refused.status_code, "Un verre brisé." in shown, 'href="#f-happened_on' in shown) == (422, True, True)
    assert [lea.post_form(path, told).status_code for _ in range(2)] == [303, 303]
    with reading(web_engine) as session:
        kept = [(each.kind, each.late, each.told_by) for each in session.scalars(select(EventIncident))]
    assert kept == [("DAMAGE", False, runner)], "sent twice it is told once"
    assert lea.get(f"/events/{event}").get_data(as_text=True).count(row) == 1


def test_the_calendar_shows_load_and_neighbours_and_refunds_are_noted_once(
    app: Flask, web_engine: Engine, event: str
) -> None:
    accounts = at_desk(app, web_engine, "Fin", "FINANCE")
    page = accounts.get("/events-office/").get_data(as_text=True)
    assert page.count("même jour, même ville") == 2
    assert "18 places" in page
    with reading(web_engine) as session:
        chosen = [str(each.registration_id) for each in refunds.due(session)]
    assert accounts.get("/events-office/refunds").status_code == 200
    for _ in range(2):
        accounts.post_form("/events-office/refunds", {"refund": chosen, "reference": "VIR-7"})
    with reading(web_engine) as session:
        assert refunds.due(session) == []
        assert len({each.refund_id for each in session.query(EventRefund)}) == 2


def test_the_office_writes_to_those_who_registered_for_several_events_and_to_each_once(
    app: Flask, web_engine: Engine, event: str
) -> None:
    guest = add_person(web_engine, "Noa", "Essai")
    with transaction(web_engine) as session:
        (date,) = appointments.of_calendar(session, event)
        made = session.scalars(select(Event).order_by(Event.key)).all()
        session.add(
            EventRegistration(
                id=uuid4(), event_id=made[0].id, appointment_id=date.id, person_id=guest.id, entitlement="MEMBER",
                state=WAITING, asked_at=web_engine.clock.now(),
            )
        )  # fmt: skip
        session.get_one(Person, guest.id).emails[0].bounce_state = "HARD"
    office, path = at_desk(app, web_engine, "Eva", "EVENTS"), "/events-office/several"
    assert at_desk(app, web_engine, "Fin", "FINANCE").get(path).status_code == 403
    assert office.get(path).get_data(as_text=True).count('name="event"') == 2
    chosen = {"event": [str(each.id) for each in made], "request_key": "b" * 32}
    asked = office.post_form(f"{path}/letter", chosen).get_data(as_text=True)
    assert "1 personne reçoit ce courriel" in asked, "who comes to both gets one mail, and who has no address none"
    assert office.post_form(f"{path}/letter", chosen | {"step": "look", "subject": "Salle"}).status_code == 422
    written = chosen | {"subject": "Salle", "text": "Nous changeons\nde <salle>."}
    looked = office.post_form(f"{path}/letter", written | {"step": "look"}).get_data(as_text=True)
    assert "de &lt;salle&gt;." in looked
    assert letters(web_engine) == [], "nothing leaves by looking"
    assert office.get(f"{path}/letter").location == path, "nothing was chosen"
    to = f"/language?language=fr&keep=1&next={path}/letter&to={path}/letter"
    kept = office.get(office.post_form(to, written).location).get_data(as_text=True)
    assert 'value="Salle"' in kept and kept.count('type="hidden" name="event"') == 2
    for said in ("courriel envoyé", "courriel déjà envoyé"):
        page = office.post_form(f"{path}/letter", written | {"step": "send"}).get_data(as_text=True)
        assert (page.count(said), page.count("sans adresse électronique")) == (1, 1)
    assert letters(web_engine) == [("lea.essai@example.org", "Salle")]
    assert office.post_form(f"{path}/letter", {"event": "x"}).status_code == 404


def test_organisers_are_reminded_of_several_reports_once_a_day(app: Flask, web_engine: Engine, event: str) -> None:
    with transaction(web_engine) as session:
        made = session.scalars(select(Event).order_by(Event.key)).all()
        for each in made:
            each.state, each.closed_at = ENDED, web_engine.clock.now()
    office, path = at_desk(app, web_engine, "Eva", "EVENTS"), "/events-office/several"
    chosen = {"event": [str(each.id) for each in made]}
    assert office.get(path).get_data(as_text=True).count("Lea Essai") == 2
    assert office.post_form(f"{path}/reports", chosen).get_data(as_text=True).count("recevra ce courriel") == 2
    assert letters(web_engine) == []
    for said in ("courriel envoyé", "a déjà reçu ce courriel aujourd’hui"):
        page = office.post_form(f"{path}/reports", chosen | {"step": "send"}).get_data(as_text=True)
        assert page.count(said) == 2, said
    subjects = ["Causerie : votre compte rendu", "Concert : votre compte rendu"]
    assert letters(web_engine) == [("lea.essai@example.org", each) for each in subjects]
    with transaction(web_engine) as session:
        session.add(EventReport(event_id=made[0].id, attended=1, filed_by="t", filed_at=web_engine.clock.now()))
    page = office.post_form(f"{path}/reports", chosen).get_data(as_text=True)
    assert "Causerie" not in page, "whose report is there is not reminded"


def letters(web_engine: Engine) -> list[tuple[str, str]]:
    """The mails that were written, with their readers."""
    with reading(web_engine) as session:
        return sorted((each.to_address, each.subject) for each in session.scalars(select(Mail)))


def test_whoever_has_no_account_comes_to_an_open_event_alone_and_a_holder_names_who_takes_his_seat(
    app: Flask, web_engine: Engine, event: str
) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_visitor"], reason="test")
    visitor, said = browser(app), {"first_names": "Una", "last_name": "Essai", "lang": "en"}
    refused = visitor.get(f"/events/{event}/visit")
    told = refused.get_data(as_text=True)
    assert (refused.status_code, "Cet événement est pour les membres" in told) == (409, True)
    assert ("Ce n’est pas possible maintenant" in told, "a changé entre-temps" in told) == (True, False)
    assert f'href="/events/{event}">Revenir à l’événement' in told
    with transaction(web_engine) as session:
        session.scalars(select(Event).where(Event.key == event)).one().public = "OPEN"
        seat_id = session.scalars(select(EventRegistration.id)).first()
    assert f"/events/{event}/visit" in visitor.get(f"/events/{event}").get_data(as_text=True)
    form = visitor.get(f"/events/{event}/visit").get_data(as_text=True)
    assert "Aucun compte n’est créé" in form and _languages(form) == ["fr"]
    wrong = visitor.post_form(f"/events/{event}/visit", said | {"email": "una"})
    assert (wrong.status_code, _visitors(web_engine)) == (422, [])
    english = visitor.post_form(f"/events/{event}/visit/in/en", said | {"email": "una"}).get_data(as_text=True)
    assert '<html lang="en"' in english and 'value="una"' in english and "There is a problem" not in english
    assert _languages(visitor.get(f"/events/{event}/visit").get_data(as_text=True)) == ["en"], "as he reads"
    visitor.post_form("/language", {"language": "fr"})
    trapped = visitor.post_form(f"/events/{event}/visit", said | {"email": "una@example.org", "website": "x"})
    assert (trapped.status_code, _visitors(web_engine)) == (303, [])
    assert visitor.post_form(f"/events/{event}/visit", said | {"email": "una@example.org"}).status_code == 303
    assert _visitors(web_engine) == [("una@example.org", None)]
    other = at_desk(app, web_engine, "Leo")
    assert other.get(f"/events/{event}/seat/{seat_id}/hand-over").status_code == 404
    page, advert = f"/events/{event}/visit", said | {"first_names": "www.example.com", "email": "una@example.org"}
    refused = visitor.post_form(page, advert)
    assert (refused.status_code, "l’adresse d’une page" in refused.get_data(as_text=True)) == (422, True)
    asked = [visitor.post_form(page, said | {"email": "UNA@example.org "}).status_code for _ in range(3)]
    assert asked == [303, 303, 429], "a mailbox is not flooded"
    assert visitor.post_form(page, said | {"email": "ida@example.org"}).status_code == 303


@pytest.mark.parametrize(
    ("waiting", "capacity", "button", "listed"),
    [
        (0, 9, "S’inscrire", False),
        (0, 1, "S’inscrire sur la liste d’attente", True),
        (1, 9, "S’inscrire sur la liste d’attente", True),
        (50, 9, "", True),
    ],
)
def test_whoever_finds_no_seat_is_told_before_he_asks_that_he_waits(
    app: Flask, web_engine: Engine, event: str, waiting: int, capacity: int, button: str, listed: bool
) -> None:
    guest = add_person(web_engine, "Ana", "Essai")
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_registration"], reason="test")
        definitions.deploy(session, web_engine, [definitions.OWN / "event_visitor"], reason="test")
        most = figures.rule(session, "waiting", web_engine.clock.now().date())
        shown = session.scalars(select(Event).where(Event.key == event)).one()
        shown.public, shown.approved_capacity = "OPEN", capacity
        (date,) = appointments.of_calendar(session, event)
        for _number in range(min(waiting, most)):  # seats are left, but they are theirs
            session.add(
                EventRegistration(
                    id=uuid4(), event_id=shown.id, appointment_id=date.id, person_id=guest.id, entitlement="PUBLIC",
                    state=WAITING, asked_at=shown.proposed_at,
                )
            )  # fmt: skip
    stranger, member, path = browser(app), at_desk(app, web_engine, "Leo"), f"/events/{event}"
    assert ("complet\N{NO-BREAK SPACE}: liste d’attente" in stranger.get("/events/").get_data(as_text=True)) is listed
    page = stranger.get(path).get_data(as_text=True)
    assert ("la liste d’attente est complète" in page, f"{path}/visit" in page) == (not button, bool(button))
    assert (f">{button}</a>" in page) is bool(button)
    assert "0 personne attend" not in page
    if button:
        assert f">{button}</button>" in member.get(f"{path}/register").get_data(as_text=True)
        form = stranger.get(f"{path}/visit").get_data(as_text=True)
        assert ("liste d’attente</h1>" in form) is listed
        said = {"first_names": "Una", "last_name": "Essai", "lang": "fr", "email": "una@example.org"}
        sent = stranger.post_form(f"{path}/visit", said)
        told = stranger.get(sent.headers["Location"]).get_data(as_text=True)
        assert f"vous êtes {'sur la liste d’attente' if listed else 'inscrit·e'}." in told


def test_a_visitor_is_sent_a_new_link_until_his_request_is_over(app: Flask, web_engine: Engine, event: str) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_visitor"], reason="test")
        session.scalars(select(Event).where(Event.key == event)).one().public = "OPEN"
    said = {"first_names": "Una", "last_name": "Essai", "lang": "en", "email": "una@example.org"}
    assert browser(app).post_form(f"/events/{event}/visit", said).status_code == 303
    with transaction(web_engine) as session:
        visitor, case = session.scalars(select(EventVisitor)).one(), session.scalars(select(ProcessInstance.id)).one()
        token = tokens.issue(session, web_engine.clock.now(), case, visitors.actor_of(visitor.id), timedelta(days=30))
        session.scalars(select(SignedLink)).one().used_at = web_engine.clock.now()
    assert f"/l/{token}/again" in browser(app).get(f"/l/{token}").get_data(as_text=True)
    assert browser(app).post_form(f"/l/{token}/again").status_code == 200
    with transaction(web_engine) as session:
        sent = session.scalars(select(Mail).where(Mail.to_address == "una@example.org")).one()
        assert ("/l/" in sent.text, sent.instance_id, sent.lang) == (True, case, "en")
        session.delete(session.scalars(select(EventVisitor)).one())
    assert f"/l/{token}/again" not in browser(app).get(f"/l/{token}").get_data(as_text=True)
    assert browser(app).post_form(f"/l/{token}/again").status_code == 404, "nothing is promised"


def test_a_link_shows_what_it_confirms_and_a_cancelled_request_says_so(
    app: Flask, web_engine: Engine, event: str
) -> None:
    with transaction(web_engine) as session:
        definitions.deploy(session, web_engine, [definitions.OWN / "event_visitor"], reason="test")
        session.scalars(select(Event).where(Event.key == event)).one().public = "OPEN"
    said = {"first_names": "Una", "last_name": "Essai", "lang": "fr", "email": "una@example.org", "seats": "2"}
    answers = ({"guests": "Ada Martin", "diet": "sans gluten"}, {"guests": "Ada Martin", "diet": "végétarien"})
    for more in answers:
        assert browser(app).post_form(f"/events/{event}/visit", said | more).status_code == 303
    with transaction(web_engine) as session:
        cases = {
            session.get_one(EventVisitor, each).diet: (session.scalars(
                select(CaseTerm.instance_id).where(CaseTerm.term == about(each))).one(), each)
            for each in session.scalars(select(EventVisitor.id))
        }  # fmt: skip
        now, month = web_engine.clock.now(), timedelta(days=30)
        links = {
            diet: tokens.issue(session, now, case, visitors.actor_of(id_), month) for diet, (case, id_) in cases.items()
        }
    for diet, other in (("sans gluten", "végétarien"), ("végétarien", "sans gluten")):
        shown = browser(app).get(f"/l/{links[diet]}").get_data(as_text=True)
        assert (diet in shown, other in shown, "Ada Martin" in shown) == (True, False, True)
    with transaction(web_engine) as session:
        commands.cancel(session, web_engine, cases["sans gluten"][0], by=SYSTEM, reason="event closed to visitors")
    visitor = browser(app)
    assert "Ce que vous confirmez" not in visitor.get(f"/l/{links['sans gluten']}").get_data(as_text=True)
    opened = visitor.post_form(f"/l/{links['sans gluten']}")
    page = visitor.get(opened.headers["Location"]).get_data(as_text=True)
    assert "a été annulé" in page
    assert "event closed to visitors" not in page, "the reason is for the house"
    again = said | answers[0]
    assert browser(app).post_form(f"/events/{event}/visit", again).status_code == 303
    with reading(web_engine) as session:
        assert session.query(EventVisitor).count() == 3, "what was cancelled stands in nobody's way"
    goes_on = browser(app)
    jobs.run_due(web_engine)  # the mail with the link is out
    steps = goes_on.post_form(f"/l/{links['végétarien']}").headers["Location"]
    for state, told in (
        (WAITING, "sur la liste d’attente"), (PAYING, "Une place est gardée"), (CONFIRMED, "Vous êtes inscrit·e"),
        (WITHDRAWN, "Tout est fait"),
    ):  # fmt: skip
        with transaction(web_engine) as session:
            seat = session.scalars(select(EventRegistration).where(EventRegistration.seats == 2)).one()
            seat.state = state
        page = goes_on.get(steps).get_data(as_text=True)
        assert told in page and ("Tout est fait" in page) is (state == WITHDRAWN)


def test_a_seat_is_taken_over_while_that_may_be(web_engine: Engine, event: str) -> None:
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        seat = session.scalars(select(EventRegistration).where(EventRegistration.ticket == "K7PM2XQ9T1")).one()
        starts = session.get_one(Appointment, seat.appointment_id).starts_at
        until = []
        for seat_id in (None, seat.id):
            visitor = EventVisitor(
                id=uuid4(), event_id=seat.event_id, appointment_id=seat.appointment_id, seat_id=seat_id, lang="fr",
                first_names="Una", last_name="Essai", email="una@example.org", asked_at=now,
            )  # fmt: skip
            session.add(visitor)
            session.flush()
            known = {"visitor_id": str(visitor.id)}
            work = ServiceWork(web_engine, session, uuid4(), "event_visitor", "open_visit", uuid4(), known, {}, now)
            until.append((visiting.open_visit(work) or {})["confirm_until"])
        hours = figures.rule(session, "hand_over_hours", now.date())
    assert until == [starts, starts - timedelta(hours=hours)]


@pytest.mark.parametrize(
    ("first_names", "last_name", "same"),
    [("Jean Pierre", "Essai", True), ("jean", "ESSAI", True), ("Una", "Essai", False), ("Jean", "Autre", False)],
)
def test_who_shares_an_address_is_somebody_else(
    web_engine: Engine, event: str, first_names: str, last_name: str, same: bool
) -> None:
    jean, now = add_person(web_engine, "Jean", "Essai"), web_engine.clock.now()
    with transaction(web_engine) as session:
        seat = session.scalars(select(EventRegistration).limit(1)).one()
        visitor = EventVisitor(
            id=uuid4(), event_id=seat.event_id, appointment_id=seat.appointment_id, lang="fr", asked_at=now,
            first_names=first_names, last_name=last_name, email="jean.essai@example.org",
        )  # fmt: skip
        assert (visitors.person_of(session, visitor, now).id == jean.id) is same


def _languages(form: str) -> list[str]:
    """Which languages of mails are chosen in a form."""
    chosen = [each for each in re.findall(r"<input[^>]*>", form) if 'name="lang"' in each and " checked" in each]
    return [found[1] for each in chosen if (found := re.search(r'value="(\w+)"', each))]


def _visitors(engine: Engine) -> list[tuple[str, UUID | None]]:
    with reading(engine) as session:
        return [(each.email, each.seat_id) for each in session.scalars(select(EventVisitor))]
