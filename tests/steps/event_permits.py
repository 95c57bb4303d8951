"""Permits of an event: which are asked for, late, obtained."""

from __future__ import annotations

from pytest_bdd import parsers, then, when

from engine.transaction import reading
from tests.fixtures.office import Office
from tests.steps.events import actor_of, calm, do, event_of, open_tasks
from workflows.association.events import permits


@then(parsers.parse("its permits are {kinds}"))
def has_permits(office: Office, kinds: str) -> None:
    calm(office)
    with reading(office.engine) as session:
        found = permits.of_event(session, event_of(office).id)
    assert sorted(each.kind for each in found) == kinds.split(", ")


@then(parsers.parse("the permit {kind} is flagged as late"))
def is_late(office: Office, kind: str) -> None:
    with reading(office.engine) as session:
        assert [each.late for each in permits.of_event(session, event_of(office).id) if each.kind == kind] == [True]


@when(parsers.parse("the permit {kind} is {outcome}"))
def permit_is(office: Office, kind: str, outcome: str) -> None:
    (task,) = open_tasks(office, "obtain_permit")
    do(office, task, actor_of(office, "Lea"), {"permit_outcome": outcome}, {"permit.reference": "A-42"})
    with reading(office.engine) as session:
        (found,) = [each for each in permits.of_event(session, event_of(office).id) if each.kind == kind]
    assert (found.state, found.reference) == (outcome, "A-42")


@then("no permit is open")
def none_open(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "obtain_permit") == []
    with reading(office.engine) as session:
        assert {each.state for each in permits.of_event(session, event_of(office).id)} <= {"OBTAINED", "VOID"}
