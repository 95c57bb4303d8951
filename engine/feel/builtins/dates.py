"""Temporal functions (DMN 1.5, 10.3.4.7 and 10.3.4.10) and `is` (10.3.4.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.equality import equals
from engine.feel.run import Run
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import Value, from_python

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _day(moment: Date | DateTime) -> Date:
    return moment.date if isinstance(moment, DateTime) else moment


def _day_of_year(_run: Run, moment: Date | DateTime) -> Value:
    day = _day(moment)
    return Decimal(day.ordinal - Date(day.year, 1, 1).ordinal + 1)


def _day_of_week(_run: Run, moment: Date | DateTime) -> Value:
    return _DAYS[_day(moment).weekday - 1]


def _month_of_year(_run: Run, moment: Date | DateTime) -> Value:
    return _MONTHS[_day(moment).month - 1]


def _week_of_year(_run: Run, moment: Date | DateTime) -> Value:
    """The ISO 8601 week: the one of its Thursday."""
    day = _day(moment)
    thursday = Date.from_ordinal(day.ordinal + 4 - day.weekday)
    return Decimal((thursday.ordinal - Date(thursday.year, 1, 1).ordinal) // 7 + 1)


def _now(run: Run) -> Value:
    return from_python(run.environment.now().astimezone(run.environment.zone))


def _today(run: Run) -> Value:
    return from_python(run.environment.now().astimezone(run.environment.zone).date())


def _is(run: Run, left: Value, right: Value) -> Value:
    """The same value down to its zone: `12:00Z` is not `12:00+00:00@Etc/UTC` under another name."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (Time, DateTime)):
        return left == right
    return equals(left, right, run) is True


FUNCTIONS: Final = table(
    builtin("day of year", ("date: date|date and time", _day_of_year)),
    builtin("day of week", ("date: date|date and time", _day_of_week)),
    builtin("month of year", ("date: date|date and time", _month_of_year)),
    builtin("week of year", ("date: date|date and time", _week_of_year)),
    builtin("now", ("", _now)),
    builtin("today", ("", _today)),
    builtin("is", ("value1: any; value2: any", _is)),
)
