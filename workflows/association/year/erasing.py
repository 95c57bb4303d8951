"""Who wants to be forgotten: graduates who never joined ask for it, and two of the staff see to it (domain §P10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.transaction import transaction
from workflows.association.case_variables import local_day
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.privacy import requests
from workflows.association.privacy.requests import APPROVED, ASKED, ErasureRequest
from workflows.association.year import days
from workflows.association.year.world import Family, Planned, World

A_YEAR = 35  # domain §P10: erasures among 150 requests


def plan(world: World, day: date) -> Iterator[Planned]:
    """Requests at any hour; on working days one of the staff approves what was asked, and another one confirms it."""
    rng = world.lots.of("erasures", day)
    for number in range(days.count_on(rng, day, A_YEAR * world.scale)):
        key = f"erasure:{day}:{number}"
        moment = days.moment(world.lots.of("when", key), day, world.association.zone)
        yield Planned(moment, key, partial(_ask, world, key))
    if world.engine.settings.work_calendar.is_working_day(day):
        moment = days.at(day, days.AFTERNOON, world.association.zone)
        yield Planned(moment, f"erasures decided:{day}", partial(_decide, world))


def _ask(world: World, key: str) -> None:
    with transaction(world.engine) as session:
        person_id = _somebody(session, world.lots.of("who", key))
        if person_id is not None:
            requests.ask(session, person_id, by=f"person:{person_id}", now=world.engine.clock.now())


def _somebody(session: Session, rng: Random) -> UUID | None:
    """A graduate of the register without a membership, by lot."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = select(Person.id).outerjoin(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.id.is_(None), Person.id > drawn, Person.deceased_on.is_(None))
    return session.scalars(query.where(Person.erased_on.is_(None)).order_by(Person.id).limit(1)).first()


def _decide(world: World) -> None:
    now, zone = world.engine.clock.now(), world.association.zone
    since = local_day(now, zone) - timedelta(days=1)
    with transaction(world.engine) as session:
        open_ = select(ErasureRequest).where(ErasureRequest.state.in_((ASKED, APPROVED)))
        for request in session.scalars(open_.order_by(ErasureRequest.asked_at)).all():
            if request.state == ASKED:
                requests.approve(session, request, by=world.office("DPO"), now=now)
            elif request.approved_at is not None and local_day(request.approved_at, zone) <= since:
                requests.confirm(session, request, by=world.office("DATA"), now=now)


ERASING = Family("erasing", plan)
