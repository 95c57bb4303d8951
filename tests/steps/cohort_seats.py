"""Seats in a career group: what their holders do, and what follows."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

from pypdf import PdfReader
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.cohorts import NAMES, a_cohort, cohort_of, do, doer, look_at, seat_of
from webapp import deployed_forms
from workflows.association import issued_documents, memberships, renewals
from workflows.association.calendars import appointments
from workflows.association.cohorts import attendance, opinions, records, short_groups
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.memberships import Membership
from workflows.association.people import Person


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
        commands.suspend(session, office.engine, session.scalars(own).one(), by=SYSTEM)  # `cohort.feature` tells it
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


@then(parsers.parse('"{name}" is {entitlement} as a member, and invited to the {count:d} sessions from the ninth on'))
def lapsed_and_invited(office: Office, name: str, entitlement: str, count: int) -> None:
    assert office.incidents() == []
    seat = seat_of(office, name)
    with reading(office.engine) as session:
        follow = appointments.of_person(session, seat.person_id, office.clock.now().date())
        assert (memberships.entitlement(session, seat.person_id), seat.state) == (entitlement, "RUNNING")
    assert len(follow) == count


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


@when(parsers.parse("she gives a {score:d}, agrees {agreed:d} with six statements, and says {outcome}"))
def gives(office: Office, score: int, agreed: int, outcome: str) -> None:
    answers = {f"seat.{name}": str(agreed) for name in opinions.STATEMENTS}
    do(office, "give_evaluation", {}, {"seat.score": score, "seat.outcome": outcome, **answers})
    assert (seat_of(office).score, seat_of(office).outcome) == (score, outcome)


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


@then(parsers.parse("her six answers of {agreed:d} are kept"))
def answers_are_kept(office: Office, agreed: int) -> None:
    with reading(office.engine) as session:
        kept = session.get_one(opinions.CohortOpinion, seat_of(office).id)
    assert [getattr(kept, name) for name in opinions.STATEMENTS] == [agreed] * 6


@then(parsers.parse("her news of follow-up {number:d} are {outcome}"))
def news_are(office: Office, number: int, outcome: str) -> None:
    with reading(office.engine) as session:
        assert session.get_one(opinions.CohortNews, (seat_of(office).id, number)).outcome == outcome


@then("her certificate is among her documents")
def has_certificate(office: Office) -> None:
    seat = seat_of(office)
    with reading(office.engine) as session:
        papers = issued_documents.of_person(session, seat.person_id)
        assert [(each.kind, each.key) for each in papers] == [
            ("COHORT_CERTIFICATE", f"cohort-certificate:{seat.id.hex}")
        ]
        said = PdfReader(io.BytesIO(papers[0].body)).pages[0].extract_text()
    assert "Ada Essai" in said and cohort_of(office).key in said


def news_asked(office: Office) -> set[str]:
    """Which fields the form of her news asks now."""
    return set(news_shown(office))


def news_shown(office: Office) -> Mapping[str, object]:
    """What the fields of the form of her news hold before she has answered."""
    task = look_at(office, "tell_news")
    with reading(office.engine) as session:
        form = deployed_forms.of_task(session, office.engine, task)
        assert form is not None
        asked = deployed_forms.Answering(office.engine, "fr", office.variables(), office.clock.now(), "person:ada")
        return deployed_forms.bind(session, form, asked).records()


@then("her news ask nothing of a short group")
def asks_nothing(office: Office) -> None:
    assert news_asked(office) == {"seat.outcome"}


@when("she tells her news, and that a short group would help her")
def wants_a_short_group(office: Office) -> None:
    assert news_asked(office) == {"seat.outcome", "seat.short_group"}
    do(office, "tell_news", {}, {"seat.outcome": "SEARCHING", "seat.short_group": True})


@then(parsers.parse('the careers office reads that "{name}" would like a short group'))
def wants(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        [seat] = short_groups.waiting(session)
    assert (seat.id, seat.short_group_on) == (seat_of(office, name).id, office.clock.now().date())


@then("her next news show the wish as it stands")
def wish_is_shown(office: Office) -> None:
    assert news_shown(office)["seat.short_group"] is True


@then("takes her off the list when she has a place")
def takes_off(office: Office) -> None:
    with transaction(office.engine) as session:
        assert short_groups.placed(session, [seat_of(office).id, uuid4()]) == 1
        assert short_groups.waiting(session) == []
        assert short_groups.wished_by(session, seat_of(office).person_id, date(2027, 9, 1)), "who applies too early"
        assert [each.short_group_on for each in short_groups.waiting(session)] == [date(2027, 9, 1)]
