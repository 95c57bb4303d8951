"""Stripe: a Checkout Session for an order, and the signed events of what becomes of its payment.

Sources: Stripe's API reference (Checkout Sessions, Idempotent requests, Event types, Disputes) and "Verify webhook
signatures": the header `Stripe-Signature` holds `t=<seconds>` and one `v1=<hex>` for each secret in use, HMAC-SHA256
over `<t>.<body>`. Events come late, twice, and in any order; so refunds count by the sum that Stripe tells, and what
tells of a payment that has not arrived yet is tried again later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from engine.errors import WorkFailed
from workflows.association.orders import Order
from workflows.association.payment_provider import (
    Checkout,
    Delivery,
    Notice,
    WebhookRefused,
    event_of,
    fields_of,
    verify_signed,
)
from workflows.association.payments import (
    DISPUTED,
    REFUNDED,
    REFUSED,
    REINSTATED,
    SUCCEEDED,
    PaymentEvent,
)
from workflows.association.providers.calling import Api, cents, euros

__all__ = ["Stripe"]

API: Final = Api("https://api.stripe.com")
HEADER: Final = "Stripe-Signature"
VERSION: Final = "2024-06-20"
LARGEST: Final = 64_000


@dataclass(frozen=True, slots=True)
class Stripe:
    """An account: its secret key, and the secrets that sign its webhooks, the newest first."""

    key: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    api: Api = API
    name: str = "stripe"
    page_origins: tuple[str, ...] = ("https://checkout.stripe.com",)

    def checkout(self, order: Order, amount: Decimal, return_url: str, label: str, now: datetime) -> Checkout:
        """A session for this amount. The same order, amount and day get the same session: a second click pays once."""
        count = cents(amount)
        form = {
            "mode": "payment", "client_reference_id": order.key, "success_url": return_url, "cancel_url": return_url,
            "line_items[0][quantity]": "1", "line_items[0][price_data][currency]": order.currency.lower(),
            "line_items[0][price_data][unit_amount]": str(count),
            "line_items[0][price_data][product_data][name]": label,
            "metadata[order]": order.key, "payment_intent_data[metadata][order]": order.key,
        }  # fmt: skip
        headers = {
            "Authorization": f"Bearer {self.key}", "Stripe-Version": VERSION,
            "Idempotency-Key": f"checkout-{order.key}-{count}-{now.astimezone(UTC).date()}",
        }  # fmt: skip
        session = self.api.ask("POST", "/v1/checkout/sessions", headers, form=form)
        url, reference = session.get("url"), session.get("id")
        if not isinstance(url, str) or not isinstance(reference, str):
            raise WorkFailed("the payment provider opened no page")
        return Checkout(url, reference)

    def verify(self, delivery: Delivery, now: datetime) -> None:
        """The signature, before anything is read. Raises WebhookRefused."""
        verify_signed(self.secrets, delivery.headers.get(HEADER, ""), delivery.body, now, largest=LARGEST)

    def notices(self, body: bytes) -> Sequence[Notice]:
        """What of an event concerns us; nothing of the many that do not. Raises WebhookRefused."""
        try:
            event = json.loads(body)
            id_, kind, thing = str(event["id"])[:80], str(event["type"]), event["data"]["object"]
            occurred = datetime.fromtimestamp(int(event["created"]), UTC)
            found = _READERS[kind](thing) if kind in _READERS else None
        except (ValueError, KeyError, TypeError, ArithmeticError, OSError, RecursionError) as error:
            raise WebhookRefused(reason="the event is not one of Stripe") from error
        if found is None:
            return []
        meaning, order_key, amount, currency, reference = found
        event_ = PaymentEvent(
            provider=self.name, event_id=id_, kind=meaning, order_key=order_key[:40], amount=amount,
            currency=currency.upper()[:3], means="CARD", occurred_at=occurred, reference=reference[:80],
        )  # fmt: skip
        return [Notice(id_, fields_of(event_))]

    def events(self, fields: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """The event as it was signed: nothing is asked."""
        return [event_of(fields)]


Found = tuple[str, str, Decimal, str, str]  # meaning, order, amount, currency, the payment's name


def _session(thing: Mapping[str, Any]) -> Found | None:
    """A finished session; one that is not paid yet (a bank transfer) is told of again."""
    if thing["payment_status"] != "paid":
        return None
    return SUCCEEDED, _order(thing), euros(thing["amount_total"]), str(thing["currency"]), str(thing["payment_intent"])


def _failed_session(thing: Mapping[str, Any]) -> Found:
    return REFUSED, _order(thing), euros(thing["amount_total"]), str(thing["currency"]), str(thing["payment_intent"])


def _failed(thing: Mapping[str, Any]) -> Found:
    return REFUSED, _order(thing), euros(thing["amount"]), str(thing["currency"]), str(thing["id"])


def _refunded(charge: Mapping[str, Any]) -> Found:
    """`amount_refunded` is the sum of all refunds of the charge."""
    reference = str(charge["payment_intent"])
    return REFUNDED, _order(charge), euros(charge["amount_refunded"]), str(charge["currency"]), reference


def _disputed(dispute: Mapping[str, Any]) -> Found | None:
    """An inquiry (`warning_…`) takes nothing yet."""
    if str(dispute["status"]).startswith("warning_"):
        return None
    return DISPUTED, "", euros(dispute["amount"]), str(dispute["currency"]), str(dispute["payment_intent"])


def _closed(dispute: Mapping[str, Any]) -> Found | None:
    return _reinstated(dispute) if dispute["status"] == "won" else None


def _reinstated(dispute: Mapping[str, Any]) -> Found:
    return REINSTATED, "", euros(dispute["amount"]), str(dispute["currency"]), str(dispute["payment_intent"])


def _order(thing: Mapping[str, Any]) -> str:
    metadata = thing.get("metadata")
    said = metadata.get("order") if isinstance(metadata, dict) else None
    return str(said or thing.get("client_reference_id") or "")


_READERS: Final = {
    "checkout.session.completed": _session, "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _failed_session, "payment_intent.payment_failed": _failed,
    "charge.refunded": _refunded, "charge.dispute.created": _disputed, "charge.dispute.funds_withdrawn": _disputed,
    "charge.dispute.closed": _closed, "charge.dispute.funds_reinstated": _reinstated,
}  # fmt: skip
