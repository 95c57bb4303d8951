"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale

from webapp.dates import day, full_day, moment, zone_city
from workflows.association.calendars import spoken


@pytest.mark.parametrize(
    ("language", "first", "eleventh"),
    [
        ("fr", "vendredi 1er janvier 2027", "lundi 11 janvier 2027"),
        ("en", "Friday 1 January 2027", "Monday 11 January 2027"),
    ],
)
def test_the_first_of_a_month_is_said_as_the_language_does(
    app: Flask, language: str, first: str, eleventh: str
) -> None:
    with app.test_request_context(), force_locale(language):
        assert full_day(date(2027, 1, 1)) == first
        assert full_day(date(2027, 1, 11)) == eleventh
        assert day(date(2027, 1, 1)) == first.split(" ", 1)[1]
        assert moment(datetime(2027, 1, 1, 11, 5, tzinfo=UTC)).startswith(f"{first}, 12:05")
        assert spoken.moment(datetime(2027, 1, 1, 12, 5, tzinfo=UTC), language).startswith(f"{first}, 12:05")
        assert zone_city(ZoneInfo("Europe/London")) == ("Londres" if language == "fr" else "London")
