"""Offsets of named time zones at a local moment, for any year."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)(?::(\d\d))?\Z", re.ASCII)
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*\Z")
_LARGEST_OFFSET = 18 * 3600


def _near(year: int) -> int:
    # The calendar repeats every 400 years; a zone's rules do not reach beyond the years Python knows.
    return year if 2 <= year <= 9998 else 2000 + year % 400


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, or None."""
    if not _ZONE.match(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_at(zone: str, year: int, month: int, day: int, seconds: int) -> int:
    """Seconds east of Greenwich in `zone` at the local time `seconds` after that day's midnight."""
    found = known_zone(zone)
    if found is None:
        return 0
    local = dt.datetime(_near(year), month, day) + dt.timedelta(seconds=seconds)
    offset = local.replace(tzinfo=found).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def offset_of_instant(zone: str, year: int, month: int, day: int, seconds: int) -> int:
    """The same for a moment given in universal time."""
    found = known_zone(zone)
    if found is None:
        return 0
    moment = dt.datetime(_near(year), month, day, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    offset = moment.astimezone(found).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def parse_offset(text: str) -> int | None:
    """Seconds of `+02:00`, `-03:30` or `+05:00:01`; None if it is none or further than 18 hours."""
    match = _OFFSET.match(text)
    if match is None:
        return None
    sign, hours, minutes, seconds = match.groups()
    if int(minutes) > 59 or int(seconds or 0) > 59:
        return None
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if total > _LARGEST_OFFSET:
        return None
    return -total if sign == "-" else total


def offset_text(offset: int) -> str:
    """`Z`, `+02:00`, `-03:30` or `+05:00:01`."""
    if offset == 0:
        return "Z"
    sign, rest = ("-", -offset) if offset < 0 else ("+", offset)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"{sign}{hours:02}:{minutes:02}{tail}"
