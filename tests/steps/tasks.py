"""Staff and their tasks: what waits for a role, what is decided, what is escalated."""

from __future__ import annotations

from decimal import Decimal

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine.assignment import Actor
from engine.models import ProcessInstance
from engine.transaction import reading
from engine.workdays import WorkCalendar
from tests.fixtures.office import Office
from tests.steps.clock import day
from workflows.association.memberships import Membership


def staff(role: str) -> Actor:
    """Somebody of the staff who holds one role."""
    return Actor(f"person:{role.lower()}", role, frozenset({role}))


@then(parsers.parse("the case of {process} is found by the number in its title"))
def is_found_by_its_number(office: Office, process: str) -> None:
    with reading(office.engine) as session:
        [case] = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == process))
        number = str(case.title).rpartition(" ")[2]
        found = session.scalars(select(ProcessInstance).where(ProcessInstance.business_key == number))
        assert case.id in {each.id for each in found}


@then(parsers.parse('{role} has the task "{element}", due in {days:d} working days'))
def has_the_task(office: Office, role: str, element: str, days: int) -> None:
    task = office.open_tasks()[element]
    assert task.role == role
    assert task.assignee is None
    assert task.due_at == WorkCalendar().deadline(task.created_at, days)


@then(parsers.parse('the task "{element}" is escalated at {share:d} %'))
def is_escalated(office: Office, element: str, share: int) -> None:
    assert office.open_tasks()[element].escalation == share


@when(
    parsers.re(r'(?P<role>[A-Z_]+) decides (?P<decision>[A-Z_]+) in "(?P<element>\w+)"(, because "(?P<reason>.+)")?$')
)
def decides(office: Office, role: str, decision: str, element: str, reason: str | None) -> None:
    records = {"decision.reason": reason} if reason else {}
    office.complete(element, staff(role), {"decision": decision}, records)


def review(office: Office, decision: str) -> None:
    """The data staff's answer about the one candidate there is."""
    with reading(office.engine) as session:
        person_id = session.scalars(select(Membership.person_id)).one()
    records = {} if decision == "OTHER_PERSON" else {"match.person": str(person_id)}
    office.complete("review_duplicate", staff("DATA"), {"decision": decision}, records)


@when("DATA finds that the applicant is already a member")
def finds_a_member(office: Office) -> None:
    review(office, "ALREADY_MEMBER")


@when("DATA finds that the applicant is another person")
def finds_another_person(office: Office) -> None:
    review(office, "OTHER_PERSON")


@given("DATA finds that the applicant is the known person")
@when("DATA finds that the applicant is the known person")
def finds_the_known_person(office: Office) -> None:
    review(office, "ADMIT")


@when(parsers.parse("MEMBERSHIP sets the dues to {tariff}"))
def sets_the_dues(office: Office, tariff: str) -> None:
    office.complete("set_dues", staff("MEMBERSHIP"), {"set_tariff": tariff}, {})


@when(parsers.parse("MEMBERSHIP sets the period from {start} to {end}"))
def sets_the_period(office: Office, start: str, end: str) -> None:
    office.complete("set_period", staff("MEMBERSHIP"), {"set_start": day(start), "set_end": day(end)}, {})


@when(parsers.parse('FINANCE records {amount:d} of {value_date} in "{element}"'))
def records_money(office: Office, amount: int, value_date: str, element: str) -> None:
    records = {
        "payment.amount": Decimal(amount),
        "payment.value_date": day(value_date),
        "payment.reference": f"{element}-1",
    }
    office.complete(element, staff("FINANCE"), {}, records)
