"""Seats of events: registering, waiting, paying, withdrawing, coming; what goes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import given, parsers, then, when
from sqlalchemy import func, select

from engine import commands
from engine.assignment import SYSTEM
from engine.transaction import reading, transaction
from tests.fixtures.office import Office
from tests.steps.events import actor_of, begin, calm, do, event_of, member, open_tasks, person_of
from workflows.association import credit_notes, invoices, orders, parameters
from workflows.association.calendars import appointments
from workflows.association.events import changing, expenses, figures, lists, refunds, registrations
from workflows.association.events.expenses import EventExpense
from workflows.association.events.registrations import EventRegistration, NotForYou
from workflows.association.events.reports import EventReport
from workflows.association.mails import Mail
from workflows.association.parameters import ParameterRow

CROWD = ("Ana", "Ben", "Cid", "Dia", "Eli", "Flo")


def seat_of(office: Office, name: str) -> EventRegistration:
    person = person_of(office, name)
    with reading(office.engine) as session:
        query = select(EventRegistration).where(EventRegistration.person_id == person.id)
        return session.scalars(query.order_by(EventRegistration.asked_at.desc())).first() or EventRegistration()


def mails_to(office: Office, name: str, template: str) -> list[Mail]:
    address = f"{name}.essai@example.org".lower()
    return [each for each in office.mails() if each.template == template and each.to_address == address]


def register(office: Office, name: str, **said: object) -> EventRegistration:
    office.later(timedelta(minutes=1))  # so that those who ask one after the other wait in this order
    person, event = member(office, name), event_of(office)
    known: dict[str, object] = {**changing.known(event), "person_id": str(person.id)}
    asked = {"registration.seats": 1, "registration.diet": "végétarien", **said}
    begin(office, "event_registration", actor_of(office, name), known, asked)
    return seat_of(office, name)


def pays(office: Office, name: str, amount: Decimal) -> None:
    key = str(seat_of(office, name).order_key)
    office.pay(key, amount, means="CARD", event_id=str(uuid4()), value_date=None)


@given("at most 1 person waits")
def at_most_one(office: Office) -> None:
    today = office.clock.now().date()
    with transaction(office.engine) as session:
        query = select(ParameterRow).where(ParameterRow.table == figures.RULES.name, ParameterRow.key == "waiting")
        before = session.scalars(query).one()
        parameters.end(session, before.id, today - timedelta(days=1), now=office.clock.now())
        parameters.decide(
            session, figures.RULES, "waiting", {"number": 1}, valid_from=today, decided_by="EVENTS", decided_on=today,
            now=office.clock.now(),
        )  # fmt: skip


@when(parsers.re(r'"(?P<name>\w+)" registers'))
def registers(office: Office, name: str) -> None:
    register(office, name)


@when(parsers.parse('"{name}" registers and waits'))
@then(parsers.parse('"{name}" registers and waits'))
def registers_and_waits(office: Office, name: str) -> None:
    assert register(office, name).state == registrations.WAITING
    assert len(mails_to(office, name, "event_waiting")) == 1
    assert seat_of(office, name).order_key is None, "no money is asked of whoever waits"


@when(parsers.parse('"{name}" registers and pays'))
def registers_and_pays(office: Office, name: str) -> None:
    assert register(office, name).state == registrations.PAYING
    pays(office, name, Decimal("20.00"))
    assert seat_of(office, name).state == registrations.CONFIRMED


@when(parsers.parse('"{name}" registers, paid by the employer'))
def by_the_employer(office: Office, name: str) -> None:
    said = {"registration.payer": "EMPLOYER", "registration.employer_reference": "BDC-7"}
    assert register(office, name, **said).state == registrations.CONFIRMED


@when(parsers.parse("{count:d} people register"))
def many_register(office: Office, count: int) -> None:
    for number in range(count):
        register(office, f"Pers{number}")


@when("6 people register and pay")
def six_pay(office: Office) -> None:
    for name in CROWD:
        registers_and_pays(office, name)


@then(parsers.parse("{count:d} people are registered"))
def are_registered(office: Office, count: int) -> None:
    with reading(office.engine) as session:
        query = select(func.count()).where(EventRegistration.state == registrations.CONFIRMED)
        assert session.scalar(query) == count


@when(parsers.parse('"{name}" pays {amount:d} euros'))
def pays_euros(office: Office, name: str, amount: int) -> None:
    pays(office, name, Decimal(amount))


@when(parsers.parse('"{name}" withdraws'))
def withdraws(office: Office, name: str) -> None:
    office.publish("registration_withdrawn", seat_of(office, name).id)
    assert seat_of(office, name).state == registrations.WITHDRAWN


@when(parsers.re(r'"(?P<name>\w+)" says (?P<answer>TAKE|PASS)'))
def answers(office: Office, name: str, answer: str) -> None:
    by = actor_of(office, name)
    (task,) = [each for each in open_tasks(office, "answer_offer") if each.assignee == by.id]
    do(office, task, by, {"offer_answer": answer}, {})


@when("an hour passes")
def an_hour(office: Office) -> None:
    office.later(timedelta(hours=1))


@when(parsers.parse('"{name}" gives a {score:d}'))
def gives(office: Office, name: str, score: int) -> None:
    (task,) = open_tasks(office, "give_opinion")
    do(office, task, actor_of(office, name), {}, {"registration.score": score, "registration.opinion": "Très bien."})


@when(parsers.parse('"{name}" is checked in'))
def checked_in(office: Office, name: str) -> None:
    with transaction(office.engine) as session:
        lists.check_in(session, session.get_one(EventRegistration, seat_of(office, name).id), office.clock.now())


@when(parsers.parse('"{name}" decides {decision}'))
def decides(office: Office, name: str, decision: str) -> None:
    (task,) = open_tasks(office, "decide_go")
    do(office, task, actor_of(office, name), {"go_decision": decision}, {})


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


@when("the refunds are paid")
def are_paid(office: Office) -> None:
    with transaction(office.engine) as session:
        chosen = refunds.due(session, event_of(office).id)
        told = {"on": office.clock.now().date(), "reference": "VIR-1", "by": "person:fin", "now": office.clock.now()}
        assert refunds.pay(session, chosen, **told) == 6 + 1, "the six, and Zoe's withdrawal"  # type: ignore[arg-type]
        assert refunds.pay(session, chosen, **told) == 0, "twice noted, once paid"  # type: ignore[arg-type]


@then("nothing is due any more")
def nothing_due(office: Office) -> None:
    with reading(office.engine) as session:
        assert [each for each in refunds.due(session) if each.cause == "ORGANISER"] == []


@then(parsers.parse('"{name}" got the mail "{template}"'))
def got(office: Office, name: str, template: str) -> None:
    calm(office)
    assert len(mails_to(office, name, template)) == 1


@then(parsers.parse('"{name}" got {count:d} mails "{template}"'))
def got_several(office: Office, name: str, count: int, template: str) -> None:
    assert len(mails_to(office, name, template)) == count


@then(parsers.parse('"{name}" got the mail "{template}" with {method}'))
def got_with(office: Office, name: str, template: str, method: str) -> None:
    calm(office)
    (mail,) = mails_to(office, name, template)
    assert method in str(mail.calendar)


@then(parsers.parse('"{name}" got the mail "{template}" without a calendar'))
def got_without(office: Office, name: str, template: str) -> None:
    calm(office)
    assert [mail.calendar for mail in mails_to(office, name, template)] == [None]


@then(parsers.parse('nobody got the mail "{template}"'))
def nobody_got(office: Office, template: str) -> None:
    calm(office)
    assert [each for each in office.mails() if each.template == template] == []


@then(parsers.parse('"{name}" has a ticket, and an invitation of sequence {number:d}'))
def has_ticket(office: Office, name: str, number: int) -> None:
    calm(office)
    seat = seat_of(office, name)
    (mail,) = mails_to(office, name, "event_ticket")
    assert seat.state == registrations.CONFIRMED
    assert str(seat.ticket) in mail.text
    lines = str(mail.calendar).splitlines()
    assert {"METHOD:REQUEST", f"SEQUENCE:{number}"} <= set(lines)
    assert any(line.startswith(f"UID:{seat.appointment_id}@") for line in lines)


@then(parsers.parse('"{name}" is invited in the calendar'))
def is_invited(office: Office, name: str) -> None:
    with reading(office.engine) as session:
        found = appointments.of_person(session, person_of(office, name).id, office.clock.now().date())
    assert [each.calendar for each in found] == [event_of(office).key]


@then(parsers.parse('"{name}" is offered a seat'))
def is_offered(office: Office, name: str) -> None:
    calm(office)
    assert seat_of(office, name).state == registrations.OFFERED
    assert len(mails_to(office, name, "event_offer")) == 1


@then(parsers.parse('the registration of "{name}" is {state}, with a score of {score}'))
def registration_is(office: Office, name: str, state: str, score: str) -> None:
    calm(office)
    seat = seat_of(office, name)
    assert (seat.state, seat.score) == (state, None if score == "none" else int(score))


@then(parsers.parse('"{name}", whose dues have lapsed, cannot register'))
def cannot_register(office: Office, name: str) -> None:
    member(office, name, entitlement="LAPSED")
    with pytest.raises(NotForYou):
        register(office, name)


@then(parsers.parse('{amount} euros are due to "{name}", once'))
def due_once(office: Office, amount: str, name: str) -> None:
    calm(office)
    assert due_to(office, [name]) == [Decimal(amount)]


@then(parsers.parse("each of the 6 is due {amount} euros, once"))
def each_is_due(office: Office, amount: str) -> None:
    calm(office)
    assert due_to(office, CROWD) == [Decimal(amount)] * 6


def due_to(office: Office, names: Sequence[str]) -> list[Decimal]:
    mine = {seat_of(office, name).id for name in names}
    with reading(office.engine) as session:
        return [each.amount for each in refunds.due(session) if each.registration_id in mine]


@then(parsers.parse('the invoice of "{name}" is credited, and nothing is due to "{same}"'))
def is_credited(office: Office, name: str, same: str) -> None:
    with reading(office.engine) as session:
        order = orders.by_key(session, str(seat_of(office, name).order_key))
        assert order is not None
        issued = invoices.of_order(session, order.id)
        assert issued is not None
        note = credit_notes.of_invoice(session, issued.id)
        assert note is not None
        assert (note.amount, order.state) == (issued.amount, "CANCELED")
    assert due_to(office, [same]) == []


@then(parsers.parse("{count:d} mails carry METHOD:CANCEL with SEQUENCE:1"))
def carry_cancel(office: Office, count: int) -> None:
    found = [str(each.calendar) for each in office.mails() if each.template == "event_called_off" and each.calendar]
    assert len([each for each in found if "METHOD:CANCEL" in each and "SEQUENCE:1\r" in each]) == count == len(found)


@then(parsers.re(r"the list of attendees is (?P<state>open|closed)"))
def list_is(office: Office, state: str) -> None:
    with reading(office.engine) as session:
        assert lists.is_open(session, event_of(office), office.clock.now()) is (state == "open")


@then("the diets are erased, and it is on record")
def erased(office: Office) -> None:
    calm(office)
    assert seat_of(office, "Max").diet == ""
    assert event_of(office).purged_at is not None


@when(parsers.parse('"{name}" reports {attended:d} people and {calm}'))
def reports_(office: Office, name: str, attended: int, calm: str) -> None:
    (task,) = open_tasks(office, "write_report")
    said = {"attended": attended, "calm": "NO" if calm == "calm" else "YES", "incidents": "une chute", "income": 0}
    do(office, task, actor_of(office, name), {}, {f"report.{k}": v for k, v in {**said, "costs": 40}.items()})


@when(parsers.parse('"{name}" looks at the incident'))
def looks(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "look_at_incident")
    do(office, task, actor_of(office, name), {"insurer_told": True}, {})


@when(parsers.parse('"{name}" closes the accounts at {costs:d} euros'))
def closes(office: Office, name: str, costs: int) -> None:
    (task,) = open_tasks(office, "close_accounts")
    do(office, task, actor_of(office, name), {}, {"report.final_income": 0, "report.final_costs": costs})
    with reading(office.engine) as session:
        report = session.get_one(EventReport, event_of(office).id)
    assert (report.attended, report.final_costs, report.closed_by) == (18, Decimal(costs), actor_of(office, name).id)


@when(parsers.re(r'"(?P<name>\w+)" asks (?P<amount>\d+) euros back(?P<more> without a receipt| for kilometres)?'))
def asks_back(office: Office, name: str, amount: str, more: str | None) -> None:
    known: dict[str, object] = {**changing.known(event_of(office)), "person_id": str(person_of(office, name).id)}
    begin(office, "event_expense", actor_of(office, name), known, expense(office, amount, more or ""))


def expense(office: Office, amount: str, more: str) -> dict[str, object]:
    line = {"spent_on": office.clock.now().date(), "kind": "MEAL", "amount": Decimal(amount)}
    if "kilometres" in more:
        line = {
            "spent_on": office.clock.now().date(),
            "kind": "KM",
            "kilometres": int(Decimal(amount) / Decimal("0.4")),
        }
    receipts = [] if more else [str(uuid4())]
    return {"expense.lines": [line], "expense.receipts": receipts, "expense.iban": "FR7630006000011234567890189"}


@when(parsers.parse('"{name}" completes it with a receipt for {amount} euros'))
def completes(office: Office, name: str, amount: str) -> None:
    (task,) = open_tasks(office, "revise_expense")
    do(office, task, actor_of(office, name), {}, expense(office, amount, ""))


@when(parsers.re(r'"(?P<name>\w+)" answers (?P<decision>APPROVE|REFUSE|RETURN) for the expenses'))
def answers_expense(office: Office, name: str, decision: str) -> None:
    (task,) = open_tasks(office, "approve_expense")
    do(office, task, actor_of(office, name), {}, {"expense.decision": decision, "expense.note": "dit"})


@when(parsers.parse('"{name}" pays the expenses'))
def pays_expenses(office: Office, name: str) -> None:
    (task,) = open_tasks(office, "pay_expense")
    do(office, task, actor_of(office, name), {}, {"expense.reference": "VIR-9"})


@then(parsers.parse("the expenses of {amount} euros are {state}"))
def expenses_are(office: Office, amount: str, state: str) -> None:
    calm(office)
    with reading(office.engine) as session:
        (found,) = session.scalars(select(EventExpense)).all()
        assert (expenses.total(session, found.id), found.state) == (Decimal(amount), state)
