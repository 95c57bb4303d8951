"""The properties of temporal values and ranges (DMN 1.5, 10.3.2.5 and table 65)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from engine.feel.durations import SECOND, DaysDuration, YearsDuration
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import Range, Value

Reader = Callable[..., Value]


def _seconds(nanoseconds: int) -> Decimal:
    whole, fraction = divmod(nanoseconds, SECOND)
    return Decimal(nanoseconds).scaleb(-9) if fraction else Decimal(whole)


def _offset(value: Time | DateTime) -> Value:
    offset = value.utc_offset
    return None if offset is None else DaysDuration(offset * SECOND)


_DATE: Final[Mapping[str, Reader]] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(date.weekday),
}
_TIME: Final[Mapping[str, Reader]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: _seconds(time.second * SECOND + time.nanosecond),
    "timezone": lambda time: time.zone,
    "time zone": lambda time: time.zone,
}
_PROPERTIES: Final[Mapping[type, Mapping[str, Reader]]] = {
    Date: _DATE,
    Time: {**_TIME, "time offset": _offset},
    DateTime: {
        **{name: lambda moment, read=read: read(moment.date) for name, read in _DATE.items()},
        **{name: lambda moment, read=read: read(moment.time) for name, read in _TIME.items()},
        "time offset": _offset,
        "date": lambda moment: moment.date,
        "time": lambda moment: moment.time,
    },
    DaysDuration: {
        "days": lambda duration: Decimal(duration.days),
        "hours": lambda duration: Decimal(duration.hours),
        "minutes": lambda duration: Decimal(duration.minutes),
        "seconds": lambda duration: _seconds(duration.of_minute),
    },
    YearsDuration: {
        "years": lambda duration: Decimal(duration.years),
        "months": lambda duration: Decimal(duration.months),
    },
    Range: {
        "start": lambda span: None if span.operator == "!=" else span.low,
        "end": lambda span: None if span.operator == "!=" else span.high,
        "start included": lambda span: span.low_included,
        "end included": lambda span: span.high_included,
    },
}


def property_of(value: Value, name: str) -> tuple[bool, Value]:
    """Whether a value has that property, and what it is."""
    reader = _PROPERTIES.get(type(value), {}).get(name)
    return (False, None) if reader is None else (True, reader(value))
