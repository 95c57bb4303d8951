"""What is agreed with people whose payment came back, and who has died (domain §P1.4, `sepa_incident`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from workflows.association.case_variables import local_day
from workflows.association.year.lots import among
from workflows.association.year.world import Answers, Asked, Family, Habit

OUTCOMES = {"RETRY": 45.0, "NEW_ACCOUNT": 20.0, "TRANSFER": 15.0, "GIVES_UP": 20.0}


def _agreed(asked: Asked) -> Answers:
    return {"outcome": among(asked.rng, OUTCOMES)}


def _death(asked: Asked) -> Answers:
    """Banks are rarely wrong about a death; the family says the day."""
    if asked.rng.random() < 0.1:
        return {"death": "MISTAKE"}
    today = local_day(asked.world.engine.clock.now(), asked.world.association.zone)
    return {"death": "CONFIRMED", "died_on": today - timedelta(days=asked.rng.randint(8, 60))}


HABITS: Mapping[str, Habit] = MappingProxyType(
    {"call_member": Habit(_agreed), "payment_incident.decide_by_hand": Habit(_agreed), "confirm_death": Habit(_death)}
)
INCIDENTS = Family("incidents", habits=HABITS)
