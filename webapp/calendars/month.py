"""Six weeks of days with what is held on them: the grid in which a date is dragged to another day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date

from webapp.dates import first_of, full_day
from workflows.association.calendars.appointments import CANCELLED, Appointment

WEEKS = 6


@dataclass(frozen=True, slots=True)
class Chip:
    """One meeting on its day. `move`: what the form calls it where the reader may move it, else empty."""

    short: str
    words: str
    begins: str
    move: str


@dataclass(frozen=True, slots=True)
class Day:
    """One cell; `past`: nothing can be moved there."""

    iso: str
    number: str
    words: str
    past: bool
    today: bool
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True)
class Grid:
    """The weeks from a Monday on, and the Mondays of the pages before and after; none before today's."""

    heads: Sequence[str]
    weeks: Sequence[Sequence[Day]]
    before: str
    after: str


def grid(found: Iterable[tuple[Appointment, str, str]], today: date, wanted: str, lang: str) -> Grid:
    """The grid of these appointments, each with its short name and what the form calls it."""
    current = today - timedelta(days=today.weekday())
    try:
        first = date.fromisoformat(wanted)
    except ValueError:
        first = current
    first = max(current, min(first, today + timedelta(days=730)))
    first -= timedelta(days=first.weekday())
    by_day: dict[date, list[Chip]] = {}
    for each, short, move in found:
        if each.state != CANCELLED:
            chip = Chip(short, each.title(lang), f"{each.begins:%H:%M}", move if each.day >= today else "")
            by_day.setdefault(each.day, []).append(chip)
    days = [first + timedelta(days=number) for number in range(7 * WEEKS)]
    cells = [_day(each, today, by_day.get(each, ())) for each in days]
    span = timedelta(weeks=WEEKS)
    return Grid(
        heads=[format_date(each, "EEE") for each in days[:7]],
        weeks=[cells[start : start + 7] for start in range(0, 7 * WEEKS, 7)],
        before=max(current, first - span).isoformat() if first > current else "",
        after=(first + span).isoformat(),
    )


def _day(on: date, today: date, chips: Sequence[Chip]) -> Day:
    number = first_of(format_date(on, "d MMM")) if on.day == 1 else str(on.day)
    return Day(on.isoformat(), number, full_day(on), on < today, on == today, chips)
