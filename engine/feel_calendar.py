"""Working days in expressions: additions to FEEL, named as such in `docs/feel.md`.

add working days(date, number)        the working day so many working days on (back, if negative)
working days between(from, to)        working days after `from` up to and including `to`
is working day(date)                  Monday to Friday, no public holiday
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from engine.errors import TimeTooFar
from engine.feel.values import Date, DateTime, Function, Value
from engine.workdays import WorkCalendar

__all__ = ["calendar_functions"]


def calendar_functions(calendar: WorkCalendar) -> Mapping[str, Function]:
    """The functions by name, over this calendar. An argument of another type answers null."""

    def add(start: Value, count: Value) -> Value:
        day = _day(start)
        if day is None or not isinstance(count, Decimal) or count != count.to_integral_value():
            return None
        try:
            return _date(calendar.add(day, int(count)))
        except (TimeTooFar, OverflowError, ValueError):
            return None

    def between(start: Value, end: Value) -> Value:
        first, last = _day(start), _day(end)
        if first is None or last is None:
            return None
        try:
            return Decimal(calendar.between(first, last))
        except (TimeTooFar, OverflowError):
            return None

    def is_working_day(moment: Value) -> Value:
        day = _day(moment)
        return None if day is None else calendar.is_working_day(day)

    functions = (
        Function.of("add working days", ("date", "number"), add),
        Function.of("working days between", ("from", "to"), between),
        Function.of("is working day", ("date",), is_working_day),
    )
    return {function.name: function for function in functions}


def _day(value: Value) -> dt.date | None:
    date = value.date if isinstance(value, DateTime) else value
    if not isinstance(date, Date) or not dt.MINYEAR < date.year < dt.MAXYEAR:
        return None
    return dt.date(date.year, date.month, date.day)


def _date(day: dt.date) -> Date:
    return Date(day.year, day.month, day.day)
