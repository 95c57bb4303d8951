"""Short messages: who wants them, the system that takes them, what left and what did not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from engine import unknown
from engine.assignment import SYSTEM
from engine.models import Job
from engine.transaction import reading, transaction
from tests.fixtures.http import OtherSystem
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.renewing_members import PARIS, member
from workflows.association import consents, people, renewals
from workflows.association.consents import Holder
from workflows.association.contacts import Phone
from workflows.association.registry import registry
from workflows.association.reminders import Reminder
from workflows.association.renewals import Renewal
from workflows.association.sms import messages
from workflows.association.sms.messages import SmsMessage
from workflows.association.sms.provider import SmsProvider

NIGHT = datetime(2027, 8, 24, 22, 0, tzinfo=PARIS)


@pytest.fixture
def gateway(other_system: Callable[..., OtherSystem]) -> OtherSystem:
    """The system that takes short messages."""
    return other_system()


@given("short messages leave by a system that takes them")
def messages_leave(office: Office, gateway: OtherSystem) -> None:
    provider = SmsProvider(f"{gateway.url}/messages", gateway.origins, sender="AMICALE")
    office.association = replace(office.association, sms=provider)
    office.engine = replace(office.engine, registry=registry(office.association))


@given(parsers.parse('the member has the mobile "{number}" and wants short messages'))
def wants_messages(office: Office, number: str) -> None:
    with transaction(office.engine) as session:
        person = member(office)
        for known in session.scalars(select(Phone).where(Phone.person_id == person.id)):
            session.delete(known)
        session.add(Phone(id=uuid4(), person_id=person.id, number=number))
        consents.record(session, Holder(person.id), {"sms_reminders": "YES"}, at=office.clock.now(), source="PROFILE")


def write(office: Office, at: datetime, case_id: UUID | None = None, end: date | None = None) -> None:
    office.clock.set(at)
    with transaction(office.engine) as session:
        person = people.get(session, member(office).id)
        assert person is not None
        about = {"template": "renew_7", "case_id": case_id, "membership_end": end}
        messages.queue(
            session, person, "Bonjour", about, key="test", to=person.phones[0].number, now=at, leaves=True
        )  # fmt: skip
    office.run()


@when(parsers.parse("a short message is written on {on} at {hour:d}:{minute:d}"))
def is_written(office: Office, on: str, hour: int, minute: int) -> None:
    at = day(on)
    write(office, datetime(at.year, at.month, at.day, hour, minute, tzinfo=PARIS))


@when("a short message waits in the night and the member wants no more of them")
def wants_no_more(office: Office) -> None:
    write(office, NIGHT)
    with transaction(office.engine) as session:
        answer = {"sms_reminders": "NO"}
        consents.record(session, Holder(member(office).id), answer, at=office.clock.now(), source="PROFILE")
    office.clock.set(NIGHT.replace(day=25, hour=12))
    office.run()


@when("a short message waits in the night and the member has died")
def has_died(office: Office) -> None:
    write(office, NIGHT)
    with transaction(office.engine) as session:
        person = people.get(session, member(office).id)
        assert person is not None
        person.deceased_on = day("24 August 2027")
    office.clock.set(NIGHT.replace(day=25, hour=12))
    office.run()


@when(parsers.parse("a short message about the renewal waits in the night and {meanwhile}"))
def renewal_ends(office: Office, meanwhile: str) -> None:
    last = NIGHT.replace(day=31)  # the night in which the membership ends
    night = {"the member resigned": NIGHT.replace(month=7, day=12), "its day came to its end": last}[meanwhile]
    with reading(office.engine) as session:
        renewal = session.scalars(select(Renewal)).one()
    write(office, night, renewal.instance_id, renewal.cycle_end)
    if meanwhile == "the member resigned":
        with transaction(office.engine) as session:
            renewals.close(session.get_one(Renewal, renewal.id), renewals.STOPPED, office.clock.now())
    office.clock.set(night + timedelta(hours=14))
    office.run()


@when(parsers.parse("a short message is handed over, the system does not answer, and a person says that it {said}"))
def nobody_heard(office: Office, gateway: OtherSystem, said: str) -> None:
    answers = list(gateway.answers)
    gateway.answers[:] = [b""]
    write(office, NIGHT.replace(hour=12))
    gateway.answers[:] = answers
    with reading(office.engine) as session:
        assert session.scalars(select(SmsMessage.state)).one() == "QUEUED"
        [one] = unknown.listed(session)
    with transaction(office.engine) as session:
        unknown.decide(session, office.engine, one.id, went_out=said == "went out", by=SYSTEM)
    office.run()


@then(parsers.parse("the row of the short message says {state}, and the system was asked {often} in all"))
def was_asked(office: Office, gateway: OtherSystem, state: str, often: str) -> None:
    with reading(office.engine) as session:
        row = session.scalars(select(SmsMessage)).one()
        jobs = session.scalars(select(Job).where(Job.type == messages.JOB_TYPE)).all()
    assert (row.state, row.sent_at, jobs) == (state, office.clock.now(), [])
    assert len(gateway.asked) == {"once": 1, "twice": 2}[often]


@then(parsers.parse('one short message left to "{number}" that says "{words}"'))
def one_left(office: Office, gateway: OtherSystem, number: str, words: str) -> None:
    [asked] = gateway.asked
    told = json.loads(asked.body)
    assert (asked.path, told["to"], told["sender"]) == ("/messages", number, "AMICALE")
    assert words in told["text"] and "\n" not in told["text"] and "’" not in told["text"]
    assert asked.headers["idempotency-key"] == told["reference"]
    with reading(office.engine) as session:
        row = session.scalars(select(SmsMessage)).one()
    assert (row.state, row.encoding, row.text) == ("SENT", "UCS2", told["text"]), "“û” is in no alphabet of 7 bits"


@then(parsers.parse("no short message left, for {reason}"))
def none_left(office: Office, request: pytest.FixtureRequest, reason: str) -> None:
    with reading(office.engine) as session:
        noted = session.scalars(select(Reminder).where(Reminder.channel == "SMS")).one()
    assert (noted.outcome, noted.reason) == ("SKIPPED", reason)
    assert request.getfixturevalue("gateway").asked == []


@then(parsers.parse("no short message left, and its row says {reason}"))
def its_row_says(office: Office, gateway: OtherSystem, reason: str) -> None:
    with reading(office.engine) as session:
        row = session.scalars(select(SmsMessage)).one()
    assert (row.state, row.suppressed) == ("SUPPRESSED", reason)
    assert gateway.asked == []


@then(parsers.parse("it leaves on {on} at {hour:d}:{minute:d}"))
def it_leaves(office: Office, gateway: OtherSystem, on: str, hour: int, minute: int) -> None:
    at = day(on)
    moment = datetime(at.year, at.month, at.day, hour, minute, tzinfo=PARIS)
    assert gateway.asked == []
    with reading(office.engine) as session:
        assert session.scalars(select(SmsMessage.due_at)).one() == moment
    office.clock.set(moment)
    office.run()
    assert len(gateway.asked) == 1
