"""Having a payment provider stop what it collects: for an order that was paid otherwise meanwhile, or is void.

A provider lets that be done until the debit is at the bank. What cannot be stopped is on record as such, and the page
of the payment says so; what then arrives too much goes the way of a surplus (`payments.announce`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol, runtime_checkable
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import Job
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association.orders import Order
from workflows.association.payments import PaymentEvent, ProviderEvent

__all__ = ["COLLECTING", "NOT_STOPPED", "STOPPED", "TYPE", "Collector", "collecting", "connector", "last", "promise"]

TYPE: Final = "payment.stop"
COLLECTING, STOPPED, NOT_STOPPED = "payment.collecting", "payment.stopped", "payment.not_stopped"
ASIDE: Final = "payment.needless"  # a mandate by which nothing was asked for: why stands behind it
_RETRIES: Final = 12
log = logging.getLogger(__name__)


@runtime_checkable
class Collector(Protocol):
    """A payment provider that collects by itself under a mandate."""

    def collect(self, signed: PaymentEvent, amount: Decimal) -> str:
        """Asks for the money once, and answers the provider's name for it. Raises WorkFailed."""

    def stop(self, reference: str) -> bool:
        """Takes it back; False where that is too late. Raises WorkFailed."""


def last(session: Session, order: Order) -> Mapping[str, ProviderEvent]:
    """What each provider told last of what becomes of an order's money."""
    told = select(ProviderEvent).where(ProviderEvent.order_key == order.key, ~ProviderEvent.kind.startswith(ASIDE))
    events = sorted(session.scalars(told), key=lambda each: (each.received_at, each.kind != COLLECTING))
    return {each.provider: each for each in events}


def collecting(session: Session, order: Order) -> ProviderEvent | None:
    """By which event a provider collects an order: it asked for the money, and nothing came of it since."""
    standing = (each for each in last(session, order).values() if each.kind in {COLLECTING, NOT_STOPPED})
    return next(standing, None)


def promise(session: Session, order: Order, now: datetime) -> None:
    """The job that stops what a provider collects for an order; none where it collects nothing."""
    found = collecting(session, order)
    if found is None or found.kind != COLLECTING or not found.reference:
        return  # one that was asked for and not answered yet is stopped with the answer
    payload = {"variables": {"from_provider": found.provider, "event_id": found.event_id}}
    session.add(
        Job(id=uuid4(), process_id="", kind="connector", type=TYPE, payload=payload, due_at=now, retries=_RETRIES)
    )


def connector(providers: Mapping[str, object]) -> Connector:
    """The connector over these providers. It may be called again: what is stopped stays so."""

    def work(work: ConnectorWork) -> None:
        name, event_id = (str(work.variables[key]) for key in ("from_provider", "event_id"))
        provider = providers.get(name)
        with transaction(work.engine) as session:
            found = session.get(ProviderEvent, (name, event_id))
            if not isinstance(provider, Collector) or found is None or not _stands(session, found):
                return
            if found.reference is None:
                return
            reference, order_key = found.reference, found.order_key
        stopped = provider.stop(reference)
        with transaction(work.engine) as session:
            known = f"stop {reference}"[:80]
            if session.get(ProviderEvent, (name, known)) is None:
                session.add(
                    ProviderEvent(
                        provider=name, event_id=known, kind=STOPPED if stopped else NOT_STOPPED, order_key=order_key,
                        received_at=work.now, reference=reference,
                    )
                )  # fmt: skip
        if not stopped:
            log.warning("the debit of order %s is at the bank already and cannot be stopped", order_key)

    return Connector(TYPE, work, retries=_RETRIES, policy="idempotent", results=frozenset())


def _stands(session: Session, found: ProviderEvent) -> bool:
    order = session.scalars(select(Order).where(Order.key == found.order_key)).one_or_none()
    return order is not None and collecting(session, order) is found and found.kind == COLLECTING
