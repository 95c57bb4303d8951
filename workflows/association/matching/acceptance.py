"""Deferred acceptance with places: mentees ask in the order of their lists, mentors keep the best up to their places.

Source: Gale and Shapley, “College Admissions and the Stability of Marriage” (1962). No pair that both would prefer is
left apart, and no other stable outcome is better for any mentee.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

import numpy as np

from workflows.association.matching.preferences import Preferences

Pairs = Mapping[int, int]


def defer(preferences: Preferences, places: Sequence[int]) -> Pairs:
    """The mentor (column) of each mentee (row) who got one."""
    lists = [_list(preferences, row) for row in range(len(preferences.allowed))]
    asked = [0] * len(lists)
    kept: list[list[tuple[int, int]]] = [[] for _ in places]  # heaps, the least preferred on top
    free = list(range(len(lists)))[::-1]
    by_mentor = preferences.mentor
    while free:
        row = free.pop()
        if asked[row] == len(lists[row]):
            continue
        column = lists[row][asked[row]]
        asked[row] += 1
        if places[column] < 1:
            free.append(row)
            continue
        wish = (int(by_mentor[row, column]), row)
        if len(kept[column]) < places[column]:
            heapq.heappush(kept[column], wish)
        else:
            free.append(heapq.heappushpop(kept[column], wish)[1])
    return {row: column for column, heap in enumerate(kept) for _, row in heap}


def _list(preferences: Preferences, row: int) -> list[int]:
    """The mentors whom a mentee would take, the best first."""
    columns = np.flatnonzero(preferences.allowed[row])
    order = np.argsort(-preferences.mentee[row, columns], kind="stable")
    return [int(each) for each in columns[order]]
