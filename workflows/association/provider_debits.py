"""Debits that a payment provider collects for us: asked for, given up by it, or taken back by the payer's bank.

A mandate that was signed on a provider's page is no order to collect: under the lock of its order somebody looks first
whether it is open, what is left of it, and whether a debit is under way already. That it is asked for is on record
before it is, so that of two mandates of one order one is used.

Our own planned debit of the same order is taken back, so that nobody is debited twice. One that fails goes the way of
the bank's rejects: `payment_failed` with the bank's reason begins the incident (domain §P1.4 `sepa_incident`).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.errors import WorkFailed
from engine.transaction import transaction
from workflows.association import orders, payment_returns, payments, provider_stops
from workflows.association.bank import debits
from workflows.association.orders import Order
from workflows.association.payments import DISPUTED, Payment, PaymentEvent, ProviderEvent, Received
from workflows.association.provider_stops import ASIDE, COLLECTING, Collector

__all__ = ["COLLECTING", "FAILED", "KINDS", "SIGNED", "collect", "is_under_way", "left_to_pay", "take"]

SIGNED, FAILED = "mandate.signed", "payment.failed"
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
            provider=event.provider, event_id=event.event_id, kind=event.kind, order_key=order.key, received_at=now,
            reference=event.reference,
        )
    )  # fmt: skip
    if event.kind == COLLECTING:
        debits.cancel_planned(session, order.id, now)
    elif order.state == "OPEN":
        payments.take_back(
            session, engine, order, None, debit_id=None, told=event.event_id, reason=event.reason, by=SYSTEM, now=now
        )
    return Received.NOTED


def collect(engine: Engine, provider: Collector, signed: PaymentEvent) -> None:
    """Has a provider collect by a mandate that was signed, where that is wanted still. Raises WorkFailed."""
    with transaction(engine) as session:
        amount = _wanted(session, engine, signed)
    if amount is None:
        return
    try:
        reference = provider.collect(signed, amount)
    except WorkFailed as refused:
        if not refused.again:  # nothing was asked for: the order may be paid otherwise
            with transaction(engine) as session:
                session.delete(session.get_one(ProviderEvent, (signed.provider, signed.event_id)))
        raise
    with transaction(engine) as session:
        order, now = _locked(session, signed.order_key), engine.clock.now()
        session.get_one(ProviderEvent, (signed.provider, signed.event_id)).reference = reference
        debits.cancel_planned(session, order.id, now)
        session.flush()
        if _needless(session, order):  # it was paid or closed while they were asked
            provider_stops.promise(session, order, now)


def _wanted(session: Session, engine: Engine, signed: PaymentEvent) -> Decimal | None:
    """What is to be collected, on record from now on; None where nothing is, with the reason on record."""
    order = _locked(session, signed.order_key)
    left = left_to_pay(session, order)
    known = session.get(ProviderEvent, (signed.provider, signed.event_id))
    if known is not None:  # whoever asked then heard no answer: by the same key it is asked once
        again = known.kind == COLLECTING and not known.reference
        return (min(signed.amount, left) if left > 0 else signed.amount) if again else None
    why = _needless(session, order) or _doubled(session, order)
    session.add(
        ProviderEvent(
            provider=signed.provider, event_id=signed.event_id, kind=f"{ASIDE}.{why}" if why else COLLECTING,
            order_key=order.key, received_at=engine.clock.now(), reference=signed.reference if why else None,
        )
    )  # fmt: skip
    return None if why else min(signed.amount, left)


def _locked(session: Session, key: str) -> Order:
    found = select(Order).where(Order.key == key).with_for_update().execution_options(populate_existing=True)
    order = session.scalars(found).one_or_none()
    if order is None:
        raise WorkFailed("the payment is for an order that is not known here", again=False)
    return order


def _needless(session: Session, order: Order) -> str:
    return order.state if order.state != "OPEN" else "" if left_to_pay(session, order) > 0 else "PAID"


def _doubled(session: Session, order: Order) -> str:
    return "UNDER_WAY" if is_under_way(session, order) else "AT_BANK" if debits.is_at_bank(session, order.id) else ""


def left_to_pay(session: Session, order: Order) -> Decimal:
    """What of an order has not arrived yet, in euros."""
    return order.total - sum((payment.net for payment in payments.of_order(session, order.id)), Decimal("0.00"))


def is_under_way(session: Session, order: Order) -> bool:
    """Whether a provider collects an order: it asked for the money, and nothing came of it since."""
    return provider_stops.collecting(session, order) is not None
