"""Reading dates, times and date-times from the text forms that FEEL allows (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re

from engine.feel.durations import DaysDuration, YearsDuration, fraction_of, parse_duration
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.zones import known_zone, parse_offset

_DATE = re.compile(r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)\Z", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z|z)|([+-]\d\d:\d\d(?::\d\d)?)|@(\S+))?\Z", re.ASCII)


_MIDNIGHT = re.compile(r"24:00:00(?:\.0+)?(?![.\d])")


def parse_date(text: str) -> Date | None:
    """`2026-01-31`, `-0044-03-15`, `999999999-12-31`; None if it is no day."""
    match = _DATE.match(text)
    if match is None or match[1] == "-0000":
        return None
    try:
        return Date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    """`10:30:00`, with a fraction, with `Z`, an offset or `@Europe/Paris`; None if it is no time."""
    match = _TIME.match(text)
    if match is None:
        return None
    hour, minute, second, fraction, zulu, offset, zone = match.groups()
    if hour == "24" and _MIDNIGHT.match(text):
        hour = "00"  # ISO 8601: the end of a day is the beginning of the next
    east = 0 if zulu else None
    if offset is not None:
        east = parse_offset(offset)
        if east is None:
            return None
    if zone is not None and known_zone(zone) is None:
        return None
    try:
        return Time(int(hour), int(minute), int(second), fraction_of(fraction), east, zone)
    except ValueError:
        return None


def parse_date_time(text: str) -> DateTime | None:
    """A date, `T` and a time; a date alone is its midnight."""
    day, separator, rest = text.partition("T")
    date = parse_date(day)
    if date is None:
        return None
    time = parse_time(rest) if separator else Time(0, 0, 0)
    if time is None:
        return None
    if rest.startswith("24"):
        date = Date.from_ordinal(date.ordinal + 1)
    return DateTime(date, time)


def parse_temporal(text: str) -> Date | Time | DateTime | DaysDuration | YearsDuration | None:
    """What `@"…"` means: the one temporal value written so, or None."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)
