"""HelloAsso: a checkout intent for an order, and notifications of which only the order's number is believed.

Sources: HelloAsso's documentation of its API v5 (authentication, checkout, orders, notifications). Notifications are
not signed: ours arrive at an address with a secret in it, and whatever they say, the order is read from the API before
anything is booked. So a forged, late or repeated one at worst makes us read the same order again.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from engine.errors import WorkFailed
from workflows.association.orders import FOUNDATION, Order
from workflows.association.payment_provider import Checkout, Delivery, Notice, WebhookRefused
from workflows.association.payments import CURRENCY, DISPUTED, REFUNDED, REFUSED, SUCCEEDED, PaymentEvent
from workflows.association.providers.calling import Api, cents, euros

__all__ = ["HelloAsso"]

API: Final = Api("https://api.helloasso.com")
PAGES: Final = ("https://www.helloasso.com",)
SANDBOX_PAGES: Final = ("https://www.helloasso-sandbox.com",)
LARGEST: Final = 64_000
ARRIVED: Final = frozenset({"Authorized", "Refunded", "Refunding", "Contested", "Corrected"})
FAILED: Final = frozenset({"Refused", "Error", "Canceled", "Abandoned"})
LONGEST_NAME: Final = 250


@dataclass(frozen=True, slots=True)
class HelloAsso:
    """An organisation's client, and the secret in the address that it notifies."""

    client_id: str
    client_secret: str = field(repr=False)
    organization: str
    token: str = field(repr=False)
    api: Api = API
    name: str = "helloasso"
    page_origins: tuple[str, ...] = PAGES

    def checkout(self, order: Order, amount: Decimal, return_url: str, label: str, now: datetime) -> Checkout:
        """An intent for this amount. HelloAsso knows no keys: a second click opens a second page, and pays nothing."""
        count = cents(amount)
        intent = self.api.ask(
            "POST", f"/v5/organizations/{quote(self.organization, safe='')}/checkout-intents", self._signed_in(),
            body={
                "totalAmount": count, "initialAmount": count, "itemName": label[:LONGEST_NAME], "backUrl": return_url,
                "errorUrl": return_url, "returnUrl": return_url, "metadata": {"order": order.key},
                "containsDonation": order.total_for(FOUNDATION) > 0,
            },
        )  # fmt: skip
        url, reference = intent.get("redirectUrl"), intent.get("id")
        if not isinstance(url, str) or not isinstance(reference, int):
            raise WorkFailed("the payment provider opened no page")
        return Checkout(url, str(reference))

    def verify(self, delivery: Delivery, now: datetime) -> None:
        """The secret of the address. Raises WebhookRefused."""
        if len(delivery.body) > LARGEST:
            raise WebhookRefused(reason="too large")
        if not hmac.compare_digest(self.token.encode(), delivery.token.encode("utf-8", "replace")):
            raise WebhookRefused(reason="the address is not the agreed one")

    def notices(self, body: bytes) -> Sequence[Notice]:
        """The number of the order; nothing of what tells of no order. Raises WebhookRefused."""
        try:
            told = json.loads(body)
            kind, data = told["eventType"], told["data"]
            if kind not in ("Order", "Payment"):
                return []
            number = data["id"] if kind == "Order" else data["order"]["id"]
            if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**63:
                raise ValueError("no number of an order")
            part = f"{kind} {data['id']} {data.get('state', '')}"
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WebhookRefused(reason="the notification is not one of HelloAsso") from error
        return [Notice(f"{number} {part}"[:80], {"order": str(number)})]

    def events(self, fields: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """What became of the order's payments, as the API tells. Raises WorkFailed."""
        signed_in = self._signed_in()
        order = self.api.ask("GET", f"/v5/orders/{int(fields['order'])}", signed_in)
        if order.get("organizationSlug") != self.organization or not isinstance(order.get("checkoutIntentId"), int):
            return []  # of one of the organisation's other forms
        path = f"/v5/organizations/{quote(self.organization, safe='')}/checkout-intents/{order['checkoutIntentId']}"
        metadata = self.api.ask("GET", path, signed_in).get("metadata")
        key = metadata.get("order") if isinstance(metadata, dict) else None
        if not isinstance(key, str):
            return []  # a checkout that another system of the organisation opened
        try:
            return [event for payment in order["payments"] for event in self._events_of(payment, key)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkFailed("the payment provider's order cannot be read", again=False) from error

    def _events_of(self, payment: Mapping[str, Any], key: str) -> Iterator[PaymentEvent]:
        number, state, amount = int(payment["id"]), str(payment["state"]), euros(payment["amount"])
        if state in FAILED:
            yield self._event(payment, key, REFUSED, amount, f"{number} {state}")
        if state not in ARRIVED:
            return
        yield self._event(payment, key, SUCCEEDED, amount, f"{number} arrived")
        back = amount if state == "Refunded" else _refunded(payment)
        if back > 0:
            yield self._event(payment, key, REFUNDED, back, f"{number} refunded {back}")
        if state == "Contested":
            yield self._event(payment, key, DISPUTED, amount, f"{number} contested")

    def _event(self, payment: Mapping[str, Any], key: str, kind: str, amount: Decimal, id_: str) -> PaymentEvent:
        occurred = datetime.fromisoformat(str(payment["date"]))
        if occurred.tzinfo is None:
            raise ValueError("a moment without zone")
        return PaymentEvent(
            provider=self.name, event_id=id_[:80], kind=kind, order_key=key[:40], amount=amount, currency=CURRENCY,
            means="CARD", occurred_at=occurred.astimezone(UTC), reference=str(payment["id"])[:80],
        )  # fmt: skip

    def _signed_in(self) -> Mapping[str, str]:
        """A token for the next calls: of OAuth 2's client credentials (RFC 6749 §4.4)."""
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        token = self.api.ask("POST", "/oauth2/token", {}, form=form).get("access_token")
        if not isinstance(token, str):
            raise WorkFailed("the payment provider let nobody sign in")
        return {"Authorization": f"Bearer {token}"}


def _refunded(payment: Mapping[str, Any]) -> Decimal:
    """The sum of the refunds that are done."""
    done = (
        each for each in payment.get("refundOperations") or () if each.get("state", each.get("status")) == "Processed"
    )
    return sum((euros(each["amount"]) for each in done), Decimal("0.00"))
