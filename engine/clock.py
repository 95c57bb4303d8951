"""Time is a field of the engine: the system's clock in earnest, a virtual one in tests, sandboxes and time-lapse."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["UTC", "Clock", "SystemClock", "VirtualClock"]


class Clock(Protocol):
    """Answers the present moment, aware, in UTC."""

    def now(self) -> datetime:
        """The present moment."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class VirtualClock:
    """A clock that stands until it is moved; it never goes back."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 9, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def advance(self, by: timedelta) -> datetime:
        """Moves on and answers the new moment. Raises ValueError for a negative step."""
        return self.set(self.moment + by)

    def set(self, moment: datetime) -> datetime:
        """Stands at this moment from now on. Raises ValueError where it lies in the past or has no zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment needs a zone")
        if moment < self.moment:
            raise ValueError("a clock never goes back")
        self.moment = moment.astimezone(UTC)
        return self.moment
