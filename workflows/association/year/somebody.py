"""Members to whom something happens, by lot."""

from __future__ import annotations

from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.association.memberships import PAID_UP, Membership
from workflows.association.people import Person


def paid_up(session: Session, rng: Random) -> Person | None:
    """A member in service: the next one after a drawn id of the demonstration's people."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.service_entitlement.in_(PAID_UP), Person.id > drawn, Person.deceased_on.is_(None))
    )
    return session.scalars(query.order_by(Person.id).limit(1)).first()
