"""Seasons of career groups: who waits for a place, what the careers office plans, who hears of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.fixtures.staff import add_person
from tests.steps.clock import day
from tests.steps.cohorts import look_at
from tests.steps.tasks import staff
from workflows.association.cohorts import candidacies, season_work
from workflows.association.cohorts.candidacies import CohortCandidacy
from workflows.association.cohorts.records import Cohort, CohortSeat
from workflows.association.cohorts.season_record import StartTooSoon


def planning(office: Office) -> UserTask:
    return look_at(office, "plan_groups")


@given(parsers.parse("{count:d} admitted people wait"))
def people_wait(office: Office, count: int) -> None:
    """Each had a seat in a group of last year that was given up, and waits for the next one (P2.12.2)."""
    with transaction(office.engine) as session:
        before = session.scalars(select(func.count()).select_from(CohortCandidacy)).one()
        old = session.scalars(select(Cohort).where(Cohort.state == "CLOSED")).first() or Cohort(
            key="COH-2025-01", starts_on=day("6 January 2025"), begins=office.clock.now().time(), minutes=180,
            sessions=32, state="CLOSED", held=32, opened_at=office.clock.now(),
        )  # fmt: skip
        session.add(old)
        session.flush()
        old_id = old.id
    for number in range(before, before + count):
        person = add_person(office.engine, f"Attend{number}", "Essai")
        with transaction(office.engine) as session:
            seat = CohortSeat(cohort_id=old_id, person_id=person.id, situation="SEEKING", state="CANCELLED")
            session.add(seat)
            session.flush()
            again = candidacies.again(session, seat, office.clock.now())
            commands.correlate_message(
                session, office.engine, "cohort_seat_awaited", str(again.id),
                {"candidacy_id": str(again.id), "person_id": str(person.id)}, source="test", by=SYSTEM,
            )  # fmt: skip
        office.run()
    assert [each.message for each in office.incidents()] == []


@then("no cohort is to be planned")
def none_is_due(office: Office) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(UserTask.id).where(UserTask.element == "plan_groups", UserTask.state == "created")
        assert session.scalars(query).all() == []


@then(parsers.parse("CAREERS_HEAD is to plan for the week of {monday}, with the advice {advice}"))
def is_to_plan(office: Office, monday: str, advice: str) -> None:
    task = planning(office)
    assert task.candidates == ["CAREERS_HEAD"]
    assert (str(office.variables()["season_on"]), office.variables()["advice"]) == (str(day(monday)), advice)


@when(parsers.parse("CAREERS_HEAD plans {wanted} cohort, from {starts}"))
def plans(office: Office, wanted: str, starts: str) -> None:
    planning(office)
    names = (f"Maud{uuid4().hex[:6]}", f"Nils{uuid4().hex[:6]}")
    for name in names:
        add_person(office.engine, name, "Essai")
    said: dict[str, object] = {"season.wanted": wanted}
    if wanted != "NONE":
        facilitator, co_facilitator = (f"{name}.essai@example.org".lower() for name in names)
        said |= {
            "season.facilitator": facilitator, "season.co_facilitator": co_facilitator, "season.starts_on": day(starts),
            "season.begins": "18:30", "season.place": "Paris",
        }  # fmt: skip
    office.complete("plan_groups", staff("CAREERS_HEAD"), {}, said)


@then(parsers.parse("nobody can plan a cohort from {starts}, which is too soon"))
def too_soon(office: Office, starts: str) -> None:
    with pytest.raises(StartTooSoon):
        plans(office, "ONE", starts)


@then("the facilitators know of their mandate")
def know_of_mandate(office: Office) -> None:
    assert len([mail for mail in office.mails() if "Votre mandat" in mail.subject]) == 2


@then("the careers office is to seek more candidates")
def is_to_seek(office: Office) -> None:
    assert look_at(office, "seek_candidates").candidates == ["CAREERS_ASST", "CAREERS_HEAD"]


@when("the careers office seeks again")
def seeks_again(office: Office) -> None:
    office.complete("seek_candidates", staff("CAREERS_ASST"), {"channels": ["GROUPS", "RELAYS"]}, {})


@then(parsers.parse('{count:d} of those who wait got the mail "{template}" with the words "{words}"'))
def got_the_mail(office: Office, count: int, template: str, words: str) -> None:
    assert [each.message for each in office.incidents()] == []
    sent = [mail for mail in office.mails() if mail.template == template]
    assert len({mail.to_address for mail in sent}) == len(sent) == count
    assert [mail.text for mail in sent if words not in mail.text.replace("\u00a0", " ")] == []
    assert all(mail.to_address.startswith("attend") for mail in sent)


@then(parsers.parse('the planning has ended at "{element}"'))
def planning_ended(office: Office, element: str) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        query = select(ProcessInstance.status).where(ProcessInstance.process_id == season_work.PROCESS)
        assert set(session.scalars(query)) == {"completed"}
    assert element in office.entered()


@then(parsers.parse("the cohorts hold {one:d} and {other:d} places"))
def cohorts_hold(office: Office, one: int, other: int) -> None:
    with reading(office.engine) as session:
        query = select(Cohort.id).where(Cohort.state == "RECRUITING").order_by(Cohort.starts_on)
        assert [candidacies.taken(session, each) for each in session.scalars(query)] == [one, other]
