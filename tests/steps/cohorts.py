"""Career groups: planned, composed, begun, and how they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.bpmn.state import read_names
from engine.models import ProcessInstance, UserTask
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from workflows.association import parameters, roles, wording
from workflows.association.calendars import appointments
from workflows.association.cohorts import calendar, records, running
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.events import notices, registrations
from workflows.association.events.records import Event
from workflows.association.parameters import ParameterRow
from workflows.association.people import Person
from workflows.association.record_set import record_set

PARIS = ZoneInfo("Europe/Paris")
NAMES = ("Ada", "Bea", "Cyr", "Dan", "Eve", "Fay", "Guy", "Ivo", "Joy", "Kim")


def cohort_of(office: Office) -> Cohort:
    """The cohort that a story is about: the newest key."""
    with reading(office.engine) as session:
        return session.scalars(select(Cohort).order_by(Cohort.key.desc()).limit(1)).one()


def seat_of(office: Office, name: str = "Ada") -> CohortSeat:
    with reading(office.engine) as session:
        return session.scalars(select(CohortSeat).join(Person).where(Person.first_names == name)).one()


def look_at(office: Office, element: str, of: UUID | None = None) -> UserTask:
    """From here on the office looks at the case in which this task (of a person, where one is named) is open."""
    assert [(each.element, each.message) for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        if of is not None:
            query = query.where(UserTask.assignee == f"person:{of}")
        task = session.scalars(query).first()
    assert task is not None, element
    office.instance_id = task.instance_id
    return task


def doer(task: UserTask) -> Actor:
    return Actor(task.assignee or "person:lead", "", frozenset(task.candidates))


def do(office: Office, element: str, variables: dict[str, object], records: dict[str, object] | None = None) -> None:
    office.complete(element, doer(look_at(office, element)), variables, records or {})


@given(parsers.parse("the rules say {sessions:d} sessions, a review at session {review:d}"))
def the_rules_say(office: Office, sessions: int, review: int) -> None:
    with transaction(office.engine) as session:
        for key, number in (("sessions", sessions), ("review_session", review)):
            before = session.scalars(
                select(ParameterRow).where(ParameterRow.table == calendar.RULES.name, ParameterRow.key == key)
            ).one()
            parameters.end(session, before.id, date(2026, 10, 31), now=office.clock.now())
            parameters.decide(
                session, calendar.RULES, key, {"number": number}, valid_from=date(2026, 11, 1), decided_by="CAREERS",
                decided_on=date(2026, 11, 1), now=office.clock.now(),
            )  # fmt: skip


@given(parsers.parse("a cohort from {starts} with {count:d} people"))
def a_cohort(office: Office, starts: str, count: int) -> None:
    for name in ("Maud", "Nils"):
        add_person(office.engine, name, "Essai")
    with transaction(office.engine) as session:
        office_member = session.scalars(select(Person).where(Person.first_names == "Nils")).one()
        roles.grant(session, office_member.id, "CAREERS_ASST", from_date=date(2020, 1, 1))
    planned = {
        "facilitator": "maud.essai@example.org", "co_facilitator": "nils.essai@example.org", "starts_on": day(starts),
        "begins": "18:30", "place": "Paris",
    }  # fmt: skip
    office.begin("cohort", SYSTEM, {f"cohort.{name}": value for name, value in planned.items()})
    for number, name in enumerate(NAMES[:count]):
        person = add_person(office.engine, name, "Essai")
        with transaction(office.engine) as session:
            session.get_one(Person, person.id).employer = f"Maison {number}"
        asked = {"cohort": cohort_of(office).key, "person": f"{name}.essai@example.org".lower(), "situation": "SEEKING"}
        office.begin("cohort_participation", SYSTEM, {f"seat.{key}": value for key, value in asked.items()})


@then(parsers.parse("people may come to hear about it on {days}, without an account"))
def information_meetings(office: Office, days: str) -> None:
    with reading(office.engine) as session:
        event = session.scalars(select(Event)).one()
        held = appointments.of_calendar(session, event.key)
        assert [(each.day, each.begins) for each in held] == [(day(each), time(18, 30)) for each in days.split(", ")]
        assert (event.state, event.public, event.approved_capacity) == ("PUBLISHED", "OPEN", 40)
        assert registrations.open_dates(session, event, office.clock.now()) == held
        assert appointments.guests(session, held[2].id) == [event.organiser_id]


def work_of_cohort(office: Office, session: Session) -> ServiceWork:
    """A service task of the case of the cohort, which has reached no such task."""
    case = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == "cohort")).one()
    known = read_names(case.state, ("cohort_id", "meetings"))
    return ServiceWork(office.engine, session, case.id, "cohort", "x", uuid4(), known, {}, office.clock.now())


@when("the cohort is put off")
def put_off(office: Office) -> None:
    with transaction(office.engine) as session:
        running.postpone(work_of_cohort(office, session))


@when("the cohort is called off ahead of its meetings")
def called_off_ahead(office: Office) -> None:
    with transaction(office.engine) as session:
        running.cancel(work_of_cohort(office, session))
    office.run()


@then(parsers.parse("the page of its meetings begins it on {when_}"))
def page_begins(office: Office, when_: str) -> None:
    with reading(office.engine) as session:
        event = session.scalars(select(Event)).one()
    told = {lang: event.presentation(lang) for lang in ("fr", "en")}
    assert all(wording.day(day(when_), lang) in told[lang] for lang in told), told
    assert "mars 2027" in told["fr"] and "March 2027" in told["en"], told
    assert "Applications close" not in told["fr"] and "candidatures" not in told["en"], "each in one language"


@then("its meetings are called off, and the page says why")
def meetings_are_off(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        event = session.scalars(select(Event)).one()
        states = {each.state for each in appointments.of_calendar(session, event.key)}
        french, english = (notices.about(session, event.id, None, lang) for lang in ("fr", "en"))
    assert (event.state, states) == ("CANCELLED", {appointments.CANCELLED})
    key = cohort_of(office).key
    assert french.startswith(f"Le groupe carrière {key}") and english.startswith(f"Career group {key}")
    assert "does not" not in french and "n’aura pas" not in english


@then(parsers.parse('both facilitators got the mail "{template}" with the words "{words}"'))
def facilitators_got(office: Office, template: str, words: str) -> None:
    told = [each.to_address for each in office.mails() if each.template == template and words in each.text]
    assert sorted(told) == ["maud.essai@example.org", "nils.essai@example.org"]


@given(parsers.parse('"{one}" and "{other}" have the same employer'))
def same_employer(office: Office, one: str, other: str) -> None:
    with transaction(office.engine) as session:
        for person in session.scalars(select(Person).where(Person.first_names.in_((one, other)))):
            person.employer = "Maison commune"


@when(parsers.parse("the clock reaches {when_}"))
def reaches(office: Office, when_: str) -> None:
    moment = datetime.combine(day(when_), time(12), PARIS).astimezone(UTC)
    office.later(moment - office.clock.now())


@when(parsers.parse('the careers office moves "{name}" to the next cohort'))
def moves_out(office: Office, name: str) -> None:
    do(office, "resolve_conflict", {}, {"cohort.moves": f"{name}.essai@example.org".lower()})


@when(parsers.parse("the facilitators decide {outcome}"))
def they_decide(office: Office, outcome: str) -> None:
    do(office, "agree_to_start", {"outcome": outcome})


@then(parsers.parse("{count:d} people are in the cohort, invited to each of its {sessions:d} sessions"))
def are_in(office: Office, count: int, sessions: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        found = appointments.of_calendar(session, cohort.key)
        guests = {each.id: set(appointments.guests(session, each.id)) for each in found}
        people = {seat.person_id for seat in records.seats(session, cohort.id)}
    assert (cohort.state, len(people), len(found)) == ("RUNNING", count, sessions)
    assert all(people < those and len(those) == count + 2 for those in guests.values())


@then(parsers.parse("the cohort is {state}"))
def cohort_is(office: Office, state: str) -> None:
    assert office.incidents() == []
    assert cohort_of(office).state == state


@then(parsers.parse("{count:d} participations still run"))
def still_run(office: Office, count: int) -> None:
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "cohort_participation")
        assert [case.ended_at for case in session.scalars(query)] == [None] * count


@then(parsers.parse('the start is held back by "{element}"'))
def held_back(office: Office, element: str) -> None:
    look_at(office, element)
    assert cohort_of(office).state == "RECRUITING"


@then(parsers.parse('the applicant "{name}" waits for the next cohort, with the mail "{template}"'))
def waits_for_next(office: Office, name: str, template: str) -> None:
    assert seat_of(office, name).state == "WAITING"
    assert [mail.to_address for mail in office.mails() if mail.template == template] == [
        f"{name.lower()}.essai@example.org"
    ]


@then("everybody waits for the next cohort")
def everybody_waits(office: Office) -> None:
    with reading(office.engine) as session:
        assert set(session.scalars(select(CohortSeat.state))) == {"WAITING"}


@then(parsers.parse('{count:d} mails "{template}" left by day, with the words "{words}"'))
def left_by_day(office: Office, count: int, template: str, words: str) -> None:
    office.later(timedelta(hours=14))
    found = [mail for mail in office.mails() if mail.template == template and words in mail.text]
    assert len(found) == count
    assert all(8 <= mail.sent_at.astimezone(PARIS).hour < 20 for mail in found if mail.sent_at is not None)
    assert all(mail.sent_at is not None for mail in found)


@then(parsers.parse("new information meetings are held on {days}"))
def new_meetings(office: Office, days: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        event = session.get_one(Event, cohort_of(office).meetings_id)
        held = appointments.of_calendar(session, event.key)
        assert [each.day for each in held] == [day(each) for each in days.split(", ")]
        assert (event.state, registrations.open_dates(session, event, office.clock.now())) == ("PUBLISHED", held)


@given(parsers.parse('"{name}" is close to a facilitator'))
def close_to_a_lead(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        session.get_one(CohortSeat, seat_of(office, name).id).near_lead = True


@then(parsers.parse('the careers office reads that "{name}" is close to who leads'))
def reads_who(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        shown = record_set().read(session, office.variables(), ["cohort.conflict"], now=office.clock.now())
    assert shown["cohort.conflict"] == f"{name} Essai : proche d’une personne qui anime"


@when("somebody ends the case of the cohort by hand")
def ended_by_hand(office: Office) -> None:
    with transaction(office.engine) as session:
        case = session.scalars(select(ProcessInstance).where(ProcessInstance.process_id == "cohort")).one()
        commands.cancel(session, office.engine, case.id, by=Actor("person:admin", "Admin"), reason="test")
    office.run()


@then(parsers.parse("{count:d} people have one mail that takes {sessions:d} sessions out of their calendars"))
def taken_out(office: Office, count: int, sessions: int) -> None:
    found = [mail for mail in office.mails() if mail.template == "cohort_off"]
    assert len({mail.to_address for mail in found}) == len(found) == count
    assert all(str(mail.calendar).count("STATUS:CANCELLED") == sessions for mail in found)
    assert all("METHOD:CANCEL" in str(mail.calendar) for mail in found)


@when("the charter is signed by all")
def all_sign(office: Office) -> None:
    with reading(office.engine) as session:
        open_ = select(UserTask).where(UserTask.element == "sign_charter", UserTask.state == "created")
        tasks = session.scalars(open_).all()
    for task in tasks:
        office.instance_id = task.instance_id
        office.complete("sign_charter", doer(task), {"confidential": True}, {"seat.signed": True})


@then("everybody is asked for an opinion")
def asked_for_opinion(office: Office) -> None:
    assert office.incidents() == []
    asked = [mail for mail in office.mails() if mail.template == "cohort_opinion"]
    with reading(office.engine) as session:
        seats = session.scalars(select(CohortSeat)).all()
    assert len(asked) == len(seats) > 0
    assert {seat.state for seat in seats} == {"COMPLETED"}
