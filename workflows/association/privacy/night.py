"""What a rule of retention is asked with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from engine.engine import Engine
from workflows.association.settings import Association

__all__ = ["Night"]


@dataclass(frozen=True, slots=True)
class Night:
    """The moment of a run, and its day in the association's zone."""

    engine: Engine
    association: Association
    now: datetime
    today: date
