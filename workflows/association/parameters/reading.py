"""Reading parameters: the row in force on a day, and the one that a running case keeps. Source: domain §1.6.

A running case keeps the row that was in force when it started, unless a later row says that it applies to running
cases. A case that is older than the table (it was imported, or the key is new) reads the row of the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, TypeVar

from sqlalchemy.orm import Session

from engine.errors import NotFound
from workflows.association.parameters.remembered import DatedRow, rows_by_key
from workflows.association.parameters.tables import Table, Value, declared

__all__ = [
    "ParameterMissing", "amount", "count", "every_row", "flag", "row", "rows", "table_named", "text", "value",
]  # fmt: skip


T = TypeVar("T")


class ParameterMissing(NotFound):
    """The table “{table}” has no row “{key}” in force on {on}: its owner has to decide one."""

    code: ClassVar[str] = "parameter_missing"


class TableUnknown(NotFound):
    """There is no parameter table “{table}”. Known: {known}."""

    code: ClassVar[str] = "parameter_table_unknown"


class ColumnUnknown(NotFound):
    """The table “{table}” has no column “{column}”. Known: {known}."""

    code: ClassVar[str] = "parameter_column_unknown"


def table_named(name: Table | str) -> Table:
    """The declared table of this name. Raises TableUnknown."""
    if isinstance(name, Table):
        return name
    found = declared().get(name)
    if found is None:
        raise TableUnknown(table=name[:60], known=", ".join(declared()))
    return found


def row(session: Session, table: Table | str, key: str, *, on: date, started: date | None = None) -> DatedRow:
    """The row of a key in force on a day; for a case that started on another day, the one it keeps.

    Raises ParameterMissing, TableUnknown.
    """
    table = table_named(table)
    known = rows_by_key(session, table).get(key, ())
    found = next((each for each in reversed(known) if each.holds(on)), None)
    if started is not None and started < on:
        found = _kept_by_running(known, started, on) or found
    if found is None:
        raise ParameterMissing(table=table.name, key=key, on=on)
    return found


def _kept_by_running(known: Sequence[DatedRow], started: date, on: date) -> DatedRow | None:
    for each in reversed(known):
        if each.holds(started) or (each.applies_to_running and started < each.valid_from <= on):
            return each
    return None


def rows(session: Session, table: Table | str, *, on: date, started: date | None = None) -> tuple[DatedRow, ...]:
    """The rows of a table in force on a day (for a case: those it keeps), in the declared order, then by key."""
    table = table_named(table)
    known = rows_by_key(session, table)
    order = {first.key: number for number, first in enumerate(table.first)}
    answer = []
    for key in sorted(known, key=lambda each: (order.get(each, len(order)), each)):
        try:
            answer.append(row(session, table, key, on=on, started=started))
        except ParameterMissing:
            continue
    return tuple(answer)


def every_row(session: Session, table: Table | str) -> tuple[DatedRow, ...]:
    """Every row of a table that was not withdrawn, whenever it is in force, by key and time."""
    known = rows_by_key(session, table_named(table))
    return tuple(each for key in sorted(known) for each in known[key])


def value(
    session: Session, table: Table | str, key: str, column: str, *, on: date, started: date | None = None
) -> Value:
    """The value of a column of that row. Raises ParameterMissing, TableUnknown, ColumnUnknown."""
    found = row(session, table, key, on=on, started=started)
    if column not in found.values:
        raise ColumnUnknown(table=found.table, column=column, known=", ".join(found.values))
    return found.values[column]


def amount(
    session: Session, table: Table | str, key: str, column: str, *, on: date, started: date | None = None
) -> Decimal:
    """An `amount` or a `percent`. Raises what `value` raises, and TypeError for another kind."""
    return _of(Decimal, value(session, table, key, column, on=on, started=started), column)


def count(session: Session, table: Table | str, key: str, column: str, *, on: date, started: date | None = None) -> int:
    """An `integer`, or a length in days, working days or months. Raises what `value` raises, and TypeError."""
    return _of(int, value(session, table, key, column, on=on, started=started), column)


def text(session: Session, table: Table | str, key: str, column: str, *, on: date, started: date | None = None) -> str:
    """A `text`, `long_text`, `month_day` or `choice`. Raises what `value` raises, and TypeError."""
    return _of(str, value(session, table, key, column, on=on, started=started), column)


def flag(session: Session, table: Table | str, key: str, column: str, *, on: date, started: date | None = None) -> bool:
    """A `flag`. Raises what `value` raises, and TypeError."""
    return _of(bool, value(session, table, key, column, on=on, started=started), column)


def _of(kind: type[T], found: Value, column: str) -> T:
    if type(found) is not kind:
        raise TypeError(f"the column {column!r} holds no {kind.__name__}: {found!r}")
    return found
