"""Chance by name: every draw has a name, and the same seed draws the same under the same name.

No stream of random numbers is shared, so that a draw does not depend on what was drawn before: a story that goes on
after a crash, or in which two jobs of one moment change places, stays the same story.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TypeVar
from uuid import NAMESPACE_OID, uuid5

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Lots:
    """All the chance of a story."""

    seed: int

    def of(self, *name: object) -> Random:
        """The random numbers of this name."""
        return Random("\x1f".join(str(part) for part in (self.seed, *name)))  # noqa: S311 - not a secret: a story

    def falls(self, share: float, *name: object) -> bool:
        """Whether it happens, which it does in this share of all names."""
        return share >= 1 or self.of(*name).random() < share


def short(name: str) -> str:
    """A steady key for a long name: request keys have an end."""
    return f"year:{uuid5(NAMESPACE_OID, name).hex}"


def among(rng: Random, weights: Mapping[Thing, float]) -> Thing:
    """One of these, by their weights."""
    return rng.choices(list(weights), list(weights.values()))[0]


def between(rng: Random, least: timedelta, most: timedelta) -> timedelta:
    """A length between two, in whole seconds, most of them nearer to the least."""
    return least + timedelta(seconds=int((most - least).total_seconds() * rng.random() ** 2))
