"""How well two people fit, from 0 to 100: each part is a matrix, mentees × mentors, so that scores can be explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workflows.association.matching.profiles import RHYTHMS, Mentee, Mentor, Terms

Matrix = NDArray[np.float32]
RANKS: Final = (0.5, 0.3, 0.2)  # how much the first, second and third topic weigh
ZONES: Final = ((0.5, 0.9), (2.0, 0.8), (4.0, 0.6), (8.0, 0.3))  # hours apart at most, and the share that is left
NO_WISH: Final = 0.5
OTHER_LANGUAGE: Final = 0.6
BEST_GAP: Final = (3, 15)  # years of seniority


@dataclass(frozen=True, slots=True)
class Scores:
    """Points by part, and their sum. `total` is rounded to whole points: what people compare is what they read."""

    parts: Mapping[str, Matrix]
    total: NDArray[np.int16]

    def of(self, mentee: int, mentor: int) -> dict[str, float]:
        """The points of one pair, by part."""
        return {name: round(float(matrix[mentee, mentor]), 1) for name, matrix in self.parts.items()}


def score(mentees: Sequence[Mentee], mentors: Sequence[Mentor], terms: Terms) -> Scores:
    """Compares everybody with everybody."""
    shares = {
        "topics": _topics(mentees, mentors),
        "sector": _sector(mentees, mentors),
        "function": _functions(mentees, mentors),
        "language": _language(mentees, mentors),
        "place": _place(mentees, mentors),
        "rhythm": _rhythm(mentees, mentors),
        "seniority": _seniority(mentees, mentors),
    }
    parts = {name: share.astype(np.float32) * np.float32(terms.weights[name]) for name, share in shares.items()}
    waits = np.array([each.waiting > terms.bonus_after for each in mentees], dtype=np.float32)
    shape = (len(mentees), len(mentors))
    parts["waiting"] = np.broadcast_to((waits * np.float32(terms.bonus))[:, None], shape)
    summed = np.zeros(shape, dtype=np.float32)
    for part in parts.values():
        summed += part
    return Scores(parts, np.minimum(np.rint(summed), 100).astype(np.int16))


def _incidence(rows: Sequence[Mapping[str, float]], columns: Sequence[str]) -> Matrix:
    place = {name: index for index, name in enumerate(columns)}
    found = np.zeros((len(rows), len(columns)), dtype=np.float32)
    for index, row in enumerate(rows):
        for name, weight in row.items():
            found[index, place[name]] = weight
    return found


def _together(mentees: Sequence[Mapping[str, float]], mentors: Sequence[Mapping[str, float]]) -> Matrix:
    """The weights of what both name, summed."""
    columns = sorted({name for row in (*mentees, *mentors) for name in row})
    return _incidence(mentees, columns) @ _incidence(mentors, columns).T


def _topics(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    wanted = []
    for each in mentees:
        ranks = RANKS[: len(each.topics)]
        wanted.append({topic: rank / sum(ranks) for topic, rank in zip(each.topics, ranks, strict=False)})
    return _together(wanted, [dict.fromkeys(each.topics, 1.0) for each in mentors])


def _wished(found: Matrix, wishes: Sequence[object]) -> Matrix:
    """Who has no wish is neither helped nor harmed."""
    return np.where(np.array([bool(wish) for wish in wishes])[:, None], found, np.float32(NO_WISH))


def _sector(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    found = _together([{each.sector: 1.0} for each in mentees], [{each.sector: 1.0} for each in mentors])
    return _wished(found, [each.sector for each in mentees])


def _functions(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    wanted = [dict.fromkeys(each.functions, 1.0 / max(1, len(each.functions))) for each in mentees]
    found = _together(wanted, [dict.fromkeys(each.functions, 1.0) for each in mentors])
    return _wished(found, [each.functions for each in mentees])


def _language(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    spoken = [dict.fromkeys(each.languages, 1.0) for each in mentors]
    first = _together([dict.fromkeys(each.languages[:1], 1.0) for each in mentees], spoken)
    any_ = _together([dict.fromkeys(each.languages, 1.0) for each in mentees], spoken)
    return np.where(first > 0, np.float32(1), np.where(any_ > 0, np.float32(OTHER_LANGUAGE), np.float32(0)))


def _place(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    """The same country, else the hours apart: a question and a score, never an exclusion."""
    same = _together([{each.country: 1.0} for each in mentees], [{each.country: 1.0} for each in mentors])
    apart = np.abs(_column([each.offset for each in mentees]) - _row([each.offset for each in mentors]))
    near = np.select([apart <= hours for hours, _ in ZONES], [share for _, share in ZONES], 0.0)
    return np.where(same > 0, np.float32(1), near.astype(np.float32))


def _rhythm(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    steps = np.abs(
        _column([RHYTHMS.index(each.rhythm) for each in mentees])
        - _row([RHYTHMS.index(each.rhythm) for each in mentors])
    )
    found: Matrix = np.maximum(1 - steps / 2, np.float32(0))
    return found


def _seniority(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Matrix:
    least, most = BEST_GAP
    gap = _row([each.experience for each in mentors]) - _column([each.experience for each in mentees])
    found: Matrix = np.clip(np.minimum(gap / least, 1 - (gap - most) / 10), 0, 1)
    return found


def _column(values: Sequence[float]) -> Matrix:
    return np.array(values, dtype=np.float32)[:, None]


def _row(values: Sequence[float]) -> Matrix:
    return np.array(values, dtype=np.float32)[None, :]
