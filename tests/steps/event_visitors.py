"""People without an account who come to an event, and seats that pass to somebody else."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import func, select

from engine import commands, jobs
from engine.assignment import SYSTEM
from engine.bpmn.state import read_names
from engine.errors import AmicaleError
from engine.models import Base, ProcessInstance
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.event_mails import mails_to
from tests.steps.event_refunds import due_to
from tests.steps.event_seats import seat_of
from tests.steps.events import actor_of, begin, calm, do, event_of, open_tasks, person_of
from tests.steps.privacy import two_decide
from webapp.start.routes import VISITOR
from workflows.association import orders
from workflows.association.events import refunds, registrations
from workflows.association.events.registrations import EventRegistration
from workflows.association.events.visitors import EventVisitor, PeopleWait, SeatNotYours
from workflows.association.mails import Mail
from workflows.association.people import Person

REFUSALS: dict[str, type[AmicaleError]] = {"people wait": PeopleWait, "it is too late": SeatNotYours}


def asked_by(name: str) -> dict[str, object]:
    """What the form says of somebody of this first name."""
    said = {"first_names": name, "last_name": "Essai", "email": f"{name}.essai@example.org".lower(), "lang": "fr"}
    return {f"visitor.{key}": value for key, value in said.items()}


def known(office: Office) -> dict[str, object]:
    """What the page knows of the event."""
    event = event_of(office)
    return {"event_id": str(event.id), "event_key": event.key}


@when(parsers.parse('"{name}" asks to come without an account'))
@when(parsers.parse('"{name}" asks once more to come'))
def asks(office: Office, name: str) -> None:
    before = len(mails_to(office, name, "event_visitor_confirm"))
    begin(office, "event_visitor", VISITOR, known(office), asked_by(name) | {"visitor.diet": "végétarien"})
    assert len(mails_to(office, name, "event_visitor_confirm")) == before + 1


@when(parsers.parse('"{name}" asks again for the same, and no second mail leaves'))
def asks_the_same(office: Office, name: str) -> None:
    begin(office, "event_visitor", VISITOR, known(office), asked_by(name) | {"visitor.diet": "végétarien"})
    assert len(mails_to(office, name, "event_visitor_confirm")) == 1


@when(parsers.parse('"{name}" asks again, for {count:d} people, and each mail says what it confirms'))
def asks_for_more(office: Office, name: str, count: int) -> None:
    """Whoever knows a name and an address changes nothing behind a mail that left."""
    begin(office, "event_visitor", VISITOR, known(office), asked_by(name) | {"visitor.seats": count})
    first, second = mails_to(office, name, "event_visitor_confirm")
    assert ("1 place (" in first.text, f"{count} places (" in second.text) == (True, True), second.text
    assert all("avant le mercredi 25 novembre 2026, 12:00" in mail.text for mail in (first, second)), second.text
    with reading(office.engine) as session:
        states = [session.get_one(ProcessInstance, each.instance_id).state for each in (first, second)]
        asked = [read_names(state, ("visitor_id",))["visitor_id"] for state in states]
        assert [session.get_one(EventVisitor, UUID(str(each))).seats for each in asked] == [1, count]


@when(parsers.parse('"{name}" asks again, with a diet of "{diet}", and can tell which mail is which'))
def asks_with_another_diet(office: Office, name: str, diet: str) -> None:
    """By the hour in the mail; what was answered stands on the page of the link, and in no mail."""
    office.later(timedelta(minutes=3))
    begin(office, "event_visitor", VISITOR, known(office), asked_by(name) | {"visitor.diet": diet})
    mails = mails_to(office, name, "event_visitor_confirm")
    told = [line for mail in mails for line in mail.text.splitlines() if "demande du" in line]
    assert len(set(told)) == len(mails) == 3
    assert diet not in " ".join(told)


@then(parsers.parse('"{name}" comes with {count:d} people'))
def comes_with(office: Office, name: str, count: int) -> None:
    assert seat_of(office, name).seats == count


def give(office: Office, giver: str, taker: str) -> None:
    seat = {"seat_id": str(seat_of(office, giver).id)}
    begin(office, "event_visitor", actor_of(office, giver), known(office) | seat, asked_by(taker))


@when(parsers.parse('"{giver}" hands the seat over to "{taker}"'))
def hands_over(office: Office, giver: str, taker: str) -> None:
    give(office, giver, taker)
    calm(office)
    assert len(mails_to(office, taker, "event_seat_for_you")) == 1


@then(parsers.parse('"{giver}" cannot hand the seat over to "{taker}": {reason}'))
def cannot_hand_over(office: Office, giver: str, taker: str, reason: str) -> None:
    with pytest.raises(REFUSALS[reason]):
        give(office, giver, taker)


@when(parsers.parse('"{name}" confirms the address'))
def confirms_address(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        query = select(EventVisitor.id).where(EventVisitor.first_names == name)
        visitor_id = session.scalars(query).one()
    office.publish("email_confirmed", visitor_id)


@when(parsers.parse('at once "{giver}" withdraws and "{taker}" confirms the address'))
def confirms_while_giver_withdraws(office: Office, taker: str, giver: str) -> None:
    """The giver acts after the seat went and before his case has heard of it."""
    seat_id = seat_of(office, giver).id
    with transaction(office.engine) as session:
        visitor_id = session.scalars(select(EventVisitor.id).where(EventVisitor.first_names == taker)).one()
        commands.correlate_message(session, office.engine, "email_confirmed", str(visitor_id), source="test", by=SYSTEM)
    while seat_of(office, giver).state != registrations.GIVEN:
        assert jobs.run_due(office.engine, limit=1), "the seat goes"
    with transaction(office.engine) as session:
        commands.correlate_message(
            session, office.engine, "registration_withdrawn", str(seat_id), source="test", by=SYSTEM
        )
    office.run()
    calm(office)


@then("nothing is due")
def nothing_due(office: Office) -> None:
    with reading(office.engine) as session:
        assert refunds.due(session) == []


@then(parsers.parse('nothing is kept of "{name}"'))
def nothing_kept(office: Office, name: str) -> None:
    calm(office)
    with reading(office.engine) as session:
        assert session.scalars(select(EventVisitor).where(EventVisitor.first_names == name)).all() == []
        assert session.scalar(select(func.count()).where(Person.first_names == name)) == 0
        told = [f"{each.to_address} {each.subject} {each.text} {each.html}" for each in session.scalars(select(Mail))]
    assert [each for each in told if name.casefold() in each.casefold()] == [], "mails are kept for years"


@then(parsers.parse('"{name}" heard that it cannot be, and no mail keeps the address'))
def heard_that_it_cannot_be(office: Office, name: str) -> None:
    calm(office)
    address = f"{name}.essai@example.org".lower()
    heard = [message for message in office.letterbox.messages if address in str(message["To"])]
    assert "n’a pas pu se faire" in str(heard[-1]["Subject"])
    (refused,) = [each for each in office.mails() if each.template == "event_visitor_refused" and not each.calendar][:1]
    assert (refused.to_address, refused.subject, refused.text, refused.html) == ("", "", "", "")


@then(parsers.parse('"{name}" is in the register by name, address and language alone'))
def is_in_register(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(EventVisitor).where(EventVisitor.first_names == name)).all() == []
        person = session.scalars(select(Person).where(Person.first_names == name)).one()
        assert (person.primary_email, person.lang, person.birth_date, person.diplomas) == (
            f"{name}.essai@example.org".lower(), "fr", None, [],
        )  # fmt: skip
        assert person.emails[0].verified_at is not None
    (mail,) = mails_to(office, name, "event_visitor_confirm")
    assert mail.person_id == person.id, "it goes when the person goes"


@then(parsers.parse('the seat of "{giver}" is {state}, and "{taker}" has it, paid by order of "{payer}"'))
def seat_passed(office: Office, giver: str, state: str, taker: str, payer: str) -> None:
    calm(office)
    given, taken = seat_of(office, giver), seat_of(office, taker)
    assert (given.state, taken.state) == (state, "CONFIRMED")
    assert taken.order_key == seat_of(office, payer).order_key is not None
    assert (taken.price, taken.guests, taken.ticket != given.ticket) == (given.price, given.guests, True)


@then(parsers.parse('"{name}" tells a diet of "{diet}", as whoever registers may'))
def tells_diet(office: Office, name: str, diet: str) -> None:
    assert len(mails_to(office, name, "event_seat_needs")) == 1
    by, before = actor_of(office, name), seat_of(office, name)
    (task,) = [each for each in open_tasks(office, "say_needs") if each.assignee == by.id]
    do(office, task, by, {}, {"registration.diet": diet, "registration.listed": True})
    after = seat_of(office, name)
    assert (before.diet, after.diet, after.access, after.listed, after.photo) == ("", diet, "", True, False)


@then("nobody is asked for diet and access any more")
def needs_are_over(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "say_needs") == []


@when(parsers.parse('"{name}" is erased after the visit'), target_fixture="visit")
def erased_after_visit(office: Office, name: str) -> tuple[str, ...]:
    """Under which ids the person was known: as somebody of the register, and as a visitor before."""
    (confirm,) = mails_to(office, name, "event_visitor_confirm")
    with reading(office.engine) as session:
        state = session.get_one(ProcessInstance, confirm.instance_id).state
    visitor_id = str(read_names(state, ("visitor_id",))["visitor_id"])
    person_id = two_decide(office, name)
    office.later(timedelta(hours=2))
    return str(person_id), visitor_id


@then("nothing leads from the visit to anybody")
def visit_leads_nowhere(office: Office, visit: tuple[str, ...]) -> None:
    calm(office)
    with reading(office.engine) as session:
        told = {
            table.name: [" ".join(map(str, row)) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables if table.name != "erasure_request"
        }  # fmt: skip
        stone = session.get_one(Person, session.scalars(select(EventRegistration.person_id)).first())
    names = (*visit, *(each.replace("-", "") for each in visit), "una.essai@")
    found = {(table, name) for table, rows in told.items() for row in rows for name in names if name in row}
    assert (found, stone.first_names, stone.erased_on is not None) == (set(), "", True)


@then(parsers.parse('{amount} euros are due for the seat of "{name}", by the order of "{payer}"'))
def due_by_order(office: Office, amount: str, name: str, payer: str) -> None:
    calm(office)
    assert due_to(office, [name]) == [Decimal(amount)]
    with reading(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        assert order.person_id == person_of(office, payer).id
