"""What a payment provider does for us, and the built-in test provider, which signs its events as real ones do.

The header is `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`. The moment is inside the signature, so an old
event cannot be sent again with a new date; the same event inside the window is caught by its id (`payments.receive`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Protocol
from uuid import uuid4

from engine.errors import Invalid
from workflows.association.orders import Order
from workflows.association.payments import PaymentEvent

WINDOW = timedelta(minutes=5)
HEADER = "Amicale-Signature"
_MOST = Decimal(10) ** 8  # euros: what the column holds
_LARGEST = 20_000  # bytes of an event


class WebhookRefused(Invalid):
    """The event cannot be trusted: {reason}."""

    code: ClassVar[str] = "webhook_refused"


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where the payer goes, and the provider's name for it."""

    url: str
    reference: str


class Provider(Protocol):
    """A payment provider. Adding one is a class of this shape and a secret in the settings."""

    name: str

    def checkout(self, order: Order, amount: Decimal, return_url: str) -> Checkout:
        """Opens a payment page for an order."""

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        """Checks and reads an event. Raises WebhookRefused."""


@dataclass(frozen=True, slots=True)
class TestProvider:
    """A provider whose page is ours: for development, demonstrations and tests. Moves no money."""

    secret: bytes
    page: str = "/pay"
    name: str = "test"
    __test__: ClassVar[bool] = False  # pytest takes classes named Test* for tests

    def checkout(self, order: Order, amount: Decimal, return_url: str) -> Checkout:
        """Our own page, by the order's key."""
        return Checkout(f"{self.page}/{order.key}", f"test-{order.key}")

    def event(self, order: Order, amount: Decimal, now: datetime, *, kind: str = "payment.succeeded") -> bytes:
        """The body of an event as the provider would send it."""
        reference = f"test-{uuid4()}"
        fields = {
            "id": f"evt-{uuid4()}", "type": kind, "created": now.astimezone(UTC).isoformat(), "reference": reference,
            "order": order.key, "amount": str(amount), "currency": order.currency, "means": order.means,
        }  # fmt: skip
        return json.dumps(fields).encode()

    def sign(self, body: bytes, now: datetime) -> str:
        """The header's value for this body at this moment."""
        seconds = int(now.timestamp())
        return f"t={seconds},v1={_mac(self.secret, seconds, body)}"

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        """Checks the signature before it looks at the body. Raises WebhookRefused."""
        verify(self.secret, headers.get(HEADER, ""), body, now)
        return _event(self.name, body)


def verify(secret: bytes, header: str, body: bytes, now: datetime) -> None:
    """Passes in silence, or raises WebhookRefused with a reason that tells a forger nothing useful."""
    if len(body) > _LARGEST:
        raise WebhookRefused(reason="too large")
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    moment, given = parts.get("t", ""), parts.get("v1", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12 and given):
        raise WebhookRefused(reason="signature missing or malformed")
    expected = _mac(secret, int(moment), body)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise WebhookRefused(reason="signature does not match")
    if abs(now.timestamp() - int(moment)) > WINDOW.total_seconds():
        raise WebhookRefused(reason="outside the time window")


def _mac(secret: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(secret, b"%d." % seconds + body, hashlib.sha256).hexdigest()


def _event(provider: str, body: bytes) -> PaymentEvent:
    try:
        fields = json.loads(body)
        occurred = datetime.fromisoformat(fields["created"])
        if occurred.tzinfo is None:
            raise ValueError("a moment without zone")
        occurred = occurred.astimezone(UTC)
        "".join(str(each) for each in fields.values()).encode()  # half of a character is no text
        amount = Decimal(str(fields["amount"]))
        if not amount.is_finite() or amount.copy_abs() >= _MOST or any("\0" in str(each) for each in fields.values()):
            raise ValueError("an amount that is no number, or a character that no text has")
        return PaymentEvent(
            provider=provider,
            event_id=str(fields["id"])[:80],
            kind=str(fields["type"])[:40],
            order_key=str(fields["order"]),
            amount=amount.quantize(Decimal("0.01")),
            currency=str(fields["currency"])[:3],
            means=str(fields["means"])[:8],
            occurred_at=occurred,
            reference=str(fields["reference"])[:80],
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError) as error:
        raise WebhookRefused(reason="the event is not one of ours") from error
