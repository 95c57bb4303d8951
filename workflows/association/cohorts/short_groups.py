"""Who would like a short group (“coup de pouce”): people whose own group has ended, in the order in which they said so.

They say so six months after their group or later, or apply for another group too early (table `admission`). The careers
office reads the list and takes off it whoever it gave a place. Source: domain §P2, §P2.3, §P2.4.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.cohorts.records import CohortSeat
from workflows.association.people import Person


def wish(seat: CohortSeat, on: date, *, wanted: bool) -> None:
    """Keeps the first day of the wish, or that it is over."""
    seat.short_group_on = (seat.short_group_on or on) if wanted else None


def wished_by(session: Session, person_id: UUID, on: date) -> bool:
    """Notes the wish with somebody's latest seat; answers whether there is one."""
    query = select(CohortSeat).where(CohortSeat.person_id == person_id, CohortSeat.ended_at.is_not(None))
    seat = session.scalars(query.order_by(CohortSeat.ended_at.desc()).limit(1)).one_or_none()
    if seat is not None:
        wish(seat, on, wanted=True)
    return seat is not None


def waiting(session: Session) -> Sequence[CohortSeat]:
    """The seats whose holders live, are known to us and wait for a short group, the longest wish first."""
    query = select(CohortSeat).join(Person, Person.id == CohortSeat.person_id)
    query = query.where(
        CohortSeat.short_group_on.is_not(None), Person.deceased_on.is_(None), Person.erased_on.is_(None)
    )
    return session.scalars(query.order_by(CohortSeat.short_group_on, CohortSeat.id)).all()


def placed(session: Session, seat_ids: Collection[UUID]) -> int:
    """Takes off the list whoever was given a place; answers how many there were."""
    found = [seat for seat in waiting(session) if seat.id in set(seat_ids)]
    for seat in found:
        seat.short_group_on = None
    return len(found)
