"""The built-in test provider: makes signed events, as a real one does from its own house."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import uuid4

from webapp.webhooks.signature import sign

Outcome = Literal["paid", "refused", "wrong_amount"]
NAME = "test"
SHORT_BY = Decimal("10.00")


def event(order_key: str, amount: Decimal, outcome: Outcome, now: datetime) -> bytes:
    """The body of an event: a payment that went well, was refused, or brought ten euros too little."""
    paid = amount - SHORT_BY if outcome == "wrong_amount" else amount
    sent = {
        "id": f"evt_{uuid4().hex}",
        "type": "payment.refused" if outcome == "refused" else "payment.succeeded",
        "created": int(now.timestamp()),
        "data": {"order": order_key, "amount": f"{max(paid, Decimal('0.01')):.2f}", "currency": "EUR", "means": "CARD"},
    }
    return json.dumps(sent, separators=(",", ":")).encode()


def signature(secret: str, body: bytes, now: datetime) -> str:
    """The header that goes with a body."""
    return sign(secret.encode(), body, now)
