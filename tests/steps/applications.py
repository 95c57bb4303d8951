"""Applicants and the register: who is known, who applies, what they answer."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine.assignment import Actor
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from workflows.association import consents
from workflows.association.applications import Application
from workflows.association.consents import ConsentEvent, Holder
from workflows.association.diplomas import Diploma
from workflows.association.people import Person, searchable

CONSENTS = {
    "consents.assoc_news": "YES",
    "consents.foundation_transfer": "NO",
    "consents.commercial_partners": "NO",
    "consents.directory_contact": "hidden",
    "consents.statutes": True,
}


def applicant(office: Office) -> Actor:
    """Who holds the link that was mailed."""
    return Actor(office.application().actor, "Applicant")


def known(office: Office, name: str) -> Person:
    """The person of the register with this name."""
    with reading(office.engine) as session:
        first, last = name.split()
        return session.scalars(select(Person).where(Person.first_names == first, Person.birth_name == last)).one()


@given(parsers.parse('the register knows the graduate "{name}", born on {born}, of the programme {programme} {year:d}'))
def the_register_knows(office: Office, name: str, born: str, programme: str, year: int) -> None:
    first, last = name.split()
    person = Person(
        id=uuid4(), first_names=first, birth_name=last, birth_date=day(born), search_name=searchable(first, last, None),
        watched=False,
    )  # fmt: skip
    person.diplomas.append(Diploma(id=uuid4(), programme=programme, promotion_year=year, verified="REGISTRY"))
    with transaction(office.engine) as session:
        session.add(person)


@given(parsers.parse('"{name}" is watched'))
def is_watched(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(Person, known(office, name).id).watched = True


@when(parsers.re(r'"(?P<name>[^"]+)" applies(?P<sure> with a confirmed address)? as a (?P<category>\w+), born on (?P<born>[^,]+)(, of (?P<programme>\w+) (?P<year>\d+))?$'))  # fmt: skip  # noqa: E501
@given(parsers.re(r'"(?P<name>[^"]+)" applies(?P<sure> with a confirmed address)? as a (?P<category>\w+), born on (?P<born>[^,]+)(, of (?P<programme>\w+) (?P<year>\d+))?$'))  # fmt: skip  # noqa: E501
def applies(
    office: Office, name: str, sure: str | None, category: str, born: str, programme: str | None, year: str | None
) -> None:
    first, last = name.split()
    office.apply(
        email_verified=bool(sure), category=category, first_names=first, birth_name=last, birth_date=day(born),
        email=f"{first}.{last}@boite.example".lower(), country="FR", lang="fr", programme=programme,
        promotion_year=year and int(year), situation="STUDENT" if category == "STUDENT" else "EMPLOYED",
    )  # fmt: skip


@when("the applicant confirms the address")
def confirms_the_address(office: Office) -> None:
    office.publish("email_confirmed", office.application_id)
    assert office.application().email_verified_at is not None


@given("the applicant gives the consents")
@when("the applicant gives the consents")
def gives_the_consents(office: Office) -> None:
    office.complete("give_consents", applicant(office), {}, CONSENTS)


@when("the applicant sends a proof")
def sends_a_proof(office: Office) -> None:
    office.complete("upload_proof", applicant(office), {}, {"applicant.proof_files": [str(uuid4())]})


@when("the applicant completes the profile")
def completes_the_profile(office: Office) -> None:
    records = {"person.phone": "06 39 98 00 12", "person.sector": "K", "person.country": "FR"}
    office.complete("complete_profile", applicant(office), {}, records)


@when(parsers.parse("the applicant gives the mark {mark:d}"))
def gives_the_mark(office: Office, mark: int) -> None:
    office.complete("rate_joining", applicant(office), {"satisfaction": mark}, {"feedback.comment": "Merci"})


@then(parsers.parse('the applicant is asked to "{element}"'))
def is_asked_to(office: Office, element: str) -> None:
    tasks = office.open_tasks()
    assert set(tasks) == {element}
    assert tasks[element].assignee == office.application().actor


@then("the proof is still there")
def the_proof_is_there(office: Office) -> None:
    assert office.application().proof_files
    assert office.erased == []


@then("the proof is erased")
def the_proof_is_erased(office: Office) -> None:
    assert office.application().proof_files == []
    assert len(office.erased) == 1


@then("nothing is left of the application")
def nothing_is_left(office: Office) -> None:
    with reading(office.engine) as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0


@then("the consents are those that were given, and no other")
def the_consents_are_recorded(office: Office) -> None:
    with reading(office.engine) as session:
        rows = session.execute(select(ConsentEvent.key, ConsentEvent.value, ConsentEvent.text_version))
        events = {key: value for key, value, version in rows if version}
    expected = {key.partition(".")[2]: value for key, value in CONSENTS.items()}
    assert events == {**expected, "statutes": "YES"}


@then("what was refused holds for the person, what was allowed does not yet")
def refusals_hold(office: Office) -> None:
    with reading(office.engine) as session:
        given = consents.given(session, Holder(person_id=office.application().person_id))
    assert given == {"foundation_transfer": "NO", "commercial_partners": "NO"}


@then("every consent holds for the person, noted once")
def consents_hold(office: Office) -> None:
    noted = select(ConsentEvent.key).where(ConsentEvent.person_id == office.application().person_id)
    with reading(office.engine) as session:
        assert sorted(session.scalars(noted)) == sorted(key.partition(".")[2] for key in CONSENTS)


@then(parsers.parse('the case has ended at "{element}"'))
def the_case_has_ended(office: Office, element: str) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()


@then(parsers.parse('the element "{element}" was entered'))
def was_entered(office: Office, element: str) -> None:
    assert element in office.entered()


@pytest.fixture
def since() -> list[int]:
    """How many mails had left at a moment that a scenario marks."""
    return []
