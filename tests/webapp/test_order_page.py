"""The page of an order: what it is for in words, while it is open how it is paid, and afterwards that it was."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.members import apply, open_journey
from tests.fixtures.pages import LookedAtPages
from workflows.association.orders import ASSOCIATION, Order, OrderLine, open_order

KEY = "CMD-2026-000777"


@pytest.fixture
def payer(app: Flask, joining: Engine) -> LookedAtPages:
    """Somebody who applied, with an order of dues, a gift and a seat at an event."""
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    apply(client)
    case = UUID(open_journey(client, joining).rsplit("/", 1)[-1])
    now = joining.clock.now()
    with transaction(joining) as session:
        made = Order(id=uuid4(), key=KEY, means="TRANSFER", currency="EUR", created_at=now, instance_id=case)
        open_order(session, made, dues=Decimal("320.00"), tariff="STD", years=2, gift=Decimal("40.00"))
        made.lines.append(
            OrderLine(
                id=uuid4(), position=3, beneficiary=ASSOCIATION, kind="FEE", tariff_code="EVENT", amount=Decimal(12)
            )
        )  # fmt: skip
    return client


def test_an_order_tells_what_each_line_is_for_and_how_it_is_paid(payer: LookedAtPages) -> None:
    page = payer.get(f"/pay/{KEY}").get_data(as_text=True)
    for words in (
        "Cotisation (plein tarif), 2 ans",
        "Don à la Fondation",
        "Participation, événement",
        f"Indiquez {KEY}",
    ):
        assert words in page
    assert page.count("Don à la Fondation") == 1, "a seat at an event is no gift"
    assert 'value="paid"' in page, "a card may be taken instead"
    payer.post_form("/language", {"language": "en", "next": f"/pay/{KEY}"})
    page = payer.get(f"/pay/{KEY}").get_data(as_text=True)
    for words in ("Dues (full rate), 2 years", "Gift to the Foundation", "Fee, event"):
        assert words in page


@pytest.mark.parametrize(("state", "words"), [("PAID", "est payée"), ("CANCELED", "fermée")])
def test_an_order_that_is_closed_tells_its_content_and_takes_nothing(
    payer: LookedAtPages, joining: Engine, state: str, words: str
) -> None:
    with transaction(joining) as session:
        session.scalars(select(Order).where(Order.key == KEY)).one().state = state
    page = payer.get(f"/pay/{KEY}").get_data(as_text=True)
    assert words in page and "Cotisation (plein tarif), 2 ans" in page and "372,00" in page
    assert 'name="outcome"' not in page


def test_a_house_without_card_payments_shows_the_order_all_the_same(payer: LookedAtPages, app: Flask) -> None:
    app.extensions["amicale.payment_providers"].clear()
    page = payer.get(f"/pay/{KEY}").get_data(as_text=True)
    assert f"Indiquez {KEY}" in page and 'name="outcome"' not in page
    assert payer.post_form(f"/pay/{KEY}", {"outcome": "paid"}).status_code == 404
