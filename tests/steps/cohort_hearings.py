"""Hearings about the charter of a career group, and the project sheets of its people."""

from __future__ import annotations

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.errors import Refused
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.cohort_changes import person_of
from tests.steps.cohorts import cohort_of, do, doer, look_at, seat_of
from workflows.association.cohorts import hearings, records, sheets
from workflows.association.cohorts.hearings import HearingOpen
from workflows.association.cohorts.records import Cohort
from workflows.association.cohorts.sheets import CohortSheet


def reporter(office: Office, name: str) -> Actor:
    return Actor(f"person:{person_of(office, name).id}", name)


@when(parsers.parse('"{name}" reports {rule} about "{other}"'))
def reports(office: Office, name: str, rule: str, other: str) -> None:
    with transaction(office.engine) as session:
        cohort = session.get_one(Cohort, cohort_of(office).id)
        hearings.report(session, office.engine, cohort, seat_of(office, other).id, rule, reporter(office, name))
    office.run()


@then(parsers.parse('"{name}" cannot report "{other}" a second time'))
def not_twice(office: Office, name: str, other: str) -> None:
    with transaction(office.engine) as session, pytest.raises(HearingOpen):
        cohort = session.get_one(Cohort, cohort_of(office).id)
        hearings.report(session, office.engine, cohort, seat_of(office, other).id, "SELLING", reporter(office, name))


@then(parsers.parse('"{name}" reads in the mail "{template}": "{words}"'))
def read_words(office: Office, name: str, template: str, words: str) -> None:
    assert office.incidents() == []
    found = [mail for mail in office.mails() if mail.template == template]
    assert [mail.to_address for mail in found] == [f"{name.lower()}.essai@example.org"]
    assert words in found[0].text


@when(parsers.parse('"{name}" writes "{words}" as her account'))
def writes_account(office: Office, name: str, words: str) -> None:
    task = look_at(office, "give_account", person_of(office, name).id)
    office.complete("give_account", doer(task), {}, {"hearing.account": words})


@then(parsers.parse('the hearing about "{name}" is open to the careers office, and not to "{other}"'))
def open_to(office: Office, name: str, other: str) -> None:
    task = look_at(office, "hold_hearing")
    assert set(task.candidates) >= {"CAREERS_HEAD", "GENERAL_DELEGATE"}
    by = Actor(f"person:{person_of(office, other).id}", other, frozenset({"CAREERS_HEAD"}))
    with transaction(office.engine) as session, pytest.raises(Refused):
        commands.claim(session, office.engine, task.id, by=by)


@when(parsers.parse('the hearing about "{name}" finds {decision}, because "{reason}"'))
def finds(office: Office, name: str, decision: str, reason: str) -> None:
    said = {"hearing.heard": "CAME", "hearing.decision": decision, "hearing.reason": reason}
    do(office, "hold_hearing", {}, said)


@then(parsers.parse('the seat of "{name}" is {state}, and {count:d} people sit in the cohort'))
def sits(office: Office, name: str, state: str, count: int) -> None:
    assert office.incidents() == []
    assert seat_of(office, name).state == state
    with reading(office.engine) as session:
        assert len(records.seats(session, cohort_of(office).id)) == count


@when(parsers.parse('the phase {phase} asks for her project sheet, and she writes "{words}" as {field}'))
def asked_for_sheet(office: Office, phase: str, words: str, field: str) -> None:
    seat = seat_of(office)
    with transaction(office.engine) as session:
        said = {"phase": phase}
        commands.correlate_message(session, office.engine, "sheet_asked", str(seat.id), said, source="t", by=SYSTEM)
    office.run()
    writes_sheet(office, words, field)


@when(parsers.parse('she writes "{words}" as {field}'))
def writes_sheet(office: Office, words: str, field: str) -> None:
    task = look_at(office, "write_sheet", seat_of(office).person_id)
    office.complete("write_sheet", doer(task), {}, {f"sheet.{field}": words, "sheet.interviews": 12})


@then(parsers.parse('her sheet of phase {phase} still says "{words}" as {field}'))
def still_says(office: Office, phase: str, words: str, field: str) -> None:
    with reading(office.engine) as session:
        found = sheets.latest(session, seat_of(office).id)
    assert found is not None
    assert (found.phase, getattr(found, field)) == (phase, words)


@when(parsers.parse("the facilitators say that the group wants {outcome}"))
def group_says(office: Office, outcome: str) -> None:
    do(office, "accept_plan", {"plan_outcome": outcome})


@then(parsers.parse("her sheet has {count:d} versions, and nothing more is asked of it"))
def has_versions(office: Office, count: int) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        kept = session.scalars(select(CohortSheet.version).order_by(CohortSheet.version)).all()
        open_ = select(UserTask.id).where(UserTask.element == "write_sheet", UserTask.state == "created")
        assert (kept, session.scalars(open_).all()) == (list(range(1, count + 1)), [])
