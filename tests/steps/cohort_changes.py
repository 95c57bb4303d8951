"""What happens to a running career group: it shrinks, joins another one, closes, loses who leads it, wants more."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.errors import FourEyes
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from tests.steps.cohorts import all_sign, cohort_of, do, doer, look_at, reaches, seat_of
from workflows.association import office_mandates, people, roles
from workflows.association.calendars import appointments
from workflows.association.cohorts import extra, planning, records
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.people import Person
from workflows.association.roles import RoleHolding

PARIS = ZoneInfo("Europe/Paris")
OTHER = "COH-2026-09"


@given(parsers.parse("another group runs, with {count:d} people"))
def another_runs(office: Office, count: int) -> None:
    now = office.clock.now()
    lead = add_person(office.engine, "Pia", "Essai").id
    with transaction(office.engine) as session:
        made = Cohort(
            id=uuid4(), key=OTHER, starts_on=date(2026, 11, 24), begins=time(18, 30), minutes=180, sessions=20,
            place="Lyon", state="RUNNING", held=0, opened_at=now,
        )  # fmt: skip
        session.add(made)
        session.flush()
        planning.plan_sessions(session, made, now)
        roles.grant(session, lead, "FACILITATOR", from_date=date(2020, 1, 1), scope=OTHER)
    for number in range(count):
        person = add_person(office.engine, f"Other{number}", "Essai")
        with transaction(office.engine) as session:
            session.add(CohortSeat(cohort_id=made.id, person_id=person.id, situation="SEEKING", state="RUNNING"))


@given(parsers.parse("the cohort has begun, and {count:d} people have left it"))
def has_begun(office: Office, count: int) -> None:
    reaches(office, "22 December 2026")
    all_sign(office)
    leave(office, count)


@when(parsers.parse("{count:d} more person leaves the cohort"))
def leave(office: Office, count: int) -> None:
    with transaction(office.engine) as session:
        query = select(CohortSeat).join(Person, Person.id == CohortSeat.person_id)
        mine = query.where(CohortSeat.cohort_id == cohort_of(office).id, CohortSeat.state.in_(records.SITTING))
        for seat in session.scalars(mine.order_by(Person.first_names.desc()).limit(count)):
            seat.state, seat.ended_at = "LEFT", office.clock.now()
            appointments.uninvite(session, cohort_of(office).key, seat.person_id, office.clock.now())
            case = select(ProcessInstance.id).where(ProcessInstance.business_key.endswith(f"/{str(seat.id)[:8]}"))
            commands.cancel(session, office.engine, session.scalars(case).one(), by=SYSTEM)


@then(parsers.parse("the careers office is to choose what follows, with the advice {advice}"))
def to_choose(office: Office, advice: str) -> None:
    assert look_at(office, "choose_merger").candidates == ["CAREERS_HEAD"]
    assert office.variables()["advice"] == advice


@then("nobody is asked what follows for the group")
def nobody_asked(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        open_ = select(UserTask).where(UserTask.element == "choose_merger", UserTask.state == "created")
        assert session.scalars(open_).all() == []


@when(parsers.parse("the careers office chooses {choice}"))
def chooses(office: Office, choice: str) -> None:
    target = {"merger.target": OTHER} if choice == "MERGE" else {}
    do(office, "choose_merger", {}, {"merger.choice": choice, **target})


def told(office: Office, template: str) -> list[str]:
    return [mail.to_address for mail in office.mails() if mail.template == template]


@then(parsers.parse('{count:d} people got the mail "{template}", and those who lead both groups know'))
def asked(office: Office, count: int, template: str) -> None:
    assert [each.message for each in office.incidents()] == []
    assert len(set(told(office, template))) == len(told(office, template)) == count
    leads = sorted(f"{name}.essai@example.org" for name in ("maud", "nils", "pia"))
    assert sorted(told(office, "cohort_merger")) == leads


@then(parsers.parse('{count:d} people got the mail "{template}" with the words "{words}"'))
def got_with(office: Office, count: int, template: str, words: str) -> None:
    assert office.incidents() == []
    found = [mail for mail in office.mails() if mail.template == template]
    assert len({mail.to_address for mail in found}) == len(found) == count
    assert all(words in mail.text for mail in found)


@then(parsers.re(r'(?P<count>\d+) people got the mail "(?P<template>\w+)"$'))
def got(office: Office, count: str, template: str) -> None:
    assert office.incidents() == []
    assert len(set(told(office, template))) == len(told(office, template)) == int(count)


@then(parsers.parse('"{name}" alone is written to by "{template}"'))
def one_got(office: Office, name: str, template: str) -> None:
    assert told(office, template) == [f"{name.lower()}.essai@example.org"]


def person_of(office: Office, name: str) -> Person:
    with reading(office.engine) as session:
        return session.scalars(select(Person).where(Person.first_names == name)).one()


@when(parsers.parse('"{name}" wishes {answer}'))
def wishes(office: Office, name: str, answer: str) -> None:
    task = look_at(office, "answer_move", person_of(office, name).id)
    office.complete("answer_move", doer(task), {}, {"move.answer": answer})


@when(parsers.parse('CAREERS_ASST calls "{name}", who wishes {answer}'))
def is_called(office: Office, name: str, answer: str) -> None:
    task = look_at(office, "settle_move")
    assert office.variables()["person_id"] == str(person_of(office, name).id)
    office.complete("settle_move", doer(task), {}, {"move.answer": answer})


def seats_by_cohort(office: Office, name: str) -> dict[str, CohortSeat]:
    with reading(office.engine) as session:
        query = select(Cohort.key, CohortSeat).join(Cohort, Cohort.id == CohortSeat.cohort_id)
        found = session.execute(query.where(CohortSeat.person_id == person_of(office, name).id)).all()
    return {row[0]: row[1] for row in found}


@then(parsers.parse('"{name}" has a seat in the other group, and the one before is MOVED with its mark'))
def has_both(office: Office, name: str) -> None:
    assert office.incidents() == []
    found = seats_by_cohort(office, name)
    before, now = found[cohort_of(office).key], found[OTHER]
    assert (before.state, now.state, now.from_seat_id) == ("MOVED", "RUNNING", before.id)
    with reading(office.engine) as session:
        assert [mark.session_no for mark in records.marks(session, before.id)] == [1]
    charter = look_at(office, "sign_charter", now.person_id)  # of a new group, as of any
    assert office.variables()["seat_id"] == str(now.id)
    office.complete("sign_charter", doer(charter), {"confidential": True}, {"seat.signed": True})


@then(parsers.parse('"{name}" is invited to the sessions of the other group alone'))
def invited_there(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        found = appointments.of_person(session, person_of(office, name).id, office.clock.now().date())
    assert {each.calendar for each in found} == {OTHER}


@then(parsers.parse('"{name}" waits for the next cohort, with the mail "{template}"'))
def waits(office: Office, name: str, template: str) -> None:
    assert seats_by_cohort(office, name)[cohort_of(office).key].state == "WAITING"
    assert told(office, template) == [f"{name.lower()}.essai@example.org"]


@then(parsers.parse("the other group has {count:d} people, and its facilitator read of {arrivals:d} arrivals"))
def other_has(office: Office, count: int, arrivals: int) -> None:
    with reading(office.engine) as session:
        other = records.by_key(session, OTHER)
        assert other is not None and len(records.seats(session, other.id)) == count
    assert told(office, "cohort_joined") == ["pia.essai@example.org"] * arrivals


@then(parsers.parse('the seat of "{name}" is {state}, with the mail "{template}" to come'))
def ends_well(office: Office, name: str, state: str, template: str) -> None:
    assert seats_by_cohort(office, name)[cohort_of(office).key].state == state
    office.later(timedelta(days=11))
    assert told(office, template) == [f"{name.lower()}.essai@example.org"]


@then("nothing of the cohort is in a calendar any more")
def nothing_left(office: Office) -> None:
    key, now = cohort_of(office).key, office.clock.now()
    with reading(office.engine) as session:
        coming = [each for each in appointments.of_calendar(session, key) if each.starts_at > now]
    assert {each.state for each in coming} == {appointments.CANCELLED}
    gone = [mail for mail in office.mails() if mail.template == "cohort_merged"]
    assert {mail.to_address for mail in gone} >= {"maud.essai@example.org", "nils.essai@example.org"}
    assert all("METHOD:CANCEL" in str(mail.calendar) for mail in gone)


@then(parsers.parse("{count:d} seats are COMPLETED"))
def completed(office: Office, count: int) -> None:
    with reading(office.engine) as session:
        query = select(CohortSeat.state).where(CohortSeat.cohort_id == cohort_of(office).id)
        assert list(session.scalars(query)).count("COMPLETED") == count


def holding_of(office: Office, name: str) -> UUID:
    with reading(office.engine) as session:
        query = select(RoleHolding.id).where(
            RoleHolding.person_id == person_of(office, name).id, RoleHolding.scope == cohort_of(office).key
        )
        return session.scalars(query).one()


@when(parsers.parse('the mandate of "{name}" for the cohort ends'))
def mandate_ends(office: Office, name: str) -> None:
    finish(office, name, office.clock.now().date() - timedelta(days=1))


@when(parsers.parse('the mandate of "{name}" for the cohort ends after its last session'))
def mandate_ends_later(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        last = appointments.of_calendar(session, cohort_of(office).key)[-1].day
    finish(office, name, last + timedelta(days=2))


def finish(office: Office, name: str, last: date) -> None:
    with transaction(office.engine) as session:
        held = session.get_one(RoleHolding, holding_of(office, name))
        office_mandates.finish(session, office.engine, held, last_day=last, reason="RESIGNED", by=SYSTEM)
    office.run()


@then(parsers.parse("the careers office is to find a {role}, while {other} leads"))
def to_find(office: Office, role: str, other: str) -> None:
    assert look_at(office, "find_lead").candidates == ["CAREERS_HEAD"]
    assert office.variables()["lead_role"] == role
    with reading(office.engine) as session:
        today = office.clock.now().date()
        key = cohort_of(office).key
        held = [roles.holders(session, name, today, scope=key) for name in ("FACILITATOR", "CO_FACILITATOR")]
        leading = [each for found in held for each in found]
        assert [people.display_name(session, each) for each in leading] == [other]


@when(parsers.parse('the careers office names "{name}", who does not lead it yet'))
def names_lead(office: Office, name: str) -> None:
    add_person(office.engine, name, "Essai")
    do(office, "find_lead", {}, {"lead.email": f"{name.lower()}.essai@example.org", "lead.nobody": False})


@when("the careers office finds that nobody is available")
def names_nobody(office: Office) -> None:
    do(office, "find_lead", {}, {"lead.nobody": True})


@then(parsers.parse('"{name}" is {role} of the cohort, and invited to its {count:d} sessions'))
def leads_now(office: Office, name: str, role: str, count: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        person_id, today = person_of(office, name).id, office.clock.now().date()
        assert person_id in roles.holders(session, role, today, scope=cohort_of(office).key)
        assert len(appointments.of_person(session, person_id, today)) == count


@then("nobody is looked for to lead the cohort")
def nobody_looked_for(office: Office) -> None:
    with reading(office.engine) as session:
        open_ = select(UserTask).where(UserTask.element == "find_lead")
        assert session.scalars(open_).all() == []


@when(parsers.parse('"{name}" asks for {more:d} sessions more'))
def asks_for_more(office: Office, name: str, more: int) -> None:
    with transaction(office.engine) as session:
        by = Actor(f"person:{person_of(office, name).id}", name)
        extra.ask(session, office.engine, cohort_of(office).key, more, by)
    office.run()


@then(parsers.parse('"{name}" cannot grant them, not even as CAREERS_HEAD'))
def cannot_grant_them(office: Office, name: str) -> None:
    look_at(office, "approve_extra")
    both = Actor(f"person:{person_of(office, name).id}", name, frozenset({"CAREERS_HEAD", "ADMIN"}))
    with pytest.raises(FourEyes):
        office.complete("approve_extra", both, {"outcome_extra": "AGREED"}, {})


@then("nobody is asked to grant more sessions")
def nobody_grants(office: Office) -> None:
    with reading(office.engine) as session:
        open_ = select(UserTask).where(UserTask.element == "approve_extra", UserTask.state == "created")
        assert session.scalars(open_).all() == []


@when(parsers.parse("the careers office answers {answer} to more sessions"))
def answers_more(office: Office, answer: str) -> None:
    do(office, "approve_extra", {"outcome_extra": answer})


_MORE = '{count:d} people got the mail "{template}", and are invited to {sessions:d} sessions, the last on {on}'


@then(parsers.parse(_MORE))
def got_more(office: Office, count: int, template: str, sessions: int, on: str) -> None:
    got(office, str(count), template)
    with reading(office.engine) as session:
        dates = appointments.of_calendar(session, cohort_of(office).key)
        assert [len(appointments.guests(session, each.id)) for each in dates] == [count] * sessions
        assert (dates[-1].day, dates[-1].starts_at) == (day(on), datetime.combine(day(on), time(18, 30), PARIS))


@then(parsers.parse("the cohort still has {count:d} sessions"))
def still_has(office: Office, count: int) -> None:
    assert office.incidents() == []
    assert (cohort_of(office).sessions, cohort_of(office).state) == (count, "RUNNING")
    assert seat_of(office).state == "RUNNING"
