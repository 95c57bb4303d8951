"""Gifts to the Foundation that come without dues: cheques, transfers, cash, of people and companies (domain §P5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from random import Random
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.transaction import reading
from workflows.association.case_variables import local_day
from workflows.association.contacts import Email
from workflows.association.demo import name_lists
from workflows.association.memberships import Membership
from workflows.association.people import Person
from workflows.association.year import days, money
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

PROCESS = "donation_followup"
A_YEAR = 3_000  # domain §1.10: 4,500 gifts, of which 1,500 come with dues
_MEANS = {"CHEQUE_POST": 52.0, "TRANSFER": 30.0, "CHEQUE_HAND": 12.0, "CASH": 4.0, "SECURITIES": 2.0}
_COMPANIES = name_lists.read().employers


def plan(world: World, day: date) -> Iterator[Planned]:
    """The gifts that the Foundation's officer enters on a working day."""
    if not world.engine.settings.work_calendar.is_working_day(day):
        return
    rng = world.lots.of("gifts", day)
    for number in range(days.count_on(rng, day, A_YEAR * world.scale * 365 / 252, days.YEAR_END)):
        key = f"gift:{day}:{number}"
        moment = days.at(day, days.OFFICE, world.association.zone) + number * days.AN_ENTRY
        yield Planned(moment, key, partial(_enter, key=key, day=day))


def _enter(world: World, key: str, day: date) -> UUID | None:
    rng = world.lots.of("giver", key)
    with reading(world.engine) as session:
        donor = _company(rng) if rng.random() < 0.06 else _individual(session, rng)
    if donor is None:
        return None
    said: Answers = {
        "amount": money.gift_amount(rng), "means": among(rng, _MEANS), "currency": "EUR", "received_on": day,
        "credited_on": day, "fund": among(rng, {"UNRESTRICTED": 60.0, "BURSARIES": 30.0, "CHAIRS": 10.0}),
        "origin": "ENTRY", "tax_residence": "FR", "anonymous": False, **donor,
    }  # fmt: skip
    officer = UUID(world.office("FOUNDATION_GIFTS").removeprefix("person:"))
    return world.send_form(PROCESS, said, key=f"year:{key}", by=officer)


def _individual(session: Session, rng: Random) -> dict[str, object] | None:
    """A graduate who can be written to, by lot: members give more often than others."""
    drawn = UUID(int=rng.getrandbits(128), version=4)
    query = (
        select(Person.id, Email.address)
        .join(Email, Email.person_id == Person.id)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .where(Person.id > drawn, Person.deceased_on.is_(None), Email.is_primary, Email.address.like("%@courrier.%"))
    )
    if rng.random() < 0.8:
        query = query.where(or_(Membership.statutory_status == "MEMBER", Membership.statutory_status == "RESIGNED"))
    row = session.execute(query.order_by(Person.id).limit(1)).first()
    return None if row is None else {"kind": "INDIVIDUAL", "person": row.address, "tax_wished": "IR"}


def _company(rng: Random) -> dict[str, object]:
    return {
        "kind": "COMPANY", "name": rng.choice(_COMPANIES), "siren": _siren(rng), "tax_wished": "IS",
        "address_lines": f"{rng.randint(1, 90)} avenue des Entreprises", "postcode": "92000", "city": "Nanterre",
        "country": "FR",
    }  # fmt: skip


def _siren(rng: Random) -> str:
    """Nine digits, the last of which makes the Luhn sum right."""
    digits = f"{rng.randrange(10**8):08}"
    doubled = [int(digit) * (1 if place % 2 else 2) for place, digit in enumerate(reversed(digits))]
    return f"{digits}{-sum(number // 10 + number % 10 for number in doubled) % 10}"


def _address(asked: Asked) -> Answers:
    street = f"{asked.rng.randint(1, 140)} rue des Donateurs"
    return {"address_lines": street, "postcode": "69002", "city": "Lyon", "country": "FR"}


def _today(field: str) -> Habit:
    return Habit(lambda asked: {field: local_day(asked.world.engine.clock.now(), asked.world.association.zone)})


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "examine_gift": Habit(lambda asked: {"decision": "ACCEPT" if asked.rng.random() < 0.95 else "REFUSE"}),
        "class_by_hand": Habit(lambda asked: {"class": "GIFT_NO_INDIVIDUAL_RECEIPT"}),
        "set_gift_date": _today("set_given_on"),
        "give_money_back": _today("returned_on"),
        "ask_for_address": Habit(_address),
    }
)
GIVING = Family("giving", plan, HABITS, by_calendar=frozenset({"foundation_year", "lapsed_donor"}))
