"""Months of a period, and a share or a middle in each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

__all__ = ["LONGEST", "Figure", "Period", "Series", "counted", "middles", "shares"]

LONGEST: Final = 60  # months on a page


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, the first and the last included, each as its first day."""

    first: date
    last: date

    @classmethod
    def ending(cls, today: date, months: int = 12) -> Period:
        """The months up to the present one."""
        last = today.replace(day=1)
        return cls(_plus(last, 1 - months), last)

    @property
    def months(self) -> Sequence[date]:
        """The first day of each month."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(_plus(found[-1], 1))
        return found

    @property
    def until(self) -> date:
        """The first day behind the period."""
        return _plus(self.last, 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """A month's value, and of how many it is told; None where there was nothing to tell of."""

    month: date
    value: Decimal | None
    of: int


@dataclass(frozen=True, slots=True)
class Series:
    """An indicator over the months of a period. `unit`: percent, days or count."""

    key: str
    unit: str
    figures: Sequence[Figure]
    whole: Figure  # over the whole period; of a standing (members at the end of a month), the last one


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def end_of(month: date) -> date:
    """The last day of a month."""
    return _plus(month, 1) - timedelta(days=1)


def shares(key: str, period: Period, part: Mapping[date, int], whole: Mapping[date, int]) -> Series:
    """How many in a hundred, month by month and over the period."""
    figures = [_share(month, part.get(month, 0), whole.get(month, 0)) for month in period.months]
    total = _share(period.first, sum(part.values()), sum(whole.values()))
    return Series(key, "percent", figures, total)


def middles(key: str, period: Period, values: Iterable[tuple[date, Decimal]]) -> Series:
    """The median of what each month has, and of all of it."""
    by_month: dict[date, list[Decimal]] = {}
    for month, value in values:
        by_month.setdefault(month, []).append(value)
    figures = [_middle(month, by_month.get(month, [])) for month in period.months]
    return Series(key, "days", figures, _middle(period.first, [each for some in by_month.values() for each in some]))


def counted(key: str, period: Period, counts: Mapping[date, int]) -> Series:
    """How many there were, month by month and in all."""
    figures = [Figure(month, Decimal(counts.get(month, 0)), counts.get(month, 0)) for month in period.months]
    total = sum(counts.values())
    return Series(key, "count", figures, Figure(period.first, Decimal(total), total))


def _share(month: date, part: int, whole: int) -> Figure:
    return Figure(month, round(Decimal(100 * part) / whole, 1) if whole else None, whole)


def _middle(month: date, values: Sequence[Decimal]) -> Figure:
    return Figure(month, round(Decimal(median(values)), 1) if values else None, len(values))


def _plus(month: date, count: int) -> date:
    year, number = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, number + 1, 1)
