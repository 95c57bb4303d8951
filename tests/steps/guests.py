"""Guests of one service: asked for by a process of the association, or by their own form."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import Message
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.mails import sent
from tests.steps.payments import order
from tests.steps.tasks import staff
from workflows.association import applications, consents
from workflows.association.applications import Application
from workflows.association.consents import Holder
from workflows.association.guests import GuestEnrolment, ReferrerUnknown
from workflows.association.invoices import Invoice
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.record_set import record_set

IDENTITY = {
    "birth_date": day("7 July 1988"), "email": "sabah@autre-ecole.example", "country": "MA", "lang": "fr",
    "school": "École Hassania",
}  # fmt: skip


def guest(office: Office) -> Actor:
    """Who holds the link; the newest guest."""
    with reading(office.engine) as session:
        application = session.scalars(select(Application).order_by(Application.created_at.desc())).first()
    assert application is not None
    office.application_id = application.id
    return Actor(application.actor, "Guest")


def request(office: Office, service: str, name: str, end: str) -> None:
    """A process of the association asks: it has written the application and says its id."""
    first, _, last = name.partition(" ")
    now = office.clock.now()
    with transaction(office.engine) as session:
        values = {**IDENTITY, "category": "GUEST", "first_names": first, "birth_name": last}
        application = applications.open_application(session, values, now=now, today=now.date())
        application.email_verified_at = now
        session.flush()
        asked = {
            "request_id": str(uuid4()), "application_id": str(application.id), "service": service,
            "service_ends_on": day(end),
        }  # fmt: skip
        published = commands.correlate_message(
            session, office.engine, "guest_enrolment_requested", str(asked["request_id"]), asked, source="service",
            by=SYSTEM,
        )  # fmt: skip
    [office.instance_id] = published.started
    office.run()


@given(parsers.re(r'an? (?P<service>[A-Z]+) asks to enrol the guest "(?P<name>[^"]+)" until (?P<end>.+)$'))
def asks_to_enrol(office: Office, service: str, name: str, end: str) -> None:
    request(office, service, name, end)


@given(parsers.parse("a second {service} enrols the same guest until {end}"))
def enrols_again(office: Office, service: str, end: str) -> None:
    request(office, service, "Sabah El Idrissi Benali", end)
    with reading(office.engine) as session:
        known = session.scalars(select(Person.id)).one()
    if "review_guest" in office.open_tasks():
        records = {"match.person": str(known)}
        office.complete("review_guest", staff("DATA"), {"decision": "ADMIT"}, records)


def send_form(office: Office, name: str, service: str, referrer: str) -> None:
    first, _, last = name.partition(" ")
    values: dict[str, object] = {f"applicant.{key}": value for key, value in IDENTITY.items()}
    values |= {"applicant.first_names": first, "applicant.birth_name": last}
    values |= {"guest.service": service, "guest.diploma": "Ingénieur", "guest.referrer": referrer}

    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, {"category": "GUEST"}, values, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(
            session, office.engine, "membership_guest", {"category": "GUEST"}, by=SYSTEM, write=write
        )
    office.instance_id = started.instance_id
    office.run()


@given(parsers.parse('"{name}" asks to come to a {service}'))
@when(parsers.parse('"{name}" asks to come to an {service}'))
def asks_to_come(office: Office, name: str, service: str) -> None:
    send_form(office, name, service, "")


@then(parsers.parse("a guest invited by the member {number} is refused"))
def invited_by_nobody(office: Office, number: str) -> None:
    with pytest.raises(ReferrerUnknown):
        send_form(office, "Sabah Benali", "EVENT", number)


@given("the guest confirms the address")
@when("the guest confirms the address")
def confirms(office: Office) -> None:
    guest(office)
    office.publish("email_confirmed", office.application_id)


@when(parsers.parse("the guest chooses {means}"))
def chooses(office: Office, means: str) -> None:
    office.complete("choose_means", guest(office), {"pay_means": means}, {})


@when(parsers.parse("the guest pays {amount:d}"))
def pays(office: Office, amount: int) -> None:
    guest(office)
    key = f"fee-{amount}"
    office.pay(order(office).key, Decimal(amount), means="CARD", event_id=key, value_date=None)


@when("the service ends")
def the_service_ends(office: Office) -> None:
    with reading(office.engine) as session:
        request_id = session.scalars(select(GuestEnrolment.request_id)).one()
    office.publish("service_ended", request_id)


@when("the guest joins the association")
def joins(office: Office) -> None:
    with transaction(office.engine) as session:
        found = session.scalars(select(Membership)).one()
        found.category, found.statutory_status = "GRADUATE", "MEMBER"
    office.publish("membership_activated", found.person_id)


@when(parsers.parse("DATA finds {decision} about the guest"))
def data_finds(office: Office, decision: str) -> None:
    office.complete("review_guest", staff("DATA"), {"decision": decision}, {})


@then(parsers.parse('the guest is asked to "{element}"'))
def is_asked(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert set(office.open_tasks()) == {element}


@then(parsers.parse("the invoice of the guest is {amount:d} for the association, as a fee"))
def the_invoice(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Invoice.amount)).one() == amount
    [line] = order(office).lines
    assert (line.kind, line.beneficiary, line.tariff_code) == ("FEE", "ASSOCIATION", "WORKSHOP")


def answers(office: Office, name: str) -> int:
    with reading(office.engine) as session:
        keys = session.scalars(select(Message.key).where(Message.name == name)).all()
        requests = set(session.scalars(select(GuestEnrolment.request_id)))
    assert set(keys) <= requests
    return len(keys)


@then("the service is told that the guest is ready")
def is_ready(office: Office) -> None:
    assert office.incidents() == []
    assert answers(office, "guest_ready") == 1


@then("the service is told that the guest does not come")
def does_not_come(office: Office) -> None:
    assert (answers(office, "guest_refused"), answers(office, "guest_ready")) == (1, 0)


@then(parsers.parse('the guest received the mail "{template}"'))
def the_guest_received(office: Office, template: str) -> None:
    assert sent(office, template) == 1


@then(parsers.parse("the guest is no member, with entitlement {entitlement} to {end}"))
def is_no_member(office: Office, entitlement: str, end: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        found = session.scalars(select(Membership)).one()
    assert (found.category, found.statutory_status) == ("GUEST", "NOT_MEMBER")
    assert (found.service_entitlement, found.end_date) == (entitlement, day(end))


@then("the guest stands in no directory")
def in_no_directory(office: Office) -> None:
    with reading(office.engine) as session:
        person_id = session.scalars(select(Person.id)).one()
        given_ = consents.given(session, Holder(person_id=person_id))
    assert given_.get("directory_identity", consents.KEYS["directory_identity"].other_default) == "hidden"


@then(parsers.parse('the element "{element}" was not entered'))
def was_not_entered(office: Office, element: str) -> None:
    assert element not in office.entered()


@then(parsers.parse('the guest\'s case has ended at "{element}"'))
def the_guests_case_ended(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()
