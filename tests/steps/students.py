"""Students: listed by the school, applying, with a guardian where they are minors, and graduating."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import ProcessInstance
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import CONSENTS
from tests.steps.clock import day
from tests.steps.mails import sent
from tests.steps.payments import order
from tests.steps.tasks import staff
from workflows.association import guardians
from workflows.association.applications import Application, GuardianMissing, TooYoung
from workflows.association.contacts import email_row
from workflows.association.diplomas import Diploma
from workflows.association.guardians import AuthorityNotConfirmed, GuardianConsent
from workflows.association.mails import Mail
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.people import Person, searchable
from workflows.association.record_set import record_set
from workflows.association.students import OFFERED

GUARDIAN = "parent@boite.example"
NAME = "Inès Carpentier"


def the(office: Office, process_id: str) -> None:
    """From here on the office looks at the newest case of this process."""
    with reading(office.engine) as session:
        query = select(ProcessInstance.id).where(ProcessInstance.process_id == process_id)
        office.instance_id = session.scalars(query.order_by(ProcessInstance.started_at.desc())).first()


def student(office: Office) -> Actor:
    with reading(office.engine) as session:
        application = session.scalars(select(Application)).one()
    office.application_id = application.id
    return Actor(application.actor, "Student")


def of_student(office: Office) -> Membership:
    with reading(office.engine) as session:
        return session.scalars(select(Membership)).one()


@given(parsers.parse('the school lists the entrant "{name}", born on {born}, of {programme} {year:d}'))
def lists_the_entrant(office: Office, name: str, born: str, programme: str, year: int) -> None:
    first, last = name.split()
    person = Person(
        id=uuid4(), first_names=first, birth_name=last, birth_date=day(born), search_name=searchable(first, last, None),
    )  # fmt: skip
    person.diplomas.append(Diploma(id=uuid4(), programme=programme, promotion_year=year, verified="REGISTRY"))
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        session.add(email_row(person.id, "ines@ecole.example"))
        session.flush()
        published = commands.correlate_message(
            session, office.engine, "student_listed", str(person.id), {"person_id": str(person.id)}, source="school",
            by=SYSTEM,
        )  # fmt: skip
    [office.instance_id] = published.started
    office.run()


@when("the student completes the application")
def completes_the_application(office: Office) -> None:
    records = {"applicant.phone": "06 39 98 00 12", "applicant.country": "FR", "applicant.lang": "fr"}
    office.complete("complete_entry", student(office), {}, records)


@when(parsers.parse("the student gives the consents and pays {amount:d}"))
def gives_and_pays(office: Office, amount: int) -> None:
    whole = office.instance_id
    the(office, "membership_application")
    actor = student(office)
    if "confirm_email" not in office.entered() or not office.open_tasks():
        office.publish("email_confirmed", office.application_id)
    office.complete("give_consents", actor, {}, CONSENTS)
    office.complete("fill_basket", actor, {"pay_means": "CARD", "duration_years": 1, "gift_amount": None}, {})
    office.pay(order(office).key, Decimal(amount), means="CARD", event_id="card-1", value_date=None)
    office.instance_id = whole


def begin(office: Office, name: str, born: str, programme: str, year: int, guardian: str | None) -> None:
    first, last = name.split()
    values = {
        "applicant.first_names": first, "applicant.birth_name": last, "applicant.birth_date": day(born),
        "applicant.email": "eleve@boite.example", "applicant.country": "FR", "applicant.lang": "fr",
        "applicant.programme": programme, "applicant.promotion_year": year, "applicant.guardian_email": guardian,
    }  # fmt: skip

    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, {"category": "STUDENT"}, values, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(
            session, office.engine, "membership_student", {"category": "STUDENT"}, by=SYSTEM, write=write
        )
    office.instance_id = started.instance_id
    office.run()


@when(parsers.parse('"{name}" asks to join as a student, born on {born}, of {programme} {year:d}'))
def applies_as_a_student(office: Office, name: str, born: str, programme: str, year: int) -> None:
    begin(office, name, born, programme, year, GUARDIAN)


@then(parsers.parse("a student born on {born} is refused as too young"))
def too_young(office: Office, born: str) -> None:
    with pytest.raises(TooYoung):
        begin(office, "Malo Thévenin", born, "PGE", 2032, GUARDIAN)


@then(parsers.parse("a student born on {born} without guardian is refused"))
def without_guardian(office: Office, born: str) -> None:
    with pytest.raises(GuardianMissing):
        begin(office, "Malo Thévenin", born, "PGE", 2032, None)


@given(parsers.parse('"{name}" is a student member of {programme} {year:d}'))
def is_a_student_member(office: Office, name: str, programme: str, year: int) -> None:
    lists_the_entrant(office, name, "2 May 2005", programme, year)
    completes_the_application(office)
    gives_and_pays(office, 90)


def answers(office: Office, answer: str, *, authority: bool) -> None:
    whole = office.instance_id
    the(office, "guardian_consent")
    with reading(office.engine) as session:
        asked = session.scalars(select(GuardianConsent)).one()
    records = {"guardian.answer": answer, "guardian.authority": authority}
    office.complete("give_consent", Actor(guardians.actor_of(asked.id), "Guardian"), {}, records)
    office.instance_id = whole


@when(parsers.parse("the guardian says {answer}"))
def the_guardian_says(office: Office, answer: str) -> None:
    answers(office, answer, authority=True)


@then("a yes without authority is refused")
def without_authority(office: Office) -> None:
    with pytest.raises(AuthorityNotConfirmed):
        answers(office, "YES", authority=False)


@then(parsers.parse('the guardian received the mail "{template}"'))
def the_guardian_received(office: Office, template: str) -> None:
    with reading(office.engine) as session:
        mail = session.scalars(select(Mail).where(Mail.template == template)).one()
    assert (mail.to_address, mail.state) == (GUARDIAN, "SENT")
    assert "Thévenin" in mail.text


@then("nobody else is asked for anything")
def nobody_else(office: Office) -> None:
    assert office.open_tasks() == {}
    assert "join_association" not in office.entered()


@then("the student is asked to confirm the address")
def is_asked_to_confirm(office: Office) -> None:
    assert "confirm_email" in office.entered()
    assert sent(office, "confirm_email") == 1


@when(parsers.parse("the school lists the graduate of {year:d}"))
def lists_the_graduate(office: Office, year: int) -> None:
    person_id: UUID = of_student(office).person_id
    with transaction(office.engine) as session:
        commands.correlate_message(
            session, office.engine, "graduation_listed", str(person_id),
            {"person_id": str(person_id), "graduation_year": year}, source="school", by=SYSTEM,
        )  # fmt: skip
    office.run()


@when(parsers.parse("REGISTRAR answers {graduation}, {year:d}"))
def the_registrar_answers(office: Office, graduation: str, year: int) -> None:
    given_ = {"graduation": graduation, "graduation_year": year or None}
    office.complete("confirm_graduation", staff("REGISTRAR"), given_, {})


@when("the student's membership ends")
def the_students_membership_ends(office: Office) -> None:
    office.later(day("1 April 2027") - office.clock.now().date())
    office.publish("membership_ended", of_student(office).person_id)


@then(parsers.parse("the student is a {category} with entitlement {entitlement} to {end}"))
def is_in_the_category(office: Office, category: str, entitlement: str, end: str) -> None:
    assert office.incidents() == []
    found = of_student(office)
    assert (found.category, found.service_entitlement, found.end_date) == (category, entitlement, day(end))


@then("the first year is offered, once")
def the_first_year_is_offered(office: Office) -> None:
    with reading(office.engine) as session:
        offered = session.scalars(select(MembershipPeriod).where(MembershipPeriod.rule == OFFERED)).one()
        assert (offered.start_date, offered.tariff_code) == (date(2029, 10, 1), "Y0")
        assert session.scalars(select(Diploma.verified)).one() == "REGISTRY"


@then(parsers.parse('the student received the mail "{template}"'))
def the_student_received(office: Office, template: str) -> None:
    assert sent(office, template) == 1


@then(parsers.parse('the student\'s case has ended at "{element}"'))
def the_case_of_the_student_ended(office: Office, element: str) -> None:
    the(office, "membership_student")
    assert office.incidents() == []
    assert office.case().status == "completed"
    assert element in office.entered()
