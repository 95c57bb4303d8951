"""What people decide about their data: news, objections, erasures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.workflows.test_mail_guard import objects, post, reader
from workflows.association.mails import Mail
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.privacy import requests

PARIS = ZoneInfo("Europe/Paris")


def known(office: Office, name: str) -> UUID:
    with reading(office.engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == name)).one()


def at(office: Office, days: int, hour: int, minute: int) -> None:
    local = datetime.combine(NOON.date() + timedelta(days=days), datetime.min.time(), PARIS)
    office.clock.set(local.replace(hour=hour, minute=minute).astimezone(UTC))


@given(parsers.parse('"{name}" wants the news'))
def wants_the_news(office: Office, name: str) -> None:
    reader(office, name)


@given(parsers.parse('"{name}" has paid an order'))
def has_paid_an_order(office: Office, name: str) -> None:
    person_id = reader(office, name)
    with transaction(office.engine) as session:
        session.add(
            Order(
                id=uuid4(), key="ORD-1", person_id=person_id, means="CARD", state="PAID", created_at=office.clock.now()
            )
        )


@when(parsers.parse('the news "{one}" and "{other}" are prepared for "{name}" at {hour:d}:{minute:d}'))
def are_prepared(office: Office, one: str, other: str, name: str, hour: int, minute: int) -> None:
    at(office, 0 if hour > 12 else 1, hour, minute)
    for subject in (one, other):
        post(office, known(office, name), subject)
    office.run()


@when(parsers.parse("it is {hour:d}:{minute:d} on the {which} day"))
def it_is(office: Office, hour: int, minute: int, which: str) -> None:
    at(office, 1, hour, minute)
    office.run()


@when(parsers.parse('"{name}" stops the news by the link of a mail'))
def stops_the_news(office: Office, name: str) -> None:
    objects(office, known(office, name))


@when(parsers.parse('two people decide that "{name}" is erased'))
def two_decide(office: Office, name: str) -> None:
    now, person_id = office.clock.now(), known(office, name)
    with transaction(office.engine) as session:
        requests.schedule(
            session, person_id, asked_by=f"person:{person_id}", approved_by="person:one",
            confirmed_by="person:another", disputed=False, now=now, due_at=now,
        )  # fmt: skip
    office.run()


@then(parsers.parse('nothing has left for "{name}"'))
def nothing_has_left(office: Office, name: str) -> None:
    assert office.letterbox.messages == []


@then(parsers.parse('"{name}" received one mail that holds "{one}" and "{other}"'))
def received_one(office: Office, name: str, one: str, other: str) -> None:
    (message,) = office.letterbox.messages
    body = message.get_body(("plain",))
    assert body is not None and one in body.get_content() and other in body.get_content()


@then(parsers.parse('nothing tells of "{name}" any more'))
def nothing_tells_of(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Person).where(Person.first_names == name)).all() == []
        assert session.scalars(select(Mail).where(Mail.to_address.contains(name.lower()))).all() == []


@then("her order is kept, of nobody")
def is_kept(office: Office) -> None:
    with reading(office.engine) as session:
        order = session.scalars(select(Order)).one()
        stone = session.get_one(Person, order.person_id)
    assert (stone.first_names, stone.restricted_since is not None) == ("", True)
