"""What people decide about their data: news, objections, erasures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine.models import Base, ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.office import NOON, Office
from tests.workflows.test_mail_guard import objects, post, reader
from webapp.drafts import store as drafts
from workflows.association import live_cases, roles
from workflows.association.bank.debits import DirectDebit
from workflows.association.events import refunds
from workflows.association.events.registrations import EventRegistration
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.mails import Mail
from workflows.association.mentoring.places import MentorPlace
from workflows.association.mentorships import Mentorship
from workflows.association.orders import Order
from workflows.association.people import Person
from workflows.association.privacy import requests
from workflows.association.roles import RoleHolding

PARIS = ZoneInfo("Europe/Paris")
OF_CASES = (
    "process_instance", "history_event", "user_task", "job", "message", "subscription", "incident", "mail",
    "draft",
)  # fmt: skip


def known(office: Office, name: str) -> UUID:
    with reading(office.engine) as session:
        return session.scalars(select(Person.id).where(Person.first_names == name)).one()


def at(office: Office, days: int, hour: int, minute: int) -> None:
    local = datetime.combine(NOON.date() + timedelta(days=days), datetime.min.time(), PARIS)
    office.clock.set(local.replace(hour=hour, minute=minute).astimezone(UTC))


@given(parsers.parse('"{name}" wants the news'))
def wants_the_news(office: Office, name: str) -> None:
    reader(office, name)


@given(parsers.parse('"{name}" has paid an order'))
def has_paid_an_order(office: Office, name: str) -> None:
    person_id = reader(office, name)
    with transaction(office.engine) as session:
        session.add(
            Order(
                id=uuid4(), key="ORD-1", person_id=person_id, means="CARD", state="PAID", created_at=office.clock.now()
            )
        )


@when(parsers.parse('the news "{one}" and "{other}" are prepared for "{name}" at {hour:d}:{minute:d}'))
def are_prepared(office: Office, one: str, other: str, name: str, hour: int, minute: int) -> None:
    at(office, 0 if hour > 12 else 1, hour, minute)
    for subject in (one, other):
        post(office, known(office, name), subject)
    office.run()


@when(parsers.parse("it is {hour:d}:{minute:d} on the {which} day"))
def it_is(office: Office, hour: int, minute: int, which: str) -> None:
    at(office, 1, hour, minute)
    office.run()


@when(parsers.parse('"{name}" stops the news by the link of a mail'))
def stops_the_news(office: Office, name: str) -> None:
    objects(office, known(office, name))


@given('"Zoe" leads that group too, and facilitates a career group')
def leads_too(office: Office) -> None:
    first, last = office.clock.now().date(), office.clock.now().date() + timedelta(days=700)
    with transaction(office.engine) as session:
        scope = session.scalars(select(RoleHolding.scope).where(RoleHolding.role == "GROUP_LEAD")).one()
        for role, of in (("GROUP_LEAD", scope), ("FACILITATOR", "COH-2026-01")):
            roles.grant(session, known(office, "Zoe"), role, from_date=first, to_date=last, scope=of)


@when(parsers.parse('forms about "{name}" are half filled, by her and by "{other}"'))
def are_half_filled(office: Office, name: str, other: str) -> None:
    """Those of her cases by somebody of the staff, and by her one in a case that is not about her."""
    person_id, staff_id = known(office, name), known(office, other)
    with transaction(office.engine) as session:
        hers = [case.id for case in live_cases.of_person(session, person_id)]
        about, strange = (
            session.scalars(select(UserTask.id).where(UserTask.state == "created", where)).all()
            for where in (UserTask.instance_id.in_(hers), UserTask.instance_id.not_in(hers))
        )
        assert about
        assert strange
        for task_id, actor in (*((each, staff_id) for each in about), (strange[0], person_id)):
            typed = {"comment": [f"{name} Lambert hésite"]}
            drafts.save(session, task_id, f"person:{actor}", typed, office.clock.now())


@when(parsers.parse('two people decide that "{name}" is erased'), target_fixture="concerned")
@when(parsers.parse('two people decide that "{name}", who stops her gift, is erased'), target_fixture="concerned")
def two_decide(office: Office, name: str) -> UUID:
    now, person_id = office.clock.now(), known(office, name)
    with transaction(office.engine) as session:
        requests.schedule(
            session, person_id, asked_by=f"person:{person_id}", approved_by="person:one",
            confirmed_by="person:another", disputed=False, gift_stops=True, now=now, due_at=now,
        )  # fmt: skip
    office.run()
    return person_id


@then(parsers.parse('nothing has left for "{name}"'))
def nothing_has_left(office: Office, name: str) -> None:
    assert office.letterbox.messages == []


@then(parsers.parse('"{name}" received one mail that holds "{one}" and "{other}"'))
def received_one(office: Office, name: str, one: str, other: str) -> None:
    (message,) = office.letterbox.messages
    body = message.get_body(("plain",))
    assert body is not None and one in body.get_content() and other in body.get_content()


@then(parsers.parse('nothing tells of "{name}" any more'))
def nothing_tells_of(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        assert session.scalars(select(Person).where(Person.first_names == name)).all() == []
        assert session.scalars(select(Mail).where(Mail.to_address.contains(name.lower()))).all() == []


@then("her order is kept, of nobody")
def is_kept(office: Office) -> None:
    with reading(office.engine) as session:
        order = session.scalars(select(Order)).one()
        stone = session.get_one(Person, order.person_id)
    assert (stone.first_names, stone.restricted_since is not None) == ("", True)


@then("nothing of hers goes on: pair, places, seat, regular gift, mandates")
def nothing_goes_on(office: Office, concerned: UUID) -> None:
    assert [each.message for each in office.incidents()] == []
    with reading(office.engine) as session:
        pair = session.scalars(select(Mentorship)).one()
        assert (pair.state, pair.ending, pair.aims) == ("ENDED", "NO_FAULT_END", ""), "kept to be counted, of nobody"
        assert session.get_one(Person, pair.mentee_id).first_names == ""
        assert session.scalars(select(MentorPlace)).all() == [], "her mentor is free for somebody else"
        assert session.scalars(select(EventRegistration.state)).one() == "WITHDRAWN"
        assert session.scalars(select(Pledge.state)).one() == "STOPPED"
        assert session.scalars(select(DirectDebit.state).where(DirectDebit.state == "PLANNED")).all() == []
        reasons = session.scalars(select(RoleHolding.end_reason).where(RoleHolding.end_reason.is_not(None)))
        assert sorted(map(str, reasons)) == ["ERASURE", "ERASURE"]
        mine = select(func.count()).select_from(ProcessInstance).where(
            ProcessInstance.ended_at.is_(None), ProcessInstance.state.contains(str(concerned))
        )  # fmt: skip
        assert session.scalar(mine) == 0


@then(parsers.parse("{amount} euros are due for the seat that she paid"))
def seat_is_refunded(office: Office, amount: str) -> None:
    with reading(office.engine) as session:
        assert [str(each.amount) for each in refunds.due(session)] == [amount]


@then('no case, task, form half filled, job, message or mail holds "Zoe", "Lambert" or the number of the person')
def no_trace(office: Office, concerned: UUID) -> None:
    tables = Base.metadata.tables
    with reading(office.engine) as session:
        for name in OF_CASES:
            for row in session.execute(select(tables[name])):
                text = " ".join(map(str, row))
                found = [each for each in ("Zoe", "Lambert", str(concerned), concerned.hex) if each in text]
                assert found == [], (name, found, text[:400])


@then(parsers.parse("the receipt of {amount:d} stays, restricted, of nobody whom a case knows"))
def receipt_stays(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        receipt = session.scalars(select(TaxReceipt)).one()
        stone = session.get_one(Person, session.get_one(Donor, receipt.donor_id).person_id)
        assert (receipt.amount, stone.first_names, stone.restricted_since is not None) == (amount, "", True)
        told = select(ProcessInstance.id).where(ProcessInstance.state.contains(str(stone.id)))
        assert session.scalars(told).all() == []
