"""More money than was due: who decides, what becomes of it, and that the ledgers balance."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import pytest
from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine.assignment import Actor
from engine.errors import FourEyes
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from engine.workdays import WorkCalendar
from tests.fixtures.office import Office
from tests.steps.clock import day
from tests.steps.incidents import incidents, the_incident_ended
from tests.steps.renewal_orders import latest_order
from tests.steps.renewing_members import acting
from tests.steps.tasks import staff
from webapp.year import ledgers
from workflows.association.invoices import Invoice
from workflows.association.payment_returns import take
from workflows.association.payments import REFUNDED, Payment, PaymentEvent, Received
from workflows.association.surplus import Refund
from workflows.association.surplus_told import CHOOSE, REFUND, Surplus, going_on, returned

DECIDER = staff("FINANCE")
REFUNDER = Actor("person:accounts", "Accounts", frozenset({"FINANCE"}))  # another one than whoever decides


def at_the_surplus(office: Office) -> ProcessInstance:
    """From here on the office looks at the case of the surplus."""
    with reading(office.engine) as session:
        query = select(ProcessInstance).where(ProcessInstance.process_id == "payment_surplus")
        case = session.scalars(query.order_by(ProcessInstance.started_at.desc())).first()
    assert case is not None
    office.instance_id = case.id
    return case


def is_due(office: Office, element: str, days: int) -> None:
    at_the_surplus(office)
    task = office.open_tasks()[element]
    assert (task.role, task.due_at) == ("FINANCE", WorkCalendar().deadline(task.created_at, days))


@when(parsers.parse("the member wishes {use} for the surplus"))
def wishes(office: Office, use: str) -> None:
    at_the_surplus(office)
    office.complete("choose_use", acting(office), {"surplus_use": use}, {})


@when(parsers.parse("FINANCE decides {use} for the surplus"))
def finance_decides(office: Office, use: str) -> None:
    at_the_surplus(office)
    office.complete("decide_use", DECIDER, {"surplus_use": use}, {})


@then(parsers.parse("FINANCE is to decide within {days:d} working days"))
def is_to_decide(office: Office, days: int) -> None:
    is_due(office, "decide_use", days)


@then(parsers.parse("FINANCE is to refund {amount:d} within {days:d} working days"))
def is_to_refund(office: Office, amount: int, days: int) -> None:
    is_due(office, "record_refund", days)
    assert office.variables()["surplus"] == amount


@then(parsers.parse("one case alone is about the surplus, of {amount:d}"))
def one_alone(office: Office, amount: int) -> None:
    office.run()
    with reading(office.engine) as session:
        about = select(ProcessInstance.id).where(ProcessInstance.process_id == "payment_surplus")
        going_on = session.scalars(about.where(ProcessInstance.ended_at.is_(None))).all()
    assert list(going_on) == [at_the_surplus(office).id]
    assert office.variables()["surplus"] == amount


def told(office: Office) -> Sequence[Surplus]:
    """What the pages of the member say of the surplus of the latest order."""
    order = latest_order(office)
    with reading(office.engine) as session:
        return going_on(session, [order], office.clock.now(), office.engine.settings.zone)


@then(parsers.parse("the member reads of {amount:d} too much, to choose about until {until}"))
def reads_of_the_choice(office: Office, amount: int, until: str) -> None:
    [each] = told(office)
    assert (each.amount, each.step, each.choose_until) == (amount, CHOOSE, day(until))


@then(parsers.parse("the member reads of {amount:d} too much, given back when that task is due"))
def reads_of_the_refund(office: Office, amount: int) -> None:
    due = office.open_tasks()[REFUND].due_at
    [each] = told(office)
    assert (each.amount, each.step, each.due_at) == (amount, REFUND, due)


@then(parsers.parse("the member reads of {amount:d} given back, and of nothing too much"))
def reads_what_went_back(office: Office, amount: int) -> None:
    with reading(office.engine) as session:
        back = returned(session, [latest_order(office)])
    assert [each.amount for each in back] == [amount]
    assert told(office) == []


@when(parsers.parse("FINANCE refunds {amount:d} of the surplus"))
def finance_refunds(office: Office, amount: int) -> None:
    refund(office, REFUNDER, amount)


def refund(office: Office, by: Actor, amount: int) -> None:
    records = {
        "refund.amount": Decimal(amount), "refund.refunded_on": office.clock.now().date(), "refund.reference": "VIR-1",
    }  # fmt: skip
    office.complete("record_refund", by, {}, records)


def of_the_accounts(office: Office) -> Actor:
    """The member, who works in the accounts as well."""
    return Actor(acting(office).id, "Both", frozenset({"FINANCE"}))


@then("whoever decided cannot refund, nor the member")
def a_second_person_refunds(office: Office) -> None:
    amount = int(Decimal(str(office.variables()["surplus"])))
    for barred in (DECIDER, of_the_accounts(office)):
        with pytest.raises(FourEyes):
            refund(office, barred, amount)


@when(parsers.parse("TREASURER refunds {amount:d} of the surplus"))
def the_treasurer_refunds(office: Office, amount: int) -> None:
    refund(office, staff("TREASURER"), amount)


@then("the member cannot decide about the surplus for the accounts")
def the_member_cannot_decide(office: Office) -> None:
    at_the_surplus(office)
    with pytest.raises(FourEyes):
        office.complete("decide_use", of_the_accounts(office), {"surplus_use": "REFUND"}, {})


@when(parsers.parse("the accounts note a refund of {amount:d}"))
def note_a_refund(office: Office, amount: int) -> None:
    order, now = latest_order(office), office.clock.now()
    with transaction(office.engine) as session:
        session.add(
            Refund(
                id=uuid4(), order_id=order.id, amount=Decimal(amount), refunded_on=now.date(), reference="VIR-0",
                recorded_by="person:finance", recorded_at=now,
            )
        )  # fmt: skip


@when(parsers.parse("the provider refunds {amount:d} of the payment of {paid:d}"))
def the_provider_refunds(office: Office, amount: int, paid: int) -> None:
    with transaction(office.engine) as session:
        payment = session.scalars(select(Payment).where(Payment.amount == paid)).one()
        told = PaymentEvent(
            payment.provider, f"back-{amount}", REFUNDED, latest_order(office).key, Decimal(amount), "EUR", "CARD",
            office.clock.now(), reference=payment.provider_reference,
        )  # fmt: skip
        assert take(session, office.engine, told) is Received.RECORDED
    office.run()


@then(parsers.parse('the surplus ended at "{element}", and the ledgers balance'))
def ended_at(office: Office, element: str) -> None:
    assert at_the_surplus(office).status == "completed"
    assert element in office.entered()
    balance(office)


@then("the ledgers balance")
def balance(office: Office) -> None:
    assert office.incidents() == []
    with reading(office.engine) as session:
        told = [line for line in ledgers.unbalanced(session, office.engine) if "register" not in line]
    assert told == []  # the Foundation's register is filled by `donation_followup`, a case of its own


@then(parsers.parse("there are invoices of {first:d} and {second:d}"))
def there_are_invoices(office: Office, first: int, second: int) -> None:
    with reading(office.engine) as session:
        assert list(session.scalars(select(Invoice.amount).order_by(Invoice.number))) == [first, second]


@then("there is no incident about the payment")
def no_incident(office: Office) -> None:
    assert len(incidents(office)) == 1
    the_incident_ended(office, "nothing_is_missing")
