"""Money that was paid beyond what orders cost: how much of it is left, and which uses the member may choose.

Whatever brought it (too much at once, a second payment after the first, a payment for an order that had expired), it
is looked at in one process, `payment_surplus`, begun by the message `surplus_found`. Source: domain §P1.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid
from engine.models import Base, Moment, ProcessInstance
from engine.personal import Personal
from workflows.association import figures, memberships, orders, parameters, payments, tariffs
from workflows.association.applications import age_on
from workflows.association.gifts import pledges
from workflows.association.memberships import Membership
from workflows.association.orders import Order, OrderLine
from workflows.association.parameters import Column, Row, Table
from workflows.association.people import Person

ZERO: Final = Decimal("0.00")
FULL_RATE: Final = "STD"
PROCESS: Final = "payment_surplus"
USED: Final = "surplus_used"  # tells the case of a surplus that an order takes it

DELAYS: Final = Table(
    "surplus_rule",
    "Délai de choix d’un trop-perçu",
    "Time to choose what becomes of a surplus",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=180),),
    first=(Row("choice", "Choix de la personne", "Choice of the person", 30),),
    about_fr="Passé ce délai, la comptabilité décide à la place de la personne.",
    about_en="After that time the accounts decide in the person's place.",
    processes=("payment_surplus",),
)
TASKS: Final = Table(
    "surplus_task",
    "Temps des tâches d’un trop-perçu",
    "Time for the tasks about a surplus",
    (Column("working_days", "working_days", "Jours ouvrés", "Working days", minimum=1, maximum=60),),
    first=(
        Row("decision", "Décider à la place de la personne", "Decide in the person's place", 10),
        Row("refund", "Rembourser", "Refund", 5),
    ),
    processes=("payment_surplus",),
)


class RefundRefused(Invalid):
    """At most {left} is left to be refunded."""

    code: ClassVar[str] = "refund_refused"


class Refund(Base):
    """Money that was given back. Append-only; the bank's reference names the transfer."""

    __tablename__ = "refund"
    __privacy__ = Personal("accounting", "order_id", "keep", ids="recorded_by", plain="reference")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("sales_order.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    refunded_on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(80))
    recorded_by: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (CheckConstraint("amount > 0", name="ck_refund_amount"),)


def left_over(session: Session, order: Order) -> Decimal:
    """What arrived for an order and those beside it, beyond what they cost and what was refunded; never below zero.

    An order that was canceled costs nothing: what is paid for it late is counted for the next one, or is left over.
    """
    counted = together(session, order)
    return _beyond(session, counted, counted)


def at_hand(session: Session, order: Order) -> Decimal:
    """What came for the orders beside this one and is not spoken for: it is taken off what this one costs."""
    counted = together(session, order)
    return _beyond(session, counted, [each for each in counted if each.id != order.id])


def refunded(session: Session, order: Order) -> Decimal:
    """What was given back of what came for an order and those beside it."""
    return _refunded(session, together(session, order))


def together(session: Session, order: Order) -> Sequence[Order]:
    """The orders whose money counts for one another. An instalment stands by itself: what is too much for one of them
    is the donor's, and not the first money of the next, which is open already when the donor chooses."""
    beside = orders.beside(session, order)
    if len(beside) == 1:
        return beside
    return [order] if order.application_id is None and pledges.any_of(session, beside) else beside


def _refunded(session: Session, counted: Iterable[Order]) -> Decimal:
    ids = [each.id for each in counted]
    return session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id.in_(ids))) or ZERO


def _beyond(session: Session, counted: Sequence[Order], costing: Iterable[Order]) -> Decimal:
    """What came for orders that stand together and was not given back, beyond what some of them cost."""
    paid = sum((payment.net for payment in payments.of_orders(session, counted)), ZERO)
    cost = sum((each.total for each in costing if each.state != "CANCELED"), ZERO)
    return max(paid - cost - _refunded(session, counted), ZERO) if paid > cost else ZERO


def cases_about(session: Session, keys: Sequence[str], *, besides: UUID) -> Sequence[ProcessInstance]:
    """The cases that go on about the surplus of orders with these keys, but one."""
    if not keys:
        return []
    query = select(ProcessInstance).where(ProcessInstance.process_id == PROCESS, ProcessInstance.start_key.in_(keys))
    return session.scalars(query.where(ProcessInstance.ended_at.is_(None), ProcessInstance.id != besides)).all()


def choose_until(session: Session, started: date, today: date) -> date:
    """The last day on which the person chooses, in a case that started that day."""
    return started + timedelta(days=parameters.count(session, DELAYS, "choice", "days", on=today, started=started))


def dues_line(order: Order) -> OrderLine | None:
    """The line of an order that a period was bought by."""
    return next((line for line in order.lines if line.kind == "DUES" and line.years > 0), None)


def may_extend(order: Order, membership: Membership | None) -> bool:
    """Whether what is left can prolong a membership: one in force, with a last day, that this order paid for."""
    return (
        membership is not None
        and order.state == "PAID"
        and dues_line(order) is not None
        and membership.end_date != date.max
        and membership.statutory_status == "MEMBER"
        and membership.service_entitlement not in {"SUSPENDED", "ENDED"}
    )


def may_give(session: Session, order: Order, person: Person | None, left: Decimal, today: date) -> bool:
    """Whether what is left can become a gift: by somebody who is alive and of age (a minor gives nothing away, Code
    civil, art. 903), of an order that stands."""
    if person is None or person.deceased_on is not None or order.state != "PAID":
        return False
    of_age = figures.number(session, "OF_AGE", today)
    grown = person.birth_date is None or age_on(person.birth_date, today) >= of_age
    return grown and left >= figures.limit(session, "LEAST_GIFT", today)


def price_of_a_year(session: Session, order: Order, today: date) -> Decimal:
    """The member's own yearly rate, as the order has it; the full rate where the own one costs nothing, and where the
    order was an instalment of dues for life, which costs far more than a year."""
    line = dues_line(order)
    own = line.amount / line.years if line is not None and line.tariff_code != tariffs.LIFE_PART else ZERO
    return own if own > 0 else tariffs.in_force(session, FULL_RATE, today).amount


def tariff_of_a_year(line: OrderLine) -> str:
    """At which rate what is left of an order buys time: the line's own, the full one beside an instalment for life."""
    return FULL_RATE if line.tariff_code == tariffs.LIFE_PART else line.tariff_code or ""


def prolonged(end: date, surplus: Decimal, yearly: Decimal) -> date:
    """A last day, moved by whole years (29 February clamps to the 28th) and days in proportion; none is rounded up.

    A life membership has no last day to move.
    """
    years = int(surplus // yearly)
    if end.year + years >= date.max.year:
        return end
    try:
        moved = end.replace(year=end.year + years)
    except ValueError:
        moved = date(end.year + years, 2, 28)
    return moved + timedelta(days=int(surplus % yearly * 365 / yearly))


def membership_of(session: Session, order: Order) -> Membership | None:
    """The membership of whoever an order is for."""
    return memberships.of(session, order.person_id) if order.person_id is not None else None
