"""People without an account who come to an event, and seats that pass to somebody else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import func, select

from engine.errors import AmicaleError
from engine.transaction import reading
from tests.fixtures.office import Office
from tests.steps.event_mails import mails_to
from tests.steps.event_refunds import due_to
from tests.steps.event_seats import seat_of
from tests.steps.events import actor_of, begin, calm, event_of, person_of
from webapp.start.routes import VISITOR
from workflows.association import orders
from workflows.association.events.visitors import EventVisitor, PeopleWait, SeatNotYours
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


@then(parsers.parse('nothing is kept of "{name}"'))
def nothing_kept(office: Office, name: str) -> None:
    calm(office)
    with reading(office.engine) as session:
        assert session.scalars(select(EventVisitor).where(EventVisitor.first_names == name)).all() == []
        assert session.scalar(select(func.count()).where(Person.first_names == name)) == 0


@then(parsers.parse('"{name}" is in the register by name, address and language alone'))
def is_in_register(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(EventVisitor).where(EventVisitor.first_names == name)).all() == []
        person = session.scalars(select(Person).where(Person.first_names == name)).one()
        assert (person.primary_email, person.lang, person.birth_date, person.diplomas) == (
            f"{name}.essai@example.org".lower(), "fr", None, [],
        )  # fmt: skip
        assert person.emails[0].verified_at is not None


@then(parsers.parse('the seat of "{giver}" is {state}, and "{taker}" has it, paid by order of "{payer}"'))
def seat_passed(office: Office, giver: str, state: str, taker: str, payer: str) -> None:
    calm(office)
    given, taken = seat_of(office, giver), seat_of(office, taker)
    assert (given.state, taken.state) == (state, "CONFIRMED")
    assert taken.order_key == seat_of(office, payer).order_key is not None
    assert (taken.price, taken.ticket != given.ticket) == (given.price, True)


@then(parsers.parse('{amount} euros are due for the seat of "{name}", by the order of "{payer}"'))
def due_by_order(office: Office, amount: str, name: str, payer: str) -> None:
    calm(office)
    assert due_to(office, [name]) == [Decimal(amount)]
    with reading(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        assert order.person_id == person_of(office, payer).id
