"""Numbers, days, moments and texts of FEEL against other ways to reckon the same: fractions, Python's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import add, mul, sub, truediv
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from engine.feel import compile_expression
from engine.feel.compiler import Expression
from engine.feel.kinds import Value
from engine.feel.temporal import Date, DateTime, Time
from engine.feel.values import DaysDuration, YearsDuration, from_python
from tests.engine.feel.strategies import dates, durations, times
from tests.fixtures.feel import feel_environment

numbers = st.builds(lambda digits, power: Decimal(digits).scaleb(power), st.integers(1 - 10**34, 10**34 - 1),
                    st.integers(-60, 60))  # fmt: skip
amounts = st.builds(
    lambda digits, power: Decimal(digits).scaleb(power),
    st.integers(-(10**9), 10**9) | st.integers(-99, 99).map(lambda number: number * 5),
    st.integers(-6, 2),
)
temporal = dates() | times() | st.builds(DateTime, dates(), times()) | durations
ZONES: Final = tuple(
    map(ZoneInfo, ("Europe/Paris", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"))
)
SECOND: Final = 10**9


@lru_cache
def _compiled(text: str, names: tuple[str, ...]) -> Expression:
    return compile_expression(text, names=names)


def _value(text: str, **variables: object) -> Value:
    """The value of an expression for plain Python or FEEL values."""
    known = {name: from_python(one) if isinstance(one, dt.date) else one for name, one in variables.items()}
    return _compiled(text, tuple(known)).evaluate(known, feel_environment()).value  # type: ignore[arg-type]


# --- numbers: decimal128, half to even (DMN 1.5, 10.3.2.3.1) ----------------------------------------------------------

OPERATORS: Final[Mapping[str, Callable[[Fraction, Fraction], Fraction]]] = {"+": add, "-": sub, "*": mul, "/": truediv}


def _to_34_digits(exact: Fraction) -> Fraction:
    power, size = 0, abs(exact)
    while size >= 10**34:
        power, size = power + 1, size / 10
    while 0 < size < 10**33:
        power, size = power - 1, size * 10
    return (-1 if exact < 0 else 1) * round(size) * Fraction(10) ** power


@given(numbers, numbers, st.sampled_from(sorted(OPERATORS)))
def test_arithmetic_is_exact_to_34_digits(left: Decimal, right: Decimal, operator: str) -> None:
    assume(right or operator != "/")
    found = _value(f"left {operator} right", left=left, right=right)
    assert isinstance(found, Decimal)
    assert Fraction(found) == _to_34_digits(OPERATORS[operator](Fraction(left), Fraction(right)))


ROUNDINGS: Final[Mapping[str, Callable[[Fraction], int]]] = {
    "floor": lambda exact: exact.__floor__(),
    "ceiling": lambda exact: exact.__ceil__(),
    "round down": int,
    "round up": lambda exact: exact.__ceil__() if exact > 0 else exact.__floor__(),
    "round half up": lambda exact: (1 if exact > 0 else -1) * (abs(exact) + Fraction(1, 2)).__floor__(),
    "round half down": lambda exact: (1 if exact > 0 else -1) * (abs(exact) - Fraction(1, 2)).__ceil__(),
    "decimal": round,
}


@given(amounts, st.integers(-4, 5), st.sampled_from(sorted(ROUNDINGS)))
def test_every_rounding(number: Decimal, scale: int, name: str) -> None:
    found = _value(f"{name}(number, scale)", number=number, scale=Decimal(scale))
    assert isinstance(found, Decimal)
    unit = Fraction(10) ** scale
    assert Fraction(found) == ROUNDINGS[name](Fraction(number) * unit) / unit


@given(amounts, st.integers(0, 6))
def test_no_answer_depends_on_the_zeros_behind_a_number(number: Decimal, zeros: int) -> None:
    """1, 1.0 and 1.00 are one number wherever values are compared, sought, counted, grouped or written."""
    digits = number.as_tuple()
    assert isinstance(digits.exponent, int)
    same = Decimal((digits.sign, (*digits.digits, *[0] * zeros), digits.exponent - zeros))
    assert _value(
        "n = m and n <= m and n >= m and is(n, m) and string(n) = string(m) and {a: [n]} = {a: [m]} and n in (m)"
        " and n in [m..m] and [n..m] = [m..n] and list contains([n], m) and index of([m, n], n) = [1, 2]"
        " and count(distinct values([n, m])) = 1 and count(union([n], [m])) = 1 and count(mode([n, m])) = 1",
        n=number, m=same,
    ) is True  # fmt: skip


@given(numbers)
def test_what_is_written_of_a_number_is_that_number(number: Decimal) -> None:
    assert _value("number(string(number))", number=number) == number


# --- days, months, zones (10.3.2.3.4 to 10.3.2.3.8) -------------------------------------------------------------------


@given(st.dates(), st.integers(-(10**6), 10**6))
def test_days_are_those_of_the_calendar(day: dt.date, count: int) -> None:
    try:
        later = day + dt.timedelta(days=count)
    except OverflowError:
        assume(False)
        raise
    assert _value("[day + x, later - day = x]", day=day, later=later, x=DaysDuration(count * 86_400 * SECOND)) == [
        from_python(later),
        True,
    ]
    assert _value("[day of year(d), d.weekday, week of year(d), day of week(d), month of year(d)]", d=later) == [
        later.timetuple().tm_yday, later.isoweekday(), later.isocalendar().week, later.strftime("%A"),
        later.strftime("%B"),
    ]  # fmt: skip


@given(dates(), st.integers(-40_000, 40_000), st.integers(-40_000, 40_000))
def test_months_keep_the_order_of_days(day: Date, fewer: int, more: int) -> None:
    assume(fewer < more)
    early, late = _value("d + a", d=day, a=YearsDuration(fewer)), _value("d + a", d=day, a=YearsDuration(more))
    if isinstance(early, Date) and isinstance(late, Date):
        assert _value("early < late", early=early, late=late) is True
        between = _value("years and months duration(d, late)", d=day, late=late)
        assert late.day != day.day or between == YearsDuration(more)
    total = _value("a + b", a=YearsDuration(fewer), b=YearsDuration(more))
    assert total == YearsDuration(fewer + more)


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)), st.sampled_from(ZONES),
       st.integers(-(10**10), 10**10), st.sampled_from(ZONES))  # fmt: skip
def test_moments_lie_on_one_line_of_time(local: dt.datetime, zone: ZoneInfo, seconds: int, other: ZoneInfo) -> None:
    """A moment moves by exact time in its zone, over every change of the clocks, and is shown by any other clock."""
    moment = local.replace(microsecond=0, tzinfo=zone)
    universal = moment.astimezone(dt.UTC)
    assume(universal.astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None))  # not in a gap
    try:
        later = (universal + dt.timedelta(seconds=seconds)).astimezone(zone)
    except OverflowError:
        assume(False)
        raise
    span = DaysDuration(seconds * SECOND)
    found = _value("moment + span", moment=moment, span=span)
    assert str(found) == f"{later.replace(tzinfo=None).isoformat()}@{zone}"
    if not later.fold:  # in the hour that comes twice, the first is meant
        assert _value("found - moment", found=found, moment=moment) == span
    elsewhere = universal.astimezone(other)
    shown = _value("date and time(moment, zone)", moment=moment, zone=str(other))
    assert str(shown) == f"{elsewhere.replace(tzinfo=None).isoformat()}@{other}"
    assert elsewhere.fold or _value("shown = moment and shown <= moment", shown=shown, moment=moment) is True


@given(temporal)
def test_what_is_written_of_a_moment_or_a_length_is_read_again(value: Value) -> None:
    names = {DaysDuration: "duration", YearsDuration: "duration", Date: "date", Time: "time", DateTime: "date and time"}
    assert _value(f"{names[type(value)]}(string(value))", value=value) == value


@given(st.integers(-(10**20), 10**20))
def test_the_parts_of_a_length_make_it_up(nanoseconds: int) -> None:
    parts = _value("[d.days, d.hours, d.minutes, d.seconds]", d=DaysDuration(nanoseconds))
    assert isinstance(parts, list)
    days, hours, minutes, seconds = (part for part in parts if isinstance(part, Decimal))
    assert (((days * 24 + hours) * 60 + minutes) * 60 + seconds).scaleb(9) == nanoseconds
    assert all(part == 0 or (part < 0) == (nanoseconds < 0) for part in (days, hours, minutes, seconds))
    assert abs(hours) < 24 and abs(minutes) < 60 and abs(seconds) < 60
