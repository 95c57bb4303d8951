"""Events: proposed, weighed, approved, changed, called off."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.models import UserTask
from engine.starting import StartContext
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from workflows.association import absences, roles
from workflows.association.calendars import appointments
from workflows.association.events import changing, records
from workflows.association.events.records import Event
from workflows.association.groups import Group, GroupMember
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.record_set import record_set

PROPOSAL = {
    "title_fr": "Soirée", "place": "12 quai des Brumes, Lyon", "country": "FR", "public": "MEMBERS", "alcohol": "NONE",
    "speaker": "NONE", "conflict": "NO", "begins": "19:00", "ends": "22:00", "charter": True,
}  # fmt: skip


def person_of(office: Office, name: str) -> Person:
    with reading(office.engine) as session:
        return session.scalars(select(Person).where(Person.first_names == name)).one()


def member(office: Office, name: str, *, entitlement: str = "CURRENT") -> Person:
    """A member of this first name; the same one every time."""
    with reading(office.engine) as session:
        known = session.scalars(select(Person).where(Person.first_names == name)).one_or_none()
    person = known or add_person(office.engine, name, "Essai")
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        if session.scalars(select(Membership).where(Membership.person_id == person.id)).one_or_none() is None:
            session.add(
                Membership(
                    id=uuid4(), person_id=person.id, member_no=str(uuid4().int)[:8], category="GRADUATE",
                    statutory_status="MEMBER", service_entitlement=entitlement, join_date=today, start_date=today,
                    end_date=today + timedelta(days=300), changed_at=office.clock.now(),
                )
            )  # fmt: skip
    return person


def event_of(office: Office) -> Event:
    with reading(office.engine) as session:
        return session.scalars(select(Event)).one()


def calm(office: Office) -> None:
    """Nothing has gone wrong."""
    assert [(each.element, each.message) for each in office.incidents()] == []


def actor_of(office: Office, name: str) -> Actor:
    person = person_of(office, name)
    with reading(office.engine) as session:
        held = roles.keys_of(session, person.id, office.clock.now().date())
    return Actor(f"person:{person.id}", name, held)


def open_tasks(office: Office, element: str) -> list[UserTask]:
    with reading(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        return list(session.scalars(query.order_by(UserTask.created_at)))


def do(office: Office, task: UserTask, by: Actor, values: dict[str, object], written: dict[str, object]) -> None:
    """Completes a task, its records in the same transaction, then what is due runs."""

    def write(session: Session, context: object) -> dict[str, object]:
        return record_set().write(session, context.variables, written, now=context.now, by=context.by.id)  # type: ignore[attr-defined]

    with transaction(office.engine) as session:
        commands.complete(session, office.engine, task.id, values, by=by, write=write)
    office.run()


def begin(
    office: Office,
    process: str,
    by: Actor,
    known: dict[str, object],
    written: dict[str, object],
    values: dict[str, object] | None = None,
) -> UUID:
    """Starts a case by its form, with what the page knows already."""

    def write(session: Session, context: StartContext) -> dict[str, object]:
        return record_set().write(session, known, written, now=context.now, by=context.by.id)

    with transaction(office.engine) as session:
        started = commands.start(session, office.engine, process, {**known, **(values or {})}, by=by, write=write)
    office.run()
    return started.instance_id


@given(parsers.parse('"{name}" leads the group "{group}"'))
def leads(office: Office, name: str, group: str) -> None:
    person = member(office, name)
    with transaction(office.engine) as session:
        made = Group(id=uuid4(), kind="REGIONAL", name_fr=group, name_en=group)
        session.add(made)
        session.flush()
        roles.grant(
            session, person.id, "GROUP_LEAD", from_date=date(2026, 1, 1), to_date=date(2028, 1, 1),
            scope=f"group:{made.id}",
        )  # fmt: skip


@given(parsers.parse('"{name}" is a member of the group'))
def in_group(office: Office, name: str) -> None:
    person = member(office, name)
    with transaction(office.engine) as session:
        group = session.scalars(select(Group)).one()
        session.add(GroupMember(group_id=group.id, person_id=person.id, joined_on=date(2026, 1, 1)))


@given('"Eva" works as EVENTS, "Fin" as FINANCE, "Del" as GENERAL_DELEGATE and "Tom" as TREASURER')
def staff_works(office: Office) -> None:
    for name, role in (("Eva", "EVENTS"), ("Fin", "FINANCE"), ("Del", "GENERAL_DELEGATE"), ("Tom", "TREASURER")):
        add_person(office.engine, name, "Essai", role)


@given(parsers.parse('"{name}" is also {role}'))
def holds_also(office: Office, name: str, role: str) -> None:
    with transaction(office.engine) as session:
        roles.grant(session, person_of(office, name).id, role, from_date=office.clock.now().date())


@given('"Eva" is away, and "Lea" stands in for her')
def stands_in(office: Office) -> None:
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        lea = session.scalars(select(Person).where(Person.first_names == "Lea")).one()
        roles.grant(session, lea.id, "GROUPS", from_date=date(2026, 1, 1))
        eva = session.scalars(select(Person).where(Person.first_names == "Eva")).one()
        absences.note(session, office.engine, eva.id, today, today + timedelta(days=9), substitute_id=lea.id)


_PROPOSES = parsers.re(
    r'"(?P<name>\w+)" proposes "(?P<kind>\w+)" for (?P<people>\d+) people in (?P<days>\d+) days(?P<more>,.*)?'
)


@when(_PROPOSES)
def proposes(office: Office, name: str, kind: str, people: str, days: str, more: str | None) -> None:
    said = more or ""
    day = office.clock.now().date() + timedelta(days=int(days))
    with reading(office.engine) as session:
        group = session.scalars(select(Group)).one()
    asked: dict[str, object] = {
        **PROPOSAL,
        "kind": kind,
        "expected": int(people),
        "starts_on": day,
        "group": str(group.id),
        "ends_on": day,
    }
    if "wine sold" in said:
        asked["alcohol"] = "SOLD"
    if "politician" in said:
        asked["speaker"] = "POLITICAL"
    if "family" in said:
        asked |= {"sponsor": "Cave du Sud", "conflict": "YES", "conflict_note": "un proche"}
    if "times" in said:
        asked |= {"repeats": int(said.split(" times")[0].split()[-1]), "every_weeks": 1}
    for word in said.split("with ")[1:]:
        if "euros at risk" in word or "and" in word:
            risk = int(word.split(" euros")[0].split()[-1])
            asked["budget"] = [{"side": "COST", "label": "CATERING", "quantity": 1, "unit": Decimal(risk), "vat": 20}]
    if "at 20 euros" in said:
        asked |= {"price_member": Decimal(20), "public": "MEMBERS"}
    if "open to all" in said:
        asked |= {"public": "OPEN", "price_public": asked.get("price_member")}
    begin(office, "event_proposal", actor_of(office, name), {}, {f"event.{key}": each for key, each in asked.items()})


@when(parsers.parse('"{name}" revises it: {count:d} people'))
def revises(office: Office, name: str, count: int) -> None:
    (task,) = open_tasks(office, "revise_proposal")
    do(office, task, actor_of(office, name), {}, {"event.expected": count, "event.capacity": count})


@when(parsers.parse('"{name}" changes it to {count:d} people with wine sold'))
def changes(office: Office, name: str, count: int) -> None:
    with transaction(office.engine) as session:
        event = session.scalars(select(Event)).one()
        changing.change(
            session, office.engine, event, {"expected": count, "capacity": count, "alcohol": "SOLD"},
            by=actor_of(office, name),
        )  # fmt: skip
    office.run()


_CHANGES: Final = {
    "expected": {"expected": 44, "capacity": 45}, "alcohol": {"alcohol": "FREE"}, "price": {"price_member": Decimal(1)},
    "place": {"place": "2 rue des Diplômés, Lyon"}, "title": {"title_fr": "Un autre titre"},
}  # fmt: skip


@then(parsers.re(r"the change of its (?P<what>\w+) is (?P<how>weighed again|kept at once)"))
def is_weighed(office: Office, what: str, how: str) -> None:
    calm(office)
    with transaction(office.engine) as session:
        event, by = session.scalars(select(Event)).one(), actor_of(office, "Lea")
        again = changing.change(session, office.engine, event, _CHANGES[what], by=by)
    assert again == (how == "weighed again")
    office.run()
    calm(office)


@when(parsers.parse('"{name}" calls it off'))
def calls_off(office: Office, name: str) -> None:
    event = event_of(office)
    known = changing.known(event)
    begin(
        office,
        "event_cancellation",
        actor_of(office, name),
        known,
        {"calling_off.notice": "La salle est fermée."},
        {"calling_off": "CANCEL", "cause": "ORGANISER"},
    )


@then(parsers.parse("the event is {tier} and {state} with {places:d} places"))
def stands(office: Office, tier: str, state: str, places: int) -> None:
    calm(office)
    event = event_of(office)
    assert (event.tier, event.state, event.approved_capacity) == (tier, state, places)


@then(parsers.re(r"the event is (?P<state>REFUSED|DROPPED|CANCELLED|ENDED)"))
def is_in(office: Office, state: str) -> None:
    calm(office)
    assert event_of(office).state == state


@then("the change is forgotten")
def forgotten(office: Office) -> None:
    assert open_tasks(office, "revise_proposal") == []
    assert (event_of(office).state, event_of(office).capacity) == ("ENDED", 220)


@then(parsers.parse("it has {count:d} dates, each on the same weekday"))
def has_dates(office: Office, count: int) -> None:
    with reading(office.engine) as session:
        found = records.dates(session, event_of(office))
        guests = {tuple(appointments.guests(session, each.id)) for each in found}
    assert (len(found), len({each.day.weekday() for each in found})) == (count, 1)
    assert guests == {(person_of(office, "Max").id,)}
