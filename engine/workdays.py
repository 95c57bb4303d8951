"""Working days: Monday to Friday without the public holidays of France (`holidays`), in the association's zone.

A working day ends at midnight of the zone: work that is due "in three working days" may be handed in during the third.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import holidays

from engine.calendar import PARIS
from engine.errors import TimeTooFar

__all__ = ["WorkCalendar"]

MonthDay = tuple[int, int]
LONGEST = 2_600  # working days: ten years


def french_holidays() -> Container[date]:
    """The public holidays of metropolitan France, any year."""
    found: Container[date] = holidays.country_holidays("FR")
    return found


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Answers questions about working days of one country and zone. What is closed stays so: years are counted once."""

    zone: ZoneInfo = PARIS
    closed: Container[date] = field(default_factory=french_holidays)
    pauses: tuple[tuple[MonthDay, MonthDay], ...] = ()  # every year, both ends included; may pass the year's end
    _years: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on this day."""
        return day.weekday() < 5 and day not in self.closed and not self._is_pause((day.month, day.day))

    def _is_pause(self, day: MonthDay) -> bool:
        return any(
            first <= day <= last if first <= last else day >= first or day <= last for first, last in self.pauses
        )

    def add(self, day: date, count: int) -> date:
        """The working day that lies `count` working days after `day` (before it, if negative).

        Zero answers the day itself where it is a working day, else the next one. Raises TimeTooFar beyond ten years.
        """
        if abs(count) > LONGEST:
            raise TimeTooFar(text=f"{count} working days", years=10)
        step = timedelta(days=-1 if count < 0 else 1)
        current = day if count else self._open_day(day, step)
        for _ in range(abs(count)):
            current = self._open_day(current + step, step)
        return current

    def _open_day(self, day: date, step: timedelta) -> date:
        """This day or the next one on which work is done. Raises TimeTooFar where there is none for a year."""
        for _ in range(366):
            if self.is_working_day(day):
                return day
            day += step
        raise TimeTooFar(text=f"a working day after {day - 366 * step}", years=1)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where the end lies before the start."""
        if abs((end - start).days) > LONGEST * 2:
            raise TimeTooFar(text=f"{start} – {end}", years=10)
        if start > end:
            return -self.between(end, start)
        whole_years = sum(self._of_year(year)[-1] for year in range(start.year, end.year))
        return whole_years + self._up_to(end) - self._up_to(start)

    def _up_to(self, day: date) -> int:
        """Working days of the day's year, the day included."""
        return self._of_year(day.year)[day.timetuple().tm_yday - 1]

    def _of_year(self, year: int) -> tuple[int, ...]:
        """Working days from New Year's Day to each day of the year: lists ask for hundreds of distances a page."""
        known = self._years.get(year)
        if known is None:
            first, last = date(year, 1, 1), date(year, 12, 31)
            days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
            known = self._years[year] = tuple(accumulate(map(int, map(self.is_working_day, days))))
        return known

    def deadline(self, start: datetime, count: int) -> datetime:
        """The end (midnight) of the working day that lies `count` working days after the start, in UTC."""
        return self._end_of(self.add(start.astimezone(self.zone).date(), count))

    def fraction(self, start: datetime, count: int, share: float) -> datetime:
        """The moment at which `share` of the working time until `deadline(start, count)` is over, in UTC.

        Time runs on working days only, from midnight to midnight; shares beyond 1 go on after the deadline.
        """
        local = start.astimezone(self.zone)
        day = local.date()
        wanted = self._working_time(local, self.deadline(start, count)) * share
        if not self.is_working_day(day):
            day = self.add(day, 0)
            local = datetime.combine(day, time(), self.zone)
        left = self._end_of(day) - local
        while wanted > left:
            wanted -= left
            day = self.add(day, 1)
            local = datetime.combine(day, time(), self.zone)
            left = self._end_of(day) - local
        return local.astimezone(UTC) + wanted

    def _working_time(self, start: datetime, end: datetime) -> timedelta:
        total, day = timedelta(0), start.date()
        while datetime.combine(day, time(), self.zone) < end:
            if self.is_working_day(day):
                total += self._end_of(day) - max(start, datetime.combine(day, time(), self.zone)).astimezone(UTC)
            day += timedelta(days=1)
        return total

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day + timedelta(days=1), time(), self.zone).astimezone(UTC)
