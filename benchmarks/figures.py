"""Figures of a measurement, and the one JSON line with which every benchmark ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """What a number of steps took: wall clock and CPU of this process, in seconds."""

    steps: int
    wall_s: float
    cpu_s: float

    @property
    def per_s(self) -> float:
        """Steps a second by the wall clock."""
        return self.steps / self.wall_s

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a step."""
        return 1000 * self.cpu_s / self.steps

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.steps + other.steps, self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)


def finish(figures: Mapping[str, float | int | str]) -> None:
    """Prints the figures as the last line, one JSON object, rounded to what a noisy machine can say."""
    sys.stdout.write(
        json.dumps({name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()})
        + "\n"
    )
