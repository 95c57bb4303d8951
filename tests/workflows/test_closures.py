"""The office's own closures: staff deadlines stand still, those of the law do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from engine import commands
from engine.bpmn import Case
from engine.definitions import definition
from engine.engine import EngineSettings
from engine.jobs import run_due
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import DEPLOYER
from tests.fixtures.diagrams import end, process, properties_of, service, start, user_task
from tests.fixtures.office import Office
from workflows.association import parameters
from workflows.association.closures import TABLE, PauseTooLong, StaffCalendar

JULY = datetime(2027, 7, 29, 10, tzinfo=UTC)
CHECK = process(
    "closure_check",
    [
        start(),
        service("read", "parameters.read", headers=[("table", "closure, dues_tariff")]),
        user_task("check", extra=properties_of([("task.deadline", "3")])),
        end(),
    ],
    ["begin -> read", "read -> check", "check -> done"],
)


def working(office: Office, *days: date) -> list[bool]:
    with reading(office.engine) as session:
        calendar = StaffCalendar()(session)
        return [calendar.is_working_day(day) for day in days]


def test_august_and_the_turn_of_the_year_pause(office: Office) -> None:
    written = ("2027-07-30", "2027-08-02", "2027-08-31", "2027-12-23", "2028-01-03", "2028-01-04")
    days = map(date.fromisoformat, written)
    assert working(office, *days) == [True, False, False, False, False, True]
    with reading(office.engine) as session:
        calendar = StaffCalendar()(session)
        assert calendar.add(date(2027, 7, 30), 1) == date(2027, 9, 1)


def test_a_row_rules_the_days_on_which_it_is_in_force(office: Office) -> None:
    decided = (("AUGUST", "08-01", "08-15", None), ("BRIDGE", "05-07", "05-07", date(2027, 12, 31)))
    with transaction(office.engine) as session:
        for key, first, last, until in decided:
            parameters.decide(
                session, TABLE, key, {"first": first, "last": last}, valid_from=date(2027, 1, 1), valid_to=until,
                decided_by="DG", decided_on=date(2026, 11, 2), now=JULY, succeeds=True, label_fr=key, label_en=key,
            )  # fmt: skip
    assert working(office, date(2026, 8, 20), date(2027, 8, 20), date(2027, 8, 13)) == [False, True, False]
    assert working(office, date(2027, 5, 7), date(2029, 5, 7)) == [False, True], "a bridge is of its year"


def test_a_pause_that_never_ends_is_refused(office: Office) -> None:
    with transaction(office.engine) as session, pytest.raises(PauseTooLong):
        parameters.decide(
            session, TABLE, "AUGUST", {"first": "08-02", "last": "08-01"}, valid_from=date(2027, 1, 1), decided_by="x",
            decided_on=date(2027, 1, 1), now=JULY, succeeds=True,
        )  # fmt: skip


def test_the_deadline_of_a_task_pauses_and_its_diagram_reads_the_tables(office: Office) -> None:
    settings = EngineSettings(staff_calendar=StaffCalendar())
    engine = replace(office.engine, settings=settings)
    office.clock.set(JULY)
    with transaction(engine) as session:
        commands.deploy(session, engine, {"check.bpmn": CHECK}, by=DEPLOYER)
        instance_id = commands.start(session, engine, "closure_check", {}, by=DEPLOYER).instance_id
    with reading(engine) as session:
        task = session.scalars(select(UserTask).where(UserTask.instance_id == instance_id)).one()
        assert task.due_at == datetime(2027, 9, 2, 22, tzinfo=UTC), "30 July, 1 and 2 September"
        row = session.get_one(ProcessInstance, instance_id)
        read = Case.load(definition(session, engine, row.definition_id).spec, row.state).variables["parameters"]
    assert isinstance(read, Mapping)
    assert read["dues_tariff"]["STD"] == {"amount": Decimal("160.00"), "whole_course": False}
    assert read["closure"]["AUGUST"] == {"first": "08-01", "last": "08-31"}


@pytest.mark.parametrize(("table", "said"), [("", "needs the header “table”"), ("dues", "no parameter table “dues”")])
def test_a_diagram_that_names_no_table_stands_still_and_says_so(office: Office, table: str, said: str) -> None:
    read = service("read", "parameters.read", headers=[("table", table)])
    diagram = process("lost", [start(), read, end()], ["begin -> read", "read -> done"])
    with transaction(office.engine) as session:
        commands.deploy(session, office.engine, {"lost.bpmn": diagram}, by=DEPLOYER)
        commands.start(session, office.engine, "lost", {}, by=DEPLOYER)
    for _ in range(6):
        office.clock.advance(timedelta(hours=7))
        run_due(office.engine)
    assert said in office.incidents()[0].message
