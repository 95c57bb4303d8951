"""Seats of events: registering, waiting, paying, withdrawing, coming."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.event_mails import mails_to
from tests.steps.events import actor_of, begin, calm, do, event_of, member, open_tasks, person_of
from workflows.association import parameters
from workflows.association.calendars import appointments
from workflows.association.events import changing, door, figures, records, registrations
from workflows.association.events.registrations import EventRegistration, NotForYou
from workflows.association.parameters import ParameterRow

CROWD = ("Ana", "Ben", "Cid", "Dia", "Eli", "Flo")


def seat_of(office: Office, name: str) -> EventRegistration:
    person = person_of(office, name)
    with reading(office.engine) as session:
        query = select(EventRegistration).where(EventRegistration.person_id == person.id)
        return session.scalars(query.order_by(EventRegistration.asked_at.desc())).first() or EventRegistration()


def register(office: Office, name: str, **said: object) -> EventRegistration:
    office.later(timedelta(minutes=1))  # so that those who ask one after the other wait in this order
    person, event = member(office, name), event_of(office)
    known: dict[str, object] = {**changing.known(event), "person_id": str(person.id)}
    asked = {"registration.seats": 1, "registration.diet": "végétarien", **said}
    begin(office, "event_registration", actor_of(office, name), known, asked)
    return seat_of(office, name)


def pay(office: Office, name: str, amount: Decimal) -> None:
    key = str(seat_of(office, name).order_key)
    office.pay(key, amount, means="CARD", event_id=str(uuid4()), value_date=None)


@given("at most 1 person waits")
def at_most_one(office: Office) -> None:
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        query = select(ParameterRow).where(ParameterRow.table == figures.RULES.name, ParameterRow.key == "waiting")
        before = session.scalars(query).one()
        parameters.end(session, before.id, today - timedelta(days=1), now=office.clock.now())
        parameters.decide(
            session, figures.RULES, "waiting", {"number": 1}, valid_from=today, decided_by="EVENTS", decided_on=today,
            now=office.clock.now(),
        )  # fmt: skip


@when(parsers.re(r'"(?P<name>\w+)" registers(?P<pays> and pays)? for date (?P<number>\d)'))
def registers_for(office: Office, name: str, pays: str | None, number: str) -> None:
    with reading(office.engine) as session:
        date = records.dates(session, event_of(office))[int(number) - 1]
    seat = register(office, name, **{"registration.date": str(date.id)})
    assert seat.appointment_id == date.id
    if pays:
        pay(office, name, Decimal("20.00"))


@then(parsers.parse('"{name}" is still waiting'))
def still_waits(office: Office, name: str) -> None:
    assert seat_of(office, name).state == registrations.WAITING
    assert mails_to(office, name, "event_no_place") == []


@when(parsers.re(r'"(?P<name>\w+)" registers'))
def registers(office: Office, name: str) -> None:
    register(office, name)


@when(parsers.parse('"{name}" registers and waits'))
@then(parsers.parse('"{name}" registers and waits'))
def registers_and_waits(office: Office, name: str) -> None:
    assert register(office, name).state == registrations.WAITING
    assert len(mails_to(office, name, "event_waiting")) == 1
    assert seat_of(office, name).order_key is None, "no money is asked of whoever waits"


@when(parsers.parse('"{name}" registers and pays'))
def registers_and_pays(office: Office, name: str) -> None:
    assert register(office, name).state == registrations.PAYING
    pay(office, name, Decimal("20.00"))
    assert seat_of(office, name).state == registrations.CONFIRMED


@when(parsers.parse('"{name}" registers, paid by the employer'))
def by_the_employer(office: Office, name: str) -> None:
    said = {"registration.payer": "EMPLOYER", "registration.employer_reference": "BDC-7"}
    assert register(office, name, **said).state == registrations.CONFIRMED


@when(parsers.parse("{count:d} people register"))
def many_register(office: Office, count: int) -> None:
    for number in range(count):
        register(office, f"Pers{number}")


@when("6 people register and pay")
def six_pay(office: Office) -> None:
    for name in CROWD:
        registers_and_pays(office, name)


@then(parsers.parse("{count:d} people are registered"))
def are_registered(office: Office, count: int) -> None:
    with reading(office.engine) as session:
        query = select(func.count()).where(EventRegistration.state == registrations.CONFIRMED)
        assert session.scalar(query) == count


@when(parsers.parse('"{name}" pays {amount:d} euros'))
def pays_euros(office: Office, name: str, amount: int) -> None:
    pay(office, name, Decimal(amount))


@when(parsers.parse('"{name}" withdraws'))
def withdraws(office: Office, name: str) -> None:
    office.publish("registration_withdrawn", seat_of(office, name).id)
    assert seat_of(office, name).state == registrations.WITHDRAWN


@when(parsers.re(r'"(?P<name>\w+)" says (?P<answer>TAKE|PASS)'))
def answers(office: Office, name: str, answer: str) -> None:
    by = actor_of(office, name)
    (task,) = [each for each in open_tasks(office, "answer_offer") if each.assignee == by.id]
    do(office, task, by, {"offer_answer": answer}, {})


@when("an hour passes")
def an_hour(office: Office) -> None:
    office.later(timedelta(hours=1))


@when(parsers.parse('"{name}" gives a {score:d}'))
def gives(office: Office, name: str, score: int) -> None:
    (task,) = open_tasks(office, "give_opinion")
    do(office, task, actor_of(office, name), {}, {"registration.score": score, "registration.opinion": "Très bien."})


@when(parsers.parse('"{name}" is checked in'))
def checked_in(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        door.tell(session.get_one(EventRegistration, seat_of(office, name).id), True, office.clock.now())


@then(parsers.parse('"{name}" has a ticket, and an invitation of sequence {number:d}'))
def has_ticket(office: Office, name: str, number: int) -> None:
    calm(office)
    seat = seat_of(office, name)
    (mail,) = mails_to(office, name, "event_ticket")
    assert seat.state == registrations.CONFIRMED
    assert str(seat.ticket) in mail.text
    lines = str(mail.calendar).splitlines()
    assert {"METHOD:REQUEST", f"SEQUENCE:{number}"} <= set(lines)
    assert any(line.startswith(f"UID:{seat.appointment_id}@") for line in lines)


@then(parsers.parse('"{name}" is invited in the calendar'))
def is_invited(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        found = appointments.of_person(session, person_of(office, name).id, office.clock.now().date())
    assert [each.calendar for each in found] == [event_of(office).key]


@then(parsers.parse('"{name}" is offered a seat'))
def is_offered(office: Office, name: str) -> None:
    calm(office)
    assert seat_of(office, name).state == registrations.OFFERED
    assert len(mails_to(office, name, "event_offer")) == 1


@then(parsers.parse('the registration of "{name}" is {state}, with a score of {score}'))
def registration_is(office: Office, name: str, state: str, score: str) -> None:
    calm(office)
    seat = seat_of(office, name)
    assert (seat.state, seat.score) == (state, None if score == "none" else int(score))


@then(parsers.parse('"{name}", whose dues have lapsed, cannot register'))
def cannot_register(office: Office, name: str) -> None:
    member(office, name, entitlement="LAPSED")
    with pytest.raises(NotForYou):
        register(office, name)
