"""What becomes of money that was paid beyond the order: refunded, given to the Foundation, or turned into membership.

The member chooses (domain §P1.7); each way is carried out once, by the element of the diagram that stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, Uuid, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Invalid, WorkFailed
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import memberships, orders, payments, tariffs, wording
from workflows.association.case_variables import amount, day, local_day, text, uuid
from workflows.association.checkout import order_of
from workflows.association.memberships import MembershipPeriod
from workflows.association.orders import FOUNDATION, Order, OrderLine
from workflows.association.records import Record, Subject, Values

_ZERO = Decimal("0.00")
FULL_RATE = "STD"
RULE = "SURPLUS"


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
    """What was paid for an order's application beyond the order and not refunded; never below zero."""
    arrived = payments.of_application(session, order.application_id) if order.application_id is not None else ()
    paid = sum((payment.net for payment in arrived), _ZERO)
    back = session.scalar(select(func.sum(Refund.amount)).where(Refund.order_id == order.id)) or _ZERO
    return max(paid - order.total - back, _ZERO)


@service_task("order.give_surplus", results=("surplus", "gift_key"))
def give(work: ServiceWork) -> Mapping[str, object]:
    """Adds the surplus to the order as a line of the Foundation: the message `gift_received` then tells of it."""
    order = order_of(work)
    surplus = left_over(work.session, order)
    if surplus > 0:
        line = OrderLine(id=uuid4(), position=len(order.lines) + 1, beneficiary=FOUNDATION, kind="GIFT", amount=surplus)
        order.lines.append(line)
    return {"surplus": surplus, "gift_key": orders.gift_key(order)}


@service_task("membership.extend", results=("period",))
def extend(work: ServiceWork) -> Mapping[str, object]:
    """Prolongs the membership by what the surplus buys: whole years at the price of the order, and days of the rest."""
    order = order_of(work)
    membership = memberships.of(work.session, uuid(work.variables, "person_id"))
    if membership is None or order.state != "PAID":
        raise WorkFailed("the membership is not active yet", again=False)
    surplus = amount(work.variables, "surplus", _ZERO)
    today = local_day(work.now, work.engine.settings.zone)
    end = prolonged(membership.end_date, surplus, _price_of_a_year(work, today))
    period = MembershipPeriod(
        id=uuid4(),
        membership_id=membership.id,
        order_id=None,
        start_date=membership.end_date + timedelta(days=1),
        end_date=end,
        value_date=day(work.variables, "value_date"),
        tariff_code=text(work.variables, "tariff"),
        rule=RULE,
        written_at=work.now,
    )
    if end > membership.end_date:
        work.session.add(period)
        membership.end_date, membership.changed_at = end, work.now
    return {"period": {"rule": RULE, "start": membership.start_date, "end": end}}


def _price_of_a_year(work: ServiceWork, today: date) -> Decimal:
    """The applicant's own rate; the full rate where the own one costs nothing."""
    own = amount(work.variables, "dues_amount", _ZERO)
    return own if own > 0 else tariffs.in_force(work.session, FULL_RATE, today).amount


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


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    order = orders.by_key(subject.session, text(subject.variables, "order_key"))
    if order is None:
        return {}
    left = left_over(subject.session, order)
    return {"order_key": order.key, "left": wording.amount(left, "fr"), "amount": left}


def _write(subject: Subject, values: Values) -> Values:
    """Records a refund. Raises RefundRefused for nothing or for more than there is."""
    order = orders.by_key(subject.session, text(subject.variables, "order_key"))
    left = left_over(subject.session, order) if order is not None else _ZERO
    refunded = amount(values, "amount", _ZERO)
    if order is None or not _ZERO < refunded <= left:
        raise RefundRefused(field="amount", left=wording.amount(left, "fr"))
    refund = Refund(
        id=uuid4(),
        order_id=order.id,
        amount=refunded,
        refunded_on=day(values, "refunded_on"),
        reference=text(values, "reference").strip()[:80],
        recorded_by=subject.by,
        recorded_at=subject.now,
    )
    subject.session.add(refund)
    return {"refund_id": str(refund.id)}


_RECORDED = frozenset({"amount", "refunded_on", "reference"})
REFUND = Record(_RECORDED | {"order_key", "left"}, _read, _RECORDED, _write)
