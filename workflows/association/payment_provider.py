"""What a payment provider does for us, and the built-in test provider, which signs its events as real ones do.

The header is `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`. The moment is inside the signature, so an old
event cannot be sent again with a new date; the same event inside the window is caught by its id (`payments.receive`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived at the provider's address: headers, the body, and the secret in the address where it has one."""

    headers: Mapping[str, str]
    body: bytes
    token: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is kept of a delivery until a job reads it: the name under which it counts once, and texts; no names."""

    id: str
    fields: Mapping[str, str]


class Provider(Protocol):
    """A payment provider. Adding one is a class of this shape and its secrets in the settings.

    `page_origins`: where its payment pages are; our pages may lead there.
    """

    @property
    def name(self) -> str:
        """Under which payments and addresses are kept."""

    @property
    def page_origins(self) -> tuple[str, ...]:
        """Where its payment pages are."""

    def checkout(self, order: Order, amount: Decimal, return_url: str, label: str, now: datetime) -> Checkout:
        """Opens a payment page for an order. Raises WorkFailed."""

    def verify(self, delivery: Delivery, now: datetime) -> None:
        """Whether it comes from the provider, before it is read. Raises WebhookRefused."""

    def notices(self, body: bytes) -> Sequence[Notice]:
        """What of it concerns us, each by its own name. Asks nobody. Raises WebhookRefused."""

    def events(self, fields: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """What happened, by a notice's fields; may ask the provider. Raises WorkFailed."""


@dataclass(frozen=True, slots=True)
class TestProvider:
    """A provider whose page is ours: for development, demonstrations and tests. Moves no money."""

    secret: bytes
    page: str = "/pay"
    name: str = "test"
    __test__: ClassVar[bool] = False  # pytest takes classes named Test* for tests

    @property
    def page_origins(self) -> tuple[str, ...]:
        """Ours."""
        return ()

    def checkout(self, order: Order, amount: Decimal, return_url: str, label: str, now: datetime) -> Checkout:
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

    def verify(self, delivery: Delivery, now: datetime) -> None:
        """The signature. Raises WebhookRefused."""
        verify(self.secret, delivery.headers.get(HEADER, ""), delivery.body, now)

    def notices(self, body: bytes) -> Sequence[Notice]:
        """The event, as fields. Raises WebhookRefused."""
        event = _event(self.name, body)
        if event.amount <= 0:
            raise WebhookRefused(reason="an amount that is no amount of ours")
        return [Notice(event.event_id, fields_of(event))]

    def events(self, fields: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """The event as it was signed."""
        return [event_of(fields)]

    def read_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentEvent:
        """Checks the signature before it looks at the body. Raises WebhookRefused."""
        verify(self.secret, headers.get(HEADER, ""), body, now)
        return _event(self.name, body)


def verify(secret: bytes, header: str, body: bytes, now: datetime) -> None:
    """Passes in silence, or raises WebhookRefused with a reason that tells a forger nothing useful."""
    verify_signed((secret,), header, body, now, largest=_LARGEST)


def verify_signed(secrets: Sequence[bytes], header: str, body: bytes, now: datetime, *, largest: int) -> None:
    """The same for several secrets, of which any may have signed, and for headers with several signatures."""
    if len(body) > largest:
        raise WebhookRefused(reason="too large")
    parts = [part.strip().partition("=") for part in header.split(",")[:20]]
    moment = next((value for name, _, value in parts if name == "t"), "")
    given = [value for name, _, value in parts if name == "v1" and value]
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12 and given):
        raise WebhookRefused(reason="signature missing or malformed")
    expected = [_mac(secret, int(moment), body).encode() for secret in secrets]
    if not any(hmac.compare_digest(one, other.encode("utf-8", "replace")) for one in expected for other in given):
        raise WebhookRefused(reason="signature does not match")
    if abs(now.timestamp() - int(moment)) > WINDOW.total_seconds():
        raise WebhookRefused(reason="outside the time window")


def fields_of(event: PaymentEvent) -> Mapping[str, str]:
    """An event as texts, for a job."""
    return {
        "provider": event.provider, "event_id": event.event_id, "kind": event.kind, "order_key": event.order_key,
        "amount": str(event.amount), "currency": event.currency, "means": event.means,
        "occurred_at": event.occurred_at.isoformat(), "reference": event.reference, "reason": event.reason,
    }  # fmt: skip


def event_of(fields: Mapping[str, str]) -> PaymentEvent:
    """The opposite of `fields_of`."""
    known = {
        **fields,
        "amount": Decimal(fields["amount"]),
        "occurred_at": datetime.fromisoformat(fields["occurred_at"]),
    }
    return PaymentEvent(**known)  # type: ignore[arg-type]


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
