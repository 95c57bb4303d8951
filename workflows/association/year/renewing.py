"""Renewals: each morning the office starts those that come due; 85 % of members renew, most before the end (§P1.11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import lru_cache, partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select

from engine.assignment import Actor
from engine.transaction import reading, transaction
from workflows.association import renewals
from workflows.association.dues import LIFE, LIFE_PART
from workflows.association.renewals import Renewal
from workflows.association.year import days, money
from workflows.association.year.lots import Lots, among
from workflows.association.year.world import Answers, Asked, Family, Habit, Planned, World

A_DAY, AT_ONCE = 400, 10  # renewals started in a day, and in one transaction
MORNING = time(6)
YEARS: Mapping[object, float] = {1: 86.0, 2: 7.0, 3: 5.0, LIFE_PART: 1.5, LIFE: 0.5}
_OUTCOMES = {"WILL_RENEW": 40.0, "NOT_REACHED": 42.0, "NO_MORE": 6.0, "WANTS_TO_LEAVE": 5.0, "WRONG_NUMBER": 7.0}


def plan(world: World, day: date) -> Iterator[Planned]:
    """The start of what comes due, early in the morning."""
    yield Planned(
        days.at(day, MORNING, world.association.zone), f"renewals:{day}", partial(_choose, day=day), alone=True
    )


def _choose(world: World, day: date) -> Sequence[Planned]:
    """What the office starts this morning, some at a time; after a crash, what it has not started."""
    moment = days.at(day, MORNING, world.association.zone)
    with reading(world.engine) as session:
        begun = session.scalar(select(func.count()).select_from(Renewal).where(Renewal.started_at >= moment)) or 0
        due = list(renewals.due(session, day))
    chosen = [each for each in due if _renews(world.lots, world.volume, each)][: A_DAY - begun]
    some = [chosen[first : first + AT_ONCE] for first in range(0, len(chosen), AT_ONCE)]
    return [Planned(moment, f"renewals:{each[0]}", partial(_start, person_ids=each)) for each in some]


@lru_cache(maxsize=100_000)
def _renews(lots: Lots, volume: float, person_id: UUID) -> bool:
    """Whether somebody is of the share that is played: asked again each morning about all who are due."""
    return lots.falls(volume, "member", person_id)


def _start(world: World, person_ids: Sequence[UUID]) -> None:
    office = Actor(world.office("MEMBERSHIP"), "MEMBERSHIP", frozenset({"MEMBERSHIP"}))
    with transaction(world.engine) as session:
        renewals.start(session, world.engine, person_ids, by=office)


def _basket(asked: Asked) -> Answers:
    rng = asked.rng
    years = among(rng, YEARS)
    return {"duration_years": years, "auto_renew": rng.random() < 0.35, **money.basket(asked)}


def _call(asked: Asked) -> Answers:
    return {"call_outcome": among(asked.rng, _OUTCOMES), "call_note": "Appel de relance."}


HABITS: Mapping[str, Habit] = MappingProxyType(
    {
        "membership_renewal.fill_basket": Habit(_basket, 0.87, timedelta(days=1), timedelta(days=88)),
        "membership_renewal.set_dues": Habit(lambda asked: {"set_tariff": "STD"}),
        "call_as_delegate": Habit(_call, 0.75, timedelta(hours=4), timedelta(days=9)),
        "call_as_team": Habit(_call),
        "tell_by_hand": Habit(lambda asked: {"late_outcome": "TOLD"}),
    }
)
RENEWING = Family("renewing", plan, HABITS)
