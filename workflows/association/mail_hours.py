"""When a mail may reach its reader: not between 20:00 and 08:00 where the reader lives, and no reminder on a day off.

The zone that the reader chose says where that is, else the country. A country with several zones (the United States,
Russia) counts as a whole: the hour has to be right in each of them. Source: domain §1.5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from engine.workdays import WorkCalendar

__all__ = ["QUIET_FROM", "QUIET_TO", "awake", "next_morning", "offered", "reachable", "zones_of"]

QUIET_FROM: Final = time(20)
QUIET_TO: Final = time(8)
LOOKS: Final = 60  # steps after which there is no hour that is right everywhere: the first zone decides
_DAYS: Final = WorkCalendar()


def awake(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same moment, or the end of the quiet hours (20:00–08:00 of the recipient's zone) it lies in."""
    local = moment.astimezone(zone)
    if QUIET_TO <= local.time() < QUIET_FROM:
        return moment
    day = local.date() if local.time() < QUIET_TO else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_TO, tzinfo=zone)


def reachable(moment: datetime, zones: Iterable[ZoneInfo], *, working: bool = False) -> datetime:
    """The first moment from this one on at which nobody sleeps in these zones; `working`: on no weekend or holiday."""
    zones = tuple(zones)
    for _ in range(LOOKS):
        later = max(_open(moment, zone, working) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return _open(moment, zones[0], working)


def next_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the quiet hours on the day after this moment's."""
    return datetime.combine(moment.astimezone(zone).date() + timedelta(days=1), QUIET_TO, tzinfo=zone)


def _open(moment: datetime, zone: ZoneInfo, working: bool) -> datetime:
    moment = awake(moment, zone)
    if not working or _DAYS.is_working_day(moment.astimezone(zone).date()):
        return moment
    return datetime.combine(_DAYS.add(moment.astimezone(zone).date(), 1), QUIET_TO, tzinfo=zone)


def zones_of(country: str | None, home: ZoneInfo, own: str | None = None) -> tuple[ZoneInfo, ...]:
    """The zone that somebody chose, `own`, alone; else those of a country (ISO 3166-1), those that keep the same hours
    once; the association's where none is known.

    People in France, and those of whom nothing is known, live by the association's own zone.
    """
    chosen = _named(own) if own else None
    if chosen is not None:
        return (chosen,)
    return (_zones(country) if country and country != "FR" else ()) or (home,)


@cache
def offered(country: str) -> tuple[str, ...]:
    """The names of a country's zones (IANA), as far as this machine knows them."""
    return tuple(name for name in get_global("territory_zones").get(country, ()) if _named(name) is not None)


@cache
def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None  # a name of the locale data that this machine's time zones do not know


@cache
def _zones(country: str) -> tuple[ZoneInfo, ...]:
    by_hours: dict[tuple[timedelta | None, ...], ZoneInfo] = {}
    for zone in map(ZoneInfo, offered(country)):
        hours = tuple(zone.utcoffset(datetime(2026, month, 15)) for month in (1, 4, 7, 10))
        by_hours.setdefault(hours, zone)
    return tuple(by_hours.values())
