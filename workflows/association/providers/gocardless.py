"""GoCardless: a mandate that the payer signs on its page, one payment under it, and the events of what becomes of that.

Sources: GoCardless' API reference (Billing requests and their flows, Payments, Refunds, Events, Idempotency keys) and
"Handling webhooks": the header `Webhook-Signature` is the hexadecimal HMAC-SHA256 of the body; a delivery brings up
to 250 events. An event holds no amount: the payment is read from the API, and the order is named in its metadata.
Money counts when it is paid out, for only then is it on our account (domain §P5.4 `gift_date`). A debit that GoCardless
tries again by itself (`will_attempt_retry`) is not told of until it is given up, so that nobody asks twice for it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from engine.errors import WorkFailed
from workflows.association.orders import Order
from workflows.association.payment_provider import Checkout, Delivery, Notice, WebhookRefused
from workflows.association.payments import DISPUTED, REFUNDED, REINSTATED, SUCCEEDED, PaymentEvent
from workflows.association.provider_debits import FAILED, SIGNED
from workflows.association.providers.calling import Api, cents, euros

__all__ = ["API", "PAGES", "SANDBOX_PAGES", "GoCardless"]

API: Final = Api("https://api.gocardless.com")
PAGES: Final = ("https://pay.gocardless.com",)
SANDBOX_PAGES: Final = ("https://pay-sandbox.gocardless.com",)
HEADER: Final = "Webhook-Signature"
VERSION: Final = "2015-07-06"
LARGEST: Final = 500_000  # bytes: 250 events of two kilobytes
MOST: Final = 250  # events of a delivery
_ID: Final = re.compile(r"[A-Z]{2,3}[0-9A-Z]{2,40}")
# What happened to which thing, as far as it concerns us; `failed` and `cancelled` say more in their details.
_PAYMENT: Final = MappingProxyType(
    {"paid_out": SUCCEEDED, "failed": FAILED, "cancelled": FAILED, "charged_back": DISPUTED,
     "chargeback_cancelled": REINSTATED}
)  # fmt: skip
_CONCERNS: Final = frozenset(
    {*(("payments", action) for action in _PAYMENT), ("refunds", "paid"), ("billing_requests", "fulfilled")}
)
_LINKS: Final = MappingProxyType({"payments": "payment", "refunds": "refund", "billing_requests": "billing_request"})
# The code of ISO 20022 for a cause, where the bank gave none: the decision `sepa_incident` asks for codes.
_CODES: Final = MappingProxyType(
    {
        "insufficient_funds": "AM04", "bank_account_closed": "AC04", "invalid_bank_details": "AC01",
        "direct_debit_not_enabled": "AC06", "mandate_cancelled": "MD01", "mandate_expired": "MD01",
        "authorisation_disputed": "MD01", "refund_requested": "MD06", "customer_deceased": "MD07",
        "refer_to_payer": "MS03",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoCardless:
    """An account: its access token, and the secrets that sign its webhooks, the newest first."""

    token: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    api: Api = API
    name: str = "gocardless"
    page_origins: tuple[str, ...] = PAGES

    def checkout(self, order: Order, amount: Decimal, return_url: str, label: str, now: datetime) -> Checkout:
        """A page on which a mandate for this amount is signed. The same order, amount and day have the same request,
        and one that was signed opens no page again: a second click promises nothing twice."""
        count = cents(amount)
        asked = {
            "mandate_request": {"currency": order.currency, "scheme": "sepa_core", "description": label[:255]},
            "metadata": {"order": order.key, "cents": str(count)},
        }
        key = f"request-{order.key}-{count}-{now.astimezone(UTC).date()}"
        request = self._create("billing_requests", asked, key)
        page = {"redirect_uri": return_url, "exit_uri": return_url, "links": {"billing_request": request["id"]}}
        flow = self._create("billing_request_flows", page)
        url = flow.get("authorisation_url")
        if not isinstance(url, str):
            raise WorkFailed("the payment provider opened no page")
        return Checkout(url, str(request["id"]))

    def verify(self, delivery: Delivery, now: datetime) -> None:
        """The signature, before anything is read. Raises WebhookRefused."""
        if len(delivery.body) > LARGEST:
            raise WebhookRefused(reason="too large")
        given = delivery.headers.get(HEADER, "").strip().lower().encode("utf-8", "replace")
        signed = (hmac.new(secret, delivery.body, hashlib.sha256).hexdigest().encode() for secret in self.secrets)
        if not any(hmac.compare_digest(each, given) for each in signed):
            raise WebhookRefused(reason="signature missing or does not match")

    def notices(self, body: bytes) -> Sequence[Notice]:
        """Of a batch the events that concern us, each by its own number. Raises WebhookRefused."""
        try:
            events = json.loads(body)["events"]
            if not isinstance(events, list) or len(events) > MOST:
                raise ValueError("no list of at most 250 events")
            return [each for each in map(_notice, events) if each is not None]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WebhookRefused(reason="the delivery is not one of GoCardless") from error

    def events(self, fields: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """What happened to the payment that an event names, or that a mandate was signed. Raises WorkFailed."""
        try:
            return list(self._events(fields))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkFailed("the payment provider's answer cannot be read", again=False) from error

    def _events(self, fields: Mapping[str, str]) -> Iterator[PaymentEvent]:
        resource, link = fields["resource"], fields["link"]
        if resource == "billing_requests":
            yield from self._signed(fields)
            return
        if resource == "refunds":
            link = _id(self._get("refunds", link)["links"]["payment"])
        payment = self._get("payments", link)
        if _order(payment):  # else one that somebody made by hand there
            back = resource == "refunds"
            amount = euros(payment["amount_refunded"] if back else payment["amount"])
            yield self._event(fields, REFUNDED if back else _PAYMENT[fields["action"]], payment, amount)

    def _signed(self, fields: Mapping[str, str]) -> Iterator[PaymentEvent]:
        request = self._get("billing_requests", fields["link"])
        order, mandate = _order(request), request.get("links", {}).get("mandate_request_mandate")
        if order and mandate:
            signed = {"id": _id(mandate), "currency": "EUR", "metadata": {"order": order}}
            event = self._event(fields, SIGNED, signed, euros(int(request["metadata"]["cents"])))
            yield replace(event, request=fields["link"])

    def collect(self, signed: PaymentEvent, amount: Decimal) -> str:
        """Asks for the money under a signed mandate and answers their name for it: one payment, however often it is
        asked. Raises WorkFailed."""
        asked = {
            "amount": cents(amount), "currency": signed.currency, "metadata": {"order": signed.order_key},
            "links": {"mandate": _id(signed.reference)},
        }  # fmt: skip
        try:
            return _id(self._create("payments", asked, f"payment-{signed.request}").get("id"))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WorkFailed("the payment provider's answer cannot be read", again=False) from error

    def stop(self, reference: str) -> bool:
        """Takes back what was asked for; False where it is at the bank already (422: `cancellation_failed`). Raises
        WorkFailed."""
        path = f"/payments/{_id(reference)}/actions/cancel"
        answer = self.api.ask("POST", path, self._headers(), body={}, read=frozenset({422}))
        return "payments" in answer

    def _event(self, fields: Mapping[str, str], kind: str, payment: Mapping[str, Any], amount: Decimal) -> PaymentEvent:
        return PaymentEvent(
            provider=self.name, event_id=fields["event"], kind=kind, order_key=_order(payment)[:40], amount=amount,
            currency=str(payment["currency"])[:3], means="SEPA", occurred_at=datetime.fromisoformat(fields["at"]),
            reference=_id(payment["id"]), reason=fields.get("reason", ""),
        )  # fmt: skip

    def _get(self, resource: str, id_: str) -> Mapping[str, Any]:
        found = self.api.ask("GET", f"/{resource}/{_id(id_)}", self._headers())[resource]
        return dict(found)

    def _create(self, resource: str, asked: Mapping[str, object], key: str = "") -> Mapping[str, Any]:
        """What was made, or by the same key before: then its id alone."""
        headers = {**self._headers(), "Idempotency-Key": key} if key else self._headers()
        answer = self.api.ask("POST", f"/{resource}", headers, body={resource: asked}, read=frozenset({409}))
        if resource in answer:
            return dict(answer[resource])
        for each in answer.get("error", {}).get("errors") or ():
            if each.get("reason") == "idempotent_creation_conflict":
                return {"id": _id(each["links"]["conflicting_resource_id"])}
        raise WorkFailed("the payment provider answered 409")

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}", "GoCardless-Version": VERSION}


def _notice(event: Mapping[str, Any]) -> Notice | None:
    """What of an event concerns us. Raises ValueError, KeyError, TypeError for one that should and cannot be read."""
    resource, action = str(event["resource_type"]), str(event["action"])
    details = event.get("details") or {}
    if (resource, action) not in _CONCERNS or _goes_on(action, details):
        return None
    at = datetime.fromisoformat(str(event["created_at"]))
    if at.tzinfo is None:
        raise ValueError("a moment without zone")
    fields = {
        "event": _id(event["id"]), "resource": resource, "action": action,
        "link": _id(event["links"][_LINKS[resource]]), "at": at.astimezone(UTC).isoformat(), "reason": _reason(details),
    }  # fmt: skip
    return Notice(fields["event"], fields)


def _goes_on(action: str, details: Mapping[str, Any]) -> bool:
    """Whether nothing is to be done: they try again, or somebody took the payment back by hand in their place."""
    return details.get("will_attempt_retry") is True or (action == "cancelled" and details.get("origin") == "api")


def _reason(details: Mapping[str, Any]) -> str:
    """The bank's code, of ISO 20022; else that of the cause; empty where neither says anything."""
    code = str(details.get("reason_code") or "")
    known = code if re.fullmatch(r"[A-Z]{2}\d{2}", code) else ""
    return known or _CODES.get(str(details.get("cause") or ""), "")


def _order(thing: Mapping[str, Any]) -> str:
    metadata = thing.get("metadata")
    return str(metadata.get("order") or "") if isinstance(metadata, Mapping) else ""


def _id(text: object) -> str:
    """An id of theirs. Raises ValueError: it becomes a part of an address."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise ValueError("no id of GoCardless")
    return text
