"""What came of a round, in figures: first choices, who is left, and pairs who would both rather have each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workflows.association.matching.preferences import Preferences


@dataclass(frozen=True, slots=True)
class Figures:
    """`first_choices`: of those matched, the share who got the mentor they fit best with. `blocking`: pairs who would
    both rather have each other than what they got; none in a stable outcome. `mean`: of the scores."""

    demands: int
    matched: int
    unmatched: int
    first_choices: float
    blocking: int
    mean: float
    lowest: int

    @property
    def stable(self) -> bool:
        """Whether nobody has a reason to go round the association."""
        return self.blocking == 0


def measure(preferences: Preferences, places: Sequence[int], pairs: Mapping[int, int]) -> Figures:
    """The figures of an outcome."""
    count = len(preferences.allowed)
    scores = [int(preferences.fit[row, column]) for row, column in pairs.items()]
    wishes = np.where(preferences.allowed, preferences.mentee, -1)
    best = wishes.argmax(axis=1) if wishes.size else np.zeros(count, dtype=np.intp)
    first = sum(int(best[row]) == column for row, column in pairs.items())
    return Figures(
        demands=count, matched=len(pairs), unmatched=count - len(pairs),
        first_choices=first / len(pairs) if pairs else 0.0,
        blocking=blocking(preferences, places, pairs),
        mean=sum(scores) / len(scores) if scores else 0.0, lowest=min(scores, default=0),
    )  # fmt: skip


def blocking(preferences: Preferences, places: Sequence[int], pairs: Mapping[int, int]) -> int:
    """How many pairs would both rather have each other."""
    if not preferences.allowed.size:
        return 0
    got = np.full(len(preferences.allowed), -1, dtype=np.int64)
    worst = np.full(len(places), np.iinfo(np.int64).max, dtype=np.int64)
    taken = np.zeros(len(places), dtype=np.int64)
    for row, column in pairs.items():
        got[row] = preferences.mentee[row, column]
        worst[column] = min(worst[column], preferences.mentor[row, column])
        taken[column] += 1
    worst[taken < np.array(places)] = -1  # a free place is given to anybody who is allowed
    wants = (preferences.mentee > got[:, None]) & (preferences.mentor > worst[None, :])
    return int((wants & preferences.allowed).sum())
