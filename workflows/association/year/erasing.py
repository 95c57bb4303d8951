"""Who wants to be forgotten: graduates who never joined ask for it, and two of the staff see to it (domain §P10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.year import days
from workflows.association.year.world import Family, Habit, Planned, World

PROCESS = "privacy_request"
A_YEAR = 35  # domain §P10: erasures among 150 requests


def plan(world: World, day: date) -> Iterator[Planned]:
    """Requests at any hour, by whoever is signed in."""
    rng = world.lots.of("erasures", day)
    for number in range(days.count_on(rng, day, A_YEAR * world.scale)):
        key = f"erasure:{day}:{number}"
        moment = days.moment(world.lots.of("when", key), day, world.association.zone)
        yield Planned(moment, key, partial(_ask, key=key))


def _ask(world: World, key: str) -> UUID | None:
    with reading(world.engine) as session:
        person_id = _somebody(session, world.lots.of("who", key))
    return (
        None if person_id is None else world.send_form(PROCESS, {"kinds": ["ERASE"]}, key=f"year:{key}", by=person_id)
    )


def _somebody(session: Session, rng: Random) -> UUID | None:
    """A graduate of the register without a membership, by lot."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = select(Person.id).outerjoin(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.id.is_(None), Person.id > drawn, Person.deceased_on.is_(None))
    return session.scalars(query.where(Person.erased_on.is_(None)).order_by(Person.id).limit(1)).first()


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "decide_request": Habit(lambda asked: {"outcome": "GRANTED"}),
        "confirm_decision": Habit(lambda asked: {"confirmation": "CONFIRM"}),
    }
)
ERASING = Family("erasing", plan, HABITS)
