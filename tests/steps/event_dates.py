"""Dates of events: decided on, called off, moved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from pytest_bdd import parsers, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.transaction import transaction
from tests.fixtures.office import Office
from tests.steps.events import actor_of, begin, calm, do, event_of, open_tasks
from workflows.association.events import changing, registrations
from workflows.association.events.registrations import EventRegistration


@when("the clock stands 20 hours before the event")
def twenty_hours_before(office: Office) -> None:
    event = event_of(office)
    begins = datetime.combine(event.day, event.begins, office.association.zone).astimezone(UTC)
    with transaction(office.engine) as session:  # the offered seat is still open: it was offered a moment ago
        for each in session.scalars(select(EventRegistration).where(EventRegistration.offer_until.is_not(None))):
            assert each.state == registrations.OFFERED
    office.clock.set(begins - timedelta(hours=20))


@when("the event is called off")
@when("the event is called off again")
def called_off(office: Office) -> None:
    known = {**changing.known(event_of(office)), "calling_off": "CANCEL", "cause": "ORGANISER"}
    with transaction(office.engine) as session:
        commands.correlate_message(
            session, office.engine, "cancellation_decided", str(event_of(office).id), known, source="t", by=SYSTEM
        )
    office.run()


@when(parsers.parse("the event moves by {count:d} days"))
def moves(office: Office, count: int) -> None:
    event = event_of(office)
    written = {"calling_off.new_day": event.day + timedelta(days=count), "calling_off.new_hour": time(20)}
    known = changing.known(event)
    begin(office, "event_cancellation", actor_of(office, "Lea"), known, written, {"calling_off": "MOVE"})
    calm(office)


@when(parsers.parse('"{name}" decides {decision}'))
def decides(office: Office, name: str, decision: str) -> None:
    (task,) = open_tasks(office, "decide_go")
    do(office, task, actor_of(office, name), {"go_decision": decision}, {})
