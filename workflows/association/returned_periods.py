"""Periods whose money went back, or came after all: the membership is what the periods say that stand.

Dues for life in instalments are for good only while all of them stand, whichever of them goes back.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import life_plans, memberships
from workflows.association.memberships import Membership


def reverse(session: Session, order_id: UUID, today: date, now: datetime) -> None:
    """The money of a period went back: the membership is what it was without it. A second time changes nothing."""
    standing = [each for each in memberships.bought_by(session, order_id) if each.reversed_at is None]
    for period in standing:
        period.reversed_at = now
    if standing:
        _restate(session, session.get_one(Membership, standing[0].membership_id), today, now)


def restore(session: Session, order_id: UUID, today: date, now: datetime) -> None:
    """The money came after all: the period counts again, and so does the entitlement that it gives."""
    found = memberships.bought_by(session, order_id)
    for period in found:
        period.reversed_at = None
    if found:
        _restate(session, session.get_one(Membership, found[0].membership_id), today, now)


def _restate(session: Session, membership: Membership, today: date, now: datetime) -> None:
    """Dates and entitlement by the periods that stand. What a person decided (suspended, ended) stays."""
    session.flush()
    life_plans.settle(session, membership.id)
    standing = memberships.standing(session, membership)
    if standing:
        last = max(standing, key=lambda each: each.end_date)
        membership.start_date, membership.end_date = last.start_date, last.end_date
    if membership.service_entitlement not in {"SUSPENDED", "ENDED"}:
        membership.service_entitlement = memberships.present(session, membership, today)
    membership.changed_at = now
