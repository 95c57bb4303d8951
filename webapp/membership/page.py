"""What the page of a membership shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.operations.sizes import size_words
from webapp.payments import surplus
from webapp.payments.surplus import Line
from webapp.viewer import viewer
from workflows.association import (
    figures,
    issued_documents,
    life_plans,
    member_documents,
    memberships,
    orders,
    renewals,
    wording,
)
from workflows.association.memberships import PAID_UP, Membership
from workflows.association.orders import Order

SHOWN_ORDERS = 50


@dataclass(frozen=True, slots=True)
class Issued:
    """A document as the page lists it."""

    id: UUID
    title: str
    issued_on: date
    size: str


@dataclass(frozen=True, slots=True)
class Bought:
    """An order as the page lists it: dues and gift apart, for they go to two legal persons."""

    key: str
    on: datetime
    dues: Decimal
    gift: Decimal
    state: str
    has_page: bool
    returned: Sequence[str]  # what went back for it, in sentences


@dataclass(frozen=True, slots=True)
class Renewing:
    """What renewing costs a year, where that was worked out already, and until when it loses nothing."""

    dues: Decimal | None
    until: date
    late: bool  # that day is past: a new year begins with the payment
    ahead: bool  # nobody asks for it yet: the notice leaves later


@dataclass(frozen=True, slots=True)
class Life:
    """Dues for life in instalments: how many are paid, what is left, and what the next one costs."""

    paid: int
    parts: int
    left: Decimal
    next: Decimal
    last: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The page. `standing` is in words; `open` says whether the services are open now."""

    member_no: str
    standing: str
    open: bool
    start: date
    paid: bool  # a paid period stands
    owed: str  # the order of that period, where its money went back
    owed_page: bool  # it has a page of its own
    suspended: bool  # the services are closed until that order is settled
    end: date | None
    joined: date
    tariff: str
    renews: bool
    bought: Sequence[Bought]
    surpluses: Sequence[Line]  # what is being done about money beyond what an order costs
    can_attest: bool
    renewal: Renewing | None
    may_leave: bool
    life: Life | None  # dues for life that are being paid in instalments


def membership_of(session: Session, person_id: UUID, lang: str, now: datetime) -> Shown | None:
    """The membership of a person; None for somebody who never joined."""
    membership = memberships.of(session, person_id)
    if membership is None:
        return None
    period = member_documents.latest_period(session, membership)
    owed = member_documents.owed(session, period) if period is not None else None
    bought = _orders(session, membership)
    return Shown(
        member_no=membership.member_no,
        standing=wording.entitlement(membership.service_entitlement, lang),
        open=membership.service_entitlement in PAID_UP,
        start=membership.start_date,
        paid=period is not None,
        owed=owed.key if owed is not None else "",
        owed_page=owed is not None and owed.instance_id is not None,
        suspended=membership.service_entitlement == "SUSPENDED",
        end=None if membership.end_date == date.max else membership.end_date,
        joined=membership.join_date,
        tariff=period.tariff_code if period is not None else "",
        renews=membership.auto_renew,
        bought=_bought(session, bought),
        surpluses=surplus.going_on(session, viewer(), bought, now),
        can_attest=period is not None and owed is None,
        renewal=_renewal(session, membership, now.date()),
        may_leave=membership.statutory_status in {"MEMBER", "HONORARY"},
        life=_life(session, membership, now.date()),
    )


def _life(session: Session, membership: Membership, today: date) -> Life | None:
    """The next instalment of dues for life; None where nothing is left, or nothing is renewed any more."""
    found = life_plans.running(session, membership, today) if renewals.may_renew(membership) else None
    if found is None or found.part is None:
        return None
    return Life(found.paid_parts, found.parts, found.rest, found.part, found.is_last, found.until)


def _renewal(session: Session, membership: Membership, today: date) -> Renewing | None:
    """None where there is nothing to renew: for life, ended, or not of the kind that is renewed."""
    if not renewals.may_renew(membership):
        return None
    running = renewals.running(session, membership.person_id)
    until = membership.end_date + figures.days(session, "GRACE", today)
    ahead = running is None and membership.end_date > today + figures.days(session, "NOTICE", today)
    return Renewing(running.dues if running is not None else None, until, until < today, ahead)


def documents_of(session: Session, person_id: UUID) -> Sequence[Issued]:
    """What was issued to a person, member or not: an employer's invoice comes before the membership."""
    found = issued_documents.of_person(session, person_id)
    return [Issued(each.id, each.title, each.issued_on, size_words(each.size)) for each in found]


def _orders(session: Session, membership: Membership) -> Sequence[Order]:
    query = select(Order).where(Order.person_id == membership.person_id)
    return session.scalars(query.order_by(Order.created_at.desc()).limit(SHOWN_ORDERS)).all()


def _bought(session: Session, found: Sequence[Order]) -> Sequence[Bought]:
    returned = surplus.returned(session, found)
    return [
        Bought(
            each.key,
            each.created_at,
            each.total_for(orders.ASSOCIATION),
            each.total_for(orders.FOUNDATION),
            each.state,
            each.instance_id is not None,
            returned.get(each.key, ()),
        )
        for each in found
    ]
