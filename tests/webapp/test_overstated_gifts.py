"""Gifts that stand above the money that arrived: found, and brought to it alone or by two."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.jobs import run_due
from engine.models import UserTask
from engine.transaction import reading, transaction
from tests.fixtures.members import files_of
from tests.fixtures.staff import PASSWORD, add_person
from tests.webapp.test_gift_pages import signed_in
from tests.webapp.test_gift_pages import zoe as zoe
from workflows.association import orders
from workflows.association.gifts import documents, donors, overstated, receipts
from workflows.association.gifts.pledges import Instalment, Pledge
from workflows.association.gifts.receipts import TaxReceipt
from workflows.association.gifts.register import Gift
from workflows.association.orders import Order, OrderLine, open_order
from workflows.association.payments import Payment
from workflows.association.people import Person


@pytest.fixture
def short(web_engine: Engine, zoe: Person) -> Gift:
    """Zoé ordered dues of 160 and a gift of 30, and 188.50 arrived; the whole gift stands in the register."""
    now, today = web_engine.clock.now(), web_engine.clock.now().date()
    with transaction(web_engine) as session:
        order = Order(id=uuid4(), key=f"CMD-{today.year}-000031", person_id=zoe.id, means="CARD", state="PAID",
                      created_at=now)  # fmt: skip
        open_order(session, order, dues=Decimal(160), tariff="STD", years=1, gift=Decimal(30))
        session.flush()
        session.add(
            Payment(order_id=order.id, provider="test", provider_reference="p1", means="CARD", recorded_by="t",
                    amount=Decimal("188.50"), value_date=today, received_at=now)
        )  # fmt: skip
        gift = Gift(
            id=uuid4(), key=orders.gift_key(order), donor_id=donors.individual(session, zoe.id, now).id,
            amount=Decimal(30), origin="BASKET", means="CARD", order_line_id=order.lines[-1].id, class_="GIFT_IND",
            given_on=today, fiscal_year=today.year, state="BOOKED", noted_at=now, noted_by="t",
        )  # fmt: skip
        session.add(gift)
        return gift


def amounts(engine: Engine, gift: Gift) -> tuple[Decimal, Decimal]:
    """Of the register, and of the order's line."""
    with reading(engine) as session:
        found = session.get_one(Gift, gift.id)
        return found.amount, session.get_one(OrderLine, found.order_line_id).amount


def test_a_gift_above_its_money_becomes_what_arrived(app: Flask, web_engine: Engine, short: Gift) -> None:
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    page = desk.get("/foundation/gifts").get_data(as_text=True)
    assert "30,00\xa0€" in page and "28,50\xa0€" in page and f"/foundation/gifts/{short.id}/arrived" in page
    assert desk.post_form(f"/foundation/gifts/{short.id}/arrived").status_code == 303
    assert amounts(web_engine, short) == (Decimal("28.50"), Decimal("28.50"))
    assert "/arrived" not in desk.get("/foundation/gifts").get_data(as_text=True)
    assert desk.post_form(f"/foundation/gifts/{short.id}/arrived").status_code == 409


@pytest.fixture
def given_back(web_engine: Engine, zoe: Person) -> Gift:
    """Zoé promised 100 a year; of the first of two that were paid in one case, the provider gave 40 back."""
    now, today, case = web_engine.clock.now(), web_engine.clock.now().date(), uuid4()
    with transaction(web_engine) as session:
        donor = donors.individual(session, zoe.id, now)
        pledge = Pledge(
            id=uuid4(), donor_id=donor.id, kind="PLEDGE", total=Decimal(200), amount=Decimal(100), every="YEARLY",
            means="CARD", signed_on=today, first_on=today, opened_at=now, opened_by="t",
        )  # fmt: skip
        session.add(pledge)
        session.flush()
        gifts = []
        for number, refunded in enumerate((40, 0), start=1):
            order = Order(
                id=uuid4(), key=f"CMD-{today.year}-00005{number}", person_id=zoe.id, instance_id=case, means="CARD",
                state="PAID", created_at=now + timedelta(hours=number),
                lines=[OrderLine(id=uuid4(), position=1, beneficiary="FOUNDATION", kind="GIFT", amount=Decimal(100))],
            )  # fmt: skip
            session.add(order)
            session.flush()
            session.add_all([
                Instalment(pledge_id=pledge.id, number=number, due_on=today, amount=Decimal(100), state="PAID",
                           order_id=order.id),
                Payment(order_id=order.id, provider="test", provider_reference=f"i{number}", means="CARD",
                        recorded_by="t", amount=Decimal(100), refunded=Decimal(refunded), value_date=today,
                        received_at=now),
            ])  # fmt: skip
            gifts.append(Gift(
                id=uuid4(), key=orders.gift_key(order), donor_id=donor.id, amount=Decimal(100), origin="PLEDGE",
                means="CARD", order_line_id=order.lines[0].id, class_="GIFT_IND", given_on=today,
                fiscal_year=today.year, state="BOOKED", noted_at=now, noted_by="t",
            ))  # fmt: skip
        session.add_all(gifts)
        return gifts[0]


def test_an_instalment_of_which_some_went_back_is_found_by_itself(
    app: Flask, web_engine: Engine, given_back: Gift
) -> None:
    with reading(web_engine) as session:
        (found,) = overstated.overstated(session)
        assert (found.gift.id, found.arrived) == (given_back.id, Decimal(60)), "the other one of its case stands right"
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    assert desk.post_form(f"/foundation/gifts/{given_back.id}/arrived").status_code == 303
    assert amounts(web_engine, given_back) == (Decimal(60), Decimal(60))
    assert "/arrived" not in desk.get("/foundation/gifts").get_data(as_text=True)


def receipted(engine: Engine, *states: Gift) -> TaxReceipt:
    """A receipt over these gifts, and the process that corrects it."""
    now = engine.clock.now()
    with transaction(engine) as session:
        for files in files_of(("receipt_correction",)):
            commands.deploy(session, engine, files, by=SYSTEM)
        gifts = [session.get_one(Gift, each.id) for each in states]
        issued = receipts.issue(session, gifts, on=now.date(), now=now, by="t")
        documents.receipt(session, issued, now=now)
        return issued


def test_what_a_receipt_states_is_corrected_by_two(app: Flask, web_engine: Engine, short: Gift) -> None:
    wrong = receipted(web_engine, short)
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    assert desk.post_form(f"/foundation/gifts/{short.id}/arrived").status_code == 303
    assert "seconde personne" in desk.get("/foundation/gifts").get_data(as_text=True)
    assert desk.post_form(f"/foundation/gifts/{short.id}/arrived").status_code == 409
    assert amounts(web_engine, short) == (Decimal(30), Decimal(30)), "a second person has to agree"
    assert "tout le reçu" not in agree(app, web_engine), "the one gift that is meant is shown"
    assert amounts(web_engine, short) == (Decimal("28.50"), Decimal("28.50"))
    with reading(web_engine) as session:
        valid = receipts.of_gift(session, short.id)
        assert valid is not None and (valid.replaces_id, valid.amount) == (wrong.id, Decimal("28.50"))
        assert overstated.overstated(session) == []


def agree(app: Flask, engine: Engine) -> str:
    """A second person agrees on the correction; answers the page that asked for it."""
    treasurer = signed_in(app, add_person(engine, "Hugo", "Roy", "FOUNDATION_TREASURER", password=PASSWORD))
    with reading(engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.element == "agree_correction")).one()
    asked = treasurer.get(f"/tasks/{task}").get_data(as_text=True)
    assert treasurer.post_form(f"/tasks/{task}", {"decision": "AGREE"}).status_code == 303
    engine.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    run_due(engine)
    return asked


@pytest.mark.parametrize(("kept", "left"), [(Decimal(60), Decimal(160)), (Decimal(0), Decimal(100))])
def test_one_gift_of_a_yearly_receipt_is_corrected_and_the_others_stand(
    app: Flask, web_engine: Engine, given_back: Gift, kept: Decimal, left: Decimal
) -> None:
    with transaction(web_engine) as session:
        for payment in session.scalars(select(Payment).where(Payment.refunded > 0)):
            payment.refunded = payment.amount - kept
        other = session.scalars(select(Gift).where(Gift.origin == "PLEDGE", Gift.id != given_back.id)).one()
    wrong = receipted(web_engine, given_back, other)
    desk = signed_in(app, add_person(web_engine, "Claire", "Dumont", "FOUNDATION_GIFTS", password=PASSWORD))
    assert desk.post_form(f"/foundation/gifts/{given_back.id}/arrived").status_code == 303
    assert "100,00" in agree(app, web_engine)
    with reading(web_engine) as session:
        after = receipts.replaced_by(session, wrong)
        assert after is not None and after.amount == left
        assert session.get_one(Gift, other.id).state == "BOOKED"
        assert session.get_one(Gift, given_back.id).state == ("BOOKED" if kept else "SALE")
