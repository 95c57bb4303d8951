"""The amounts of gifts stay with those who answer for them, in pages, corrections and the interface."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from engine import commands
from engine.engine import Engine
from engine.transaction import transaction
from tests.fixtures.cases import DEPLOYER
from tests.security.web import at_desk
from workflows.association import discretion
from workflows.association.registry import registry
from workflows.association.settings import Association

BASKET = {"gift_amount": 91, "amount_due": 251, "balance": 251, "dues_amount": 160}


@pytest.fixture
def basket(web_engine: Engine, review: str) -> UUID:
    """A case of the membership office with dues and a gift in its basket."""
    with transaction(web_engine) as session:
        return commands.start(session, web_engine, review, BASKET, by=DEPLOYER).instance_id


@pytest.mark.parametrize(("roles", "sees"), [(("MEMBERSHIP", "ADMIN"), False), (("GENERAL_DELEGATE",), True)])
def test_the_page_of_a_case_and_its_corrections_keep_amounts_of_gifts(
    app: Flask, web_engine: Engine, basket: UUID, roles: tuple[str, ...], sees: bool
) -> None:
    desk = at_desk(app, web_engine, "Olga", *roles)
    page = desk.get(f"/cases/{basket}").get_data(as_text=True)
    for name, value in BASKET.items():
        shown = sees or name == "dues_amount"
        assert (f"<code>{name}</code>" in page, f">{value}</dd>" in page) == (shown, shown), name
        assert desk.get(f"/cases/{basket}/data/{name}").status_code == (200 if shown else 404), name


def test_totals_are_hidden_where_a_basket_may_hold_a_gift_also_without_one() -> None:
    office = frozenset({"MEMBERSHIP"})
    assert discretion.seen({"gift_amount": 0, "balance": 160, "dues": 1}, "membership_renewal", office) == {"dues": 1}
    assert discretion.seen({"balance": 160}, "membership_exit", office) == {"balance": 160}
    assert discretion.seen({"balance": 160}, "pledge_followup", office) == {}
    assert discretion.seen({"gift_amount": 5}, "membership_renewal", frozenset({"FINANCE"})) == {"gift_amount": 5}


def test_every_amount_that_work_on_gifts_answers_is_declared() -> None:
    amounts = {
        name
        for each in registry(Association()).service_tasks.values()
        if each.work.__module__.startswith("workflows.association.gifts.")
        for name in each.results or ()
        if name.endswith(("amount", "_count", "balance", "amount_due", "amount_paid"))
    }
    assert amounts and amounts <= discretion.AMOUNTS | discretion.TOTALS
