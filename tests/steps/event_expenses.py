"""Expenses of events: claimed, approved, paid."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

from pytest_bdd import parsers, then, when
from sqlalchemy import select

from engine.transaction import reading
from tests.fixtures.office import Office
from tests.steps.events import actor_of, begin, calm, do, event_of, open_tasks, person_of
from workflows.association.events import changing, expenses
from workflows.association.events.expenses import EventExpense


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
