"""Functions beyond DMN that diagrams made for Camunda 8 use. They are additions: another engine need not know them.

`is defined` and `get or else` look at how their argument is written: see `engine.feel.special`.
"""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from engine.feel.builtins.contexts import get_value
from engine.feel.builtins.regexes import found_all
from engine.feel.builtins.signature import builtin, table
from engine.feel.builtins.strings import join
from engine.feel.decimals import as_int, number
from engine.feel.durations import SECOND, DaysDuration, YearsDuration
from engine.feel.equality import equals
from engine.feel.json import json_text, parse_json
from engine.feel.run import Run
from engine.feel.temporal import Date, DateTime, Time, days_in_month
from engine.feel.values import Value
from engine.feel.zones import known_zone, offset_of_instant, parse_offset


def _assert(run: Run, value: Value, condition: Value, cause: str | None = None) -> Value:
    if condition is True:
        return value
    run.warn("assertion_failed", cause=cause or "")
    return None


def _is_empty(_run: Run, items: list[Value]) -> Value:
    return not items


def _uuid(_run: Run) -> Value:
    return str(uuid.uuid4())


def _random(_run: Run) -> Value:
    return number(repr(random.SystemRandom().random()))


def _from_json(run: Run, text: str) -> Value:
    try:
        return parse_json(text)
    except ValueError:
        run.warn("not_readable", text=text[:100], type="JSON")
        return None


def _partition(_run: Run, items: list[Value], size: Decimal) -> Value:
    length = as_int(size)
    if length is None or length < 1:
        raise ValueError("no such size")
    return [items[start : start + length] for start in range(0, len(items), length)]


def _duplicates(run: Run, items: list[Value]) -> Value:
    found: list[Value] = []
    for place, item in enumerate(items):
        run.spend(len(items) // 8 + 1)
        again = any(equals(item, other) is True for other in items[place + 1 :])
        if again and not any(equals(item, known) is True for known in found):
            found.append(item)
    return found


def _last_day_of_month(_run: Run, moment: Date | DateTime) -> Value:
    day = moment.date if isinstance(moment, DateTime) else moment
    return Date(day.year, day.month, days_in_month(day.year, day.month))


def _cycle(_run: Run, repetitions: Decimal | None, interval: DaysDuration | YearsDuration) -> Value:
    times = "" if repetitions is None else as_int(repetitions)
    if times is None or (times != "" and int(times) < 0):
        raise ValueError("no such number")
    return f"R{times}/{interval}"


def _in_zone(run: Run, moment: DateTime, zone: str) -> Value:
    """The same instant, as the clocks of another zone show it. A local moment is one of our own zone."""
    if moment.utc_offset is None:
        clock = replace(moment.time, zone=str(run.environment.zone))
        moment = DateTime(moment.date, clock)
    if known_zone(zone) is None and parse_offset(zone) is None and zone != "Z":
        run.warn("not_readable", text=zone[:100], type="time zone")
        return None
    universal = DateTime(Date(1970, 1, 1), Time(0, 0, 0, 0, 0)).plus_nanoseconds(moment.instant)
    if known_zone(zone) is None:
        east, name = parse_offset(zone) or 0, None
    else:
        day = universal.date
        east = offset_of_instant(zone, day.year, day.month, day.day, universal.time.of_day // SECOND)
        name = zone
    local = universal.plus_nanoseconds(east * SECOND)
    clock = local.time
    shown = Time(clock.hour, clock.minute, clock.second, clock.nanosecond, None if name else east, name)
    return DateTime(local.date, shown)


def _text_or_null(body: Callable[[str], Any]) -> Callable[..., Any]:
    return lambda _run, text: body(text)


FUNCTIONS: Final = table(
    builtin("assert", ("value: any; condition: any; [cause]: string?", _assert)),
    builtin("is empty", ("list: list", _is_empty)),
    builtin("is blank", ("string: string", _text_or_null(lambda text: not text.strip()))),
    builtin("trim", ("string: string", _text_or_null(str.strip))),
    builtin("uuid", ("", _uuid)),
    builtin("random number", ("", _random)),
    builtin("to json", ("value: any", lambda run, value: run.text(json_text(run.whole(value))))),
    builtin("from json", ("value: string", _from_json)),
    builtin("to base64", ("value: string", _text_or_null(lambda text: base64.b64encode(text.encode()).decode()))),
    builtin("extract", ("string: string; pattern: string", found_all)),
    builtin("partition", ("list: list; size: number", _partition)),
    builtin("duplicate values", ("list: list", _duplicates)),
    builtin("last day of month", ("date: date|date and time", _last_day_of_month)),
    builtin(
        "cycle",
        ("repetitions: number?; interval: duration", _cycle),
        ("interval: duration", lambda run, interval: _cycle(run, None, interval)),
    ),
    builtin("date and time", ("date: date and time; timezone: string", _in_zone)),
    builtin("string join", ("list: list; delimiter: string?; prefix: string?; suffix: string?", join)),
    builtin("get value", ("context: context; keys: list", get_value)),
)
