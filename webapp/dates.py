"""Dates in words, in the association's zone and the reader's language: template filters `day`, `full_day`, `moment`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask import Flask
from flask_babel import format_date, format_datetime, format_time, get_locale

from workflows.association.wording import first_of_month


def read_moment(text: str) -> datetime:
    """The moment that a page of ours wrote into an address, in UTC. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment out of range") from error


def day(value: date | datetime | None) -> str:
    """“23 novembre 2026”; nothing for nothing. A moment is shown as its day in the association's zone."""
    return "" if value is None else first_of(format_date(value, "d MMMM y"))


def moment(value: datetime | None) -> str:
    """“lundi 23 novembre 2026, 14:05”; nothing for nothing."""
    return "" if value is None else first_of(format_datetime(value, "EEEE d MMMM y, HH:mm"))


def moment_there(value: datetime) -> str:
    """The same by the clock of the moment's own zone."""
    return first_of(format_datetime(value, "EEEE d MMMM y, HH:mm", rebase=False))


def clock(value: datetime) -> str:
    """“14:05”, in the association's zone."""
    return str(format_time(value, "HH:mm"))


def full_day(value: date | datetime | None) -> str:
    """“lundi 23 novembre 2026”: for what must be done by then; nothing for nothing."""
    return "" if value is None else first_of(format_date(value, "EEEE d MMMM y"))


def short_day(value: date) -> str:
    """“lun. 23 nov.”: in a column under the heading of its week, which says the year."""
    return first_of(format_date(value, "EEE d MMM"))


def first_of(said: str) -> str:
    """A date in words of the reader's language, with “1er” in French."""
    return first_of_month(said, get_locale().language)


def zone_city(zone: ZoneInfo) -> str:
    """The city that stands for a zone: “Paris”, “Londres”."""
    return str(get_timezone_location(zone, locale=get_locale(), return_city=True))


def say_dates(app: Flask) -> None:
    """Registers the filters."""
    app.jinja_env.filters.update(clock=clock, day=day, full_day=full_day, moment=moment, short_day=short_day)
