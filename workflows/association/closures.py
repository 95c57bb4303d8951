"""When the association's office is closed: pauses that come back every year, and single days.

Deadlines of staff tasks stand still then (`engine.deadlines`); legal terms run on, for they count public holidays only
or no holidays at all. Source: domain §1.5.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine.calendar import PARIS
from engine.errors import Invalid
from engine.workdays import WorkCalendar, french_holidays
from workflows.association import parameters
from workflows.association.parameters import Column, DatedRow, Row, Table, Value

LONGEST = 62  # days: deadlines must run at some time of the year


class PauseTooLong(Invalid):
    """A pause of {days} days is too long: at most {longest}, else deadlines would hardly ever run."""

    code: ClassVar[str] = "pause_too_long"


def check(values: Mapping[str, Value]) -> None:
    """Raises PauseTooLong."""
    first, last = (date.fromisoformat(f"2000-{values[name]}") for name in ("first", "last"))
    days = (last - first).days % 366 + 1
    if days > LONGEST:
        raise PauseTooLong(days=days, longest=LONGEST, field="last")


TABLE = Table(
    "closure",
    "Fermetures et pauses",
    "Closures and pauses",
    (
        Column("first", "month_day", "Premier jour", "First day"),
        Column("last", "month_day", "Dernier jour", "Last day"),
    ),
    first=(
        Row("AUGUST", "Pause d’août", "August pause", "08-01", "08-31"),
        Row("YEAR_END", "Fin d’année", "Turn of the year", "12-23", "01-03"),
    ),
    about_fr="Pendant ces jours, les délais des tâches de l’équipe s’arrêtent ; les délais légaux courent. Chaque "
    "ligne revient tous les ans tant qu’elle est valable : pour un pont, faites-la finir la même année. Les jours "
    "fériés sont déjà connus.",
    about_en="On these days the deadlines of staff tasks stand still; legal terms run on. A row comes back every year "
    "while it is valid: for a single day, let it end in the same year. Public holidays are known already.",
    open_keys=True,
    check=check,
)


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The public holidays, and the days of the rows that are in force on them."""

    holidays: Container[date]
    rows: tuple[DatedRow, ...]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.holidays or any(closed(row, day) for row in self.rows))


def closed(row: DatedRow, day: date) -> bool:
    """Whether the office is closed on this day by this row. A pause may pass the year's end."""
    first, last, on = str(row["first"]), str(row["last"]), f"{day:%m-%d}"
    within = first <= on <= last if first <= last else on >= first or on <= last
    return within and row.holds(day)


@dataclass(frozen=True, slots=True)
class StaffCalendar:
    """The working days of the office, asked anew in each transaction (`EngineSettings.staff_calendar`)."""

    zone: ZoneInfo = PARIS
    holidays: Container[date] = field(default_factory=french_holidays)

    def __call__(self, session: Session) -> WorkCalendar:
        return WorkCalendar(self.zone, ClosedDays(self.holidays, parameters.every_row(session, TABLE)))
