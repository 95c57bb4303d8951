"""Stripe and HelloAsso as they speak: pages opened, events believed or refused, money booked once whatever comes twice.

Bodies are of the shapes that both document, cut to the fields that may matter; the other side is a real HTTP server.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.jobs import run_due
from engine.models import Job, Message
from engine.registry import Registry
from engine.transaction import reading, transaction
from tests.fixtures.http import OtherSystem
from webapp.webhooks.events import Answer, put_payment
from workflows.association import payment_receiving
from workflows.association.orders import Order, open_order
from workflows.association.payment_provider import Delivery, Provider
from workflows.association.payments import Payment
from workflows.association.providers.calling import Api
from workflows.association.providers.helloasso import HelloAsso
from workflows.association.providers.stripe import Stripe

SECRETS = (b"whsec_the-newer-secret-of-this-account", b"whsec_the-older-secret-of-this-account")
TOKEN = "the-secret-in-the-address-that-is-notified"
KEY = "CMD-2026-000001"
Told = Callable[..., Answer]


@pytest.fixture
def order(web_engine: Engine) -> Order:
    with transaction(web_engine) as session:
        made = Order(id=uuid4(), key=KEY, means="CARD", currency="EUR", created_at=web_engine.clock.now())
        return open_order(session, made, dues=Decimal("130.00"), tariff="STD", years=1, gift=Decimal("30.00"))


@pytest.fixture
def system(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    return other_system()


@pytest.fixture
def stripe(system: OtherSystem) -> Stripe:
    return Stripe("sk_test_1", SECRETS, Api(system.url, frozenset({system.url})))


@pytest.fixture
def helloasso(system: OtherSystem) -> HelloAsso:
    return HelloAsso("client", "its-secret", "amicale", TOKEN, Api(system.url, frozenset({system.url})))


@pytest.fixture
def told(web_engine: Engine, stripe: Stripe, helloasso: HelloAsso) -> Told:
    """Tells the house, twice, and lets the jobs run; answers what was answered."""
    receiving = payment_receiving.connector({"stripe": stripe, "helloasso": helloasso})
    others = {name: one for name, one in web_engine.registry.connectors.items() if name != receiving.type}
    engine = replace(
        web_engine, registry=Registry(web_engine.registry.service_tasks, {**others, receiving.type: receiving})
    )

    def tell(provider: Provider, body: dict[str, object], **changes: object) -> Answer:
        sent = json.dumps(body).encode()
        now = engine.clock.now()
        headers = {"Stripe-Signature": signed(sent, int(now.timestamp()))}
        delivery = replace(Delivery(headers, sent, TOKEN), **changes)  # type: ignore[arg-type]
        answers = []
        for _ in range(2):
            answers.append(put_payment(engine, provider, delivery))
            run_due(engine)
        assert answers[0] == answers[1]
        return answers[0]

    return tell


def signed(body: bytes, seconds: int, secret: bytes = SECRETS[1]) -> str:
    """As Stripe signs: with every secret that is in use, and a scheme that we do not know."""
    mac = hmac.new(secret, b"%d." % seconds + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={'0' * 64},v1={mac},v0=abc"


def event(kind: str, clock: VirtualClock, number: int = 1, **thing: object) -> dict[str, object]:
    return {
        "id": f"evt_{number}", "object": "event", "api_version": "2024-06-20", "livemode": False, "type": kind,
        "created": int(clock.now().timestamp()), "data": {"object": thing}, "pending_webhooks": 1,
    }  # fmt: skip


def paid(clock: VirtualClock, number: int = 1, **changes: object) -> dict[str, object]:
    session: dict[str, object] = {
        "id": "cs_test_1", "object": "checkout.session", "client_reference_id": KEY, "payment_intent": "pi_1",
        "payment_status": "paid", "status": "complete", "amount_total": 16_000, "currency": "eur", "mode": "payment",
        "customer_details": {"email": "camille@example.org", "name": "Camille Martin"}, "metadata": {"order": KEY},
    }  # fmt: skip
    return event("checkout.session.completed", clock, number, **session | changes)


def refunded(clock: VirtualClock, number: int, cents: int) -> dict[str, object]:
    return event(
        "charge.refunded", clock, number, id="ch_1", object="charge", payment_intent="pi_1", amount=16_000,
        amount_refunded=cents, currency="eur", refunded=cents == 16_000, metadata={"order": KEY},
    )  # fmt: skip


def dispute(clock: VirtualClock, number: int, kind: str, status: str) -> dict[str, object]:
    return event(
        f"charge.dispute.{kind}", clock, number, id="dp_1", object="dispute", payment_intent="pi_1", charge="ch_1",
        amount=16_000, currency="eur", reason="fraudulent", status=status,
    )  # fmt: skip


def payments(engine: Engine) -> list[tuple[Decimal, Decimal, bool]]:
    """Amount, what is left of it, and whether it was reversed."""
    with reading(engine) as session:
        return [(one.amount, one.net, one.reversed_at is not None) for one in session.scalars(select(Payment))]


def messages(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return sorted(session.scalars(select(Message.name)))


def held(engine: Engine) -> list[str]:
    """The reasons of the work that a person must look at."""
    with reading(engine) as session:
        return [str(reason) for reason in session.scalars(select(Job.error).where(Job.held))]


def jobs(engine: Engine) -> list[Job]:
    with reading(engine) as session:
        return list(session.scalars(select(Job).where(Job.type == payment_receiving.TYPE)))


def test_stripe_opens_a_page_for_what_is_due(
    stripe: Stripe, order: Order, system: OtherSystem, clock: VirtualClock
) -> None:
    system.answers.clear()
    system.says(200, b'{"id": "cs_test_1", "url": "https://checkout.stripe.com/c/pay/cs_test_1"}')
    for _ in range(2):
        page = stripe.checkout(order, Decimal("160.00"), "https://amicale.example/back", "Amicale CMD", clock.now())
        assert (page.url, page.reference) == ("https://checkout.stripe.com/c/pay/cs_test_1", "cs_test_1")
    first, second = system.asked
    assert (first.method, first.path) == ("POST", "/v1/checkout/sessions")
    assert first.headers["authorization"] == "Bearer sk_test_1"
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    form = {name: values[0] for name, values in parse_qs(first.body.decode()).items()}
    assert form["line_items[0][price_data][unit_amount]"] == "16000"
    assert (form["client_reference_id"], form["metadata[order]"], form["mode"]) == (KEY, KEY, "payment")


@pytest.mark.parametrize(("status", "again"), [(500, True), (429, True), (401, False), (400, False)])
def test_a_provider_that_refuses_opens_nothing(
    stripe: Stripe, order: Order, system: OtherSystem, clock: VirtualClock, status: int, again: bool
) -> None:
    system.answers.clear()
    system.says(status, b'{"error": {"message": "secret sk_test_1 is wrong"}}')
    with pytest.raises(WorkFailed) as failed:
        stripe.checkout(order, Decimal("160.00"), "https://amicale.example/back", "Amicale", clock.now())
    assert failed.value.again is again
    assert "sk_test" not in failed.value.message


def test_a_payment_at_stripe_is_booked_once(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    answer = told(stripe, paid(clock))
    assert (answer.status, answer.body) == (200, {"accepted": True, "events": ["evt_1"]})
    told(stripe, event("checkout.session.async_payment_succeeded", clock, 2, **paid(clock)["data"]["object"]))  # type: ignore[index]
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("160.00"), False)]
    assert messages(web_engine) == ["payment_confirmed"]


def test_the_door_keeps_no_names(web_engine: Engine, stripe: Stripe, order: Order, clock: VirtualClock) -> None:
    body = json.dumps(paid(clock)).encode()
    put_payment(web_engine, stripe, Delivery({"Stripe-Signature": signed(body, int(clock.now().timestamp()))}, body))
    [job] = jobs(web_engine)
    assert "Camille" not in json.dumps(job.payload)


def test_what_stripe_did_not_sign_now_is_refused(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    body, seconds = json.dumps(paid(clock)).encode(), int(clock.now().timestamp())
    for header in (
        "", "t=1", signed(body, seconds, b"whsec_of-somebody-else"), signed(body + b" ", seconds),
        signed(body, seconds - 400), signed(body, seconds + 400), signed(body, seconds).replace("v1=", "v2="),
    ):  # fmt: skip
        answer = told(stripe, paid(clock), headers={"Stripe-Signature": header})
        assert answer.status == 401, header
    assert told(stripe, paid(clock), headers={"Stripe-Signature": signed(body, seconds, SECRETS[0])}).status == 200
    assert len(payments(web_engine)) == 1


def test_refunds_count_by_their_sum_in_any_order(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    told(stripe, paid(clock))
    told(stripe, refunded(clock, 3, 4_000))
    told(stripe, refunded(clock, 2, 1_000))  # the first of the two comes late
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("120.00"), False)]
    assert messages(web_engine) == ["payment_confirmed", "payment_refunded"]
    told(stripe, refunded(clock, 4, 16_000))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]


def test_a_refund_that_is_told_before_its_payment_waits_for_it(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    told(stripe, refunded(clock, 2, 16_000))
    assert payments(web_engine) == []
    assert len(jobs(web_engine)) == 1
    assert held(web_engine) == []
    told(stripe, paid(clock))
    clock.advance(timedelta(hours=1))
    told(stripe, refunded(clock, 2, 16_000))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]


def test_a_dispute_takes_the_money_and_a_won_one_brings_it_back(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    told(stripe, paid(clock))
    told(stripe, dispute(clock, 2, "created", "warning_needs_response"))
    assert payments(web_engine)[0][1] == Decimal("160.00"), "an inquiry takes nothing"
    told(stripe, dispute(clock, 3, "created", "needs_response"))
    told(stripe, dispute(clock, 4, "funds_withdrawn", "needs_response"))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]
    late = dispute(clock, 7, "funds_withdrawn", "needs_response")
    clock.advance(timedelta(days=20))
    told(stripe, dispute(clock, 5, "closed", "won"))
    told(stripe, dispute(clock, 6, "funds_reinstated", "won"))
    told(stripe, late)
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("160.00"), False)]
    assert messages(web_engine) == ["payment_confirmed", "payment_confirmed", "payment_refunded"]


def test_a_lost_dispute_changes_nothing_more(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    told(stripe, paid(clock))
    told(stripe, dispute(clock, 2, "created", "needs_response"))
    told(stripe, dispute(clock, 3, "closed", "lost"))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"client_reference_id": "CMD-1999-1", "metadata": {}}, "order that is not known"),
        ({"metadata": {}, "client_reference_id": None}, "order that is not known"),
        ({"currency": "usd"}, "no payment of ours"),
        ({"amount_total": 0}, "no payment of ours"),
    ],
)
def test_what_nobody_can_book_is_held_for_a_person(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock, changes: dict[str, object],
    reason: str,
) -> None:  # fmt: skip
    assert told(stripe, paid(clock, **changes)).status == 200
    assert payments(web_engine) == []
    [why] = held(web_engine)
    assert reason in why


def test_events_that_concern_nobody_are_accepted_and_forgotten(
    told: Told, stripe: Stripe, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    for one in (
        event("invoice.created", clock, id="in_1"), paid(clock, payment_status="unpaid"),
        dispute(clock, 2, "closed", "lost"), event("account.updated", clock),
    ):  # fmt: skip
        assert told(stripe, one).status == 200
    assert jobs(web_engine) == []
    assert payments(web_engine) == []


@pytest.mark.parametrize("spoilt", [{"amount_total": "160"}, {"amount_total": -1}, {"amount_total": True},
                                    {"amount_total": 10**12}, {"currency": None, "amount_total": None}])  # fmt: skip
def test_a_signed_event_that_cannot_be_read_is_malformed(
    told: Told, stripe: Stripe, clock: VirtualClock, web_engine: Engine, spoilt: dict[str, object]
) -> None:
    assert told(stripe, paid(clock, **spoilt)).status == 400
    assert jobs(web_engine) == []


TOKENS = b'{"access_token": "jwt", "token_type": "bearer", "expires_in": 1799}'


def hello_order(*payments_: dict[str, object], slug: str = "amicale") -> bytes:
    """GET /v5/orders/{id}"""
    return json.dumps(
        {
            "id": 22707, "date": "2026-11-26T10:11:12.7442115+01:00", "formSlug": "default", "formType": "Checkout",
            "organizationSlug": slug, "checkoutIntentId": 998, "amount": {"total": 16_000, "vat": 0, "discount": 0},
            "payer": {"email": "camille@example.org"}, "payments": payments_,
        }
    ).encode()  # fmt: skip


def hello_payment(state: str = "Authorized", cents: int = 16_000, *refunds: dict[str, object]) -> dict[str, object]:
    return {
        "id": 15_222, "amount": cents, "date": "2026-11-26T10:11:12.8859116+01:00", "paymentMeans": "Card",
        "state": state, "cashOutState": "MoneyIn", "installmentNumber": 1, "refundOperations": refunds,
    }  # fmt: skip


def notification(state: str = "Authorized") -> dict[str, object]:
    """What arrives: everything in it may be a forger's."""
    return {
        "eventType": "Payment", "metadata": {"order": "CMD-2026-999999"},
        "data": {"id": 15_222, "amount": 1, "state": state, "order": {"id": 22_707, "formType": "Checkout"},
                 "payer": {"email": "camille@example.org"}},
    }  # fmt: skip


def answers(system: OtherSystem, order: bytes, metadata: bytes | None = b'{"order": "CMD-2026-000001"}') -> None:
    """What the API says each time the order is read: a token, the order, its checkout where that is asked for."""
    system.answers.clear()
    for _ in range(2):
        system.says(200, TOKENS)
        system.says(200, order)
        if metadata is None:
            continue
        system.says(200, b'{"id": 998, "redirectUrl": "https://www.helloasso.com/x", "metadata": %s}' % metadata)


def test_helloasso_opens_a_page_for_what_is_due(
    helloasso: HelloAsso, order: Order, system: OtherSystem, clock: VirtualClock
) -> None:
    system.answers.clear()
    system.says(200, TOKENS)
    system.says(200, b'{"id": 998, "redirectUrl": "https://www.helloasso.com/associations/amicale/checkout/998"}')
    page = helloasso.checkout(order, Decimal("160.00"), "https://amicale.example/back", "Amicale", clock.now())
    assert (page.url, page.reference) == ("https://www.helloasso.com/associations/amicale/checkout/998", "998")
    token, intent = system.asked
    assert (token.path, parse_qs(token.body.decode())["grant_type"]) == ("/oauth2/token", ["client_credentials"])
    assert intent.path == "/v5/organizations/amicale/checkout-intents"
    assert intent.headers["authorization"] == "Bearer jwt"
    said = json.loads(intent.body)
    assert (said["totalAmount"], said["initialAmount"], said["metadata"]) == (16_000, 16_000, {"order": KEY})
    assert said["containsDonation"] is True


def test_only_the_number_of_a_notification_is_believed(
    told: Told, helloasso: HelloAsso, order: Order, system: OtherSystem, web_engine: Engine
) -> None:
    answers(system, hello_order(hello_payment()))
    assert told(helloasso, notification()).status == 200
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("160.00"), False)]
    paths = [each.path for each in system.asked[:3]]
    assert paths == ["/oauth2/token", "/v5/orders/22707", "/v5/organizations/amicale/checkout-intents/998"]
    assert messages(web_engine) == ["payment_confirmed"]


def test_a_notification_at_another_address_is_refused(
    told: Told, helloasso: HelloAsso, system: OtherSystem, web_engine: Engine
) -> None:
    for token in ("", "guess", TOKEN + "x", "é"):
        assert told(helloasso, notification(), token=token).status == 401
    assert system.asked == []


def test_refunds_and_disputes_at_helloasso(
    told: Told, helloasso: HelloAsso, order: Order, system: OtherSystem, web_engine: Engine
) -> None:
    done, wanted = {"id": 1, "amount": 4_000, "state": "Processed"}, {"id": 2, "amount": 500, "state": "Processing"}
    answers(system, hello_order(hello_payment("Authorized", 16_000, done, wanted)))
    told(helloasso, notification())
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("120.00"), False)]
    answers(system, hello_order(hello_payment("Contested", 16_000, done)))
    told(helloasso, notification("Contested"))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]
    assert messages(web_engine) == ["payment_confirmed", "payment_refunded", "payment_refunded"]


@pytest.mark.parametrize("state", ["Pending", "Registered", "Waiting", "Refused", "Unknown", "Init", "NewOne"])
def test_what_is_not_authorized_is_no_money(
    told: Told, helloasso: HelloAsso, order: Order, system: OtherSystem, web_engine: Engine, state: str
) -> None:
    answers(system, hello_order(hello_payment(state)))
    told(helloasso, notification(state))
    assert (payments(web_engine), held(web_engine), jobs(web_engine)) == ([], [], [])


def test_orders_of_other_forms_and_other_organisations_are_not_ours(
    told: Told, helloasso: HelloAsso, order: Order, system: OtherSystem, web_engine: Engine
) -> None:
    answers(system, hello_order(hello_payment(), slug="other"), None)
    told(helloasso, notification())
    answers(system, hello_order(hello_payment()), b"null")
    told(helloasso, notification("Again"))
    assert (payments(web_engine), held(web_engine), jobs(web_engine)) == ([], [], [])


def test_a_provider_that_is_away_is_asked_again(
    told: Told, helloasso: HelloAsso, order: Order, system: OtherSystem, web_engine: Engine, clock: VirtualClock
) -> None:
    system.answers.clear()
    system.says(503)
    told(helloasso, notification())
    assert (payments(web_engine), held(web_engine), len(jobs(web_engine))) == ([], [], 1)
    answers(system, hello_order(hello_payment()))
    clock.advance(timedelta(hours=1))
    told(helloasso, notification())
    assert len(payments(web_engine)) == 1


@pytest.mark.parametrize("body", [{}, {"eventType": "Payment"}, {"eventType": "Order", "data": {"id": "x"}},
                                  {"eventType": "Order", "data": {"id": -1}}, {"eventType": "Payment", "data": []},
                                  {"eventType": "Order", "data": {"id": True}}])  # fmt: skip
def test_a_notification_that_cannot_be_read_is_malformed(
    told: Told, helloasso: HelloAsso, body: dict[str, object], web_engine: Engine
) -> None:
    assert told(helloasso, body).status == 400
    assert told(helloasso, {"eventType": "Form", "data": {"formSlug": "x"}}).status == 200
    assert jobs(web_engine) == []


def test_an_unknown_provider_is_not_found(client: FlaskClient) -> None:
    for name in ("stripe", "helloasso"):
        assert client.post(f"/webhooks/payments/{name}", data=b"{}").status_code == 404
