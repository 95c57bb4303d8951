"""Members whose membership ends: who they are, until when, and what they may use."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then, when
from rich.console import Console
from sqlalchemy import select

from engine.assignment import Actor
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from webapp.cli.feel import speaker
from webapp.cli.records import carry_out
from workflows.association import (
    suspensions,
)
from workflows.association.contacts import Address, Phone, email_row
from workflows.association.diplomas import Diploma
from workflows.association.import_kinds import KINDS
from workflows.association.memberships import Membership
from workflows.association.number_series import member_number
from workflows.association.people import Person, searchable

PARIS = ZoneInfo("Europe/Paris")


def member(office: Office) -> Person:
    """The member of the background; others come after."""
    with reading(office.engine) as session:
        return session.scalars(select(Person).where(Person.id == UUID(int=1009 * 7))).one()


def acting(office: Office) -> Actor:
    return Actor(f"person:{member(office).id}", "Member")


@given(parsers.parse("it is {on} at {hour:d}:{minute:d}"))
def it_is(office: Office, on: str, hour: int, minute: int) -> None:
    office.clock.set(datetime.combine(day(on), time(hour, minute), PARIS).astimezone(UTC))


@given(parsers.parse('"{name}" of the class {programme} {year:d} is a member until {end}'))
def is_a_member_of_a_class(office: Office, name: str, programme: str, year: int, end: str) -> None:
    add_member(office, name, programme, year, end)


def add_member(office: Office, name: str, programme: str, year: int, end: str, number: int = 7) -> None:
    """`number`: another one for another person; the reminders of both leave as soon as the day begins."""
    person, last_day = graduate(name, programme, year, number), day(end)
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=member_number(session), category="GRADUATE",
                statutory_status="MEMBER", service_entitlement="CURRENT", rejoin_count=0, changed_at=office.clock.now(),
                join_date=last_day - timedelta(days=364), start_date=last_day - timedelta(days=364), end_date=last_day,
            )
        )  # fmt: skip


def graduate(name: str, programme: str, year: int, number: int) -> Person:
    """Somebody with all that a reminder asks for: an address of each kind, a telephone, a diploma."""
    first, last = name.split()
    person = Person(
        id=UUID(int=1009 * number), first_names=first, birth_name=last, birth_date=day("4 March 1990"), watched=False,
        search_name=searchable(first, last, None), lang="fr", country="FR", situation="EMPLOYED",
    )  # fmt: skip
    person.diplomas.append(Diploma(id=uuid4(), programme=programme, promotion_year=year, verified="REGISTRY"))
    email = email_row(person.id, f"{first}.{last}@boite.example".lower())
    email.is_primary = True
    person.emails.append(email)
    person.phones.append(Phone(id=uuid4(), person_id=person.id, number="+33639980012", rank=0))
    person.addresses.append(
        Address(id=uuid4(), person_id=person.id, lines="1 rue des Écoles", postcode="75005", city="Paris", country="FR")
    )
    return person


@then(parsers.parse("the member's entitlement is {entitlement:w}"))
def the_entitlement_is(office: Office, entitlement: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        assert session.scalars(select(Membership.service_entitlement)).one() == entitlement


@then(parsers.parse("the member's entitlement is {entitlement:w} until {end}"))
def entitled_until(office: Office, entitlement: str, end: str) -> None:
    the_entitlement_is(office, entitlement)
    with reading(office.engine) as session:
        found = session.scalars(select(Membership)).one()
        assert (found.end_date, found.statutory_status) == (day(end), "MEMBER")


@then(parsers.parse("the processes are told of the entitlement {entitlement:w}"))
def are_told(office: Office, entitlement: str) -> None:
    elements = {"GRACE": "grace_is_known", "LAPSED": "lapse_is_known"}
    assert elements[entitlement] in office.entered()


@when("the membership is suspended")
def is_suspended(office: Office) -> None:
    with transaction(office.engine) as session:
        membership = session.scalars(select(Membership)).one()
        suspensions.suspend(session, membership, suspensions.DISCIPLINARY, office.clock.now())


@given("the member's class is not known")
def class_not_known(office: Office) -> None:
    with transaction(office.engine) as session:
        person = session.get_one(Person, member(office).id)
        person.diplomas.clear()


@given("the membership is for life")
def is_for_life(office: Office) -> None:
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().end_date = date.max


@when(parsers.parse('"{name}" of the class {programme} {year:d} is a member until {end} too'))
def is_a_member_too(office: Office, name: str, programme: str, year: int, end: str) -> None:
    add_member(office, name, programme, year, end, number=8)


@given(parsers.parse('the file of the old memberships has "{one}" until {end} and "{other}" until {later}'))
def brought_by_a_file(office: Office, tmp_path: Path, one: str, end: str, other: str, later: str) -> None:
    """As `amicale import memberships FILE` carries it out."""
    lines = ["Numéro de membre;Prénoms;Nom;Date de naissance;Qualité;Début;Fin;Tarif;Reconduction"]
    with transaction(office.engine) as session:
        for number, (name, last) in enumerate(((one, day(end)), (other, day(later))), start=8):
            session.add(graduate(name, "PGE", 2013, number))
            began = last - timedelta(days=364)
            first, family = name.split()
            lines.append(f"90{number};{first};{family};04/03/1990;membre;{began:%d/%m/%Y};{last:%d/%m/%Y};STD;non")
    file = tmp_path / "adhesions.csv"
    file.write_text("\r\n".join(lines), encoding="utf-8-sig")
    planned = carry_out(office.engine, KINDS["memberships"], file, Console(quiet=True), speaker("fr"), dry_run=False)
    assert (len(planned.added), planned.rejected) == (2, ())


@when(parsers.parse("the membership ends on {end}"))
def ends_on(office: Office, end: str) -> None:
    with transaction(office.engine) as session:
        session.scalars(select(Membership)).one().end_date = day(end)
