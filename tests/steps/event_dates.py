"""Dates of events: decided on, called off, moved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.events import actor_of, begin, calm, do, event_of, open_tasks
from workflows.association.events import changing, notices, records, registrations
from workflows.association.events.choices import EVERY
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


@when(parsers.re(r"(?P<what>date \d|every date) is called off"))
def date_off(office: Office, what: str) -> None:
    about = date_of(office, int(what[-1])) if what[-1].isdigit() else EVERY
    written = {"calling_off.date": about, "calling_off.notice": "La salle est fermée."}
    known = changing.known(event_of(office))
    begin(office, "event_cancellation", actor_of(office, "Lea"), known, written, {"calling_off": "CANCEL"})
    calm(office)


def date_of(office: Office, number: int) -> str:
    with reading(office.engine) as session:
        return str(records.dates(session, event_of(office))[number - 1].id)


@then(parsers.re(r'the notice "(?P<notice>[^"]+)" is about (?P<what>the whole event|date \d)'))
def notice_is_about(office: Office, notice: str, what: str) -> None:
    about = date_of(office, int(what[-1])) if what[-1].isdigit() else "None"
    with reading(office.engine) as session:
        told = [each for each in notices.of_event(session, event_of(office).id) if each.text]
    assert (told[-1].text, str(told[-1].appointment_id)) == (notice, about)


@then("each of dates 1 and 2 has its notice")
def each_has_its_notice(office: Office) -> None:
    with reading(office.engine) as session:
        event = event_of(office)
        told = [notices.about(session, event.id, date.id, "fr") for date in records.dates(session, event)]
    assert told == ["La salle est fermée.", "Une semaine chargée.", ""]


@when(parsers.re(r'(?P<what>the event|date \d) moves by (?P<count>\d+) days(?:, with the words "(?P<words>[^"]+)")?'))
def moves(office: Office, what: str, count: str, words: str | None) -> None:
    event = event_of(office)
    written: dict[str, object] = {"calling_off.new_day": event.day + timedelta(days=int(count))}
    if what != "the event":
        with reading(office.engine) as session:
            date = records.dates(session, event)[int(what[-1]) - 1]
        written = {"calling_off.date": str(date.id), "calling_off.new_day": date.day + timedelta(days=int(count))}
    known = changing.known(event)
    written |= {"calling_off.new_hour": time(20), "calling_off.notice": words or ""}
    begin(office, "event_cancellation", actor_of(office, "Lea"), known, written, {"calling_off": "MOVE"})
    calm(office)


@when(parsers.parse('"{name}" decides {decision}'))
def decides(office: Office, name: str, decision: str) -> None:
    (task,) = open_tasks(office, "decide_go")
    do(office, task, actor_of(office, name), {"go_decision": decision}, {})


@then("nobody is asked to decide on the budget")
def nobody_decides(office: Office) -> None:
    calm(office)
    assert open_tasks(office, "decide_go") == []
