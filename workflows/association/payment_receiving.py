"""The job that makes payments of what providers told us: put by at the door, read and booked here, each once.

`payment.receive` is a connector, since a provider may have to be asked; it waits while nothing may leave the house.
What nobody can book (an order that is not ours, another currency) is held with its reason until a person looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.exc import IntegrityError

from engine.engine import Engine
from engine.errors import WorkFailed
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import payment_returns, payments, provider_debits
from workflows.association.payment_provider import Provider
from workflows.association.payments import PaymentEvent, PaymentRefused, Received
from workflows.association.provider_stops import Collector

__all__ = ["TYPE", "book", "connector"]

TYPE: Final = "payment.receive"
RETRIES: Final = 12  # with the back-off of jobs, about two days: events come in any order


def connector(providers: Mapping[str, Provider]) -> Connector:
    """The connector over these providers."""

    def work(work: ConnectorWork) -> None:
        fields = {str(name): str(value) for name, value in work.variables.items()}
        provider = providers.get(fields.pop("from_provider", ""))
        if provider is None:
            raise WorkFailed("the payment provider is not set up here", again=False)
        for event in provider.events(fields):
            if event.kind == provider_debits.SIGNED and isinstance(provider, Collector):
                provider_debits.collect(work.engine, provider, event)
            else:
                book(work.engine, event)

    return Connector(TYPE, work, retries=RETRIES, policy="idempotent", results=frozenset())


def book(engine: Engine, event: PaymentEvent) -> Received:
    """Books one event. A twin that is booked at the same moment wins, and is then found.

    Raises WorkFailed where it cannot be booked, or not yet; nothing is on record then.
    """
    try:
        return _booked(engine, event)
    except IntegrityError:
        return _booked(engine, event)


def _booked(engine: Engine, event: PaymentEvent) -> Received:
    with transaction(engine) as session:
        try:
            if event.kind in payment_returns.KINDS:
                done = payment_returns.take(session, engine, event)
            elif event.kind in provider_debits.KINDS:
                done = provider_debits.take(session, engine, event)
            else:
                done = payments.receive(session, engine, event)
        except PaymentRefused as error:
            raise WorkFailed(f"this is no payment of ours ({event.amount} {event.currency})", again=False) from error
        if done is Received.UNKNOWN_ORDER and event.kind != payments.REFUSED:
            raise WorkFailed("the payment is for an order that is not known here", again=False)
        if done is Received.NOT_YET:
            raise WorkFailed("it tells of a payment that has not arrived yet")
        return done
