"""The two durations of FEEL (DMN 1.5, 10.3.2.3.7 and 10.3.2.3.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_MOST = 10**30

_DAYS = re.compile(r"(-)?P(?:(\d{1,18})D)?(T(?:(\d{1,18})H)?(?:(\d{1,18})M)?(?:(\d{1,18})(?:\.(\d*))?S)?)?\Z", re.ASCII)
_YEARS = re.compile(r"(-)?P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class DaysDuration:
    """A days and time duration, in whole nanoseconds, negative or not. ValueError beyond 3·10^13 years."""

    nanoseconds: int

    def __post_init__(self) -> None:
        if not -_MOST < self.nanoseconds < _MOST:
            raise ValueError("a duration beyond all calendars")

    @property
    def days(self) -> int:
        """Whole days, with the sign of the duration; `hours`, `minutes`, `of_minute` are what is left."""
        return self._part(DAY, 0)

    @property
    def hours(self) -> int:
        """0 to 23, with the sign of the duration."""
        return self._part(HOUR, DAY)

    @property
    def minutes(self) -> int:
        """0 to 59, with the sign of the duration."""
        return self._part(MINUTE, HOUR)

    @property
    def of_minute(self) -> int:
        """Nanoseconds of the minute begun, with the sign of the duration: its `seconds` and their fraction."""
        return self._part(1, MINUTE)

    def _part(self, unit: int, above: int) -> int:
        size = abs(self.nanoseconds)
        if above:
            size %= above
        return size // unit if self.nanoseconds >= 0 else -(size // unit)

    def __str__(self) -> str:
        if not self.nanoseconds:
            return "PT0S"
        days, rest = divmod(abs(self.nanoseconds), DAY)
        hours, rest = divmod(rest, HOUR)
        minutes, rest = divmod(rest, MINUTE)
        seconds, fraction = divmod(rest, SECOND)
        text = f"{'-' if self.nanoseconds < 0 else ''}P{f'{days}D' if days else ''}"
        if not rest and not hours and not minutes:
            return text
        shown = f"{seconds}{fraction_text(fraction)}S" if seconds or fraction else ""
        return f"{text}T{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}{shown}"


@dataclass(frozen=True, slots=True, order=True)
class YearsDuration:
    """A years and months duration, in whole months, negative or not. ValueError beyond 10^30 months."""

    total_months: int

    def __post_init__(self) -> None:
        if not -_MOST < self.total_months < _MOST:
            raise ValueError("a duration beyond all calendars")

    @property
    def years(self) -> int:
        """Whole years, with the sign of the duration."""
        size = abs(self.total_months) // 12
        return size if self.total_months >= 0 else -size

    @property
    def months(self) -> int:
        """0 to 11, with the sign of the duration."""
        size = abs(self.total_months) % 12
        return size if self.total_months >= 0 else -size

    def __str__(self) -> str:
        years, months = divmod(abs(self.total_months), 12)
        if not years and not months:
            return "P0M"
        sign = "-" if self.total_months < 0 else ""
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"


def fraction_text(nanoseconds: int) -> str:
    """`.5` for half a second, nothing for none."""
    return f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""


def fraction_of(digits: str | None) -> int:
    """Nanoseconds of the digits behind the point; what is finer is cut off."""
    return int((digits or "0")[:9].ljust(9, "0"))


def parse_duration(text: str) -> DaysDuration | YearsDuration | None:
    """A duration in ISO 8601: either years and months, or days and time; None for anything else."""
    match = _YEARS.match(text)
    if match is not None and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsDuration(-months if match[1] else months)
    match = _DAYS.match(text)
    if match is None or not (match[2] or match[3]):
        return None
    sign, days, tail, hours, minutes, seconds, fraction = match.groups()
    if tail == "T":
        return None
    total = int(days or 0) * DAY + int(hours or 0) * HOUR + int(minutes or 0) * MINUTE
    total += int(seconds or 0) * SECOND + fraction_of(fraction)
    return DaysDuration(-total if sign else total) if total < _MOST else None
