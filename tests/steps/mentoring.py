"""Mentors, and what all steps of mentoring do: act at a desk, begin a case, let time pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.calendar import PARIS
from engine.completion import TaskContext
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.applications import known
from tests.steps.tasks import staff
from workflows.association.contacts import email_row
from workflows.association.memberships import Membership
from workflows.association.mentoring import mentors, pairs
from workflows.association.mentoring.mentors import MentorProfile
from workflows.association.people import Person, searchable
from workflows.association.record_set import record_set

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
OFFER = {
    "sector": "BANKING", "functions": ["DATA"], "topics": ["FIRST_JOB", "NETWORK"], "languages": ["fr", "en"],
    "capacity": "1", "rhythm": "MONTHLY", "track": "BOTH", "country": "FR", "employer": "Banque", "charter": True,
}  # fmt: skip


def actor(office: Office, name: str) -> Actor:
    return Actor(f"person:{known(office, name).id}", name)


@given(parsers.re(r'the member "(?P<name>[^"]+)" of number (?P<number>\d+)(?P<lapsed> has lapsed)?$'))
def is_a_member(office: Office, name: str, number: str, lapsed: str | None) -> None:
    first, last = name.split()
    now = office.clock.now()
    person = Person(
        id=uuid4(), first_names=first, birth_name=last, birth_date=date(1990, 3, 4),
        search_name=searchable(first, last, None),
    )  # fmt: skip
    person.emails.append(email_row(person.id, f"{first}.{last}@boite.example".lower(), verified_at=now))
    with transaction(office.engine) as session:
        session.add(person)
        session.flush()
        session.add(
            Membership(
                id=uuid4(), person_id=person.id, member_no=number, category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="LAPSED" if lapsed else "CURRENT", join_date=date(2020, 9, 1),
                start_date=date(2026, 9, 1), end_date=date(2030, 8, 31), changed_at=now,
            )
        )  # fmt: skip


def does(
    office: Office, by: Actor, element: str, variables: Mapping[str, object], records: Mapping[str, object], *,
    stops: bool = False,
) -> None:  # fmt: skip
    """Completes the open task of this element that is this person's, in whichever case; where the machine `stops` right
    after it, nothing of what follows has run."""

    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        query = query.where(UserTask.role.in_(by.roles) if by.roles else UserTask.assignee == by.id)
        task = session.scalars(query).one()
        office.instance_id = task.instance_id
    task_done(office, by, task.id, records, variables)
    if not stops:
        office.run()


def task_done(
    office: Office, by: Actor, task_id: UUID, records: Mapping[str, object], variables: Mapping[str, object] = NOTHING
) -> None:
    """Completes this task with these records."""

    def write(session: Session, context: TaskContext) -> Mapping[str, object]:
        return record_set().write(session, context.variables, records, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        commands.complete(session, office.engine, task_id, variables, by=by, write=write)


def begin(office: Office, process: str, by: Actor, records: Mapping[str, object], **variables: object) -> None:
    def write(session: Session, context: StartContext) -> Mapping[str, object]:
        return record_set().write(session, variables, records, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, process, variables, by=by, write=write)
    office.instance_id = started.instance_id
    office.run()


def tell(office: Office, name: str, key: object, **variables: object) -> None:
    with transaction(office.engine) as session:
        commands.correlate_message(session, office.engine, name, str(key), variables, source="test", by=SYSTEM)
    office.run()


def move_to(office: Office, on: date) -> None:
    """Nothing is due in between."""
    office.clock.set(max(office.clock.now(), datetime.combine(on, time(12), PARIS)))
    office.run()


@when(parsers.parse('"{name}" offers to mentor, with {years:d} years of experience'))
def offers(office: Office, name: str, years: int) -> None:
    said = {f"mentor.{key}": value for key, value in {**OFFER, "years_exp": years}.items()}
    begin(office, "mentor_registration", actor(office, name), said, person_id=str(known(office, name).id))


@when(parsers.parse('"{name}" attends the training'))
def attends(office: Office, name: str) -> None:
    on = office.clock.now().date()
    does(office, actor(office, name), "attend_training", {}, {"mentor.trained_on": on})


@then(parsers.parse('the places of "{name}" are {state}'))
def places_are(office: Office, name: str, state: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        mentor = mentors.of(session, known(office, name).id)
    assert mentor is not None
    assert mentor.state == state


@when("the day of the next training comes")
def next_training(office: Office) -> None:
    move_to(office, pairs.after_months(office.clock.now().date(), 24) + timedelta(days=1))


@when(parsers.parse('"{name}" withdraws as a mentor'))
def withdraws(office: Office, name: str) -> None:
    tell(office, "mentor_withdrew", known(office, name).id)


@when(parsers.parse('"{name}" dies'))
def dies(office: Office, name: str) -> None:
    tell(office, "member_deceased", known(office, name).id)


@when(parsers.parse('"{name}" renews the membership'))
def renews(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.execute(update(Membership).values(service_entitlement="CURRENT"))
    tell(office, "membership_activated", known(office, name).id)


@when("the time to renew passes")
def time_to_renew(office: Office) -> None:
    office.later(timedelta(days=1))
    move_to(office, office.clock.now().date() + timedelta(days=61))


@when(parsers.re(r'MENTORING decides (?P<decision>\w+) about the mentor(, because "(?P<reason>.+)")?$'))
def decides_mentor(office: Office, decision: str, reason: str | None) -> None:
    said = {"mentor.reason": reason} if reason else {}
    does(office, staff("MENTORING"), "review_mentor", {"mentor_decision": decision}, said)


@given(parsers.parse('the mentors "{one}" and "{other}"'))
def are_mentors(office: Office, one: str, other: str) -> None:
    for number, name in enumerate((one, other), 1001):
        is_a_member(office, name, str(number), None)
        with transaction(office.engine) as session:
            said = {key: value for key, value in OFFER.items() if isinstance(value, str)} | {
                "functions": "DATA", "topics": "FIRST_JOB NETWORK", "languages": "fr en", "capacity": 1,
            }  # fmt: skip
            session.add(
                MentorProfile(
                    id=uuid4(), person_id=known(office, name).id, years_exp=10, state=mentors.ACTIVE,
                    charter_on=date(2026, 1, 5), trained_on=date(2026, 1, 5), registered_at=office.clock.now(), **said,
                )
            )  # fmt: skip
