"""Days and months in many zones, against `dateutil`'s own reading of them; working days against Easter's own rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Cycle, Duration, Firing, parse_cycle, parse_duration
from engine.feel import Environment, compile_expression
from engine.feel.values import Date
from engine.feel_calendar import calendar_functions
from engine.workdays import WorkCalendar

# Half-hour changes, a day that never was, changes at midnight, in the southern summer, around Ramadan; none at all.
ZONES = st.sampled_from(
    [
        "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "Asia/Beirut",
        "Africa/Casablanca", "America/Santiago", "Pacific/Chatham", "America/St_Johns", "Indian/Reunion", "UTC",
    ]
)  # fmt: skip
# Years after 2037 `dateutil` does not know: it reads the old half of the zone files.
MOMENTS = st.datetimes(datetime(2008, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
INTERVALS = st.sampled_from(["PT1H", "PT90M", "P1D", "P7D", "P1M", "P3M", "P1Y", "P1M2DT3H"])


@given(MOMENTS, ZONES, st.integers(-60, 60), st.integers(-400, 400))
def test_days_and_months_move_the_local_date_in_every_zone(moment: datetime, name: str, months: int, days: int) -> None:
    local = moment.astimezone(tz.gettz(name))
    there = local.replace(tzinfo=None) + relativedelta(months=months) + relativedelta(days=days)
    expected = tz.resolve_imaginary(there.replace(tzinfo=tz.gettz(name), fold=local.fold)).astimezone(UTC)
    got = Duration(months, days).after(moment, ZoneInfo(name))
    assert got == (expected if months or days else moment)


@given(MOMENTS, ZONES, INTERVALS, st.integers(1, 60))
def test_a_cycle_is_counted_from_its_anchor_in_every_zone(anchor: datetime, name: str, text: str, count: int) -> None:
    zone = ZoneInfo(name)
    cycle = parse_cycle(f"R{count}/{text}", zone)
    firing, seen = cycle.first(anchor), []
    while firing is not None:
        seen.append(firing.due_at)
        firing = cycle.following(anchor, firing)
    interval = parse_duration(text)
    assert seen == [interval.after(anchor, zone, times=number) for number in range(1, count + 1)]
    assert seen == sorted(set(seen))


@given(MOMENTS, ZONES, INTERVALS, st.none() | st.integers(1, 40), st.integers(-40, 400))
def test_what_a_moved_firing_passes_is_what_lies_before_it(
    anchor: datetime, name: str, text: str, count: int | None, days: int
) -> None:
    cycle = Cycle(count, None, parse_duration(text), ZoneInfo(name))
    first = cycle.first(anchor)
    assert first is not None
    moved = first.due_at + timedelta(days=days)
    number, following = 1, cycle.following(anchor, first)
    while following is not None and following.due_at <= moved:
        number, following = following.number, cycle.following(anchor, following)
    assert cycle.passed(anchor, first, moved) == number
    after = cycle.following(anchor, Firing(number, moved))
    assert after is None or after.due_at > moved


@given(st.dates(date(2020, 1, 1), date(2034, 12, 31)))
def test_closed_days_are_weekends_and_the_days_of_the_labour_code(day: date) -> None:
    """Code du travail, L3133-1: the movable ones are counted from Easter."""
    easter_day = easter(day.year)
    movable = {easter_day + timedelta(days=off) for off in (1, 39, 50)}
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    closed = day.weekday() >= 5 or day in movable or (day.month, day.day) in fixed
    assert WorkCalendar().is_working_day(day) == (not closed)


@given(st.dates(date(2020, 1, 1), date(2034, 12, 31)), st.integers(-250, 250))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    calendar = WorkCalendar()
    step, current, left = timedelta(days=1 if count >= 0 else -1), day, abs(count)
    while left or not calendar.is_working_day(current):
        current += step
        left -= calendar.is_working_day(current) and left > 0
    assert calendar.add(day, count) == current


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('add working days(date("2026-12-24"), 1)', Date(2026, 12, 28)),
        ('add working days(date("2027-03-29"), -1)', Date(2027, 3, 26)),
        ('working days between(date("2026-12-24"), date("2027-01-04"))', 5),
        ('is working day(date("2026-05-14"))', False),
        ('add working days(date and time("2026-12-31T10:00:00"), 1)', Date(2027, 1, 4)),
        ('add working days("2026-12-31", 1)', None),
        ('add working days(date("2026-12-31"), 0.5)', None),
    ],
)
def test_working_days_in_expressions(expression: str, answer: object) -> None:
    functions = calendar_functions(WorkCalendar())
    environment = Environment(lambda: datetime(2026, 11, 23, tzinfo=UTC), ZoneInfo("Europe/Paris"), functions)
    assert compile_expression(expression, names=functions).evaluate({}, environment).value == answer
