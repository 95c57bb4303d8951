"""Figures of a year beside what was aimed at: a share, a median, a count, each with what it was counted over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median as middle

SHARE, DAYS, COUNT, SCORE, EUROS = "SHARE", "DAYS", "COUNT", "SCORE", "EUROS"
Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `value` is None where there is nothing to count; a share is between 0 and 1.

    `least` and `most`: between which the figure is as it should be; None where that side is open. `of`: over how many
    cases it was counted. `part`: of which of several groups it is, where one measure has several. `hidden`: there is a
    figure, which stands for too few people to be told.
    """

    key: str
    kind: str
    value: Number | None
    of: int
    least: Number | None = None
    most: Number | None = None
    part: str = ""
    hidden: bool = False

    @property
    def aimed(self) -> bool:
        """Whether there is an aim."""
        return self.least is not None or self.most is not None

    @property
    def met(self) -> bool | None:
        """Whether the figure is as it should be; None where that cannot be said."""
        if self.value is None or not self.aimed:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


def year(number: int) -> Period:
    """A calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31))


def share(key: str, told: Iterable[bool], *, least: Number | None = None, most: Number | None = None) -> Measure:
    """How many of those asked about are so."""
    found = list(told)
    value = sum(found) / len(found) if found else None
    return Measure(key, SHARE, value, len(found), least, most)


def median(key: str, days: Iterable[int], *, most: Number | None = None, part: str = "") -> Measure:
    """The number of days that half of the cases took no longer than."""
    found = list(days)
    return Measure(key, DAYS, middle(found) if found else None, len(found), None, most, part)


def masked(found: Measure, least: int) -> Measure:
    """The same figure, hidden where it stands for fewer people than `least`, and for somebody; a share also where so
    few are so, or so few are not: times what it was counted over it is their number."""
    part = round(float(found.value) * found.of) if found.kind == SHARE and found.value is not None else found.of
    return hidden(found) if any(0 < each < least for each in (found.of, part, found.of - part)) else found


def hidden(found: Measure) -> Measure:
    """There is such a figure, and it is not told."""
    return replace(found, value=None, of=0, hidden=True)


def promoters(key: str, scores: Sequence[int], part: str = "") -> Measure:
    """Net promoter score: of answers from 0 to 10 the per cent of nines and tens, less that of zeros to sixes."""
    value = (
        round(100 * (sum(each >= 9 for each in scores) - sum(each <= 6 for each in scores)) / len(scores))
        if scores
        else None
    )
    return Measure(key, SCORE, value, len(scores), part=part)


def gini(key: str, loads: Sequence[int]) -> Measure:
    """How unevenly a load lies: 0 where everybody carries as much, towards 1 where one carries all (Gini)."""
    total, count = sum(loads), len(loads)
    if not total:
        return Measure(key, SCORE, None, count)
    uneven = sum((2 * rank - count - 1) * load for rank, load in enumerate(sorted(loads), start=1))
    return Measure(key, SCORE, round(uneven / (count * total), 2), count)
