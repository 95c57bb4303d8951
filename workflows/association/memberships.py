"""Memberships: legal standing and entitlement to services are two things, and periods move once, on payment.

`statutory_status` says whether somebody is legally a member and may vote; `service_entitlement` says whether the
services are open. Unpaid dues cut services at once and never, by themselves, the legal membership. Domain §1.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch
from workflows.association import figures, known_rows

STATUTORY = ("NOT_MEMBER", "MEMBER", "RESIGNED", "REMOVED", "DECEASED", "HONORARY")
ENTITLEMENTS = (
    *("NONE", "PENDING_VERIF", "PENDING_PAY", "NEW", "CURRENT"),
    *("GRACE", "LAPSED", "SUSPENDED", "ENDED"),
)
PAID_UP = frozenset({"NEW", "CURRENT", "GRACE"})


class Membership(Base):
    """One row a person who ever applied successfully. Dates are the current period's; the periods keep them all."""

    __tablename__ = "membership"
    __privacy__ = Personal(
        "membership", "person_id", "empty", random="member_no", unlink="import_id",
        plain="category statutory_status service_entitlement",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    member_no: Mapped[str] = mapped_column(String(8), unique=True)
    category: Mapped[str] = mapped_column(String(12))
    statutory_status: Mapped[str] = mapped_column(String(12))
    service_entitlement: Mapped[str] = mapped_column(String(16))
    join_date: Mapped[date]
    start_date: Mapped[date]
    end_date: Mapped[date]
    rejoin_count: Mapped[int] = mapped_column(default=0)
    auto_renew: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    import_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    __table_args__ = (
        Index("ix_membership_entitlement", "service_entitlement", "end_date"),
        CheckConstraint("end_date >= start_date", name="ck_membership_dates"),
    )


class MembershipPeriod(Base):
    """A period that was paid for. Append-only: a refund writes `reversed_at`, it deletes nothing."""

    __tablename__ = "membership_period"
    __privacy__ = Personal(
        "membership", "membership_id", "empty", unlink="order_id surplus_of", plain="tariff_code rule"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"), unique=True)
    surplus_of: Mapped[UUID | None] = mapped_column(ForeignKey("sales_order.id"), index=True)  # what prolonged it
    start_date: Mapped[date]
    end_date: Mapped[date]
    value_date: Mapped[date]
    tariff_code: Mapped[str] = mapped_column(String(8))
    life_paid: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))  # of dues for life (`life_plans`)
    life_parts: Mapped[int | None]  # by so many instalments
    rule: Mapped[str] = mapped_column(String(24))  # the row of the decision `period_rule` that gave the dates
    written_at: Mapped[datetime] = mapped_column(Moment)
    reversed_at: Mapped[datetime | None] = mapped_column(Moment)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included, and the rule that said so."""

    start: date
    end: date
    rule: str


def of(session: Session, person_id: UUID) -> Membership | None:
    """The membership of a person, None for somebody who never joined (entitlement NONE)."""
    return known_rows.by(session, Membership, Membership.person_id, person_id)


def entitlement(session: Session, person_id: UUID) -> str:
    """The service entitlement of a person."""
    membership = of(session, person_id)
    return membership.service_entitlement if membership is not None else "NONE"


def periods(session: Session, membership_id: UUID) -> Sequence[MembershipPeriod]:
    """All periods of a membership, the oldest first, reversed ones included."""
    query = select(MembershipPeriod).where(MembershipPeriod.membership_id == membership_id)
    return session.scalars(query.order_by(MembershipPeriod.start_date, MembershipPeriod.written_at)).all()


def continues(membership: Membership, period: Period) -> bool:
    """Whether a period goes on without a gap where the present one ends: the membership began when that one did."""
    follows = membership.end_date != date.max and period.start == membership.end_date + timedelta(days=1)
    return period.rule == "RENEWAL" or (period.rule == "LIFE" and follows)


def to_grace(session: Session, order_id: UUID, now: datetime) -> None:
    """The money is late: services stay open as they are in grace, and nobody is suspended."""
    found = bought_by(session, order_id)
    membership = session.get(Membership, found[0].membership_id) if found else None
    if membership is not None and membership.service_entitlement in {"NEW", "CURRENT"}:
        membership.service_entitlement, membership.changed_at = "GRACE", now


def end_by_death(session: Session, person_id: UUID, now: datetime) -> None:
    """Services and legal membership end at once (table `exit_rule`, DEATH)."""
    membership = of(session, person_id)
    if membership is not None:
        membership.statutory_status, membership.service_entitlement = "DECEASED", "ENDED"
        membership.changed_at = now


def bought_by(session: Session, order_id: UUID) -> Sequence[MembershipPeriod]:
    """The period that an order paid for, and those by which a surplus of it made the membership longer."""
    bought = (MembershipPeriod.order_id == order_id) | (MembershipPeriod.surplus_of == order_id)
    return session.scalars(select(MembershipPeriod).where(bought).order_by(MembershipPeriod.start_date)).all()


def standing(session: Session, membership: Membership) -> Sequence[MembershipPeriod]:
    """The periods whose money is there, the oldest first."""
    session.flush()
    return [each for each in periods(session, membership.id) if each.reversed_at is None]


def present(session: Session, membership: Membership, today: date) -> str:
    """The entitlement that the periods give: PENDING_PAY where all were reversed, by its dates where none was kept."""
    known = periods(session, membership.id)
    return entitled(session, membership, today) if not known or standing(session, membership) else "PENDING_PAY"


def entitled(session: Session, membership: Membership, today: date) -> str:
    """What the present period gives today: NEW, CURRENT, GRACE or LAPSED."""
    if today <= membership.end_date:
        newcomer = figures.days(session, "NEWCOMER", today)
        return "NEW" if today < membership.join_date + newcomer else "CURRENT"
    return "GRACE" if today <= membership.end_date + figures.days(session, "GRACE", today) else "LAPSED"


_USED: Final = (
    select(MembershipPeriod.id)
    .join(Membership, Membership.id == MembershipPeriod.membership_id)
    .where(
        Membership.person_id == bindparam("person", type_=Uuid()),
        MembershipPeriod.tariff_code == bindparam("tariff", type_=String()),
        MembershipPeriod.value_date >= bindparam("since", type_=Date()),
        MembershipPeriod.reversed_at.is_(None),
    )
    .limit(1)
)


def used_within(session: Session, person_id: UUID, tariff_code: str, since: date) -> bool:
    """Whether a person had a period at this tariff that was paid on or after a day and not reversed."""
    return bool(fetch(session, _USED, {"person": person_id, "tariff": tariff_code, "since": since}))


def event_of(membership: Membership | None) -> str:
    """What a payment is to this person, as the decision `period_rule` names it; how late it is, the table says.

    Resigned, removed or suspended: the table's default row sends it to a person.
    """
    if membership is None:
        return "FIRST_JOIN"
    if membership.statutory_status in {"RESIGNED", "REMOVED"} or membership.service_entitlement == "SUSPENDED":
        return "REINSTATEMENT"
    return "RENEWAL"
