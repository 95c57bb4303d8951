"""Cron with six fields: second, minute, hour, day of month, month, day of week; in UTC, as Camunda 8 reads it.

Understood: `*`, `?` (for a day), lists, ranges, steps, English three-letter names, `L` and `L-n` (the last day of the
month, n days before it), `nW` and `LW` (the working day of Monday to Friday nearest to the n-th, the last one, in the
same month), `dL` (the last such weekday), `d#n` (the n-th), macros such as `@daily`. Sunday is 0 or 7. Where both days
are given a day must match both. This is the reading of Spring's CronExpression, which Camunda 8 took over.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final

from engine.errors import NotATime

_MACROS: Final = {
    "@yearly": "0 0 0 1 1 *", "@annually": "0 0 0 1 1 *", "@monthly": "0 0 0 1 * *", "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *", "@midnight": "0 0 0 * * *", "@hourly": "0 0 * * * *",
}  # fmt: skip
_MONTHS: Final = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {"MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6, "SUN": 7}
_HORIZON: Final = 366 * 28  # days: a 29 February on a given weekday returns within 28 years

DayTest = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression."""

    text: str
    times: tuple[time, ...] | None  # every firing of a day, or None where there are more than a thousand
    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    day_tests: tuple[DayTest, ...]

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Raises NotATime where the text is not understood."""
        fields = _MACROS.get(text.strip(), text).upper().split()
        try:
            if len(fields) != 6:
                raise ValueError
            seconds, minutes = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 59)
            hours, months = _numbers(fields[2], 0, 23), _numbers(fields[4], 1, 12, _MONTHS)
            tests = (_any_of(fields[3], _day_of_month), _any_of(fields[5], _day_of_week))
        except (ValueError, IndexError):
            raise NotATime(text=text, expected="a cycle", example="0 0 9 * * MON-FRI") from None
        times = None
        if len(seconds) * len(minutes) * len(hours) <= 1_000:
            times = tuple(time(h, m, s) for h in sorted(hours) for m in sorted(minutes) for s in sorted(seconds))
        return cls(text, times, seconds, minutes, hours, months, tests)

    def following(self, moment: datetime) -> datetime | None:
        """The first firing strictly after the moment; None where there is none within 28 years."""
        start = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = start.date()
        for offset in range(_HORIZON):
            candidate = day + timedelta(days=offset)
            if not self._matches(candidate):
                continue
            found = self._first_time(start.time() if offset == 0 else time())
            if found is not None:
                return datetime.combine(candidate, found, UTC)
        return None

    def shortest_gap(self) -> timedelta:
        """The least time between two firings of one day, an hour where there is one firing a day."""
        if len(self.seconds) > 1:
            ordered = sorted(self.seconds)
            return timedelta(seconds=min(b - a for a, b in pairwise(ordered)))
        return timedelta(minutes=1) if len(self.minutes) > 1 else timedelta(hours=1)

    def _matches(self, day: date) -> bool:
        return day.month in self.months and all(test(day) for test in self.day_tests)

    def _first_time(self, since: time) -> time | None:
        if self.times is not None:
            return next((moment for moment in self.times if moment >= since), None)
        for hour in sorted(h for h in self.hours if h >= since.hour):
            for minute in sorted(self.minutes):
                for second in sorted(self.seconds):
                    if time(hour, minute, second) >= since:
                        return time(hour, minute, second)
        return None


def _numbers(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """The numbers that a field of lists, ranges and steps stands for. Raises ValueError."""

    def number(text: str) -> int:
        value = (names or {}).get(text, None)
        value = int(text) if value is None and re.fullmatch(r"[0-9]{1,2}", text) else value
        if value is None or not low <= value <= high:
            raise ValueError(text)
        return value

    found: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        if span == "*":
            first, last = low, high
        else:
            begin, dash, end = span.partition("-")
            first = number(begin)
            last = number(end) if dash else (high if step else first)
            if names is _DAYS and last < first == 7:  # Sunday begins a range as 0 and ends it as 7
                first = 0
        width = int(step) if step else 1
        if width < 1 or last < first or (item.endswith("/")):
            raise ValueError(item)
        found.update(range(first, last + 1, width))
    return frozenset(found)


def _any_of(field: str, read: Callable[[str], DayTest]) -> DayTest:
    if field == "?":
        return lambda _day: True
    tests = [read(item) for item in field.split(",")]
    return lambda day: any(test(day) for test in tests)


def _last_of(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _day_of_month(item: str) -> DayTest:
    if item == "L":
        return lambda day: day.day == _last_of(day)
    if match := re.fullmatch(r"L-([0-9]{1,2})", item):
        before = next(iter(_numbers(match[1], 1, 30)))
        return lambda day: day.day == _last_of(day) - before
    if match := re.fullmatch(r"([0-9]{1,2}|L)W", item):
        wanted = match[1]
        if wanted != "L" and not 1 <= int(wanted) <= 31:
            raise ValueError(item)
        return lambda day: day == _nearest_weekday(day, _last_of(day) if wanted == "L" else int(wanted))
    numbers = _numbers(item, 1, 31)
    return lambda day: day.day in numbers


def _nearest_weekday(month: date, wanted: int) -> date | None:
    last = _last_of(month)
    if wanted > last:
        return None
    day = month.replace(day=wanted)
    if day.weekday() == 5:
        return day + timedelta(days=2 if wanted == 1 else -1)
    if day.weekday() == 6:
        return day + timedelta(days=-2 if wanted == last else 1)
    return day


def _day_of_week(item: str) -> DayTest:
    if match := re.fullmatch(r"(\w+)L", item):
        wanted = _weekday(match[1])
        return lambda day: _cron_day(day) == wanted and day.day + 7 > _last_of(day)
    if match := re.fullmatch(r"(\w+)#([1-5])", item):
        named, nth = _weekday(match[1]), int(match[2])
        return lambda day: _cron_day(day) == named and (day.day - 1) // 7 + 1 == nth
    numbers = {number % 7 for number in _numbers(item, 0, 7, _DAYS)}
    return lambda day: _cron_day(day) in numbers


def _weekday(text: str) -> int:
    return next(iter(_numbers(text, 0, 7, _DAYS))) % 7


def _cron_day(day: date) -> int:
    return day.isoweekday() % 7
