from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.readings import (
    FIRST_YEAR,
    Misread,
    read_date,
    read_email,
    read_moment,
    read_number,
    read_parts,
    read_phone,
    read_text,
    read_time,
    written_number,
)


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("12,5", "fr", "12.5"),
        ("12.5", "fr", "12.5"),
        ("1 234,56", "fr", "1234.56"),
        ("1\u202f234,56 €", "fr", "1234.56"),
        ("1\u00a0234\u20095", "fr", "12345"),
        ("1.234,56", "fr", "1234.56"),
        ("1,234", "fr", "1.234"),
        ("1,234", "en", "1234"),
        ("1,234.56", "en", "1234.56"),
        ("1,234,567", "en", "1234567"),
        ("12,5", "en", "12.5"),
        ("\u22123", "fr", "-3"),
        ("+7", "fr", "7"),
        (",5", "fr", "0.5"),
    ],
)
def test_numbers_are_read_as_they_are_written(typed: str, language: str, number: str) -> None:
    assert read_number(typed, language) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1e999999", "NaN", "Infinity", "1,2,3", "1.2.3", "1,2.3,4", "--1", "0x10", "9" * 41, "=1+1"]
)
def test_what_is_no_number_is_misread(typed: str) -> None:
    with pytest.raises(Misread) as raised:
        read_number(typed, "fr")
    assert raised.value.code == "number"


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12),
    st.sampled_from(["fr", "en"]),
)
def test_a_written_number_reads_as_itself(number: Decimal, language: str) -> None:
    assert read_number(written_number(number, language), language) == number


@pytest.mark.parametrize(
    "typed", ["31/12/1990", "31.12.1990", "31-12-1990", "31 12 1990", "1990-12-31", " 1990-12-31 "]
)
def test_dates_may_be_pasted(typed: str) -> None:
    assert read_date(typed) == date(1990, 12, 31)
    assert read_parts(typed, "", "") == date(1990, 12, 31)
    assert read_parts("", "", typed) == date(1990, 12, 31)


@pytest.mark.parametrize(
    "typed",
    ["31/02/1990", "12/31/1990", "31/12/90", "0000-01-01", "0001-01-01", "today", "²/1/1990", "1990"],
)
def test_what_is_no_date_is_misread(typed: str) -> None:
    with pytest.raises(Misread):
        read_date(typed)


@pytest.mark.parametrize("month", ["12", "décembre", "Décembre", "dec", "déc.", "December"])
def test_a_month_may_be_a_word(month: str) -> None:
    assert read_parts("31", month, "1990") == date(1990, 12, 31)


@pytest.mark.parametrize(
    ("parts", "code", "missing"),
    [
        (("", "12", "1990"), "date_part", ["day"]),
        (("31", "", ""), "date_part", ["month", "year"]),
        (("31", "12", "90"), "year_digits", None),
        (("31", "jui", "1990"), "date", None),
        (("31", "13", "1990"), "date", None),
        (("²", "1", "1990"), "date", None),
    ],
)
def test_what_is_wrong_with_three_inputs_is_told(
    parts: tuple[str, str, str], code: str, missing: list[str] | None
) -> None:
    with pytest.raises(Misread) as raised:
        read_parts(*parts)
    assert (raised.value.code, raised.value.params.get("missing")) == (code, missing)


@given(st.dates(date(FIRST_YEAR, 1, 1)))
def test_a_date_reads_as_itself(day: date) -> None:
    assert read_date(day.isoformat()) == day
    assert read_parts(str(day.day), str(day.month), f"{day.year:04}") == day


@pytest.mark.parametrize("typed", ["14:30", "14h30", "14H30", "14.30", "14:30:00"])
def test_times_are_read(typed: str) -> None:
    assert read_time(typed) == time(14, 30)


@pytest.mark.parametrize("typed", ["24:00", "14:60", "noon", ""])
def test_what_is_no_time_is_misread(typed: str) -> None:
    with pytest.raises(Misread):
        read_time(typed)


@pytest.mark.parametrize("typed", ["2026-03-27T14:30", "27/3/2026 14:30", "27/3/2026 à 14h30"])
def test_moments_are_read(typed: str) -> None:
    assert read_moment(typed) == datetime(2026, 3, 27, 14, 30)


def test_addresses_and_numbers_are_normalised() -> None:
    assert read_email("Anne.Dupont@EXAMPLE.org") == "Anne.Dupont@example.org"
    assert read_phone("06 12 34 56 78", "FR") == "+33612345678"
    assert read_phone("06 39 98 00 12", "FR") == "+33639980012"  # of a range that is given to nobody
    assert read_phone("\u202a+44 20 7946 0000\u202c", "FR") == "+442079460000"


@pytest.mark.parametrize("typed", ["anne", "anne@", "a@b@c.fr", "a@exa mple.org", "a\r\nBcc: x@example.org"])
def test_what_is_no_address_is_misread(typed: str) -> None:
    with pytest.raises(Misread):
        read_email(typed)


@pytest.mark.parametrize("typed", ["12", "appelez-moi", "06 12 34 56 78 ext. 5", "+999 1"])
def test_what_is_no_telephone_number_is_misread(typed: str) -> None:
    with pytest.raises(Misread):
        read_phone(typed, "FR")


def test_text_is_cleaned_of_what_nobody_typed() -> None:
    assert read_text("  A\u0301nne\x00\ud800\u202e\r\nB ", lines=True) == "Ánne\nB"
    assert read_text("a\r\nb\tc", lines=False) == "a b c"


@given(st.text())
def test_cleaned_text_stays_as_it_is(text: str) -> None:
    once = read_text(text, lines=True)
    assert read_text(once, lines=True) == once
    once.encode()
