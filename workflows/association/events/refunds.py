"""Money of a registration that goes back: once for each, in whole or in part; its invoice is credited as much.

What is due is a row (`owed`); FINANCE transfers it and notes the bank's reference, one by one or for a whole event.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.association import credit_notes, invoices, orders, payments
from workflows.association.bank import debits
from workflows.association.events.owed import EventRefund
from workflows.association.events.registrations import EventRegistration
from workflows.association.surplus import Refund


def give_back(session: Session, registration: EventRegistration, percent: int, cause: str, now: datetime) -> Decimal:
    """Cancels what is unpaid, credits the invoice and puts on record what is due; answers that amount. Once.

    Of an order whose seat passed on, never more goes back in all than was paid.
    """
    order = orders.by_key(session, registration.order_key or "")
    if order is None:
        return Decimal(0)
    known = session.get(EventRefund, registration.id)
    if known is not None:
        return known.amount
    issued = invoices.of_order(session, order.id)
    if issued is not None and percent > 0:
        credit_notes.issue(session, issued, now.date(), now, share=Decimal(percent) / 100)
    paid = sum((each.net for each in payments.of_order(session, order.id)), Decimal(0))
    if paid == 0:
        if orders.cancel(order, now):
            debits.cancel(session, order.id, now)
        return Decimal(0)
    promised = session.scalar(select(func.sum(EventRefund.left)).where(EventRefund.order_id == order.id))
    due = min((paid * percent / 100).quantize(Decimal("0.01")), paid - (promised or Decimal(0)))
    if due > 0:
        session.add(
            EventRefund(
                registration_id=registration.id, event_id=registration.event_id, order_id=order.id, amount=due,
                cause=cause, due_at=now,
            )
        )  # fmt: skip
        session.flush()
    return max(due, Decimal(0))


def due(session: Session, event_id: UUID | None = None) -> Sequence[EventRefund]:
    """What waits to be paid back, the oldest first; of one event where it is named."""
    query = select(EventRefund).where(EventRefund.refund_id.is_(None), EventRefund.left > 0)
    if event_id is not None:
        query = query.where(EventRefund.event_id == event_id)
    return session.scalars(query.order_by(EventRefund.due_at, EventRefund.registration_id)).all()


def pay(session: Session, chosen: Sequence[EventRefund], *, on: date, reference: str, by: str, now: datetime) -> int:
    """Notes the transfers of these; one that was made before, or of which nothing is left, is left alone. Answers how
    many were noted."""
    done = 0
    for each in chosen:
        if each.refund_id is not None or each.left <= 0:
            continue
        made = Refund(
            id=uuid4(), order_id=each.order_id, amount=each.left, refunded_on=on, reference=reference[:80],
            recorded_by=by[:64], recorded_at=now,
        )  # fmt: skip
        session.add(made)
        session.flush()
        each.refund_id = made.id
        done += 1
    return done
