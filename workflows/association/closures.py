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
class Closing:
    """A pause with the days on which its row is in force."""

    first: str  # month and day, "08-01"
    last: str
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, row: DatedRow) -> Closing:
        return cls(str(row["first"]), str(row["last"]), row.valid_from, row.valid_to)

    def __contains__(self, day: date) -> bool:
        """Whether the office is closed on this day. A pause may pass the year's end."""
        if day < self.valid_from or (self.valid_to is not None and day > self.valid_to):
            return False
        first, last, on = self.first, self.last, f"{day:%m-%d}"
        return first <= on <= last if first <= last else on >= first or on <= last


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The public holidays, and the days of the pauses that are in force on them."""

    holidays: Container[date]
    closings: tuple[Closing, ...]

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and (day in self.holidays or any(day in each for each in self.closings))


@dataclass(frozen=True, slots=True)
class StaffCalendar:
    """The working days of the office, asked anew in each transaction (`EngineSettings.staff_calendar`).

    While the rows stay the same, so does the calendar, which remembers the years that it counted.
    """

    zone: ZoneInfo = PARIS
    holidays: Container[date] = field(default_factory=french_holidays)
    _made: dict[tuple[Closing, ...], WorkCalendar] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, session: Session) -> WorkCalendar:
        closings = tuple(map(Closing.of, parameters.every_row(session, TABLE)))
        known = self._made.get(closings)
        if known is None:
            self._made.clear()  # whoever decides about closures makes one calendar of yesterday's
            known = self._made[closings] = WorkCalendar(self.zone, ClosedDays(self.holidays, closings))
        return known
