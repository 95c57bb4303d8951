"""Incidents at events: told, looked at, told to the insurer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import may_act
from engine.calendar import PARIS
from engine.errors import AmicaleError
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.events import actor_of, begin, calm, do, event_of, open_tasks, person_of
from workflows.association import measures
from workflows.association.closures import StaffCalendar
from workflows.association.events import changing, indicators
from workflows.association.events.incidents import EventIncident, IncidentNotYet, IncidentTooOld
from workflows.association.record_set import record_set


def _told(office: Office) -> EventIncident:
    calm(office)
    with reading(office.engine) as session:
        return session.scalars(select(EventIncident)).one()


def _tell(office: Office, name: str, kind: str, at: datetime, *, hurt: bool) -> None:
    known = {**changing.known(event_of(office)), "person_id": str(person_of(office, name).id)}
    said = {"kind": kind, "happened_on": at.date(), "happened_at": at.time(), "hurt": "YES" if hurt else "NO"}
    written = {f"event_incident.{key}": each for key, each in {**said, "what": "Une chute dans l’escalier."}.items()}
    begin(office, "event_incident", actor_of(office, name), known, written)


def _ago(office: Office, hours: int) -> datetime:
    return (office.clock.now() - timedelta(hours=hours)).astimezone(PARIS)


@when(
    parsers.re(r'"(?P<name>\w+)" tells of an? (?P<kind>[A-Z]+) of (?P<hours>\d+) hours ago(?P<hurt>, somebody hurt)?$')
)
def tells(office: Office, name: str, kind: str, hours: str, hurt: str | None) -> None:
    _tell(office, name, kind, _ago(office, int(hours)), hurt=hurt is not None)


@given("the office closes on its decided days")
def closes(office: Office) -> None:
    office.engine = replace(office.engine, settings=replace(office.engine.settings, staff_calendar=StaffCalendar()))


@when(parsers.re(r'"(?P<name>\w+)" tells of an? (?P<kind>[A-Z]+) of (?P<day>\d{4}-\d\d-\d\d)$'))
def tells_of_day(office: Office, name: str, kind: str, day: str) -> None:
    _tell(office, name, kind, datetime.fromisoformat(f"{day}T12:00"), hurt=False)


@then(parsers.parse("the insurer must know by {day}"))
def must_know_by(office: Office, day: str) -> None:
    assert _told(office).insurer_by.isoformat() == day


@then(parsers.parse('"{name}" cannot tell of an incident that happens in {hours:d} hours'))
def cannot_tell(office: Office, name: str, hours: int) -> None:
    with pytest.raises(IncidentNotYet) as refused:
        _tell(office, name, "OTHER", _ago(office, -hours), hurt=False)
    assert refused.value.params["field"] == "happened_at"
    assert open_tasks(office, "look_at_incident") == []


@then(parsers.parse('"{name}" cannot tell of an incident of the day {day}'))
def cannot_tell_of_day(office: Office, name: str, day: str) -> None:
    with pytest.raises(IncidentTooOld) as refused:
        _tell(office, name, "OTHER", datetime.fromisoformat(f"{day}T12:00"), hurt=False)
    assert refused.value.params["field"] == "happened_on"
    with reading(office.engine) as session:
        assert session.scalars(select(EventIncident)).all() == []


@then(parsers.re(r"the incident was told (?P<when>in time|late), and (?P<days>\d+) working days are left .*"))
def was_told(office: Office, when: str, days: str) -> None:
    incident, working_days = _told(office), office.engine.settings.work_calendar
    happened = incident.happened_at.astimezone(PARIS).date()
    assert (incident.late, working_days.between(happened, incident.insurer_by)) == (when == "late", int(days))


@then(parsers.re(r'(?P<names>"\w+"( and "\w+")?) may look at the incident that was told, "(?P<other>\w+)" may not'))
def may_look(office: Office, names: str, other: str) -> None:
    (task,) = open_tasks(office, "look_at_incident")
    for name in names.replace('"', "").split(" and "):
        with transaction(office.engine) as session:
            commands.claim(session, office.engine, task.id, by=actor_of(office, name))
            commands.release(session, office.engine, task.id, by=actor_of(office, name))
    with pytest.raises(AmicaleError), transaction(office.engine) as session:
        commands.claim(session, office.engine, task.id, by=actor_of(office, other))


@when(parsers.re(r'"(?P<name>\w+)" says that the insurer (?P<said>must|need not) know, and "(?P<answer>.+)"'))
def says(office: Office, name: str, said: str, answer: str) -> None:
    (task,) = open_tasks(office, "look_at_incident")
    insurer = {"insurer": "TELL" if said == "must" else "NONE"}
    do(office, task, actor_of(office, name), dict(insurer), {"event_incident.answer": answer})


@then(parsers.parse('"{name}" has to tell the insurer by {day}, {hour}, and the head of the office is told then'))
def due_by(office: Office, name: str, day: str, hour: str) -> None:
    (task,) = open_tasks(office, "tell_insurer")
    assert may_act(actor_of(office, name), task)
    due = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)
    with reading(office.engine) as session:
        jobs = session.scalars(select(Job).where(Job.token == task.id, Job.kind == "deadline")).all()
    assert (task.due_at, {each.due_at for each in jobs if each.payload["share"] == 100}) == (due, {due})


@when(parsers.parse('"{name}" tells the insurer, who answers with "{reference}"'))
def tells_insurer(office: Office, name: str, reference: str) -> None:
    (task,) = open_tasks(office, "tell_insurer")
    today = office.clock.now().astimezone(PARIS).date()
    written = {"event_incident.insurer_told_on": today, "event_incident.reference": reference}
    do(office, task, actor_of(office, name), {}, dict(written))
    incident = _told(office)
    assert (incident.insurer_told_on, incident.reference) == (today, reference)


@then(parsers.parse('"{name}" reads in her report that "{kind}" was told of already'))
def reads_told(office: Office, name: str, kind: str) -> None:
    assert len(open_tasks(office, "write_report")) == 1
    known, who = {"event_id": str(event_of(office).id)}, actor_of(office, name)
    with reading(office.engine) as session:
        shown = record_set().read(session, known, ["report.told"], now=office.clock.now(), by=who.id)
    assert kind in str(shown["report.told"])


@then(parsers.re(r"the figures of the year count (?P<count>\d+) incidents?$"))
def counted(office: Office, count: str) -> None:
    event, today = event_of(office), office.clock.now().date()
    with reading(office.engine) as session:
        days = office.engine.settings.staff_calendar(session)
        found = indicators.of_period(session, measures.year(event.day.year), today, days)
    assert [each.value for each in found if each.key == "incidents"] == [int(count)]


@then("nobody has anything to do about the incident")
def none_to_do(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "look_at_incident") + open_tasks(office, "tell_insurer") == []
