"""Who promises gifts to the Foundation, in instalments or month by month; some stop, some are late (domain §P5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.bank.days import BANK_DAYS
from workflows.association.case_variables import local_day
from workflows.association.contacts import Email
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.year import days, money
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

PROCESS = "pledge_followup"
A_YEAR = 300  # domain §P5: schedules of pledges
_RHYTHMS = {"MONTHLY": 55.0, "QUARTERLY": 25.0, "YEARLY": 20.0}


def plan(world: World, day: date) -> Iterator[Planned]:
    """The promises that the Foundation's officer enters on a working day, in the afternoon."""
    if not world.engine.settings.work_calendar.is_working_day(day):
        return
    rng = world.lots.of("promises", day)
    for number in range(days.count_on(rng, day, A_YEAR * world.scale * 365 / 252, days.YEAR_END)):
        key = f"promise:{day}:{number}"
        moment = days.at(day, days.AFTERNOON, world.association.zone) + number * days.AN_ENTRY
        yield Planned(moment, key, partial(_enter, key=key, day=day))


def _enter(world: World, key: str, day: date) -> UUID | None:
    rng = world.lots.of("promiser", key)
    with reading(world.engine) as session:
        address = _member(session, rng)
    if address is None:
        return None
    officer = UUID(world.office("FOUNDATION_GIFTS").removeprefix("person:"))
    return world.send_form(PROCESS, {"person": address, **_promise(rng, day)}, key=f"year:{key}", by=officer)


def _promise(rng: Random, day: date) -> Answers:
    amount = money.gift_amount(rng)
    is_pledge, means = rng.random() < 0.6, among(rng, {"SEPA": 75.0, "TRANSFER": 25.0})
    said: dict[str, object] = {
        "kind": "PLEDGE" if is_pledge else "REGULAR", "amount": amount, "rhythm": among(rng, _RHYTHMS), "means": means,
        "first_on": BANK_DAYS.add(day + timedelta(days=rng.randint(20, 60)), 0), "signed_on": day,
        "fund": among(rng, {"UNRESTRICTED": 60.0, "BURSARIES": 30.0, "CHAIRS": 10.0}),
    }  # fmt: skip
    if is_pledge:
        said["total"] = amount * rng.randint(2, 6)
    if means == "SEPA":
        said |= {"holder": "TITULAIRE DU COMPTE", "iban": money.iban(rng), "signed": True}
    return said


def _member(session: Session, rng: Random) -> str | None:
    """A member who can be written to, by lot."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = (
        select(Email.address)
        .join(Person, Person.id == Email.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.id > drawn, Person.deceased_on.is_(None), Email.is_primary, Email.address.like("%@courrier.%"))
        .where(Membership.statutory_status == "MEMBER")
    )
    return session.scalars(query.order_by(Person.id).limit(1)).first()


def _talk(asked: Asked) -> Answers:
    return {"pledge_outcome": among(asked.rng, {"RESCHEDULE": 70.0, "REDUCE": 20.0, "RELEASE": 10.0})}


def _told(asked: Asked) -> Answers:
    return {"told_on": local_day(asked.world.engine.clock.now(), asked.world.association.zone)}


HABITS: Mapping[str, Habit] = MappingProxyType({"speak_to_donor": Habit(_talk), "speak_to_heirs": Habit(_told)})
PROMISING = Family("promising", plan, HABITS)
