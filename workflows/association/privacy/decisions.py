"""The decision table `erasure_by_category`, asked for each category: what an erasure does, and why it may not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Final, Literal, cast

from engine import dmn
from engine.calendar import PARIS
from engine.dmn import DecisionModel
from engine.feel import Environment

__all__ = ["Action", "Decided", "decide"]

Action = Literal["ERASE", "ANONYMISE", "KEEP", "DPO"]
NAME: Final = "erasure_by_category"


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of a category. `rule`: the row of `retention_rule` that says how long it is kept; `reason`: why."""

    action: Action
    rule: str
    reason: str


@cache
def _table() -> DecisionModel:
    file = resources.files("workflows.association.privacy") / f"{NAME}.dmn"
    return dmn.read(file.read_bytes(), name=f"{NAME}.dmn")


@cache
def decide(category: str, *, running: bool = False) -> Decided:
    """What the table says of a category; `running`: a dispute, or a vote that may still be contested, is open on it."""
    environment = Environment(lambda: datetime(2026, 1, 1, tzinfo=UTC), PARIS)  # the table asks no time
    value = _table().evaluate(NAME, {"category": category, "running": running}, environment).value
    said = cast("dict[str, str]", value)
    return Decided(cast(Action, said["action"]), said["rule"], said["reason"])
