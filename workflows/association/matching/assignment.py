"""The best assignment: the most people get a mentor, the worst pair is as good as can be, then the sum counts.

First coverage, so that no good pair is bought with somebody's place; then the floor: the highest score under which
nobody has to be put for that; then the greatest sum of scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from scipy.sparse.csgraph import maximum_bipartite_matching, min_weight_full_bipartite_matching

from workflows.association.matching.preferences import Preferences

Pairs = Mapping[int, int]
_SCALE = 1_000  # of a point of score: a draw decides between equal sums


def assign(preferences: Preferences, places: Sequence[int]) -> tuple[Pairs, int]:
    """The mentor (column) of each mentee (row) who got one, and the floor: no pair scores less."""
    owner = np.repeat(np.arange(len(places)), np.maximum(np.array(places, dtype=np.intp), 0))
    fit, allowed = preferences.fit[:, owner], preferences.allowed[:, owner]
    if not allowed.any():
        return {}, 0
    floor = _floor(fit, allowed)
    return _best(preferences, owner, allowed & (fit >= floor)), floor


def _covered(allowed: NDArray[np.bool_]) -> int:
    return int((maximum_bipartite_matching(csr_array(allowed), perm_type="column") >= 0).sum())


def _floor(fit: NDArray[np.int16], allowed: NDArray[np.bool_]) -> int:
    """The highest score at which as many get a mentor as without a floor."""
    steps = np.unique(fit[allowed])
    most = _covered(allowed)
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _covered(allowed & (fit >= steps[middle])) == most else (low, middle - 1)
    return int(steps[low])


def _best(preferences: Preferences, owner: NDArray[np.intp], allowed: NDArray[np.bool_]) -> Pairs:
    """The greatest sum over as many pairs as can be. Each mentee may also stay alone, at a price nobody would pay."""
    rows, columns = np.nonzero(allowed)
    fit = preferences.fit[rows, owner[columns]].astype(np.int64)
    draw = (preferences.mentee[rows, owner[columns]] + preferences.mentor[rows, owner[columns]]) % _SCALE
    cost = ((101 - fit) * _SCALE - draw // 2).astype(np.float64)
    count = len(preferences.allowed)
    alone = float(cost.max()) * (min(count, len(owner)) + 1)
    with_mentor = csr_array((cost, (rows, columns)), shape=allowed.shape)
    staying = csr_array((np.full(count, alone), (np.arange(count), np.arange(count))), shape=(count, count))
    chosen_rows, chosen = min_weight_full_bipartite_matching(hstack([with_mentor, staying], format="csr"))
    return {
        int(row): int(owner[column])
        for row, column in zip(chosen_rows, chosen, strict=True)
        if column < len(owner)
    }  # fmt: skip
