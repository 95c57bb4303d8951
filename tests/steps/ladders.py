"""Ladders of reminders: who calls, what is late, what was noted."""

from __future__ import annotations

from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.renewing_members import member
from tests.steps.tasks import staff
from workflows.association import reminders, roles
from workflows.association.contacts import Email
from workflows.association.people import Person, searchable
from workflows.association.reminders import Reminder

LADDER = "reminder_ladder"


def ladder(office: Office) -> UUID:
    with reading(office.engine) as session:
        return session.scalars(select(ProcessInstance.id).where(ProcessInstance.process_id == LADDER)).one()


def delegate(office: Office, name: str) -> Actor:
    with reading(office.engine) as session:
        first, _, last = name.partition(" ")
        found = session.scalars(select(Person).where(Person.first_names == first, Person.birth_name == last)).one()
    return Actor(f"person:{found.id}", name)


@given(parsers.parse('"{name}" is the delegate of the class {programme} {year:d}'))
def is_the_delegate(office: Office, name: str, programme: str, year: int) -> None:
    first, _, last = name.partition(" ")
    with transaction(office.engine) as session:
        person = Person(
            id=uuid4(), first_names=first, birth_name=last, search_name=searchable(first, last, None), watched=False
        )
        session.add(person)
        session.flush()
        scope = roles.of_class(programme, year)
        roles.grant(session, person.id, "PROMO_DELEGATE", from_date=day("1 January 2027"), scope=scope)


def call(office: Office) -> UserTask:
    assert office.incidents() == []
    office.instance_id = ladder(office)
    [task] = office.open_tasks().values()
    return task


@then(parsers.parse('"{name}" is asked to call the member'))
def is_asked_to_call(office: Office, name: str) -> None:
    task = call(office)
    assert (task.element, task.assignee, task.role) == ("call_as_delegate", delegate(office, name).id, None)


@then("MEMBERSHIP is asked to call the member")
def membership_is_asked_to_call(office: Office) -> None:
    task = call(office)
    assert (task.element, task.assignee, task.role) == ("call_as_team", None, "MEMBERSHIP")


@when(parsers.parse('"{name}" notes {outcome:w} of the call'))
def notes_the_call(office: Office, name: str, outcome: str) -> None:
    office.instance_id = ladder(office)
    actor = delegate(office, name)
    office.complete("call_as_delegate", actor, {"call_outcome": outcome}, {"call.note": "Rappeler en janvier"})


@when(parsers.parse("MEMBERSHIP notes {outcome:w} of the call"))
def membership_notes(office: Office, outcome: str) -> None:
    office.instance_id = ladder(office)
    office.complete("call_as_team", staff("MEMBERSHIP"), {"call_outcome": outcome}, {})


@then(parsers.parse('the rungs are "{rungs}"'))
def the_rungs_are(office: Office, rungs: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        noted = session.scalars(select(Reminder).order_by(Reminder.due_at, Reminder.channel)).all()
    assert ", ".join(f"{each.channel} {each.template} {each.outcome}" for each in noted) == rungs


@given("the member has no e-mail address")
def has_no_address(office: Office) -> None:
    with transaction(office.engine) as session:
        for email in session.scalars(select(Email).where(Email.person_id == member(office).id)):
            session.delete(email)


@given(parsers.parse("a ladder with a notice that the law asks for on {on}"))
def a_legal_ladder(office: Office, on: str) -> None:
    rung = {"offset": 0, "channel": reminders.MAIL, "template": "renew_7", "legal": True}
    given_ = {"person_id": str(member(office).id), "reference": "TEST-1", "anchor": day(on), "rungs": [rung]}
    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, LADDER, {**given_, "guard": None, "case_id": None}, by=SYSTEM)
    office.instance_id = started.instance_id
    office.run()


@when("MEMBERSHIP has told the member")
def has_told(office: Office) -> None:
    office.complete("tell_by_hand", staff("MEMBERSHIP"), {"late_outcome": "TOLD"}, {})


@then("the ladder has ended")
def the_ladder_has_ended(office: Office) -> None:
    assert office.incidents() == []
    assert office.case().status == "completed"


@when("the member wants no more reminders")
def wants_no_more(office: Office) -> None:
    with transaction(office.engine) as session:
        reminders.opt_out(session, member(office).id, at=office.clock.now(), source="PROFILE")
