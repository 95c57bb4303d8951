"""Payments: what arrived, once each, and what it means to the case that waits for it.

A provider's event is kept under (provider, event id), a payment under (provider, provider's reference): a webhook that
is sent twice, or an event that tells of a payment a second time, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM, Actor
from engine.engine import Engine
from engine.errors import Invalid
from engine.models import Base, Moment, ProcessInstance
from engine.personal import Impersonal, Personal
from engine.prepared import attached, fetch
from workflows.association import figures, orders
from workflows.association.case_variables import local_day
from workflows.association.events import owed
from workflows.association.gifts import pledges
from workflows.association.orders import Order

MESSAGE = "payment_confirmed"
SURPLUS = "surplus_found"
CURRENCY = "EUR"
PAYMENT, INSTALMENT = "payment", "instalment"
DEATH = "MD07"  # ISO 20022, external status reason: the end customer is deceased
SUCCEEDED, REFUSED = "payment.succeeded", "payment.refused"
REFUNDED, DISPUTED, REINSTATED = "payment.refunded", "payment.disputed", "payment.reinstated"
MESSAGE_LIFE = timedelta(days=30)  # an early message waits for its case as long as an order's price holds


class PaymentRefused(Invalid):
    """A payment needs an amount above zero in euros, for an order that exists."""

    code: ClassVar[str] = "payment_refused"


class PaymentKnown(Invalid):
    """The payment “{reference}” is recorded already."""

    code: ClassVar[str] = "payment_known"


class Payment(Base):
    """Money that arrived for an order. `value_date` is the bank's, and decides membership periods."""

    __tablename__ = "payment"
    __privacy__ = Personal(
        "accounting", "order_id", "keep", ids="recorded_by", plain="provider provider_reference means currency"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"))
    provider: Mapped[str] = mapped_column(String(24))  # the provider's name, or BANK, CHEQUE
    provider_reference: Mapped[str] = mapped_column(String(80))
    means: Mapped[str] = mapped_column(String(8))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    value_date: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(Moment)
    recorded_by: Mapped[str] = mapped_column(String(64))
    reversed_at: Mapped[datetime | None] = mapped_column(Moment)
    refunded: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal("0.00"), server_default="0")  # in all
    disputed: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal("0.00"), server_default="0")
    __table_args__ = (
        UniqueConstraint("provider", "provider_reference"),
        Index("ix_payment_order", "order_id"),
        CheckConstraint("amount > 0", name="ck_payment_amount"),
    )

    @property
    def net(self) -> Decimal:
        """What of it stays with us."""
        gone = (self.refunded or Decimal(0)) + (self.disputed or Decimal(0))
        return max(self.amount - gone, Decimal("0.00"))


class ProviderEvent(Base):
    """An event that a provider told us of. Append-only; the guard against replays."""

    __tablename__ = "provider_event"
    __privacy__ = Impersonal("numbers of a payment provider's events")
    provider: Mapped[str] = mapped_column(String(24), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    order_key: Mapped[str] = mapped_column(String(40), index=True)
    received_at: Mapped[datetime] = mapped_column(Moment)
    reference: Mapped[str | None] = mapped_column(String(80))  # of what it collects


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A verified event; `value_date` where the bank gives one. The amount of REFUNDED is the sum of all refunds."""

    provider: str
    event_id: str
    kind: str
    order_key: str
    amount: Decimal
    currency: str
    means: str
    occurred_at: datetime
    reference: str = ""
    value_date: date | None = None
    reason: str = ""  # why money goes back: the bank's code, ISO 20022
    request: str = ""  # of a signed mandate: what was signed


class Received(Enum):
    """What became of an event."""

    RECORDED = "recorded"
    REPEATED = "repeated"
    NOTED = "noted"  # a refused payment: nothing arrived
    UNKNOWN_ORDER = "unknown_order"
    NOT_YET = "not_yet"  # it tells of a payment that has not arrived


_STANDING: Final = select(*Payment.__table__.columns).where(Payment.reversed_at.is_(None))
_OLDEST: Final = (Payment.value_date, Payment.received_at)
_OF_ORDER: Final = _STANDING.where(Payment.order_id == bindparam("order", type_=Uuid())).order_by(*_OLDEST)
_THESE: Final = Payment.order_id.in_(bindparam("orders", expanding=True))
_OF_ORDERS: Final = select(Payment).where(Payment.reversed_at.is_(None), _THESE).order_by(*_OLDEST)


def of_order(session: Session, order_id: UUID) -> Sequence[Payment]:
    """What arrived for an order and was not reversed, the oldest first."""
    return [attached(session, Payment, row) for row in fetch(session, _OF_ORDER, {"order": order_id})]


def of_orders_beside(session: Session, order: Order) -> Sequence[Payment]:
    """What arrived for any order of the same application or case: a late payment of an expired order counts too."""
    return of_orders(session, orders.beside(session, order))


def of_orders(session: Session, together: Sequence[Order]) -> Sequence[Payment]:
    """What arrived for these orders and was not reversed."""
    if len(together) == 1:
        return of_order(session, together[0].id)
    return session.scalars(_OF_ORDERS, {"orders": [each.id for each in together]}).all()


def receive(session: Session, engine: Engine, event: PaymentEvent) -> Received:
    """Takes a verified event: keeps it, records the payment, and tells the case that waits, in one transaction.

    Raises PaymentRefused for an amount that is no amount of ours.
    """
    now = engine.clock.now()
    if session.get(ProviderEvent, (event.provider, event.event_id)) is not None:
        return Received.REPEATED
    session.add(
        ProviderEvent(
            provider=event.provider, event_id=event.event_id, kind=event.kind, order_key=event.order_key[:40],
            received_at=now,
        )
    )  # fmt: skip
    order = orders.by_key(session, event.order_key)
    if order is None:
        return Received.UNKNOWN_ORDER
    if event.kind != SUCCEEDED:
        return Received.NOTED
    payment = Payment(
        id=uuid4(),
        order_id=order.id,
        provider=event.provider,
        provider_reference=event.reference or event.event_id,
        means=event.means,
        amount=event.amount,
        currency=event.currency,
        value_date=event.value_date or local_day(event.occurred_at, engine.settings.zone),
        received_at=now,
        recorded_by=f"provider:{event.provider}",
    )
    try:
        add(session, payment)
    except PaymentKnown:
        return Received.REPEATED
    announce(session, engine, order, payment, by=SYSTEM)
    return Received.RECORDED


def add(session: Session, payment: Payment) -> Payment:
    """Records a payment. Raises PaymentRefused, PaymentKnown."""
    if payment.amount <= 0 or payment.currency != CURRENCY:
        raise PaymentRefused(field="amount")
    known = select(Payment.id).where(
        Payment.provider == payment.provider, Payment.provider_reference == payment.provider_reference
    )
    if session.scalar(known) is not None:
        raise PaymentKnown(field="reference", reference=payment.provider_reference)
    session.add(payment)
    session.flush()
    return payment


def announce(session: Session, engine: Engine, order: Order, payment: Payment, *, by: Actor) -> None:
    """Publishes `payment_confirmed` with the order's key; it waits where its case is not there yet.

    What comes for an order about which all is said and done is too much (`surplus_found`).
    """
    if _is_settled(session, order):
        report_surplus(session, engine, order, by=by)
        return
    commands.correlate_message(
        session, engine, MESSAGE, order.key, {"payment_id": str(payment.id)}, source=source_of(payment),
        message_id=str(payment.id), ttl=MESSAGE_LIFE, by=by,
    )  # fmt: skip


def report_surplus(session: Session, engine: Engine, order: Order, *, by: Actor) -> None:
    """Publishes `surplus_found`: more is there than orders cost, and whoever paid it is asked what becomes of it."""
    commands.correlate_message(
        session, engine, SURPLUS, order.key, {"order_key": order.key}, source=SURPLUS, ttl=MESSAGE_LIFE, by=by
    )


def _is_settled(session: Session, order: Order) -> bool:
    """Whether no case waits for money under this order's key: it is paid, or void (of a promise, its case is over)."""
    if order.state != "CANCELED" or pledges.of_order(session, order.id) is None:
        return order.state in {"PAID", "CANCELED"}
    return not is_under_way(session, order)


def is_under_way(session: Session, order: Order) -> bool:
    """Whether the case that made an order is not over: whoever let it expire may still order again."""
    ended = select(ProcessInstance.ended_at).where(ProcessInstance.id == order.instance_id)
    row = session.execute(ended).first()
    return row is not None and row.ended_at is None


def source_of(payment: Payment) -> str:
    """The source of the messages about a payment."""
    return f"payment:{payment.provider}"[:80]


def take_back(
    session: Session, engine: Engine, order: Order, payment: Payment | None, *, debit_id: UUID | None, told: str = "",
    reason: str, by: Actor, now: datetime,
) -> None:  # fmt: skip
    """The bank takes money back, or never sent it: the payment is reversed and `payment_failed` or `payment_refunded`
    tells whoever waits by the order's key (of a promised gift: `instalment_failed`, `instalment_refunded`, for it is no
    affair of the Association; a reported death concerns both). `reason`: the bank's code (ISO 20022). `debit_id`: of
    our own collection; of a provider's, `told` names its event."""
    arrived = payment is not None and payment.reversed_at is None
    if payment is not None and arrived:
        owed.went_back(session, order.id, payment.net)
        payment.reversed_at = now
        commands.withdraw_message(session, engine, source=source_of(payment), message_id=str(payment.id))
    ending = "refunded" if arrived else "failed"
    for concerned in concerned_by(session, order, reason):
        commands.correlate_message(
            session,
            engine,
            f"{concerned}_{ending}",
            order.key,
            {"order_key": order.key, "direct_debit_id": str(debit_id) if debit_id else None, "reason_code": reason},
            source="bank" if concerned == PAYMENT else "bank of gifts",
            message_id=f"{debit_id or told} {reason}"[:80],
            ttl=MESSAGE_LIFE,
            by=by,
        )


def concerned_by(session: Session, order: Order, reason: str) -> tuple[str, ...]:
    """Who hears of it: the accounts, or whoever follows a promised gift; of a reported death both."""
    if pledges.of_order(session, order.id) is None:
        return (PAYMENT,)
    return (PAYMENT, INSTALMENT) if reason == DEATH else (INSTALMENT,)


def tolerance(session: Session, on: date) -> Decimal:
    """How much too much or too little is still the right amount (domain §P1.7)."""
    return figures.limit(session, "TOLERANCE", on)


def is_enough(due: Decimal, paid: Decimal, tolerance: Decimal) -> bool:
    """Whether a payment covers what is due, within the tolerance. What costs nothing is paid."""
    return paid >= due - tolerance if due > 0 else True


def is_too_much(due: Decimal, paid: Decimal, tolerance: Decimal) -> bool:
    """Whether more arrived than was due, beyond the tolerance."""
    return paid > due + tolerance
