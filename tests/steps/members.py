"""Members: who is one, until when, and what happened to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import applies, gives_the_consents, known
from tests.steps.clock import day
from tests.steps.payments import fills_the_basket, pays_by_card
from workflows.association.memberships import Membership
from workflows.association.number_series import member_number
from workflows.association.people import Person


def membership(office: Office) -> Membership:
    """The one membership there is."""
    with reading(office.engine) as session:
        return session.scalars(select(Membership)).one()


def apply_and_choose(office: Office, name: str) -> None:
    applies(office, name, "yes", "GRADUATE", "4 March 1990", "PGE", "2013")
    gives_the_consents(office)


@given(parsers.parse('"{name}" stands before the basket'))
def stands_before_the_basket(office: Office, name: str) -> None:
    apply_and_choose(office, name)


@given(parsers.parse('"{name}" has joined'))
def has_joined(office: Office, name: str) -> None:
    apply_and_choose(office, name)
    fills_the_basket(office, "CARD", "1", "0")
    pays_by_card(office, 160)


@given(parsers.parse('"{name}" has joined at {hour:d}:{minute:d}'))
def has_joined_at(office: Office, name: str, hour: int, minute: int) -> None:
    local = datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo("Europe/Paris"))
    office.clock.set(local.astimezone(UTC))
    has_joined(office, name)


@given(parsers.parse('"{name}" is a member until {end}'))
def is_a_member_until(office: Office, name: str, end: str) -> None:
    """Sets or moves the membership of somebody known."""
    last = day(end)
    with transaction(office.engine) as session:
        found = session.scalars(select(Membership)).one_or_none()
        if found is None:
            found = Membership(
                id=uuid4(), person_id=known(office, name).id, member_no=member_number(session), category="GRADUATE",
                statutory_status="MEMBER", service_entitlement="CURRENT", rejoin_count=0,
                join_date=last - timedelta(days=364), changed_at=office.clock.now(), start_date=last, end_date=last,
            )  # fmt: skip
            session.add(found)
        found.start_date, found.end_date = last - timedelta(days=364), last
        found.service_entitlement = "CURRENT" if last >= office.clock.now().date() else "GRACE"


@given(parsers.parse('"{name}" has resigned'))
def has_resigned(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        found = session.scalars(select(Membership)).one()
        found.statutory_status, found.service_entitlement = "RESIGNED", "ENDED"


@given(parsers.parse('"{name}" has died'))
def has_died(office: Office, name: str, since: list[int]) -> None:
    since.append(len(office.letterbox.messages))
    with transaction(office.engine) as session:
        session.get_one(Person, known(office, name).id).deceased_on = office.clock.now().date()


@when("the membership ends")
def the_membership_ends(office: Office) -> None:
    office.publish("membership_ended", membership(office).person_id)


@then(parsers.parse("the applicant is a member with entitlement {entitlement}, from {start} to {end}"))
def is_a_member(office: Office, entitlement: str, start: str, end: str) -> None:
    assert office.incidents() == []
    found = membership(office)
    assert (found.service_entitlement, found.start_date, found.end_date) == (entitlement, day(start), day(end))
    assert found.member_no == "1001"


@then(parsers.parse("the member's period runs to {end}"))
def the_period_runs_to(office: Office, end: str) -> None:
    assert office.incidents() == []
    assert membership(office).end_date == day(end)


@then("it is the graduate of the register who is the member")
def it_is_the_graduate(office: Office) -> None:
    with reading(office.engine) as session:
        people = session.scalars(select(Person)).all()
    assert [person.id for person in people] == [membership(office).person_id]


@then("there is no membership yet")
def there_is_no_membership(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Membership)).all() == []
