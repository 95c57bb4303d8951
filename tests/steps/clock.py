"""Time passes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pytest_bdd import parsers, when

from tests.fixtures.office import Office


def day(text: str) -> date:
    """A day as the features write it: “4 March 1990”."""
    return datetime.strptime(text, "%d %B %Y").date()


@when(parsers.parse("{count:d} days pass"))
def days_pass(office: Office, count: int) -> None:
    office.later(timedelta(days=count))


@when(parsers.parse("{count:d} hours pass"))
def hours_pass(office: Office, count: int) -> None:
    office.later(timedelta(hours=count))


@when(parsers.parse("{count:d} minutes pass"))
def minutes_pass(office: Office, count: int) -> None:
    office.later(timedelta(minutes=count))


@when(parsers.parse("nothing runs for {count:d} days, and then everything"))
def outage(office: Office, count: int) -> None:
    """Everything that fell due meanwhile is late, and comes at one moment."""
    office.clock.advance(timedelta(days=count))
    office.run()
