"""FEEL values from plain Python things, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from engine.feel.decimals import number
from engine.feel.durations import SECOND, DaysDuration, YearsDuration
from engine.feel.errors import NotFeelValue
from engine.feel.kinds import Function, Range, Value
from engine.feel.temporal import Date, DateTime, Time

_DEPTH: Final = 200


def from_python(thing: object) -> Value:
    """The FEEL value that a plain Python thing stands for; FEEL values stay.

    NotFeelValue for others, and for what is nested more than 200 deep.
    """
    return _value(thing, 0)


def _value(thing: object, depth: int) -> Value:
    if depth > _DEPTH:
        raise NotFeelValue(kind=f"value nested more than {_DEPTH} deep")
    if isinstance(thing, (str, bool, type(None), Date, Time, DateTime, DaysDuration, YearsDuration, Range)):
        return thing
    if isinstance(thing, (int, float, Decimal)):
        return _number(thing)
    if isinstance(thing, (list, tuple)):
        return [_value(item, depth + 1) for item in thing]
    if isinstance(thing, Mapping):
        return {_key(key): _value(item, depth + 1) for key, item in thing.items()}
    if isinstance(thing, Function):
        return thing
    return _temporal(thing)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotFeelValue(kind=f"context with a key of type {type(key).__name__}")
    return key


def _number(thing: float | Decimal) -> Decimal:
    try:
        found = number(repr(thing) if isinstance(thing, float) else thing)
    except ArithmeticError:
        raise NotFeelValue(kind="number beyond 34 digits and 10^6144") from None
    if not found.is_finite():
        raise NotFeelValue(kind="number that is not finite")
    return found


def _temporal(thing: object) -> Value:
    if isinstance(thing, dt.datetime):
        return DateTime(Date(thing.year, thing.month, thing.day), _time(thing.timetz(), thing.utcoffset()))
    if isinstance(thing, dt.date):
        return Date(thing.year, thing.month, thing.day)
    if isinstance(thing, dt.time):
        return _time(thing, thing.utcoffset())
    if isinstance(thing, dt.timedelta):
        seconds = thing.days * 86_400 + thing.seconds
        return DaysDuration(seconds * SECOND + thing.microseconds * 1_000)
    raise NotFeelValue(kind=type(thing).__name__)


def _time(time: dt.time, offset: dt.timedelta | None) -> Time:
    zone = getattr(time.tzinfo, "key", None)
    nanosecond = time.microsecond * 1_000
    if isinstance(zone, str) and zone != "UTC":
        return Time(time.hour, time.minute, time.second, nanosecond, None, zone)
    east = None if offset is None else int(offset.total_seconds())
    return Time(time.hour, time.minute, time.second, nanosecond, east)


def to_python(value: Value) -> object:
    """The nearest plain Python thing: dates of years 1 to 9999, times and date-times to the microsecond, and
    days durations become those of `datetime`; lists and contexts are converted inside; the rest stays itself.
    """
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if isinstance(value, dict):
        return {key: to_python(item) for key, item in value.items()}
    if isinstance(value, DaysDuration):
        return _timedelta(value)
    if isinstance(value, Time):
        return _plain_time(value)
    day = value.date if isinstance(value, DateTime) else value
    if not isinstance(day, Date) or not 1 <= day.year <= 9999:
        return value
    date = dt.date(day.year, day.month, day.day)
    return dt.datetime.combine(date, _plain_time(value.time)) if isinstance(value, DateTime) else date


def _timedelta(value: DaysDuration) -> object:
    try:
        return dt.timedelta(microseconds=value.nanoseconds // 1_000)
    except OverflowError:
        return value


def _plain_time(time: Time) -> dt.time:
    zone: dt.tzinfo | None = None
    if time.zone is not None:
        zone = ZoneInfo(time.zone)
    elif time.offset is not None:
        zone = dt.UTC if time.offset == 0 else dt.timezone(dt.timedelta(seconds=time.offset))
    return dt.time(time.hour, time.minute, time.second, time.nanosecond // 1_000, zone)
