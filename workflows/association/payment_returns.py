"""Money that a provider takes back: refunds, whole or in part, disputes that are opened, and disputes that are won.

What is left of a payment decides: `payment_refunded` tells whoever waits by the order's key that less is there than
before, `payment_confirmed` that more is there again. The sums are the provider's own, so that events that come twice
or in another order end the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from workflows.association.events import owed
from workflows.association.orders import Order
from workflows.association.payments import (
    DISPUTED,
    MESSAGE,
    MESSAGE_LIFE,
    REFUNDED,
    REINSTATED,
    Payment,
    PaymentEvent,
    ProviderEvent,
    Received,
    concerned_by,
    source_of,
)

__all__ = ["KINDS", "take"]

KINDS: Final = frozenset({REFUNDED, DISPUTED, REINSTATED})
REASONS: Final = {REFUNDED: "CARD_REFUND", DISPUTED: "CARD_DISPUTE"}


def take(session: Session, engine: Engine, event: PaymentEvent) -> Received:
    """Books what went back, once. NOT_YET where the payment is not here: nothing is on record then."""
    if session.get(ProviderEvent, (event.provider, event.event_id)) is not None:
        return Received.REPEATED
    found = select(Payment).where(Payment.provider == event.provider, Payment.provider_reference == event.reference)
    payment = session.execute(found.with_for_update()).scalar_one_or_none()
    if payment is None:
        return Received.NOT_YET
    order, now = session.get_one(Order, payment.order_id), engine.clock.now()
    session.add(
        ProviderEvent(
            provider=event.provider, event_id=event.event_id, kind=event.kind, order_key=order.key, received_at=now
        )
    )
    before = payment.net
    if event.kind == REFUNDED:
        payment.refunded = max(payment.refunded, min(event.amount, payment.amount))
    elif event.kind == REINSTATED:
        payment.disputed = Decimal("0.00")
    elif not _won_since(session, order, event):
        payment.disputed = min(event.amount, payment.amount)
    if payment.net == before:
        return Received.REPEATED
    payment.reversed_at = now if payment.net == 0 else None
    owed.went_back(session, order.id, before - payment.net)
    session.flush()
    if payment.net < before:
        _less(session, engine, order, payment, before, event)
    else:
        _tell(session, engine, MESSAGE, order, payment, {"payment_id": str(payment.id)}, event, "reinstated")
    return Received.RECORDED


def _won_since(session: Session, order: Order, event: PaymentEvent) -> bool:
    """Whether the dispute was won before we heard of its opening: that event came late."""
    won = select(ProviderEvent.event_id).where(
        ProviderEvent.provider == event.provider,
        ProviderEvent.kind == REINSTATED,
        ProviderEvent.order_key == order.key,
        ProviderEvent.received_at >= event.occurred_at,
    )
    return session.execute(won.limit(1)).first() is not None


def _less(
    session: Session, engine: Engine, order: Order, payment: Payment, before: Decimal, event: PaymentEvent
) -> None:
    if payment.net == 0:
        commands.withdraw_message(session, engine, source=source_of(payment), message_id=str(payment.id))
    reason = event.reason or REASONS[event.kind]
    told: dict[str, object] = {
        "order_key": order.key, "direct_debit_id": None, "reason_code": reason,
        "payment_id": str(payment.id), "amount": before - payment.net,
    }  # fmt: skip
    for concerned in concerned_by(session, order, reason):
        _tell(session, engine, f"{concerned}_refunded", order, payment, told, event, concerned)


def _tell(
    session: Session, engine: Engine, message: str, order: Order, payment: Payment, told: dict[str, object],
    event: PaymentEvent, why: str,
) -> None:  # fmt: skip
    commands.correlate_message(
        session, engine, message, order.key, told, source=source_of(payment), message_id=f"{why} {event.event_id}"[:80],
        ttl=MESSAGE_LIFE, by=SYSTEM,
    )  # fmt: skip
