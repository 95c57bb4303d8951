"""Dues for life, paid in instalments: each prolongs the membership by a year as any renewal, the last one for good.

A row keeps the terms alone: the price on the day of the first instalment, how many there are, and until when they are
paid. What is paid follows from the periods that stand, so that money which goes back is missing by itself, and counts
again where it comes after all. Source: domain §P1.4 (15 times the full rate, payable in four years at most).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Numeric, Uuid, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from engine.models import Base
from engine.personal import Personal
from engine.prepared import fetch
from workflows.association import figures
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import OrderLine
from workflows.association.tariffs import LIFE, LIFE_PART

_CENT: Final = Decimal("0.01")
_ZERO: Final = Decimal("0.00")
_WHOLE: Final = 100  # per cent


class LifePlan(Base):
    """The terms on which somebody pays dues for life in instalments; one a membership."""

    __tablename__ = "life_plan"
    __privacy__ = Personal("membership", "membership_id", "empty")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), unique=True)
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    instalments: Mapped[int] = mapped_column(Integer)
    begun_on: Mapped[date]  # the value date of the first instalment
    payable_until: Mapped[date]
    membership: Mapped[Membership] = relationship(lazy="raise")  # nobody reads it: the membership is written first
    __table_args__ = (
        CheckConstraint("price > 0 AND instalments > 1", name="ck_life_plan_terms"),
        CheckConstraint("payable_until >= begun_on", name="ck_life_plan_dates"),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """What dues for life cost somebody on a day. `rest`: all at once; `part`: the next instalment, None where none is
    offered; `paid_parts` of `parts` are paid; `running`: a plan holds its price, and instalments are paid, `until`."""

    price: Decimal
    rest: Decimal
    part: Decimal | None
    paid: Decimal
    paid_parts: int
    parts: int
    running: bool
    until: date | None = None

    @property
    def is_last(self) -> bool:
        """Whether the next instalment makes the membership one for life."""
        return self.part is not None and self.part >= self.rest


_WHOSE: Final = bindparam("membership", type_=Uuid())
_TERMS: Final = select(*LifePlan.__table__.columns).where(LifePlan.membership_id == _WHOSE)
_PAID: Final = select(
    func.coalesce(func.sum(MembershipPeriod.life_paid), 0).label("amount"),
    func.coalesce(func.sum(MembershipPeriod.life_parts), 0).label("parts"),
).where(
    MembershipPeriod.membership_id == _WHOSE,
    MembershipPeriod.life_paid.is_not(None),
    MembershipPeriod.reversed_at.is_(None),
)
_COUNTED: Final = (
    select(MembershipPeriod)
    .where(
        MembershipPeriod.membership_id == _WHOSE,
        MembershipPeriod.life_paid.is_not(None),
        MembershipPeriod.reversed_at.is_(None),
    )
    .order_by(MembershipPeriod.start_date, MembershipPeriod.written_at)
)


def offer(
    session: Session, membership: Membership | None, price: Decimal, today: date, *, started: date | None = None
) -> Offer:
    """What dues for life cost on a day on which they cost `price` to whoever begins; `started`: that of the case, which
    keeps the figures of its start."""
    terms = fetch(session, _TERMS, {"membership": membership.id}) if membership is not None else ()
    paid, paid_parts = _paid(session, terms[0].membership_id) if terms else (_ZERO, 0)
    if not terms or paid == 0:
        parts = figures.number(session, "LIFE_INSTALMENTS", today, started=started)
        part = part_of(price, parts) if parts > 1 and price > 0 else None
        return Offer(price, price, part, _ZERO, 0, parts if part else 0, running=False)
    plan = terms[0]
    if today > plan.payable_until:
        share = figures.number(session, "LIFE_KEPT_PERCENT", today, started=started)
        counted = (paid * share / _WHOLE).quantize(_CENT)
        return Offer(price, max(price - counted, _ZERO), None, paid, paid_parts, plan.instalments, running=False)
    left = max(min(plan.instalments - paid_parts, _whole_years(today, plan.payable_until) + 1), 1)
    rest = max(plan.price - paid, _ZERO)
    return Offer(plan.price, rest, part_of(rest, left), paid, paid_parts, paid_parts + left, True, plan.payable_until)


def running(session: Session, membership: Membership, today: date) -> Offer | None:
    """The plan under which somebody pays on this day; None without one, or where all is paid or its time is over."""
    found = offer(session, membership, _ZERO, today) if membership.end_date != date.max else None
    return found if found is not None and found.running and found.rest > 0 else None


def _paid(session: Session, membership_id: UUID) -> tuple[Decimal, int]:
    """What was paid of dues for life and not given back, and by how many instalments."""
    row = fetch(session, _PAID, {"membership": membership_id})[0]
    return Decimal(row.amount).quantize(_CENT), int(row.parts)


def part_of(rest: Decimal, left: int) -> Decimal:
    """One of equal instalments, rounded up: the last is what remains."""
    return min((rest / left).quantize(_CENT, ROUND_UP), rest)


def _whole_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def later(day: date, years: int) -> date:
    """The same day some years later; 29 February is the 28th in a year that has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def ordered(line: OrderLine, agreed: Offer) -> None:
    """Notes on the line of an order which instalment it is, of how many, and of what price; of all that was left, the
    price alone."""
    line.part_of = agreed.price
    if line.tariff_code == LIFE_PART:
        line.part, line.parts = agreed.paid_parts + 1, agreed.parts


def keep(session: Session, period: MembershipPeriod, line: OrderLine, membership: Membership) -> None:
    """Something of dues for life is paid: its period counts for them, and the first instalment fixes the terms.

    Where money of all instalments went back, the next one is a first one again.
    """
    plan = session.scalars(select(LifePlan).where(LifePlan.membership_id == membership.id)).one_or_none()
    if line.part_of is None or (plan is None and line.parts is None):
        return
    paid = _paid(session, membership.id)[0] if plan is not None else _ZERO
    period.life_paid, period.life_parts = line.amount, 1 if line.parts is not None else 0
    if plan is None:
        plan = LifePlan(id=uuid4(), membership_id=membership.id)
        session.add(plan)
    if line.parts is not None and paid == 0:
        years = figures.number(session, "LIFE_PLAN_YEARS", period.value_date)
        plan.price, plan.instalments, plan.begun_on = line.part_of, line.parts, period.value_date
        plan.payable_until = later(period.value_date, years)
    elif line.parts is None and period.value_date > plan.payable_until:
        plan.price = paid + line.amount  # what the rest of that day made whole


def settle(session: Session, membership_id: UUID) -> None:
    """The last period of dues for life is for good exactly while all of them are paid: where money of an earlier
    instalment went back after it, it is a year as any other, and the plan runs on; where that money comes, it is for
    good again. Expects what was written to be flushed."""
    plan = session.scalars(select(LifePlan).where(LifePlan.membership_id == membership_id)).one_or_none()
    counted = session.scalars(_COUNTED, {"membership": membership_id}).all() if plan is not None else ()
    if plan is None or not counted:
        return
    whole = sum((each.life_paid or _ZERO for each in counted), _ZERO) >= plan.price
    for period in counted:
        if whole and period is counted[-1]:
            period.end_date, period.tariff_code = date.max, LIFE
        elif period.end_date == date.max:
            period.end_date, period.tariff_code = later(period.start_date, 1) - timedelta(days=1), LIFE_PART
    session.flush()
