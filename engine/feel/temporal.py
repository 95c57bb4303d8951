"""Dates, times and date-times of FEEL: any year to ±999,999,999, an offset or a named zone or neither.

Sources: DMN 1.5, 10.3.2.3.4 to 10.3.2.3.6; ISO 8601 with the proleptic Gregorian calendar, year 0 = 1 BC.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.durations import DAY, SECOND, fraction_text
from engine.feel.zones import offset_at, offset_of_instant, offset_text

MAX_YEAR = 999_999_999
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY_SECONDS = 86_400


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _LENGTHS[month - 1]


@dataclass(frozen=True, slots=True)
class Date:
    """A day of the calendar. ValueError if there is no such day."""

    year: int
    month: int
    day: int

    def __post_init__(self) -> None:
        if not (-MAX_YEAR <= self.year <= MAX_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")
        if not 1 <= self.day <= days_in_month(self.year, self.month):
            raise ValueError(f"no such day: {self.year}-{self.month}-{self.day}")

    @property
    def ordinal(self) -> int:
        """Days since 1970-01-01."""
        year = self.year - (self.month <= 2)
        era, of_era = divmod(year, 400)
        of_year = (153 * (self.month - 3 if self.month > 2 else self.month + 9) + 2) // 5 + self.day - 1
        return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468

    @staticmethod
    def from_ordinal(days: int) -> Date:
        """The day so many days after 1970-01-01. ValueError beyond the years we know."""
        era, of_era = divmod(days + 719_468, 146_097)
        year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
        of_year = of_era - (365 * year + year // 4 - year // 100)
        shifted = (5 * of_year + 2) // 153
        day = of_year - (153 * shifted + 2) // 5 + 1
        month = shifted + 3 if shifted < 10 else shifted - 9
        return Date(year + era * 400 + (month <= 2), month, day)

    @property
    def weekday(self) -> int:
        """1 Monday to 7 Sunday."""
        return (self.ordinal + 3) % 7 + 1

    def plus_months(self, months: int) -> Date:
        """So many months later, on the last day of the month where the day does not exist."""
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Date(year, month + 1, min(self.day, days_in_month(year, month + 1)))

    def __lt__(self, other: Date) -> bool:
        return (self.year, self.month, self.day) < (other.year, other.month, other.day)

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day, to the nanosecond; `offset` in seconds east of Greenwich, or `zone`, or neither."""

    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    offset: int | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if not (0 <= self.hour <= 23 and 0 <= self.minute <= 59 and 0 <= self.second <= 59):
            raise ValueError(f"no such time: {self.hour}:{self.minute}:{self.second}")

    @property
    def of_day(self) -> int:
        """Nanoseconds since midnight, local."""
        return ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nanosecond

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of Greenwich. A zone without a day is taken as in January 1970 (its standard time)."""
        if self.zone is not None:
            return offset_at(self.zone, 1970, 1, 1, self.of_day // SECOND)
        return self.offset

    def on_clock(self, nanoseconds: int) -> Time:
        """The time so many nanoseconds after midnight, round the clock, with this one's offset or zone."""
        seconds, fraction = divmod(nanoseconds % DAY, SECOND)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return Time(hour, minute, second, fraction, self.offset, self.zone)

    def __str__(self) -> str:
        text = f"{self.hour:02}:{self.minute:02}:{self.second:02}{fraction_text(self.nanosecond)}"
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A day and a time; the offset or zone is the time's."""

    date: Date
    time: Time

    @property
    def utc_offset(self) -> int | None:
        """Seconds east of Greenwich on that day, or None when local."""
        zone = self.time.zone
        if zone is None:
            return self.time.offset
        return offset_at(zone, self.date.year, self.date.month, self.date.day, self.time.of_day // SECOND)

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00Z; of a local one, as if it were in universal time."""
        return self.date.ordinal * DAY + self.time.of_day - (self.utc_offset or 0) * SECOND

    def plus_nanoseconds(self, nanoseconds: int) -> DateTime:
        """So much later on the time line, in the same zone or at the same offset."""
        moment = self.instant + nanoseconds
        days, of_day = divmod(moment, DAY)
        offset = self.time.offset or 0
        if self.time.zone is not None:
            day = Date.from_ordinal(days)
            offset = offset_of_instant(self.time.zone, day.year, day.month, day.day, of_day // SECOND)
        days, of_day = divmod(moment + offset * SECOND, DAY)
        return DateTime(Date.from_ordinal(days), self.time.on_clock(of_day))

    def plus_months(self, months: int) -> DateTime:
        """So many months later at the same local time."""
        return DateTime(self.date.plus_months(months), self.time)

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"
