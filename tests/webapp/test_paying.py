"""Paying by card at a provider: the page that leads there, and the settings that name one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from engine import jobs, muting
from engine.engine import Engine
from engine.transaction import reading, transaction
from tests.fixtures.http import OtherSystem
from tests.fixtures.members import CONSENTS, apply, open_journey
from tests.fixtures.pages import LookedAtPages
from tests.webapp.test_joining import own_task
from webapp.app import create_app
from webapp.assembly import registry
from webapp.journey.listing import mine_of
from webapp.payments.providers import signs_at_provider
from webapp.settings import SettingRefused, Settings
from webapp.viewer import viewer
from workflows.association import figures, parameters, provider_debits
from workflows.association.diplomas import Diploma
from workflows.association.orders import Order, open_order
from workflows.association.payments import PaymentEvent
from workflows.association.people import Person
from workflows.association.provider_debits import COLLECTING
from workflows.association.providers.calling import Api
from workflows.association.providers.stripe import Stripe

KEY = "CMD-2026-900001"
SECRET = "whsec_" + "s" * 40
PAGE = "https://checkout.stripe.com/c/pay/cs_test_1"


def test_an_account_needs_its_secret_and_a_known_name() -> None:
    good = {"payment_accounts": {"stripe": "sk_1"}, "payment_secrets": {"stripe": SECRET}, "payment_provider": "stripe"}
    Settings(secret_key="x" * 40, **good).completed()  # type: ignore[arg-type]
    for change, said in (
        ({"payment_secrets": {}}, "payment_secrets has no secret for stripe"),
        ({"payment_accounts": {"nobody": "x"}}, "nobody is none of stripe, helloasso, gocardless"),
        ({"payment_provider": "helloasso"}, "payment_accounts has no account at helloasso"),
        ({"debit_provider": "gocardless"}, "payment_accounts has no account at gocardless"),
        ({"debit_provider": "stripe"}, "stripe is none of gocardless"),
        (
            {"payment_accounts": {"gocardless": "t"}, "payment_secrets": {"gocardless": SECRET},
             "payment_provider": "gocardless"},
            "gocardless is none of stripe, helloasso",
        ),
        ({"payment_addresses": {"stripe": "https://a.example/path"}}, "stripe: “https://a.example/path” is not"),
        (
            {"payment_accounts": {"stripe": "sk_1", "helloasso": "id:secret"},
             "payment_secrets": {"stripe": SECRET, "helloasso": SECRET}},
            "helloasso is written client-id:client-secret:organisation",
        ),
    ):  # fmt: skip
        with pytest.raises(SettingRefused) as refused:
            Settings(secret_key="x" * 40, **(good | change)).completed()  # type: ignore[arg-type]
        assert said in "\n".join((refused.value.message, *refused.value.findings))


@pytest.fixture
def stripe(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def payer(joining: Engine, settings: Settings, stripe: OtherSystem) -> LookedAtPages:
    """Somebody who applied, at a house that is paid at Stripe; her order of 160 euros is open."""
    named = replace(
        settings, payment_accounts={"stripe": "sk_test_1"}, payment_provider="stripe",
        payment_secrets={**settings.payment_secrets, "stripe": SECRET}, payment_addresses={"stripe": stripe.url},
        http_inside=stripe.url,
    )  # fmt: skip
    app = create_app(named, joining)
    known = app.extensions["amicale.payment_providers"]["stripe"]
    assert isinstance(known, Stripe)
    assert known.api == Api(stripe.url, frozenset({stripe.url}))
    app.test_client_class = LookedAtPages
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    apply(client)
    case = UUID(open_journey(client, joining).rsplit("/", 1)[-1])
    with transaction(joining) as session:
        made = Order(
            id=uuid4(), key=KEY, means="CARD", currency="EUR", created_at=joining.clock.now(), instance_id=case
        )  # fmt: skip
        open_order(session, made, dues=Decimal("160.00"), tariff="STD", years=1, gift=Decimal("0.00"))
    return client


def test_paying_leads_to_the_page_of_the_provider(payer: LookedAtPages, stripe: OtherSystem) -> None:
    page = payer.get(f"/pay/{KEY}")
    assert "160,00" in page.get_data(as_text=True)
    assert "The bank refuses" not in page.get_data(as_text=True)
    assert "form-action 'self' https://checkout.stripe.com;" in page.headers["Content-Security-Policy"]
    stripe.answers.clear()
    stripe.says(200, b'{"id": "cs_test_1", "url": "%s"}' % PAGE.encode())
    answer = payer.post_form(f"/pay/{KEY}", {"outcome": "checkout"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert b"success_url=http" in stripe.asked[0].body


def test_a_debit_that_nobody_plans_is_signed_at_its_provider(
    joining: Engine, settings: Settings, stripe: OtherSystem
) -> None:
    named = replace(
        settings, payment_accounts={"gocardless": "sandbox_token"}, debit_provider="gocardless",
        payment_secrets={**settings.payment_secrets, "gocardless": SECRET}, http_inside=stripe.url,
        payment_addresses={"gocardless": stripe.url},
    )  # fmt: skip
    app = create_app(named, joining)
    app.test_client_class = LookedAtPages
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    apply(client)
    case = UUID(open_journey(client, joining).rsplit("/", 1)[-1])
    with transaction(joining) as session:
        made = Order(
            id=uuid4(), key=KEY, means="SEPA", currency="EUR", created_at=joining.clock.now(), instance_id=case
        )  # fmt: skip
        open_order(session, made, dues=Decimal("160.00"), tariff="STD", years=1, gift=Decimal("0.00"))
    page = client.get(f"/pay/{KEY}")
    assert "Faire prélever 160,00" in page.get_data(as_text=True).replace("\u202f", " ")
    assert "form-action 'self' https://pay.gocardless.com;" in page.headers["Content-Security-Policy"]
    stripe.answers.clear()
    stripe.says(201, b'{"billing_requests": {"id": "BRQ123"}}')
    stripe.says(201, b'{"billing_request_flows": {"authorisation_url": "https://pay.gocardless.com/flow?id=BRF1"}}')
    answer = client.post_form(f"/pay/{KEY}", {"outcome": "checkout"})
    assert (answer.status_code, answer.location) == (303, "https://pay.gocardless.com/flow?id=BRF1")
    with transaction(joining) as session:
        event = PaymentEvent("gocardless", "EV1", COLLECTING, KEY, Decimal(160), "EUR", "SEPA", joining.clock.now())
        provider_debits.take(session, joining, event)
        assert not signs_at_provider(session, made, named), "it is collected: nobody signs a second time"
    page = client.get(f"/pay/{KEY}").get_data(as_text=True)
    assert "prélèvement de cette commande est en cours" in page and 'name="outcome"' not in page
    asked = len(stripe.asked)
    answer = client.post_form(f"/pay/{KEY}", {"outcome": "checkout"})
    assert (answer.status_code, answer.location, len(stripe.asked)) == (303, f"/pay/{KEY}", asked), "nor pays by card"


def test_a_page_that_cannot_be_opened_says_so(payer: LookedAtPages, stripe: OtherSystem) -> None:
    stripe.answers.clear()
    stripe.says(503)
    answer = payer.post_form(f"/pay/{KEY}", {"outcome": "checkout"})
    assert (answer.status_code, answer.location) == (303, f"/pay/{KEY}")
    assert "n’a pas pu s’ouvrir" in payer.get(f"/pay/{KEY}").get_data(as_text=True)


def test_nobody_is_led_elsewhere(payer: LookedAtPages, stripe: OtherSystem) -> None:
    stripe.answers.clear()
    stripe.says(200, b'{"id": "cs_test_1", "url": "https://checkout.stripe.com.evil.example/c"}')
    assert payer.post_form(f"/pay/{KEY}", {"outcome": "checkout"}).status_code == 502


def at_the_basket(house: Engine, settings: Settings) -> tuple[LookedAtPages, str]:
    """Somebody whom the register knows, before the basket; and the page of the journey."""
    app = create_app(settings, house)
    app.test_client_class = LookedAtPages
    client = app.test_client()
    assert isinstance(client, LookedAtPages)
    with transaction(house) as session:
        known = Person(
            id=uuid4(), first_names="Camille", birth_name="Martin", birth_date=date(1990, 5, 14), country="FR"
        )
        known.diplomas.append(Diploma(id=uuid4(), programme="PGE", promotion_year=2013, verified="REGISTRY"))
        session.add(known)
    apply(client)
    journey = open_journey(client, house)
    assert client.post_form(own_task(client, journey), CONSENTS).status_code == 303
    jobs.run_due(house)
    return client, journey


def test_a_basket_says_what_dues_for_life_cost_and_how_many_years_they_are(joining: Engine, settings: Settings) -> None:
    today = joining.clock.now().date()
    with transaction(joining) as session:
        parameters.decide(
            session, figures.NUMBERS, "LIFE_YEARS", {"number": 18}, valid_from=today, decided_by="AG",
            decided_on=today, now=joining.clock.now(),
        )  # fmt: skip
    client, journey = at_the_basket(joining, settings)
    basket = re.sub(r"\s", " ", client.get(own_task(client, journey)).get_data(as_text=True))
    assert "2 880,00 €" in basket and "18 années au plein tarif" in basket


def test_a_basket_asks_for_no_iban_where_the_provider_signs(joining: Engine, settings: Settings) -> None:
    named = replace(
        settings, payment_accounts={"gocardless": "sandbox_token"}, debit_provider="gocardless",
        payment_secrets={**settings.payment_secrets, "gocardless": SECRET},
    )  # fmt: skip
    house = replace(joining, registry=registry(named, joining.clock))
    client, journey = at_the_basket(house, named)
    basket = {"duration_years": "1", "gift_amount": "", "pay_means": "SEPA"}
    assert client.post_form(own_task(client, journey), basket).status_code == 303
    jobs.run_due(house)
    page = client.get(journey).get_data(as_text=True)
    [pay] = set(re.findall(r'href="(/pay/[^"]+)"', page))
    with client:
        client.get(journey)
        with reading(house) as session:
            [[own]] = mine_of(session, viewer(), "fr").values()
    assert own.waits, "the list of journeys says so too"
    assert "Vous signez le mandat" in client.get(pay).get_data(as_text=True)


def test_a_restored_copy_collects_nothing(payer: LookedAtPages, stripe: OtherSystem, joining: Engine) -> None:
    with transaction(joining) as session:
        muting.mute(session, joining, "person:admin", "restored")
    answer = payer.post_form(f"/pay/{KEY}", {"outcome": "checkout"})
    assert (answer.status_code, answer.location) == (303, f"/pay/{KEY}")
    assert stripe.asked == []
