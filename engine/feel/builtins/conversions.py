"""Conversion functions (DMN 1.5, 10.3.4.1) and `not`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from engine.feel.builtins.signature import builtin, table
from engine.feel.decimals import as_int, number
from engine.feel.durations import SECOND, DaysDuration, YearsDuration, parse_duration
from engine.feel.iso import parse_date, parse_date_time, parse_time
from engine.feel.run import Run
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.text import to_text
from engine.feel.values import Value

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,9})?\Z", re.ASCII)


def _read(run: Run, found: Value, text: str, kind: str) -> Value:
    if found is None:
        run.warn("not_readable", text=text[:100], type=kind)
    return found


def _date(run: Run, source: str | Date | DateTime) -> Value:
    if isinstance(source, str):
        return _read(run, parse_date(source), source, "date")
    return source.date if isinstance(source, DateTime) else source


def _date_of(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> Value:
    return Date(*(_whole(part) for part in (year, month, day)))


def _whole(part: Decimal) -> int:
    found = as_int(part)
    if found is None:
        raise ValueError("not a whole number")
    return found


def _time(run: Run, source: str | Time | DateTime | Date) -> Value:
    if isinstance(source, str):
        return _read(run, parse_time(source), source, "time")
    if isinstance(source, Date):
        return Time(0, 0, 0, 0, 0)
    return source.time if isinstance(source, DateTime) else source


def _time_of(_run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Value:
    whole = int(second.to_integral_value("ROUND_FLOOR"))
    fraction = int((second - whole) * SECOND)
    east = None if offset is None else offset.nanoseconds // SECOND
    if east is not None and abs(east) > 18 * 3600:
        raise ValueError("no such offset")
    return Time(_whole(hour), _whole(minute), whole, fraction, east)


def _date_and_time(run: Run, source: str | Date | DateTime) -> Value:
    if isinstance(source, str):
        return _read(run, parse_date_time(source), source, "date and time")
    return DateTime(source, Time(0, 0, 0, 0, 0)) if isinstance(source, Date) else source


def _date_with_time(_run: Run, date: Date | DateTime, time: Time) -> Value:
    return DateTime(date.date if isinstance(date, DateTime) else date, time)


def _duration(run: Run, source: str | DaysDuration | YearsDuration) -> Value:
    if isinstance(source, str):
        return _read(run, parse_duration(source), source, "duration")
    return source


def _months_between(_run: Run, start: Date | DateTime, end: Date | DateTime) -> Value:
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    # Days count, times do not: from 23:59 on the 31st to 00:01 on the 31st two years later is two years.
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearsDuration(months)


def _number(run: Run, source: str | Decimal, grouping: str | None = None, separator: str | None = None) -> Value:
    if isinstance(source, Decimal):
        return source
    if grouping not in (None, " ", ",", ".") or separator not in (None, ",", ".") or _same(grouping, separator):
        run.warn("bad_argument", function="number", parameter="grouping separator", expected="“ ”, “,” or “.”")
        return None
    text = source.replace(grouping, "") if grouping else source
    if separator == ",":
        text = "invalid" if "." in text else text.replace(",", ".")
    if not _NUMBER.match(text):
        return _read(run, None, source, "number")
    return number(text)


def _same(grouping: str | None, separator: str | None) -> bool:
    return grouping is not None and grouping == separator


def _string(run: Run, value: Value) -> Value:
    return None if value is None else run.text(to_text(run.whole(value)))


def _not(run: Run, value: Value) -> Value:
    run.neither(value)
    return (not value) if isinstance(value, bool) else None


FUNCTIONS: Final = table(
    builtin(
        "date",
        ("from: string|date|date and time", _date),
        ("year: number; month: number; day: number", _date_of),
    ),
    builtin(
        "time",
        ("from: string|time|date and time|date", _time),
        (
            "hour: number; minute: number; second: number; [offset]: days and time duration?",
            _time_of,
        ),
    ),
    builtin(
        "date and time",
        ("from: string|date|date and time", _date_and_time),
        ("date: date|date and time; time: time", _date_with_time),
    ),
    builtin("duration", ("from: string|duration", _duration)),
    builtin(
        "years and months duration",
        ("from: date|date and time; to: date|date and time", _months_between),
    ),
    builtin(
        "number",
        ("from: string|number", _number),
        ("from: string; grouping separator: string?; decimal separator: string?", _number),
    ),
    builtin("string", ("from: any", _string)),
    builtin("not", ("negand: any", _not)),
)
