"""Time by the calendar: month's ends, clock changes, cycles from their anchor, bounds; against `dateutil`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import PARIS, Cycle, Duration, Firing, parse_cycle, parse_duration, parse_moment
from engine.cron import Cron
from engine.errors import CycleTooShort, NotATime, TimeTooFar
from engine.workdays import WorkCalendar

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(PARIS))


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P1M", Duration(months=1)),
        ("P1Y2M", Duration(months=14)),
        ("P2W", Duration(days=14)),
        ("P14DT1H30M", Duration(days=14, exact=timedelta(hours=1, minutes=30))),
        ("PT0.5S", Duration(exact=timedelta(milliseconds=500))),
        ("-P1D", Duration(days=-1)),
        (" PT36H ", Duration(exact=timedelta(hours=36))),
    ],
)
def test_durations_are_read(text: str, duration: Duration) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "P1", "P1DT", "P1H", "PT1D", "P1.5D", "R/P1D", "P1D1M", "P١D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_duration(text)


@pytest.mark.parametrize("text", ["P100000000M", "P11Y", "P4000D", "PT99999999H", "-P11Y", "P999999999Y"])
def test_nothing_reaches_beyond_ten_years(text: str) -> None:
    with pytest.raises(TimeTooFar):
        parse_duration(text)


@pytest.mark.parametrize("text", ["R/PT0S", "R/PT59S", "R3/PT1S", "R/-P1D", "* * * * * *", "0/30 * * * * *"])
def test_cycles_below_a_minute_are_refused(text: str) -> None:
    with pytest.raises(CycleTooShort):
        parse_cycle(text)


@pytest.mark.parametrize(
    "text", ["R-5/PT1M", "R", "R5", "R5/", "R/P1D/2026-01-01T00:00Z", "0 0 9 * *", "0 0 25 * * *", "a b c d e f"]
)
def test_what_is_no_cycle_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_cycle(text)


def test_months_clamp_to_the_months_end_and_count_from_the_anchor() -> None:
    cycle = parse_cycle("R6/2027-01-31T09:00[Europe/Paris]/P1M")
    firing = cycle.first(paris(2027, 1, 1))
    days = []
    while firing is not None:
        days.append(firing.due_at.astimezone(PARIS).date().isoformat())
        firing = cycle.following(paris(2027, 1, 1), firing)
    assert days == ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]


def test_a_day_keeps_the_local_hour_over_a_clock_change_and_hours_do_not() -> None:
    evening = paris(2026, 10, 24, 20, 0)  # the clock goes back on the 25th
    assert parse_duration("P1D").after(evening).astimezone(PARIS) == paris(2026, 10, 25, 20, 0)
    assert parse_duration("PT24H").after(evening).astimezone(PARIS) == paris(2026, 10, 25, 19, 0)


def test_an_hour_that_does_not_exist_moves_on_by_the_gap() -> None:
    assert parse_duration("P1D").after(paris(2026, 3, 28, 2, 30)).astimezone(PARIS) == paris(2026, 3, 29, 3, 30)


def test_the_29th_of_february_comes_back_every_four_years() -> None:
    birthday = paris(2024, 2, 29, 9, 0)
    years = [parse_duration("P1Y").after(birthday, times=n).astimezone(PARIS).date() for n in range(1, 5)]
    assert years == [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


@given(MOMENTS, st.integers(-60, 60), st.integers(-400, 400))
def test_calendar_steps_agree_with_dateutil(moment: datetime, months: int, days: int) -> None:
    local = moment.replace(tzinfo=None) + relativedelta(months=months, days=days)
    expected = local.replace(tzinfo=PARIS, fold=moment.fold).astimezone(UTC)
    got = Duration(months, days).after(moment)
    assert got == (expected if months or days else moment.astimezone(UTC))


@given(MOMENTS, st.integers(1, 24), st.integers(1, 40))
def test_firings_never_drift(anchor: datetime, months: int, count: int) -> None:
    cycle = Cycle(None, None, Duration(months), PARIS)
    firing = cycle.first(anchor)
    for _ in range(count):
        assert firing is not None
        firing = cycle.following(anchor, firing)
    assert firing == Firing(count + 1, Duration(months).after(anchor, times=count + 1))


@given(MOMENTS, MOMENTS, st.sampled_from(["P1M", "P1D", "PT6H", "P1Y", "P1W", "P1MT5H"]))
def test_a_cycle_with_a_start_fires_first_at_or_after_the_anchor(start: datetime, anchor: datetime, text: str) -> None:
    cycle = Cycle(None, start, parse_duration(text), PARIS)
    firing = cycle.first(anchor)
    assert firing is not None
    assert firing.due_at >= anchor
    assert firing.number == 1 or parse_duration(text).after(start, times=firing.number - 2) < anchor


def test_a_bounded_cycle_whose_firings_are_past_never_fires() -> None:
    assert parse_cycle("R3/2020-01-01T00:00Z/P1D").first(paris(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T10:00:00+01:00", datetime(2026, 11, 22, 9, 0, tzinfo=UTC)),
        ("2026-11-22T10:00:00Z", datetime(2026, 11, 22, 10, 0, tzinfo=UTC)),
        ("2026-07-01T10:00[Europe/Paris]", datetime(2026, 7, 1, 8, 0, tzinfo=UTC)),
        ("2026-07-01T10:00:00[America/New_York]", datetime(2026, 7, 1, 14, 0, tzinfo=UTC)),
        ("2026-07-01T10:00:00.250", datetime(2026, 7, 1, 8, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_moments_are_read(text: str, expected: datetime) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize("text", ["2026-11-22", "2026-02-30T10:00Z", "10:00", "2026-11-22T10:00[Mars/Phobos]", "now"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        parse_moment(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9 * * MON-FRI", "2026-11-23T09:00:00"),
        ("0 0 9 L * ?", "2026-11-30T09:00:00"),
        ("0 0/15 * * * *", "2026-11-22T00:15:00"),
        ("0 0 0 1 1 *", "2027-01-01T00:00:00"),
        ("0 30 8 ? * 5L", "2026-11-27T08:30:00"),
        ("0 30 8 ? * MON#1", "2026-12-07T08:30:00"),
        ("0 0 9 15W * *", "2026-12-15T09:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("@monthly", "2026-12-01T00:00:00"),
    ],
)
def test_cron_fires_in_utc(text: str, expected: str) -> None:
    found = Cron.parse(text).following(datetime(2026, 11, 22, 0, 0, tzinfo=UTC))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", [PARIS, ZoneInfo("America/Toronto")])
def test_monday_at_six_is_six_by_the_clock_in_winter_and_in_summer(zone: ZoneInfo) -> None:
    """Whatever zone the house is in, the one that the cycle names decides."""
    cycle = parse_cycle("R/2024-01-01T06:00:00+01:00[Europe/Paris]/P7D", zone)
    anchor = paris(2026, 1, 1)
    firing, local = cycle.first(anchor), []
    for _week in range(53):
        assert firing is not None
        local.append(firing.due_at.astimezone(PARIS))
        firing = cycle.following(anchor, firing)
    assert local[0] == paris(2026, 1, 5, 6)
    assert {(each.isoweekday(), each.time()) for each in local} == {(1, time(6))}
    assert {each.utcoffset() for each in local} == {timedelta(hours=1), timedelta(hours=2)}


def test_a_day_that_never_comes_has_no_firing() -> None:
    assert Cron.parse("0 0 0 31 2 *").following(datetime(2026, 1, 1, tzinfo=UTC)) is None


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-60, 60))
def test_working_days_are_added_and_counted_alike(day: date, count: int) -> None:
    calendar = WorkCalendar()
    reached = calendar.add(day, count)
    assert calendar.is_working_day(reached)
    if count:
        assert calendar.between(day, reached) in (count, count + 1 if count < 0 else count)


@given(start=st.dates(date(1999, 1, 1), date(2003, 12, 31)), days=st.integers(-900, 900))
def test_the_distance_in_working_days_is_what_counting_day_by_day_gives(start: date, days: int) -> None:
    calendar = WorkCalendar(pauses=(((12, 23), (1, 3)),))
    end = start + timedelta(days=days)
    first, last = sorted((start, end))
    counted = sum(calendar.is_working_day(first + timedelta(days=day)) for day in range(1, (last - first).days + 1))
    assert calendar.between(start, end) == (counted if days >= 0 else -counted)


def test_french_holidays_are_no_working_days() -> None:
    calendar = WorkCalendar()
    closed = ["2026-01-01", "2026-04-06", "2026-05-14", "2026-07-14", "2026-11-11", "2026-12-25", "2026-11-22"]
    assert not any(calendar.is_working_day(date.fromisoformat(day)) for day in closed)
    assert calendar.add(date(2026, 12, 24), 1) == date(2026, 12, 28)


def test_a_pause_is_no_working_time() -> None:
    calendar = WorkCalendar(pauses=(((8, 1), (8, 31)), ((12, 23), (1, 3))))
    assert calendar.add(date(2026, 7, 31), 1) == date(2026, 9, 1)
    assert calendar.add(date(2026, 12, 22), 1) == date(2027, 1, 4)


def test_a_calendar_that_is_always_closed_is_refused() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    with pytest.raises(TimeTooFar):
        WorkCalendar(closed=Always()).add(date(2026, 7, 31), 1)


@given(MOMENTS, st.integers(1, 30), st.sampled_from([0.5, 1.0, 1.5]))
def test_shares_of_a_deadline_lie_in_order_and_on_working_days(start: datetime, days: int, share: float) -> None:
    calendar = WorkCalendar()
    moment = calendar.fraction(start, days, share)
    assert start <= moment
    assert calendar.fraction(start, days, 1.0) == calendar.deadline(start, days)
    just_before = (moment - timedelta(microseconds=1)).astimezone(ZoneInfo("Europe/Paris"))
    assert calendar.is_working_day(just_before.date()) or moment == start.astimezone(UTC)
    assert calendar.deadline(start, days).astimezone(PARIS).time() == time()
