"""What a member reads of money beyond what an order costs: on the page of the membership, and on that of the order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands, jobs
from engine.assignment import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.completion import TaskContext
from engine.engine import Engine
from engine.models import UserTask
from engine.transaction import transaction
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_membership_page import join, signed_in
from webapp.dates import day
from webapp.inbox.due import last_day
from workflows.association import renewals
from workflows.association.orders import Order, open_order
from workflows.association.payments import Payment
from workflows.association.people import Person
from workflows.association.record_set import record_set

KEY = "CMD-2026-000777"
ACCOUNTS = Actor("person:accounts", "Accounts", frozenset({"FINANCE"}))


@pytest.fixture
def payer(joining: Engine) -> Person:
    """She ordered a year for 160 euros in her renewal, and paid 200 by card."""
    person, now = add_person(joining, "Zoe", "Petit", password=PASSWORD), joining.clock.now()
    join(joining, person, "1001")
    with transaction(joining) as session:
        [case] = renewals.start(session, joining, [person.id], by=Actor(f"person:{person.id}", "Zoe"))
        order = Order(id=uuid4(), key=KEY, means="CARD", created_at=now, person_id=person.id, instance_id=case)
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(0))
        order.state = "PAID"
        session.flush()
        session.add(
            Payment(
                id=uuid4(), order_id=order.id, provider="stripe", provider_reference="pi_1", means="CARD",
                amount=Decimal(200), value_date=now.date(), received_at=now, recorded_by="stripe",
            )
        )  # fmt: skip
    with transaction(joining) as session:
        commands.correlate_message(
            session, joining, "surplus_found", KEY, {"order_key": KEY}, source="test", message_id="1",
            ttl=timedelta(days=1), by=SYSTEM,
        )  # fmt: skip
    jobs.run_due(joining)
    return person


def open_task(engine: Engine, element: str) -> UserTask:
    with transaction(engine) as session:
        query = select(UserTask).where(UserTask.element == element, UserTask.state == "created")
        found = session.scalars(query).one()
        session.expunge(found)
        return found


def refund(engine: Engine, values: Mapping[str, object]) -> None:
    """The accounts record a transfer."""

    def write(session: Session, context: TaskContext) -> Mapping[str, object]:
        return record_set().write(session, context.variables, values, now=context.now, by=context.by.id)

    task = open_task(engine, "record_refund")
    with transaction(engine) as session:
        commands.complete(session, engine, task.id, {}, by=ACCOUNTS, write=write)
    jobs.run_due(engine)


def both(browser: LookedAtPages) -> tuple[str, str]:
    """The two pages, their spaces as the reader sees them."""
    pages = [browser.get(each).get_data(as_text=True) for each in ("/membership/", f"/pay/{KEY}")]
    first, second = (
        each.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ") for each in pages
    )
    return first, second


def test_a_surplus_is_told_from_the_choice_to_the_refund(app: Flask, joining: Engine, payer: Person) -> None:
    browser, today = signed_in(app, payer), joining.clock.now().date()
    for page in both(browser):
        assert f"40,00 € de trop sont arrivés pour la commande {KEY}" in page
        with app.test_request_context():
            assert f"Choisissez avant la fin du {day(today + timedelta(days=30))}" in page
        [choice] = re.findall(r'href="(/journeys/[^"]+)">Choisir', page)
        assert browser.get(choice).status_code == 200
    assert browser.post_form(choice, {"surplus_use": "REFUND"}).status_code == 303
    jobs.run_due(joining)
    due = open_task(joining, "record_refund").due_at
    assert due is not None
    for page in both(browser):
        with app.test_request_context():
            assert f"nous vous les rendons au plus tard le {day(last_day(due))}" in page
        assert ">Choisir" not in page
    transfer = {"amount": Decimal(40), "refunded_on": date(2026, 11, 24), "reference": "VIR 1"}
    refund(joining, {f"refund.{name}": value for name, value in transfer.items()})
    for page in both(browser):
        assert "40,00 € vous ont été rendus le 24 novembre 2026" in page and "de trop" not in page


def test_who_does_not_choose_reads_until_when_the_accounts_decide(
    app: Flask, joining: Engine, payer: Person, clock: VirtualClock
) -> None:
    with transaction(joining) as session:
        commands.correlate_message(
            session, joining, "member_deceased", str(payer.id), {}, source="test", message_id="2",
            ttl=timedelta(days=1), by=SYSTEM,
        )  # fmt: skip
    due = open_task(joining, "decide_use").due_at
    assert due is not None
    for page in both(signed_in(app, payer)):
        with app.test_request_context():
            assert f"notre comptabilité décide au plus tard le {day(last_day(due))}" in page
    clock.advance(due - clock.now() + timedelta(days=2))
    for page in both(signed_in(app, payer)):
        assert "Nous sommes en retard" in page and "décide au plus tard" not in page


def test_what_the_provider_gave_back_is_told(app: Flask, joining: Engine, payer: Person) -> None:
    with transaction(joining) as session:
        session.scalars(select(Payment)).one().refunded = Decimal(40)
    for page in both(signed_in(app, payer)):
        assert "40,00 € vous sont revenus par le même chemin" in page and "de trop" not in page


def test_whose_order_is_paid_as_it_costs_reads_of_no_surplus(app: Flask, joining: Engine, payer: Person) -> None:
    other = add_person(joining, "Max", "Roy", password=PASSWORD)
    join(joining, other, "1002")
    page = signed_in(app, other).get("/membership/").get_data(as_text=True)
    assert "de trop" not in page and "Choisir" not in page
    assert signed_in(app, other).get(f"/pay/{KEY}").status_code == 404
