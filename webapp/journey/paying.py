"""What somebody has to pay, or to sign for its payment, in his journeys: a step that no task stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import Subscription
from webapp.auth import settings
from webapp.payments.providers import signs_at_provider
from workflows.association.orders import Order

__all__ = ["to_pay"]

PAYMENT: Final = "payment_confirmed"


def to_pay(session: Session, cases: Iterable[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """By case the element that waits for a payment, and the address of the page that takes it."""
    waits = (
        select(Subscription.instance_id, Subscription.element, Order)
        .join(Order, Order.key == Subscription.key)
        .where(Subscription.instance_id.in_(cases), Subscription.name == PAYMENT, Order.state == "OPEN")
    )
    found: dict[UUID, tuple[str, str]] = {}
    for case_id, element, order in session.execute(waits).tuples():
        if case_id is not None and (order.means == "CARD" or signs_at_provider(session, order, settings())):
            found.setdefault(case_id, (element, url_for("payments.pay", order_key=order.key)))
    return found
