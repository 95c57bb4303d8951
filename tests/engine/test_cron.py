"""Cron with six fields, against the recurrence rules of RFC 5545 as `dateutil` counts them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, rrule
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.calendar import parse_cycle
from engine.cron import Cron
from engine.errors import NotATime

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))
WEEKDAYS = (SU, MO, TU, WE, TH, FR, SA)
NAMES = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
Part = tuple[str, tuple[object, ...] | None]  # as cron writes it, and as a rule says it; None: any


@st.composite
def numbers(draw: st.DrawFn, low: int, high: int) -> Part:
    """A list, a range, a step, one number, or any."""
    first = draw(st.integers(low, high))
    last = draw(st.integers(first, high))
    step = draw(st.integers(1, 12))
    others = draw(st.lists(st.integers(low, high), min_size=1, max_size=3, unique=True))
    return draw(
        st.sampled_from(
            [
                ("*", None), (str(first), (first,)), (f"{first}-{last}", tuple(range(first, last + 1))),
                (f"{first}/{step}", tuple(range(first, high + 1, step))),
                (f"*/{step}", tuple(range(low, high + 1, step))),
                (f"{first}-{last}/{step}", tuple(range(first, last + 1, step))),
                (",".join(map(str, others)), tuple(sorted(others))),
            ]
        )
    )  # fmt: skip


@st.composite
def month_days(draw: st.DrawFn) -> Part:
    before = draw(st.integers(1, 27))
    return draw(
        st.one_of(numbers(1, 31), st.sampled_from([("?", None), ("L", (-1,)), (f"L-{before}", (-1 - before,))]))
    )


@st.composite
def week_days(draw: st.DrawFn) -> Part:
    day, nth = draw(st.integers(0, 6)), draw(st.integers(1, 5))
    last = draw(st.integers(day, 6))
    named = draw(st.booleans())
    text, end = (NAMES[day], NAMES[last]) if named else (str(day), str(last))
    return draw(
        st.sampled_from(
            [
                ("?", None), (text, (WEEKDAYS[day],)), (f"{text}L", (WEEKDAYS[day](-1),)),
                (f"{text}#{nth}", (WEEKDAYS[day](nth),)), (f"{text}-{end}", WEEKDAYS[day : last + 1]),
                (f"{text},{end}", (WEEKDAYS[day], WEEKDAYS[last])), ("MON-SUN", None), ("5-7", (FR, SA, SU)),
            ]
        )
    )  # fmt: skip


@st.composite
def times(draw: st.DrawFn) -> tuple[Part, Part, Part]:
    """Seconds, minutes, hours: at most two hundred times a day, for the rule lists them all."""
    found = draw(numbers(0, 59)), draw(numbers(0, 59)), draw(numbers(0, 23))
    sizes = [len(part[1]) if part[1] is not None else most for part, most in zip(found, (60, 60, 24), strict=True)]
    assume(math.prod(sizes) <= 200)
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much], deadline=None)
@given(times(), month_days(), numbers(1, 12), week_days(), MOMENTS)
def test_cron_fires_when_the_same_recurrence_rule_does(
    time_of_day: tuple[Part, Part, Part], day: Part, month: Part, weekday: Part, start: datetime
) -> None:
    second, minute, hour = time_of_day
    nth = weekday[1] is not None and any(getattr(one, "n", None) for one in weekday[1])
    assume(not nth or day[1] is None)  # the rule takes an n-th weekday and a day of the month together otherwise
    cron = Cron.parse(" ".join(part[0] for part in (second, minute, hour, day, month, weekday)))
    rule = rrule(
        MONTHLY if nth else DAILY, dtstart=start.replace(microsecond=0) + timedelta(seconds=1),
        until=start + timedelta(days=366 * 3),
        bysecond=second[1] or range(60), byminute=minute[1] or range(60), byhour=hour[1] or range(24),
        bymonthday=day[1], bymonth=month[1], byweekday=weekday[1],
    )  # fmt: skip
    expected = next(iter(rule), None)
    found = cron.following(start.replace(tzinfo=UTC))
    if expected is None:
        assert found is None or found > (start + timedelta(days=366 * 3)).replace(tzinfo=UTC)
    else:
        assert found == expected.replace(tzinfo=UTC)


@given(st.integers(1, 31), MOMENTS)
def test_the_nearest_working_day_is_in_the_month_and_none_is_nearer(wanted: int, start: datetime) -> None:
    found = Cron.parse(f"0 0 0 {wanted}W * ?").following(start.replace(tzinfo=UTC))
    assert found is not None
    day = found.date()
    assert day.weekday() < 5
    meant = date(day.year, day.month, wanted)
    in_month = [meant + timedelta(days=off) for off in range(-3, 4)]
    near = [one for one in in_month if one.month == day.month and one.weekday() < 5]
    assert abs(day - meant) == min(abs(one - meant) for one in near)


@given(MOMENTS)
def test_the_last_working_day_of_a_month_has_only_a_weekend_behind_it(start: datetime) -> None:
    found = Cron.parse("0 0 0 LW * ?").following(start.replace(tzinfo=UTC))
    assert found is not None
    assert found.weekday() < 5
    after = [found + timedelta(days=count) for count in range(1, 8)]
    assert all(day.weekday() >= 5 for day in after if day.month == found.month)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("@yearly", "0 0 0 1 1 *"), ("@annually", "0 0 0 1 1 *"), ("@monthly", "0 0 0 1 * *"),
        ("@weekly", "0 0 0 * * SUN"), ("@daily", "0 0 0 * * *"), ("@midnight", "0 0 0 * * *"),
        ("@hourly", "0 0 * * * *"), ("0 0 0 ? * MON-SUN", "0 0 0 * * *"), ("0 0 0 * * sun-tue", "0 0 0 * * 0,1,2"),
        ("0 0 9 * * 0", "0 0 9 * * 7"), ("0 0 9 * JAN,mar ?", "0 0 9 * 1,3 *"),
    ],
)  # fmt: skip
def test_two_ways_to_write_the_same(text: str, same: str) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    for _ in range(20):
        following = Cron.parse(same).following(moment)
        assert following is not None
        assert Cron.parse(text).following(moment) == following
        moment = following


@pytest.mark.parametrize(
    "text",
    [
        "0 0 9 * *", "0 0 9 * * * *", "60 0 9 * * *", "0 60 9 * * *", "0 0 24 * * *", "0 0 9 0 * *", "0 0 9 32 * *",
        "0 0 9 * 13 *", "0 0 9 * 0 *", "0 0 9 * * 8", "? 0 9 * * *", "0 0 9 * ? *", "0 0 9 5-3 * *", "0 0 9 * * L",
        "0 0 9 L-31 * *", "0 0 9 32W * *", "0 0 9 1-5W * *", "0 0 9 * * MON#6", "0 0 9 * * MON#0", "0 0/0 9 * * *",
        "0 0 9 , * *", "0 0 9 1, * *", "0 0 9 * FOO *", "@never", "0 0 9 * * \u0661", "0 0 9 *5 * *", "0 0 9 1/ * *",
    ],
)  # fmt: skip
def test_what_is_no_cron_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        Cron.parse(text)


def test_macros_are_cycles_of_the_diagram() -> None:
    found = parse_cycle("@daily").first(datetime(2026, 11, 22, 10, tzinfo=UTC))
    assert found is not None
    assert found.due_at == datetime(2026, 11, 23, tzinfo=UTC)
