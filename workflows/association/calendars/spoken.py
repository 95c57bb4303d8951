"""A moment in words: by the hour of its place, and by the reader's own where that is another one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, get_timezone_location

from workflows.association.wording import first_of_month

_PATTERN: Final = "EEEE d MMMM y, HH:mm"
_BOTH: Final = {"fr": "{here} à {city} ({abroad} à {other})", "en": "{here} in {city} ({abroad} in {other})"}


def moment(when: datetime, lang: str) -> str:
    """“lundi 18 janvier 2027, 18:30”, by the hour of the place."""
    return first_of_month(format_datetime(when.replace(tzinfo=None), _PATTERN, locale=_locale(lang)), lang)


def moment_for(when: datetime, zones: Sequence[ZoneInfo], lang: str) -> str:
    """A moment at its place; for a reader who lives by another hour, in one known zone, there too, with both cities."""
    there, here = when.astimezone(zones[0]), moment(when, lang)
    if len(zones) > 1 or not isinstance(when.tzinfo, ZoneInfo) or there.utcoffset() == when.utcoffset():
        return here
    cities = [get_timezone_location(zone, locale=_locale(lang), return_city=True) for zone in (when.tzinfo, zones[0])]
    return _BOTH[lang].format(here=here, abroad=moment(there, lang), city=cities[0], other=cities[1])


def _locale(lang: str) -> str:
    return "en_GB" if lang == "en" else "fr_FR"
