"""Pages of events beside the story: who runs one sees its hands; the list of attendees; the calendar; refunds."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from tests.security.web import at_desk
from workflows.association import orders
from workflows.association.calendars import appointments
from workflows.association.events import refunds
from workflows.association.events.records import PUBLISHED, Event
from workflows.association.events.refunds import EventRefund
from workflows.association.events.registrations import CONFIRMED, EventRegistration
from workflows.association.orders import Order


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
    assert "Eva" in listed, "the list says who opened it"
    assert office.post_form(f"/events/{event}/list", {"ticket": "k7pm 2xq9 t1"}).status_code == 303
    with reading(web_engine) as session:
        seats = {each.ticket: each.checked_in_at for each in session.query(EventRegistration)}
    assert [ticket for ticket, at in seats.items() if at is not None] == ["K7PM2XQ9T1"]
    assert "Aucun billet" in follow(office, f"/events/{event}/list", {"ticket": "K7PM2XQ9T2"})


def follow(office: LookedAtPages, path: str, data: dict[str, str]) -> str:
    assert office.post_form(path, data).status_code == 303
    return office.get(path).get_data(as_text=True)


def test_a_member_sees_the_page_and_none_of_the_hands(app: Flask, web_engine: Engine, event: str) -> None:
    member = at_desk(app, web_engine, "Leo")
    page = member.get(f"/events/{event}").get_data(as_text=True)
    assert "Pour l’organisateur" not in page
    assert [member.get(f"/events/{event}/{part}").status_code for part in ("list", "change", "call-off")] == [404] * 3
    assert member.post_form(f"/events/{event}/change", {"capacity": "900"}).status_code == 404


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
