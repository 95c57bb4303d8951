"""GoCardless as it speaks: batches signed as it signs them, payments read from its interface, each booked once.

Bodies are of the shapes that its reference documents, cut to the fields that may matter; the first batch and its
signature are those that GoCardless publishes with its own libraries. The other side is a real HTTP server.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
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
from workflows.association import payment_receiving, provider_debits, provider_stops
from workflows.association.bank import debits
from workflows.association.bank.debits import DirectDebit
from workflows.association.mandates import collection_day, sign
from workflows.association.orders import Order, open_order
from workflows.association.payment_provider import Delivery, WebhookRefused
from workflows.association.payments import Payment, ProviderEvent
from workflows.association.payments import add as record
from workflows.association.providers.calling import Api
from workflows.association.providers.gocardless import GoCardless

SECRETS = (b"the-newer-secret-of-the-endpoint", b"the-older-secret-of-the-endpoint")
KEY = "CMD-2026-000001"
PUBLISHED = (  # gocardless-pro-*, "webhook_body.json": the body, the endpoint's secret, the signature
    b'{"events":[{"id":"EV00BD05S5VM2T","created_at":"2018-07-05T09:13:51.404Z","resource_type":"subscriptions",'
    b'"action":"created","links":{"subscription":"SB0003JJQ2MR06"},"details":{"origin":"api",'
    b'"cause":"subscription_created","description":"Subscription created via the API."},"metadata":{}},'
    b'{"id":"EV00BD05TB8K63","created_at":"2018-07-05T09:13:56.893Z","resource_type":"mandates","action":"created",'
    b'"links":{"mandate":"MD000AMA19XGEC"},"details":{"origin":"api","cause":"mandate_created",'
    b'"description":"Mandate created via the API."},"metadata":{}}]}',
    b"ED7D658C-D8EB-4941-948B-3973214F2D49",
    "2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e",
)
Event = dict[str, Any]
Told = Callable[..., Answer]


@pytest.fixture
def order(web_engine: Engine) -> Order:
    with transaction(web_engine) as session:
        made = Order(id=uuid4(), key=KEY, means="SEPA", currency="EUR", created_at=web_engine.clock.now())
        return open_order(session, made, dues=Decimal("130.00"), tariff="STD", years=1, gift=Decimal("30.00"))


@pytest.fixture
def system(other_system: Callable[[], OtherSystem]) -> OtherSystem:
    made = other_system()
    made.answers.clear()
    return made


@pytest.fixture
def provider(system: OtherSystem) -> GoCardless:
    return GoCardless("sandbox_token", SECRETS, Api(system.url, frozenset({system.url})))


@pytest.fixture
def told(web_engine: Engine, provider: GoCardless, system: OtherSystem) -> Told:
    """Tells the house of events, the whole batch twice, and lets the jobs run; the API answers each time alike."""
    known = {"gocardless": provider}
    ours = {each.type: each for each in (payment_receiving.connector(known), provider_stops.connector(known))}
    engine = replace(
        web_engine, registry=Registry(web_engine.registry.service_tasks, {**web_engine.registry.connectors, **ours})
    )

    def tell(*events: Event, answers: tuple[bytes, ...] = ()) -> Answer:
        body = json.dumps({"events": events, "meta": {"webhook_id": "WB123"}}).encode()
        delivery = Delivery({"Webhook-Signature": signed(body)}, body)
        found = []
        for _ in range(2):
            for each in answers:
                system.says(200, each)
            found.append(put_payment(engine, provider, delivery))
            run_due(engine)
            system.answers.clear()
        assert found[0] == found[1]
        return found[0]

    return tell


def signed(body: bytes, secret: bytes = SECRETS[1]) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def happened(number: int, action: str, resource: str = "payments", **details: object) -> Event:
    link = {"payments": "payment", "refunds": "refund", "billing_requests": "billing_request", "mandates": "mandate"}
    ids = {"payments": "PM123", "refunds": "RF123", "billing_requests": "BRQ123", "mandates": "MD123"}
    return {
        "id": f"EV{number:03}", "created_at": "2026-11-26T10:11:12.885Z", "resource_type": resource, "action": action,
        "links": {link[resource]: ids[resource]}, "metadata": {},
        "details": {"origin": "bank", "cause": "insufficient_funds", "scheme": "sepa_core", "description": "…",
                    **details},
    }  # fmt: skip


def payment(cents: int = 16_000, refunded: int = 0, metadata: object = None) -> bytes:
    """GET /payments/PM123"""
    thing = {
        "id": "PM123", "created_at": "2026-11-20T08:00:00.000Z", "charge_date": "2026-11-24", "amount": cents,
        "amount_refunded": refunded, "currency": "EUR", "status": "paid_out", "description": None,
        "metadata": {"order": KEY} if metadata is None else metadata, "links": {"mandate": "MD123"},
    }  # fmt: skip
    return json.dumps({"payments": thing}).encode()


def payments(engine: Engine) -> list[tuple[Decimal, Decimal, bool]]:
    """Amount, what is left of it, and whether it was reversed."""
    with reading(engine) as session:
        return [(one.amount, one.net, one.reversed_at is not None) for one in session.scalars(select(Payment))]


def messages(engine: Engine) -> list[tuple[str, str]]:
    """The names of the messages, with the bank's reason where they have one."""
    with reading(engine) as session:
        found = session.scalars(select(Message).order_by(Message.name)).all()
        return [(each.name, str(json.loads(each.payload).get("reason_code") or "")) for each in found]


def jobs(engine: Engine) -> list[Job]:
    with reading(engine) as session:
        return list(session.scalars(select(Job).where(Job.type == payment_receiving.TYPE)))


def test_the_published_signature_is_good_and_no_other(provider: GoCardless, clock: VirtualClock) -> None:
    body, secret, signature = PUBLISHED
    theirs = replace(provider, secrets=(b"another", secret))
    theirs.verify(Delivery({"Webhook-Signature": signature}, body), clock.now())
    assert theirs.notices(body) == [], "subscriptions and mandates are none of ours"
    for header, sent in (
        (signature, body + b" "), (signature[:-1] + "0", body), ("", body), ("é", body), (f"v1={signature}", body),
    ):  # fmt: skip
        with pytest.raises(WebhookRefused):
            theirs.verify(Delivery({"Webhook-Signature": header}, sent), clock.now())
    with pytest.raises(WebhookRefused):
        replace(provider, secrets=(b"another",)).verify(Delivery({"Webhook-Signature": signature}, body), clock.now())


def test_a_page_is_opened_on_which_a_mandate_is_signed(
    provider: GoCardless, order: Order, system: OtherSystem, clock: VirtualClock
) -> None:
    page = b'{"billing_request_flows": {"id": "BRF1", "authorisation_url": "https://pay.gocardless.com/flow?id=BRF1"}}'
    system.says(201, b'{"billing_requests": {"id": "BRQ123", "status": "pending"}}')
    system.says(201, page)
    conflict = {"reason": "idempotent_creation_conflict", "links": {"conflicting_resource_id": "BRQ123"}}
    system.says(409, json.dumps({"error": {"code": 409, "type": "invalid_state", "errors": [conflict]}}).encode())
    system.says(201, page)
    for _ in range(2):
        made = provider.checkout(order, Decimal("160.00"), "https://amicale.example/back", "Amicale CMD", clock.now())
        assert (made.url, made.reference) == ("https://pay.gocardless.com/flow?id=BRF1", "BRQ123")
    request, flow, again, other = system.asked
    assert [each.path for each in system.asked] == ["/billing_requests", "/billing_request_flows"] * 2
    assert request.headers["authorization"] == "Bearer sandbox_token"
    assert request.headers["gocardless-version"] == "2015-07-06"
    assert request.headers["idempotency-key"] == again.headers["idempotency-key"]
    said = json.loads(request.body)["billing_requests"]
    assert said["metadata"] == {"order": KEY, "cents": "16000"}
    assert (said["mandate_request"]["scheme"], said["mandate_request"]["currency"]) == ("sepa_core", "EUR")
    assert json.loads(flow.body)["billing_request_flows"]["links"] == {"billing_request": "BRQ123"}
    assert json.loads(flow.body) == json.loads(other.body)


@pytest.mark.parametrize(("status", "again"), [(500, True), (429, True), (401, False), (422, False)])
def test_a_provider_that_refuses_opens_nothing(
    provider: GoCardless, order: Order, system: OtherSystem, clock: VirtualClock, status: int, again: bool
) -> None:
    system.says(status, b'{"error": {"message": "sandbox_token is wrong"}}')
    with pytest.raises(WorkFailed) as failed:
        provider.checkout(order, Decimal("160.00"), "https://amicale.example/back", "Amicale", clock.now())
    assert failed.value.again is again and "sandbox_token" not in failed.value.message


def test_a_signed_mandate_is_collected_by_once_and_ours_is_not(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine, clock: VirtualClock
) -> None:
    now = clock.now()
    with transaction(web_engine) as session:
        mandate = sign(session, application_id=uuid4(), person_id=None, holder="Ambre Delaunay", by="x", now=now,
                       iban="FR76 3000 6000 0112 3456 7890 189")  # fmt: skip
        session.flush()
        debits.plan(session, order, mandate, amount=Decimal(160), due_on=collection_day(session, now.date()), now=now)
    request = {
        "id": "BRQ123", "status": "fulfilled", "metadata": {"order": KEY, "cents": "16000"},
        "links": {"mandate_request_mandate": "MD123", "customer": "CU123"},
    }  # fmt: skip
    answers = (json.dumps({"billing_requests": request}).encode(), payment())
    told(happened(1, "fulfilled", "billing_requests", origin="payer"), answers=answers)
    asked = [each for each in system.asked if each.method == "POST"]
    wanted = {"amount": 16000, "currency": "EUR", "metadata": {"order": KEY}, "links": {"mandate": "MD123"}}
    assert all(json.loads(each.body)["payments"] == wanted for each in asked)
    assert {each.headers["idempotency-key"] for each in asked} == {"payment-BRQ123"}, "so that theirs is one payment"
    with reading(web_engine) as session:
        assert list(session.scalars(select(DirectDebit.state))) == ["CANCELED"]
        assert provider_debits.is_under_way(session, session.get_one(Order, order.id))
    assert payments(web_engine) == [], "a promise is no money"


def request(number: int = 123, cents: int = 16_000) -> bytes:
    """GET /billing_requests/BRQ…"""
    thing = {"id": f"BRQ{number}", "status": "fulfilled", "metadata": {"order": KEY, "cents": str(cents)},
             "links": {"mandate_request_mandate": f"MD{number}"}}  # fmt: skip
    return json.dumps({"billing_requests": thing}).encode()


def was_signed(number: int) -> Event:
    return {**happened(number, "fulfilled", "billing_requests"), "links": {"billing_request": f"BRQ{number}"}}


def posts(system: OtherSystem) -> list[tuple[str, int | None]]:
    """What was asked for: path, and the amount in cents."""
    asked = [each for each in system.asked if each.method == "POST"]
    return [(each.path, json.loads(each.body).get("payments", {}).get("amount")) for each in asked]


def kinds(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(ProviderEvent.kind).order_by(ProviderEvent.event_id)))


def close(engine: Engine, order: Order, state: str) -> None:
    with transaction(engine) as session:
        found = session.get_one(Order, order.id)
        found.state = state
        debits.cancel(session, order.id, engine.clock.now())


def test_of_two_mandates_of_an_order_one_is_collected_by(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine, clock: VirtualClock
) -> None:
    told(was_signed(101), answers=(request(101), payment()))
    told(was_signed(102), answers=(request(102), payment()))
    assert posts(system) == [("/payments", 16_000)]
    assert kinds(web_engine) == ["payment.collecting", "payment.needless.UNDER_WAY"]
    clock.advance(timedelta(days=1))
    told(happened(103, "failed", reason_code="AM04", will_attempt_retry=False), answers=(payment(),))
    clock.advance(timedelta(days=1))
    told(was_signed(104), answers=(request(104), payment()))
    assert posts(system) == [("/payments", 16_000)] * 2, "after it failed, another one may be signed"


@pytest.mark.parametrize("state", ["PAID", "CANCELED"])
def test_nothing_is_collected_for_an_order_that_is_closed(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine, state: str
) -> None:
    close(web_engine, order, state)
    told(was_signed(101), answers=(request(101), payment()))
    assert (posts(system), kinds(web_engine)) == ([], [f"payment.needless.{state}"])


def test_what_arrived_meanwhile_is_not_collected(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine
) -> None:
    now = web_engine.clock.now()
    with transaction(web_engine) as session:
        made = Payment(
            id=uuid4(), order_id=order.id, provider="BANK", provider_reference="x", means="TRANSFER", currency="EUR",
            amount=Decimal(100), value_date=now.date(), received_at=now, recorded_by="x",
        )  # fmt: skip
        record(session, made)
    told(was_signed(101), answers=(request(101), payment(6_000)))
    assert posts(system) == [("/payments", 6_000)]


def test_a_refusal_for_good_leaves_the_order_free(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine
) -> None:
    system.says(200, request(101))
    system.says(403, b"{}")
    told(was_signed(101))
    assert (posts(system), kinds(web_engine)) == ([("/payments", 16_000)], [])
    told(was_signed(102), answers=(request(102), payment()))
    assert kinds(web_engine) == ["payment.collecting"]


def test_an_answer_that_was_lost_is_asked_for_by_the_same_key(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine, clock: VirtualClock
) -> None:
    system.says(200, request(101))
    system.says(503, b"{}")
    told(was_signed(101))
    told(was_signed(102), answers=(request(102), payment()))
    assert posts(system) == [("/payments", 16_000)], "it may have been taken: nobody else is asked for it"
    close(web_engine, order, "PAID")
    clock.advance(timedelta(hours=1))
    told(was_signed(101), answers=(request(101), payment(), payment()))
    assert [path for path, _ in posts(system)] == ["/payments", "/payments", "/payments/PM123/actions/cancel"]
    keys = {each.headers.get("idempotency-key") for each in system.asked if each.path == "/payments"}
    assert keys == {"payment-BRQ101"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "under_way"),
    [
        (200, b'{"payments": {"id": "PM123", "status": "cancelled"}}', "payment.stopped", False),
        (422, b'{"error": {"errors": [{"reason": "cancellation_failed"}]}}', "payment.not_stopped", True),
    ],
)
def test_what_is_paid_otherwise_is_stopped_as_far_as_it_can_be(
    told: Told, order: Order, system: OtherSystem, web_engine: Engine, status: int, body: bytes, kind: str,
    under_way: bool,
) -> None:  # fmt: skip
    told(was_signed(101), answers=(request(101), payment()))
    close(web_engine, order, "PAID")
    close(web_engine, order, "PAID")
    system.says(status, body)
    told()
    assert [path for path, _ in posts(system)] == ["/payments", "/payments/PM123/actions/cancel"]
    assert kinds(web_engine) == ["payment.collecting", kind]
    with reading(web_engine) as session:
        assert provider_debits.is_under_way(session, session.get_one(Order, order.id)) is under_way


def test_money_counts_when_it_is_paid_out_and_once(told: Told, order: Order, web_engine: Engine) -> None:
    told(happened(1, "created"), happened(2, "submitted"), happened(3, "confirmed"))
    assert (payments(web_engine), jobs(web_engine)) == ([], [])
    answer = told(happened(4, "paid_out", origin="gocardless"), answers=(payment(),))
    assert (answer.status, answer.body) == (200, {"accepted": True, "events": ["EV004"]})
    told(happened(5, "paid_out"), answers=(payment(),))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("160.00"), False)]
    assert messages(web_engine) == [("payment_confirmed", "")]


def test_a_failure_that_they_try_again_asks_nobody(told: Told, order: Order, web_engine: Engine) -> None:
    told(happened(1, "failed", reason_code="AM04", will_attempt_retry=True))
    assert (messages(web_engine), jobs(web_engine)) == ([], [])
    told(happened(2, "failed", reason_code="AM04", will_attempt_retry=False), answers=(payment(),))
    assert messages(web_engine) == [("payment_failed", "AM04")]


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ({"reason_code": "MD07"}, "MD07"), ({"cause": "bank_account_closed"}, "AC04"),
        ({"cause": "mandate_cancelled", "reason_code": "ARUDD-1"}, "MD01"), ({"cause": "something_new"}, ""),
    ],
)  # fmt: skip
def test_the_reason_is_the_banks_code_or_that_of_the_cause(
    told: Told, order: Order, web_engine: Engine, details: dict[str, object], code: str
) -> None:
    told(happened(1, "failed", **details), answers=(payment(),))
    assert messages(web_engine) == [("payment_failed", code)]


def test_a_late_failure_and_a_chargeback_take_money_back(told: Told, order: Order, web_engine: Engine) -> None:
    told(happened(1, "paid_out"), answers=(payment(),))
    told(happened(2, "charged_back", cause="refund_requested", reason_code="MD06"), answers=(payment(),))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]
    told(happened(3, "chargeback_cancelled"), answers=(payment(),))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("160.00"), False)]
    told(happened(4, "failed", reason_code="AC04", will_attempt_retry=False), answers=(payment(),))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("0.00"), True)]
    assert sorted(reason for name, reason in messages(web_engine) if name == "payment_refunded") == ["AC04", "MD06"]


def test_refunds_count_by_their_sum(told: Told, order: Order, web_engine: Engine) -> None:
    told(happened(1, "paid_out"), answers=(payment(),))
    refund = b'{"refunds": {"id": "RF123", "amount": 4000, "currency": "EUR", "links": {"payment": "PM123"}}}'
    told(happened(2, "paid", "refunds"), answers=(refund, payment(refunded=4_000)))
    assert payments(web_engine) == [(Decimal("160.00"), Decimal("120.00"), False)]


def test_payments_that_another_made_there_are_not_ours(told: Told, order: Order, web_engine: Engine) -> None:
    told(happened(1, "paid_out"), answers=(payment(metadata={}),))
    told(happened(2, "cancelled", origin="api", cause="payment_cancelled"))
    told(happened(3, "cancelled", "mandates"))
    assert (payments(web_engine), messages(web_engine), jobs(web_engine)) == ([], [], [])


def test_a_whole_batch_is_taken_and_read_event_by_event(
    told: Told, order: Order, web_engine: Engine, system: OtherSystem
) -> None:
    answer = told(
        *(happened(number, "failed", will_attempt_retry=True) for number in range(1, 249)),
        happened(249, "paid_out"), happened(250, "failed", reason_code="AM04"), answers=(payment(), payment()),
    )  # fmt: skip
    assert answer.body["events"] == ["EV249", "EV250"]
    assert len(payments(web_engine)) == 1


def test_an_outage_of_theirs_loses_nothing(
    told: Told, order: Order, web_engine: Engine, system: OtherSystem, clock: VirtualClock
) -> None:
    system.says(503, b"{}")
    told(happened(1, "paid_out"))
    assert (payments(web_engine), len(jobs(web_engine))) == ([], 1)
    clock.advance(timedelta(hours=1))
    told(happened(1, "paid_out"), answers=(payment(),))
    assert len(payments(web_engine)) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        {"id": "../x"}, {"links": {}}, {"links": {"payment": "PM1/../../x"}}, {"created_at": "yesterday"},
        {"created_at": "2026-11-26T10:11:12"}, {"links": None},
    ],
)  # fmt: skip
def test_an_event_that_concerns_us_and_cannot_be_read_is_malformed(
    told: Told, web_engine: Engine, spoilt: dict[str, object]
) -> None:
    assert told({**happened(1, "paid_out"), **spoilt}).status == 400
    assert told(*(happened(number, "created") for number in range(251))).status == 400
    assert jobs(web_engine) == []
