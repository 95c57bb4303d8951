"""Events that a forger, a defect or a bored machine sends: each gets a clear JSON answer, none a defect."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine.clock import VirtualClock
from engine.engine import Engine
from engine.jobs import run_due
from engine.transaction import reading, transaction
from webapp.settings import Settings
from workflows.association.orders import Order, open_order
from workflows.association.payment_provider import HEADER, TestProvider
from workflows.association.payments import Payment

ADDRESS: Final = "/webhooks/payments/test"
SPOILT: Final[dict[str, list[object]]] = {
    "id": ["", "\ud800", "x" * 10_000, {"a": 1}, None, 10**400, "'; DROP TABLE payment; --", "=?utf-8?q?=0D=0A?="],
    "type": ["", "\ud800", "payment.succeeded\n", [], 7, "PAYMENT.SUCCEEDED"],
    "order": ["", "\ud800", "x" * 10_000, None, {}, "CMD-2026-000001 ", "cmd-2026-000001"],
    "amount": ["", "NaN", "Infinity", "-1", "0", "0.001", "1e20", "1e400", "9" * 400, True, [], {}, "160,00",
               float("nan"), 10**400],
    "currency": ["", "USD", "\ud800", None, "EUR\u0000"],
    "created": ["", "now", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-23", 5, None],
    "means": ["", "\ud800", None, "x" * 500],
    "reference": ["\ud800", None, "x" * 500],
}  # fmt: skip


@pytest.fixture
def provider(settings: Settings) -> TestProvider:
    return TestProvider(settings.payment_secrets["test"].encode())


@pytest.fixture
def order(web_engine: Engine) -> Order:
    with transaction(web_engine) as session:
        made = Order(id=uuid4(), key="CMD-2026-000001", means="CARD", currency="EUR", created_at=web_engine.clock.now())
        return open_order(session, made, dues=Decimal("160.00"), tariff="STD", years=1, gift=Decimal("0.00"))


def answered(answer: TestResponse) -> int:
    assert answer.is_json, answer.text
    assert answer.get_json().get("message") or answer.get_json()["accepted"]
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    return answer.status_code


def paid(engine: Engine) -> Decimal:
    with reading(engine) as session:
        return session.scalar(select(func.sum(Payment.amount))) or Decimal(0)


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_signed_event_with_a_spoilt_field(
    client: FlaskClient, provider: TestProvider, order: Order, web_engine: Engine, clock: VirtualClock, name: str
) -> None:
    for value in SPOILT[name]:
        fields = json.loads(provider.event(order, Decimal("160.00"), clock.now()))
        body = json.dumps(fields | {name: value}).encode()
        status = answered(client.post(ADDRESS, data=body, headers={HEADER: provider.sign(body, clock.now())}))
        if name in {"amount", "created"}:
            assert status == 400 or value in ("0.001", "2026-11-23"), (name, value)
    run_due(web_engine)
    assert paid(web_engine) >= 0


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"7", b"{", b'{"a":' * 3_000, b"\xff", b"\x00" * 100,
                                  b'{"id": ' + b"9" * 5_000 + b"}", "{}".encode("utf-16"), b"x" * 30_000,
                                  b"x" * 200_000, b"x" * 2_000_000])  # fmt: skip
def test_nonsense_is_answered_in_json(
    client: FlaskClient, provider: TestProvider, clock: VirtualClock, body: bytes
) -> None:
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        for header in ({}, {HEADER: provider.sign(body, clock.now())}):
            answer = client.post(ADDRESS, data=body, headers=header, content_type=kind)
            assert answered(answer) in {400, 401, 413}


@pytest.mark.parametrize("header", ["", "t=1", "v1=0", "t=,v1=", "t=-1,v1=0", "t=1e9,v1=0", "t=" + "9" * 40 + ",v1=0",
                                    "t=1,v1=" + "0" * 5_000, "t=٣,v1=0", "=,=,=", "t==1,v1==", "v0=x"])  # fmt: skip
def test_no_signature_of_a_forger_counts(
    client: FlaskClient, provider: TestProvider, order: Order, web_engine: Engine, clock: VirtualClock, header: str
) -> None:
    body = provider.event(order, Decimal("160.00"), clock.now())
    raw = header.encode("utf-8").decode("latin-1")
    assert answered(client.post(ADDRESS, data=body, headers={HEADER: raw})) == 401
    assert paid(web_engine) == 0


def test_what_is_sent_again_later_or_elsewhere(
    client: FlaskClient, provider: TestProvider, order: Order, web_engine: Engine, clock: VirtualClock
) -> None:
    body = provider.event(order, Decimal("160.00"), clock.now())
    header = {HEADER: provider.sign(body, clock.now())}
    assert answered(client.post(ADDRESS, data=body, headers=header)) == 200
    assert answered(client.post(ADDRESS, data=body, headers=header)) == 200
    assert answered(client.post(ADDRESS + "x", data=body, headers=header)) == 404
    fresh = json.dumps(json.loads(body) | {"amount": "1.00"}).encode()
    assert answered(client.post(ADDRESS, data=fresh, headers={HEADER: provider.sign(fresh, clock.now())})) == 200
    run_due(web_engine)
    assert answered(client.post(ADDRESS, data=fresh, headers={HEADER: provider.sign(fresh, clock.now())})) == 200
    run_due(web_engine)
    assert paid(web_engine) == Decimal("160.00"), "the same event id with another amount is the same event"
    for moved in (timedelta(minutes=6), timedelta(minutes=-12)):
        clock.set(clock.now() + moved) if moved > timedelta(0) else None
        signed = provider.sign(body, clock.now() + (moved if moved < timedelta(0) else timedelta(minutes=6)))
        assert answered(client.post(ADDRESS, data=body, headers={HEADER: signed})) == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_refused_in_json(client: FlaskClient, method: str) -> None:
    answer = client.open(ADDRESS, method=method)
    assert answer.status_code == 405
    assert answer.is_json
    assert "POST" in answer.headers["Allow"]


def test_a_cookie_opens_nothing_here(client: FlaskClient) -> None:
    answer = client.post(ADDRESS, data=b"{}", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert answer.is_json
