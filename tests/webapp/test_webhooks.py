"""Payment webhooks: signed once, taken once, answered clearly whatever comes."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import reading, transaction
from webapp.settings import Settings
from workflows.association.orders import Order, open_order
from workflows.association.payment_provider import HEADER, TestProvider
from workflows.association.payments import Payment

ADDRESS = "/webhooks/payments/test"


@pytest.fixture
def provider(settings: Settings) -> TestProvider:
    return TestProvider(settings.payment_secrets["test"].encode())


@pytest.fixture
def order(web_engine: Engine) -> Order:
    with transaction(web_engine) as session:
        made = Order(id=uuid4(), key="CMD-2026-000001", means="CARD", currency="EUR", created_at=web_engine.clock.now())
        made = open_order(session, made, dues=Decimal("160.00"), tariff="STD", years=1, gift=Decimal("0.00"))
        session.flush()
        assert made.total == Decimal("160.00")
    return made


def payments_on_record(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(Payment)) or 0


def test_an_event_sent_twice_is_answered_alike_and_taken_once(
    client: FlaskClient, provider: TestProvider, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    body = provider.event(order, Decimal("160.00"), clock.now())
    headers = {HEADER: provider.sign(body, clock.now())}
    first, second = (client.post(ADDRESS, data=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert first.status_code == 200
    assert first.get_json()["accepted"] is True
    assert payments_on_record(web_engine) == 0, "it is put by, and booked by a job"
    run_due(web_engine)
    client.post(ADDRESS, data=body, headers=headers)
    run_due(web_engine)
    assert payments_on_record(web_engine) == 1


def test_a_forged_event_is_refused(
    client: FlaskClient, provider: TestProvider, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    body = provider.event(order, Decimal("160.00"), clock.now())
    good = provider.sign(body, clock.now())
    forged = TestProvider(b"another secret").sign(body, clock.now())
    cases = [
        (body, forged),
        (body.replace(b"160.00", b"1.00"), good),
        (body, ""),
        (body, "t=1,v1="),
        (body, "t=\u0663,v1=é"),
        (body, good.replace("t=", "t=9")),
    ]
    for sent, header in cases:
        answer = client.post(ADDRESS, data=sent, headers={HEADER: header})
        assert answer.status_code == 401, header
        assert answer.get_json()["error"] == "unsigned"
    assert payments_on_record(web_engine) == 0


def test_an_old_event_is_refused(
    client: FlaskClient, provider: TestProvider, order: Order, clock: VirtualClock
) -> None:
    body = provider.event(order, Decimal("160.00"), clock.now())
    header = provider.sign(body, clock.now())
    clock.advance(timedelta(minutes=6))
    assert client.post(ADDRESS, data=body, headers={HEADER: header}).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "NaN"},
        {"amount": "-3"},
        {"amount": "1e400"},
        {"amount": None},
        {"created": "yesterday"},
        {"created": "2026-11-23T10:00:00"},
        {"order": "a\x00b"},
    ],
)
def test_a_signed_event_that_cannot_be_read_is_malformed(
    client: FlaskClient,
    provider: TestProvider,
    order: Order,
    web_engine: Engine,
    clock: VirtualClock,
    change: dict[str, object],
) -> None:
    sent = json.loads(provider.event(order, Decimal("160.00"), clock.now())) | change
    body = json.dumps(sent).encode()
    answer = client.post(ADDRESS, data=body, headers={HEADER: provider.sign(body, clock.now())})
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.get_json()["message"]
    assert payments_on_record(web_engine) == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 100_000, b'{"id":1}', b"\xff\xfe"])
def test_signed_nonsense_is_never_a_defect(
    client: FlaskClient, provider: TestProvider, clock: VirtualClock, body: bytes
) -> None:
    answer = client.post(ADDRESS, data=body, headers={HEADER: provider.sign(body, clock.now())})
    assert answer.status_code in {400, 401}
    assert answer.is_json


def test_an_unknown_provider_is_not_found(client: FlaskClient) -> None:
    answer = client.post("/webhooks/payments/nobody", data=b"{}")
    assert answer.status_code == 404
    assert answer.is_json
