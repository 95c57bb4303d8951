"""Debits that a payment provider collects for us: asked for, given up by it, or taken back by the payer's bank.

Our own planned debit of the same order is taken back, so that nobody is debited twice. One that fails goes the way of
the bank's rejects: `payment_failed` with the bank's reason begins the incident (domain §P1.4 `sepa_incident`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.engine import Engine
from workflows.association import orders, payment_returns, payments
from workflows.association.bank import debits
from workflows.association.orders import Order
from workflows.association.payments import DISPUTED, Payment, PaymentEvent, ProviderEvent, Received

__all__ = ["COLLECTING", "FAILED", "KINDS", "is_under_way", "take"]

COLLECTING, FAILED = "payment.collecting", "payment.failed"
KINDS: Final = frozenset({COLLECTING, FAILED})


def take(session: Session, engine: Engine, event: PaymentEvent) -> Received:
    """Takes what a provider tells of a debit, once. What fails after it arrived is money taken back."""
    if session.get(ProviderEvent, (event.provider, event.event_id)) is not None:
        return Received.REPEATED
    arrived = select(Payment.id).where(
        Payment.provider == event.provider, Payment.provider_reference == event.reference
    )
    if event.kind == FAILED and session.scalar(arrived) is not None:
        return payment_returns.take(session, engine, replace(event, kind=DISPUTED))
    order, now = orders.by_key(session, event.order_key), engine.clock.now()
    if order is None:
        return Received.UNKNOWN_ORDER
    session.add(
        ProviderEvent(
            provider=event.provider, event_id=event.event_id, kind=event.kind, order_key=order.key, received_at=now
        )
    )
    if event.kind == COLLECTING:
        debits.cancel(session, order.id, now)
    elif order.state == "OPEN":
        payments.take_back(
            session, engine, order, None, debit_id=None, told=event.event_id, reason=event.reason, by=SYSTEM, now=now
        )
    return Received.NOTED


def is_under_way(session: Session, order: Order) -> bool:
    """Whether a provider collects an order: it asked for the money, and did not say since that it gives up."""
    told = select(ProviderEvent.kind).where(ProviderEvent.order_key == order.key, ProviderEvent.kind.in_(KINDS))
    return session.scalar(told.order_by(ProviderEvent.received_at.desc()).limit(1)) == COLLECTING
