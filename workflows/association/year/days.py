"""When things happen: how many a day by the season, at which hour, and what a bank's day is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from zoneinfo import ZoneInfo

# Shares of a year by month; a year of equal months is twelve times 1/12.
UTC_ZONE = ZoneInfo("UTC")
EVEN: Sequence[float] = (1.0,) * 12
AUTUMN: Sequence[float] = (7, 7, 8, 8, 7, 6, 4, 2, 14, 14, 12, 11)
ENTRANTS: Sequence[float] = (0, 0, 0, 0, 0, 0, 0, 0, 55, 35, 10, 0)
YEAR_END: Sequence[float] = (5, 5, 6, 6, 9, 8, 4, 2, 6, 9, 14, 26)
OFFICE, AFTERNOON, AN_ENTRY = time(9, 20), time(14, 10), timedelta(minutes=6)
POST = time(8, 30)  # the postman, and the first look at the account
_HOURS: Mapping[int, float] = MappingProxyType(
    {8: 5, 9: 8, 10: 8, 11: 7, 12: 8, 13: 7, 14: 6, 15: 6, 16: 6, 17: 7, 18: 8, 19: 8, 20: 8, 21: 6, 22: 2}
)


def count_on(rng: Random, day: date, yearly: float, season: Sequence[float] = EVEN) -> int:
    """How many of `yearly` fall on this day, by the season, each on its own."""
    share = season[day.month - 1] / sum(season) / 30.44
    expected = yearly * share
    whole = int(expected)
    return whole + (rng.random() < expected - whole) + _spread(rng, whole)


def _spread(rng: Random, whole: int) -> int:
    """No two days are alike, and the year's sum stays."""
    return rng.randint(-whole // 3, whole // 3) if whole >= 3 else 0


def moment(rng: Random, day: date, zone: ZoneInfo) -> datetime:
    """A moment of the waking hours of this day, in UTC."""
    hour = rng.choices(list(_HOURS), list(_HOURS.values()))[0]
    return at(day, time(hour, rng.randint(0, 59), rng.randint(0, 59)), zone)


def at(day: date, when: time, zone: ZoneInfo) -> datetime:
    """This time of this day of the zone, in UTC."""
    return datetime.combine(day, when, zone).astimezone(UTC)


def awake(rng: Random, wished: datetime, zone: ZoneInfo) -> datetime:
    """The same moment, or one of the next morning where people sleep: nobody answers at three o'clock."""
    local = wished.astimezone(zone)
    if 7 <= local.hour < 23:
        return wished
    day = local.date() if local.hour < 7 else local.date() + timedelta(days=1)
    return at(day, time(rng.randint(8, 10), rng.randint(0, 59), rng.randint(0, 59)), zone)
