"""Whom each side would rather have, without a tie: fit, then who waits the longest, then a draw of the seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from workflows.association.matching.exclusions import Mask
from workflows.association.matching.profiles import Mentee, Mentor, Terms
from workflows.association.matching.scoring import Scores

Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Preferences:
    """Larger is better, strictly, within a row of `mentee` and within a column of `mentor`. `fit` is the score
    as it is shown; `allowed` says which pairs both sides would take at all."""

    fit: NDArray[np.int16]
    mentee: Ranks
    mentor: Ranks
    allowed: Mask


def prefer(
    mentees: Sequence[Mentee], mentors: Sequence[Mentor], scores: Scores, excluded: Mask, terms: Terms, seed: str
) -> Preferences:
    """A mentee compares mentors by fit; a mentor compares mentees by fit, then by how long they wait.

    Ties are broken by a draw from the seed, so that the order of the lists changes nothing.
    """
    allowed = ~excluded & (scores.total >= terms.lowest)
    allowed[:, [each.free < 1 for each in mentors]] = False
    total = scores.total.astype(np.int64)
    mentor_draw = _draw([each.person_id for each in mentors], seed)
    waiting = np.array([min(each.waiting, 9_999) for each in mentees], dtype=np.int64)
    mentee_draw = _draw([each.demand_id for each in mentees], seed)
    size = max(len(mentees), 1)
    by_mentor = total * 10_000 * size + (waiting * size + mentee_draw)[:, None]
    return Preferences(scores.total, total * (len(mentors) + 1) + mentor_draw[None, :], by_mentor, allowed)


def _draw(ids: Sequence[UUID], seed: str) -> Ranks:
    """A place for each id in an order that the seed decides, 0 to n - 1."""
    marks = [blake2b(each.bytes + seed.encode(), digest_size=16).digest() for each in ids]
    places = np.empty(len(ids), dtype=np.int64)
    for place, index in enumerate(sorted(range(len(ids)), key=lambda index: marks[index])):
        places[index] = place
    return places
