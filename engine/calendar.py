"""ISO 8601 durations, moments and repetitions, counted by the calendar of a zone.

Days, months and years move the local date and keep the local hour (also over a clock change); months clamp to the
month's end; hours, minutes and seconds are exact. Repetitions are counted from their anchor, never from the previous
firing, so that 31 January + n months is always a month's last possible day. Working days: `engine/workdays.py`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.cron import Cron
from engine.errors import CycleTooShort, NotATime, TimeTooFar

__all__ = [
    "PARIS", "Cycle", "Duration", "Firing", "TimeLimits", "parse_cycle", "parse_duration", "parse_moment",
]  # fmt: skip

PARIS: Final = ZoneInfo("Europe/Paris")
MEAN_MONTH: Final = timedelta(days=30.436875)
_SECOND_DAY: Final = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """How far a timer may reach, and how often a cycle may fire."""

    years: int = 10
    shortest_cycle: timedelta = timedelta(minutes=1)

    def check_length(self, length: timedelta, text: str) -> None:
        """Raises TimeTooFar for a length beyond the limit, in either direction."""
        if abs(length) > timedelta(days=366 * self.years):
            raise TimeTooFar(text=text, years=self.years)

    def check_moment(self, moment: datetime, now: datetime) -> None:
        """Raises TimeTooFar for a moment that lies further ahead than the limit, or on the first day of all years, for
        which some zones have no hour. The past is allowed otherwise: due at once."""
        if moment < _SECOND_DAY:
            raise TimeTooFar(text=moment.isoformat(), years=self.years)
        if moment > now:
            self.check_length(moment - now, moment.isoformat())


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that keeps months, days and exact time apart. Negative lengths have negative parts."""

    months: int = 0
    days: int = 0
    exact: timedelta = timedelta(0)

    def after(self, anchor: datetime, zone: ZoneInfo = PARIS, *, times: int = 1) -> datetime:
        """The moment that lies `times` such lengths after the anchor, in UTC.

        >>> parse_duration("P1M").after(datetime(2027, 1, 31, 9, tzinfo=PARIS)).astimezone(PARIS).date().isoformat()
        '2027-02-28'
        """
        moment = anchor
        months, days = self.months * times, self.days * times
        if months or days:
            moment = _shift(anchor.astimezone(zone), months, days)
        try:
            return moment.astimezone(UTC) + self.exact * times
        except OverflowError:
            raise TimeTooFar(text=str(self), years=TimeLimits().years) from None

    def estimate(self) -> timedelta:
        """The mean length, to compare with limits."""
        try:
            return self.months * MEAN_MONTH + timedelta(days=self.days) + self.exact
        except OverflowError:
            return timedelta.max if self.months + self.days > 0 else timedelta.min


def _shift(local: datetime, months: int, days: int) -> datetime:
    """The same local hour some months and days later. An hour that does not exist then moves on by the gap."""
    try:
        year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        naive = local.replace(year=year, month=month + 1, day=day, tzinfo=None) + timedelta(days=days)
    except (OverflowError, ValueError, calendar.IllegalMonthError):
        raise TimeTooFar(text=f"{months} months, {days} days", years=TimeLimits().years) from None
    return naive.replace(tzinfo=local.tzinfo)


_DURATION = re.compile(
    r"(?P<sign>[+-])?P(?=[\d-]|T[\d-])(?:(?P<years>-?\d{1,9})Y)?(?:(?P<months>-?\d{1,9})M)?(?:(?P<weeks>-?\d{1,9})W)?"
    r"(?:(?P<days>-?\d{1,9})D)?(?:T(?=[\d-])(?:(?P<hours>-?\d{1,9})H)?(?:(?P<minutes>-?\d{1,9})M)?"
    r"(?:(?P<seconds>-?\d{1,11}(?:[.,]\d{1,9})?)S)?)?",
    re.ASCII,
)


def parse_duration(text: str, limits: TimeLimits | None = None) -> Duration:
    """Reads `P14DT1H30M`, `P1M`, `P2W`, `-PT5M`. Raises NotATime, or TimeTooFar beyond ten years (by setting)."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise NotATime(text=text, expected="a duration", example="P14DT1H30M")
    sign = -1 if match["sign"] == "-" else 1
    part = {name: int(match[name] or 0) * sign for name in ("years", "months", "weeks", "days", "hours", "minutes")}
    seconds = float((match["seconds"] or "0").replace(",", ".")) * sign
    try:
        exact = timedelta(hours=part["hours"], minutes=part["minutes"], seconds=seconds)
        duration = Duration(part["years"] * 12 + part["months"], part["weeks"] * 7 + part["days"], exact)
        (limits or TimeLimits()).check_length(duration.estimate(), text)
    except OverflowError:
        raise TimeTooFar(text=text, years=(limits or TimeLimits()).years) from None
    return duration


_MOMENT = re.compile(
    r"(?P<local>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(?P<offset>Z|[+-]\d\d:?\d\d)?(?:\[(?P<zone>[^\]]+)\])?",
    re.ASCII,
)


def parse_moment(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """Reads `2026-11-22T10:00:00+01:00`, `…Z` or `…[Europe/Paris]`; without either, the hour is that of `zone`.

    The answer keeps the named zone, so that a repetition from it keeps its local hour. Raises NotATime.
    """
    match = _MOMENT.fullmatch(text.strip())
    refusal = NotATime(text=text, expected="a moment", example="2026-11-22T10:00:00+01:00")
    if match is None:
        raise refusal
    try:
        named = ZoneInfo(match["zone"]) if match["zone"] else None
        offset = (match["offset"] or "").replace("Z", "+00:00")
        moment = datetime.fromisoformat(match["local"].replace(",", ".") + offset)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=named or zone)
        elif named:
            moment = moment.astimezone(named)
        moment.astimezone(UTC)  # a moment at the edge of the years may have no UTC, and cannot be stored then
        return moment
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError):
        raise refusal from None


@dataclass(frozen=True, slots=True)
class Firing:
    """One firing of a cycle: its number, from 1, and its moment in UTC."""

    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition. `count` None is for ever. With `start` the first firing is at the start, else one interval on."""

    count: int | None
    start: datetime | None
    interval: Duration | Cron
    zone: ZoneInfo

    @property
    def is_anchored(self) -> bool:
        """Whether its firings are counted from an anchor, and not by the clock alone."""
        return not isinstance(self.interval, Cron)

    def first(self, anchor: datetime) -> Firing | None:
        """The first firing for a wait that began at `anchor`; what lies before the anchor counts as past.

        None where every firing is past (`R3/2020-01-01T00:00Z/P1D` today).
        """
        if isinstance(self.interval, Cron) or self.start is None:
            return self._at(anchor, 1, anchor)
        number = 1
        if self.start < anchor:  # close to the answer at once, then by single steps: a start may lie years back
            number = max(1, int((anchor - self.start) / self.interval.estimate()) - 1)
            while self.interval.after(self.start, self.zone, times=number - 1) < anchor:
                number += 1
        return self._at(anchor, number, anchor)

    def following(self, anchor: datetime, firing: Firing) -> Firing | None:
        """The firing after this one, counted from the anchor; None after the last."""
        return self._at(anchor, firing.number + 1, firing.due_at)

    def passed(self, anchor: datetime, firing: Firing, moment: datetime) -> int:
        """The number of the last firing that is not after the moment; at least that of the given one."""
        if isinstance(self.interval, Cron):  # the one that follows is counted from the moment itself
            return firing.number
        near = int((moment - (self.start or anchor)) / self.interval.estimate()) - 2
        number = max(firing.number, near if self.count is None else min(near, self.count))
        while (following := self._at(anchor, number + 1, moment)) is not None and following.due_at <= moment:
            number += 1
        return number

    def _at(self, anchor: datetime, number: int, previous: datetime) -> Firing | None:
        if self.count is not None and number > self.count:
            return None
        if isinstance(self.interval, Cron):
            due_at = self.interval.following(previous)
            return Firing(number, due_at) if due_at else None
        times = number if self.start is None else number - 1
        return Firing(number, self.interval.after(self.start or anchor, self.zone, times=times))


def parse_cycle(text: str, zone: ZoneInfo = PARIS, limits: TimeLimits | None = None) -> Cycle:
    """Reads `R5/PT10S`, `R/P1D`, `R3/<moment>/P1D`, or cron with six fields (seconds first, in UTC).

    Raises NotATime, TimeTooFar, CycleTooShort (below a minute, by setting).
    """
    limits = limits or TimeLimits()
    text = text.strip()
    if not text.startswith("R"):
        cron = Cron.parse(text)
        if cron.shortest_gap() < limits.shortest_cycle:
            raise CycleTooShort(text=text, seconds=int(limits.shortest_cycle.total_seconds()))
        return Cycle(None, None, cron, zone)
    head, *rest = re.split(r"/(?![^\[]*\])", text)  # the slash of a zone's name stands in brackets
    if not re.fullmatch(r"R[0-9]{0,9}", head) or len(rest) not in (1, 2):
        raise NotATime(text=text, expected="a cycle", example="R5/P1D")
    start = parse_moment(rest[0], zone) if len(rest) == 2 else None
    interval = parse_duration(rest[-1], limits)
    if interval.estimate() < limits.shortest_cycle or interval.after(datetime(2026, 1, 1, tzinfo=UTC)).year < 2026:
        raise CycleTooShort(text=text, seconds=int(limits.shortest_cycle.total_seconds()))
    named = start.tzinfo if start is not None and isinstance(start.tzinfo, ZoneInfo) else zone
    return Cycle(int(head[1:]) if head[1:] else None, start, interval, named)
