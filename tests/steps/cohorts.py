"""Career groups: seats, sessions, attendance, and what follows."""

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
from engine.calendar import parse_duration
from engine.models import ProcessInstance, UserTask
from engine.registry import ServiceWork
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from workflows.association import memberships, parameters, renewals, roles, wording
from workflows.association.calendars import appointments
from workflows.association.cohorts import attendance, calendar, moving, planning, records, running
from workflows.association.cohorts.attendance import Difference
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.events import notices, registrations
from workflows.association.events.records import Event
from workflows.association.memberships import Membership
from workflows.association.parameters import ParameterRow
from workflows.association.people import Person

PARIS = ZoneInfo("Europe/Paris")
NAMES = ("Ada", "Bea", "Cyr", "Dan", "Eve", "Fay", "Guy", "Ivo", "Joy", "Kim")


def cohort_of(office: Office) -> Cohort:
    with reading(office.engine) as session:
        return session.scalars(select(Cohort)).one()


def seat_of(office: Office, name: str = "Ada") -> CohortSeat:
    with reading(office.engine) as session:
        return session.scalars(select(CohortSeat).join(Person).where(Person.first_names == name)).one()


def look_at(office: Office, element: str, of: UUID | None = None) -> UserTask:
    """From here on the office looks at the case in which this task (of a person, where one is named) is open."""
    assert office.incidents() == []
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
        about = session.scalars(select(Event.about)).one()
    said = [wording.day(day(when_), lang) in about for lang in ("fr", "en")]
    assert (said, "March 2027" in about, "mars 2027" in about) == ([True, True], True, True), about


@then("its meetings are called off, and the page says why")
def meetings_are_off(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        event = session.scalars(select(Event)).one()
        states = {each.state for each in appointments.of_calendar(session, event.key)}
        why = notices.about(session, event.id, None)
    assert (event.state, states, cohort_of(office).key in why) == ("CANCELLED", {appointments.CANCELLED}, True)


@then(parsers.parse('both facilitators got the mail "{template}" with the words "{words}"'))
def facilitators_got(office: Office, template: str, words: str) -> None:
    told = [each.to_address for each in office.mails() if each.template == template and words in each.text]
    assert sorted(told) == ["maud.essai@example.org", "nils.essai@example.org"]


@given(parsers.parse('"{one}" and "{other}" have the same employer'))
def same_employer(office: Office, one: str, other: str) -> None:
    with transaction(office.engine) as session:
        for person in session.scalars(select(Person).where(Person.first_names.in_((one, other)))):
            person.employer = "Maison commune"


@given(parsers.parse('"{name}" has a seat in a cohort that starts'))
def has_a_seat(office: Office, name: str) -> None:
    a_cohort(office, "4 January 2027", NAMES.index(name) + 1)
    with transaction(office.engine) as session:
        seat = session.scalars(select(CohortSeat)).one()
        seat.state = "RUNNING"
        for each in appointments.of_calendar(session, cohort_of(office).key):
            appointments.invite(session, each, [seat.person_id])
        commands.correlate_message(
            session, office.engine, "cohort_started", cohort_of(office).key, source="t", by=SYSTEM
        )
        own = select(ProcessInstance.id).where(ProcessInstance.process_id == "cohort")
        commands.cancel(session, office.engine, session.scalars(own).one(), by=SYSTEM)  # `cohort.feature` tells it
    office.run()


@given(parsers.parse('"{name}" has signed the charter'))
@when(parsers.parse('"{name}" has signed the charter'))
def has_signed(office: Office, name: str) -> None:
    task = look_at(office, "sign_charter", seat_of(office, name).person_id)
    office.complete("sign_charter", doer(task), {"confidential": True}, {"seat.signed": True})
    assert seat_of(office, name).signed_at is not None


@given(parsers.parse('the dues of "{name}" end on {on}, and are not renewed'))
def dues_end(office: Office, name: str, on: str) -> None:
    last, now = day(on), office.clock.now()
    with transaction(office.engine) as session:
        person_id = session.scalars(select(Person.id).where(Person.first_names == name)).one()
        session.add(
            Membership(
                id=uuid4(), person_id=person_id, member_no="1001", category="GRADUATE", statutory_status="MEMBER",
                service_entitlement="CURRENT", join_date=last - timedelta(days=364), changed_at=now,
                start_date=last - timedelta(days=364), end_date=last,
            )
        )  # fmt: skip
        session.flush()
        renewals.start(session, office.engine, [person_id], by=SYSTEM)
    office.run()


@when(parsers.parse("the clock reaches {when_}"))
def reaches(office: Office, when_: str) -> None:
    moment = datetime.combine(day(when_), time(12), PARIS).astimezone(UTC)
    office.later(moment - office.clock.now())


@when(parsers.parse("session {number:d} is moved to {when_}"))
def is_moved(office: Office, number: int, when_: str) -> None:
    with transaction(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        starts = datetime.combine(day(when_), time(19), PARIS)
        moving.move_session(session, office.engine, office.association, cohort, number, starts, SYSTEM)
    office.run()


@when(parsers.parse("at 22:43 session {number:d} is moved to {first}, and then to {last}"))
def is_moved_late(office: Office, number: int, first: str, last: str) -> None:
    office.clock.set(datetime.combine(office.clock.now().date(), time(22, 43), PARIS).astimezone(UTC))
    for each in (first, last):
        is_moved(office, number, each)


@then(parsers.parse("{count:d} mails about session {number:d} leave in the morning, of {when_} alone"))
def leave_by_day(office: Office, count: int, number: int, when_: str) -> None:
    written = [mail for mail in office.mails() if f"séance {number} change de jour" in mail.subject]
    assert [mail.state for mail in written if mail.state != "SUPPRESSED"] == ["QUEUED"] * count, "nobody is woken"
    office.later(timedelta(hours=10))
    left = [mail for mail in office.mails() if mail.subject in {each.subject for each in written} and mail.sent_at]
    assert len(left) == count
    assert all(wording.day(day(when_), "fr") in mail.text for mail in left)


@when(parsers.parse("session {number:d} is called off"))
def is_called_off(office: Office, number: int) -> None:
    with transaction(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        moving.call_off(session, office.engine, office.association, cohort, number, SYSTEM)
    office.run()


@then(parsers.parse("{count:d} people were told to take session {number:d} out of their calendars"))
def were_told(office: Office, count: int, number: int) -> None:
    found = [mail for mail in office.mails() if "METHOD:CANCEL" in str(mail.calendar)]
    assert len(found) == count
    assert all(f"séance {number} n’a pas lieu" in mail.subject and "SEQUENCE:1" in str(mail.calendar) for mail in found)


@when(parsers.parse("she asks for a pause until {when_}"))
def asks_for_pause(office: Office, when_: str) -> None:
    with transaction(office.engine) as session:
        commands.correlate_message(
            session, office.engine, "pause_asked", str(seat_of(office).id), {"day": day(when_)}, source="t", by=SYSTEM
        )
    office.run()


@when("she is back earlier")
def is_back(office: Office) -> None:
    office.publish("pause_ended", seat_of(office).id)


@then(parsers.parse("she is invited to the sessions {numbers}"))
def is_invited_to(office: Office, numbers: str) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        found = appointments.of_person(session, seat_of(office).person_id, office.clock.now().date())
    assert [each.key for each in found] == [f"s{number}" for number in numbers.split(", ")]


@then("the facilitators were told that she pauses")
def told_of_pause(office: Office) -> None:
    told = [mail.to_address for mail in office.mails() if "Ada Essai fait une pause" in mail.subject]
    assert sorted(told) == ["maud.essai@example.org", "nils.essai@example.org"]


@when(parsers.parse("the attendance of session {number:d} is taken as it is"))
def taken_as_it_is(office: Office, number: int) -> None:
    with transaction(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        attendance.note(session, cohort, number, {}, by="person:maud", now=office.clock.now())
    office.publish("attendance_noted", seat_of(office).id)


@then(parsers.parse("session {number:d} counts for her as {mark}, and no absence"))
def counts_as(office: Office, number: int, mark: str) -> None:
    with reading(office.engine) as session:
        found = records.marks(session, seat_of(office).id)
    assert [(each.session_no, each.mark, each.homework) for each in found] == [(number, mark, False)]
    assert records.unexcused_in_a_row(found) == 0


@when(parsers.parse('session {number:d} is noted with "{name}" {mark}'))
def is_noted(office: Office, number: int, name: str, mark: str) -> None:
    note(office, number, {seat_of(office, name).id: Difference(mark)})


@when(parsers.parse("session {number:d} is noted with nobody away"))
def nobody_away(office: Office, number: int) -> None:
    note(office, number, {})


def note(office: Office, number: int, differences: dict[UUID, Difference]) -> None:
    with transaction(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        attendance.note(session, cohort, number, differences, by="person:maud", now=office.clock.now())
    do(office, "enter_attendance", {"noted": True})
    assert cohort_of(office).held == number


@then(parsers.parse('"{name}" is {entitlement} as a member, and invited to the {count:d} sessions from the ninth on'))
def lapsed_and_invited(office: Office, name: str, entitlement: str, count: int) -> None:
    assert office.incidents() == []
    seat = seat_of(office, name)
    with reading(office.engine) as session:
        follow = appointments.of_person(session, seat.person_id, office.clock.now().date())
        assert (memberships.entitlement(session, seat.person_id), seat.state) == (entitlement, "RUNNING")
    assert len(follow) == count


@when("the mid-course review is held")
def review(office: Office) -> None:
    do(office, "review_halfway", {"reviewed": True})


@when(parsers.parse('the careers office moves "{name}" to the next cohort'))
def moves_out(office: Office, name: str) -> None:
    do(office, "resolve_conflict", {}, {"cohort.moves": f"{name}.essai@example.org".lower()})


@when(parsers.parse("the facilitators decide {outcome}"))
def they_decide(office: Office, outcome: str) -> None:
    do(office, "agree_to_start", {"outcome": outcome})


@when(parsers.parse('"{name}" has found work'))
def found_work(office: Office, name: str) -> None:
    office.publish("job_found", seat_of(office, name).id)


@when(parsers.parse("they agree that she {outcome}"))
def they_agree(office: Office, outcome: str) -> None:
    talks = {"early_exit_talk", "exit_talk", "call_participant", "settle_charter"}
    [element] = talks & set(office.open_tasks()) or talks & open_elements(office)
    do(office, element, {"outcome": outcome})


def open_elements(office: Office) -> set[str]:
    with reading(office.engine) as session:
        return set(session.scalars(select(UserTask.element).where(UserTask.state == "created")))


@when(parsers.parse("she is {mark} at session {number:d}"))
def is_at(office: Office, mark: str, number: int) -> None:
    seat = seat_of(office)
    with transaction(office.engine) as session:
        records.note(
            session, seat.id, number, mark, reason=None, homework=True, by="person:maud", now=office.clock.now()
        )
    office.publish("attendance_noted", seat.id)


@when("the cohort ends")
def cohort_ends(office: Office) -> None:
    office.publish("cohort_ended", cohort_of(office).key)


@when("she tells her news")
def tells_news(office: Office) -> None:
    do(office, "tell_news", {}, {"seat.outcome": "JOB_SAME"})


@when(parsers.parse("she gives a {score:d} and says {outcome}"))
def gives(office: Office, score: int, outcome: str) -> None:
    do(office, "give_evaluation", {}, {"seat.score": score, "seat.outcome": outcome})
    assert (seat_of(office).score, seat_of(office).outcome) == (score, outcome)


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


@then(parsers.parse('{count:d} mails "{template}" left, each with an invitation'))
def with_invitation(office: Office, count: int, template: str) -> None:
    found = [mail for mail in office.mails() if mail.template == template]
    assert len(found) == count
    assert all("METHOD:REQUEST" in str(mail.calendar) and "SEQUENCE:1" in str(mail.calendar) for mail in found)


@then("the facilitators and the office were reminded of the attendance")
def were_reminded(office: Office) -> None:
    told = [mail.to_address for mail in office.mails() if "Présences à noter" in mail.subject]
    assert sorted(told) == ["maud.essai@example.org", "nils.essai@example.org", "nils.essai@example.org"]


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


@then(parsers.parse("the first session is on {when_}"))
def first_session(office: Office, when_: str) -> None:
    with reading(office.engine) as session:
        cohort = session.scalars(select(Cohort)).one()
        first = planning.session_of(session, cohort, 1)
        assert first is not None
        assert (first.day, first.sequence, cohort.state) == (day(when_), 1, "RECRUITING")


@then("everybody waits for the next cohort")
def everybody_waits(office: Office) -> None:
    with reading(office.engine) as session:
        assert set(session.scalars(select(CohortSeat.state))) == {"WAITING"}


@then(parsers.parse('the facilitators have the task "{element}"'))
def facilitators_have(office: Office, element: str) -> None:
    assert f"FACILITATOR@{cohort_of(office).key}" in look_at(office, element).candidates


@then(parsers.parse('the facilitators have the task "{element}" about "{name}", and no other'))
def facilitators_have_only(office: Office, element: str, name: str) -> None:
    task = look_at(office, element)
    assert set(office.open_tasks()) == {element}
    assert office.variables()["person_id"] == str(seat_of(office, name).person_id)
    assert f"FACILITATOR@{cohort_of(office).key}" in task.candidates


@then(parsers.parse('her seat ends as {state}, with the mail "{template}"'))
def seat_ends(office: Office, state: str, template: str) -> None:
    assert office.incidents() == []
    assert seat_of(office).state == state
    assert [mail.to_address for mail in office.mails() if mail.template == template] == ["ada.essai@example.org"]


@then("the cohort has sessions to which she is not invited any more")
def not_invited(office: Office) -> None:
    with reading(office.engine) as session:
        coming = appointments.of_person(session, seat_of(office).person_id, office.clock.now().date())
        assert coming == []
        assert all(each.state == "CONFIRMED" for each in appointments.of_calendar(session, cohort_of(office).key))


@then(parsers.parse('she got {count:d} mails "{template}"'))
def she_got(office: Office, count: int, template: str) -> None:
    assert len([mail for mail in office.mails() if mail.template == template]) == count


@then("her participation is over")
def participation_over(office: Office) -> None:
    with reading(office.engine) as session:
        query = select(ProcessInstance.status).where(
            ProcessInstance.business_key.endswith(f"/{str(seat_of(office).id)[:8]}")
        )
        assert session.scalars(query).all() == ["completed"]


@when(parsers.parse("a cohort is planned from {starts}"), target_fixture="planned")
def is_planned(office: Office, starts: str) -> list[date]:
    with reading(office.engine) as session:
        return calendar.dates(day(starts), 32, calendar.breaks(session))


_DAYS = "it has {count:d} days, all of them Mondays, none from 20 December to 3 January and none on a holiday"


@then(parsers.parse(_DAYS))
def has_days(planned: list[date], count: int) -> None:
    assert len(planned) == count
    assert {each.weekday() for each in planned} == {0}
    assert not {date(2026, 12, 21), date(2026, 12, 28), date(2027, 3, 29)} & set(planned), "Christmas, Easter Monday"


@then(parsers.parse("the last one is {when_}"))
def last_one(planned: list[date], when_: str) -> None:
    assert planned[-1] == day(when_)


@then("each of them is at 18:30 in Paris, whatever the clocks do")
def each_at(planned: list[date]) -> None:
    moments = [datetime.combine(each, time(18, 30), PARIS).astimezone(UTC) for each in planned]
    assert {each.hour for each in moments} == {16, 17}, "summer and winter time"


@then(parsers.parse("six months after {first} is {when_}"))
def six_months(first: str, when_: str) -> None:
    anchor = datetime.combine(day(first), time(12), PARIS)
    assert parse_duration("P6M").after(anchor, PARIS).date() == day(when_)
