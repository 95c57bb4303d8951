"""What a matching round knows of mentors and of those who look for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

Track = Literal["ALUMNI", "STUDENT", "BOTH"]
RHYTHMS: Final = ("WEEKLY", "FORTNIGHTLY", "MONTHLY")


@dataclass(frozen=True, slots=True)
class Mentor:
    """One mentor. `free`: places left under capacity and ceiling, reserved ones and other schemes counted.

    `experience` in years; `offset`: hours east of UTC; `avoids`: people named privately.
    """

    person_id: UUID
    free: int
    topics: frozenset[str]
    sector: str
    functions: frozenset[str]
    languages: tuple[str, ...]
    country: str
    offset: float
    rhythm: str
    experience: int
    track: Track
    employer: str = ""
    team: str = ""
    avoids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Mentee:
    """One demand. `topics` in the order of their weight to the person; `country`: the one the goals are about.

    `waiting`: days since the first demand, kept over a new match. `sector` and `functions` may be empty: no wish.
    """

    person_id: UUID
    demand_id: UUID
    topics: tuple[str, ...]
    sector: str
    functions: frozenset[str]
    languages: tuple[str, ...]
    country: str
    offset: float
    rhythm: str
    experience: int
    student: bool
    waiting: int
    employer: str = ""
    team: str = ""
    avoids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs that exist or existed, each as (mentor, mentee)."""

    running: frozenset[tuple[UUID, UUID]] = frozenset()
    former: frozenset[tuple[UUID, UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class Answers:
    """What is settled before a round runs: pairs that are locked, and pairs that somebody said no to; each as
    (mentor, demand)."""

    locked: Sequence[tuple[UUID, UUID]] = ()
    refused: frozenset[tuple[UUID, UUID]] = frozenset()


WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {"topics": 35, "sector": 15, "function": 10, "language": 10, "place": 10, "rhythm": 10, "seniority": 10}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """The figures of a round: points a part may give, the lowest score, the bonus of those who wait."""

    weights: Mapping[str, int]
    lowest: int = 55
    bonus: int = 5
    bonus_after: int = 21


DECLARED: Final = Terms(WEIGHTS)
