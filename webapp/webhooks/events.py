"""A provider's event, taken in: signature first, then the text, then the message. Every answer is JSON and final.

200 says that the event is on record, whether it came for the first time or again; 400 that it cannot be read; 401 that
it is not signed as agreed. Providers repeat what is not answered by 200, so a defect of ours loses nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from workflows.association.payments import PaymentEvent

from engine.engine import Engine
from engine.errors import AmicaleError
from engine.transaction import transaction
from webapp.webhooks.signature import Unsigned, verify
from workflows.association import payments

LARGEST = 64_000
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP status and the JSON body."""

    status: int
    body: Mapping[str, object]


class Malformed(Exception):
    """The event cannot be read; the text says which part."""


def take(engine: Engine, provider: str, secret: str, header: str, body: bytes) -> Answer:
    """Checks, reads and records one event. Never raises for what a sender may get wrong."""
    if len(body) > LARGEST:
        return Answer(400, {"error": "malformed", "message": "the event is too large"})
    try:
        verify(secret.encode(), header, body, engine.clock.now())
    except Unsigned as error:
        return Answer(401, {"error": "unsigned", "message": error.reason})
    try:
        event = read_event(provider, body)
    except Malformed as error:
        return Answer(400, {"error": "malformed", "message": str(error)})
    try:
        with transaction(engine) as writer:
            payments.receive(writer, engine, event)
    except AmicaleError as error:
        return Answer(400, {"error": error.code, "message": error.message})
    return Answer(200, {"accepted": True, "event": event.event_id})


def read_event(provider: str, body: bytes) -> PaymentEvent:
    """The event of a signed body. Raises Malformed."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is not JSON") from error
    data = sent.get("data") if isinstance(sent, dict) else None
    if not isinstance(data, dict):
        raise Malformed("an object with “id”, “type”, “created” and “data” is expected")
    try:
        amount = Decimal(_text(data, "amount"))
        occurred = datetime.fromtimestamp(int(_text(sent, "created")), UTC)
    except (InvalidOperation, ValueError, OverflowError, OSError) as error:
        raise Malformed("“amount” or “created” is not a number") from error
    if not amount.is_finite() or amount < 0 or amount > 1_000_000 or amount != amount.quantize(Decimal("0.01")):
        raise Malformed("“amount” is not an amount of money")
    return PaymentEvent(
        provider=provider,
        event_id=_text(sent, "id"),
        kind=_text(sent, "type"),
        order_key=_text(data, "order"),
        amount=amount,
        currency=_text(data, "currency"),
        means=_text(data, "means"),
        occurred_at=occurred,
    )


def _text(holder: Mapping[str, object], name: str) -> str:
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Malformed(f"“{name}” is missing")
    if len(str(value)) > LONGEST or "\x00" in str(value):
        raise Malformed(f"“{name}” is too long")
    return str(value)
