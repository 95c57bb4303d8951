"""The rows of the parameter tables in memory, so that reading a figure costs no query of its own.

A transaction asks once for the mark of the last change. The rows that were read under a mark stay with the database
connection (`Connection.info`) and serve every later transaction on it that finds the same mark: a mark is random and
never used again, so that neither a roll-back nor another process can make what is remembered stale. A transaction that
changes rows itself asks for the mark before each reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import String, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.prepared import fetch
from workflows.association.parameters.kinds import accept, restored
from workflows.association.parameters.models import ParameterRevision, ParameterRow
from workflows.association.parameters.tables import BEGINNING, Row, Table, Value

__all__ = ["DatedRow", "changing", "rows_by_key", "undecided"]

_HERE, _CHANGED = "amicale.parameters", "amicale.parameters.changed"
_MARK = select(ParameterRevision.mark).where(ParameterRevision.id == 1)
_ROWS = (
    select(
        ParameterRow.id, ParameterRow.key, ParameterRow.label_fr, ParameterRow.label_en,
        ParameterRow.data, ParameterRow.valid_from, ParameterRow.valid_to, ParameterRow.decided_by,
        ParameterRow.decided_on, ParameterRow.applies_to_running,
    )
    .where(ParameterRow.table == bindparam("table", type_=String()), ParameterRow.withdrawn_at.is_(None))
    .order_by(ParameterRow.valid_from, ParameterRow.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DatedRow:
    """One row as it is read: `row["days"]` is its value, kept exactly.

    `id` is None for a declared row of a key about which nobody has decided anything yet, or only for later.
    """

    id: UUID | None
    table: str
    key: str
    label_fr: str
    label_en: str
    values: Mapping[str, Value]
    valid_from: date
    valid_to: date | None
    decided_by: str
    decided_on: date
    applies_to_running: bool

    def __getitem__(self, column: str) -> Value:
        return self.values[column]

    def label(self, language: str) -> str:
        """The row's name in this language."""
        return self.label_en if language == "en" else self.label_fr

    def holds(self, on: date) -> bool:
        """Whether the row is in force on this day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


ByKey = Mapping[str, tuple[DatedRow, ...]]


@dataclass(slots=True)
class _Remembered:
    mark: str
    tables: dict[str, ByKey] = field(default_factory=dict)


def rows_by_key(session: Session, table: Table) -> ByKey:
    """Every row of a table that was not withdrawn, by key, the earliest first.

    The declared row of a key holds until the first one that was decided begins (`until_decided`), so that what a new
    version brings works at once, and a decision about next year leaves no gap before it.
    """
    found = _remembered(session)
    rows = found.tables.get(table.name)
    if rows is None:
        rows = found.tables[table.name] = _read(session, table)
    return rows


@contextmanager
def changing(session: Session) -> Iterator[None]:
    """Rows change inside: waits for whoever changes rows too, and leaves a new mark in this transaction."""
    _new_mark(session)
    yield
    session.flush()
    _new_mark(session)  # what was read meanwhile was read before the change


def _new_mark(session: Session) -> None:
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    mark = uuid4().hex
    statement = make(ParameterRevision).values(id=1, mark=mark)
    session.execute(statement.on_conflict_do_update(index_elements=[ParameterRevision.id], set_={"mark": mark}))
    session.info[_CHANGED] = session.get_transaction()
    session.info.pop(_HERE, None)


def _remembered(session: Session) -> _Remembered:
    current = session.get_transaction()
    here = session.info.get(_HERE)
    if here is not None and current is not None and here[0] is current:
        remembered: _Remembered = here[1]
        return remembered
    connection = session.connection()  # begins the transaction where none was begun
    mark = next((row.mark for row in fetch(session, _MARK, {})), "")
    kept = connection.info.get(_HERE)
    if not isinstance(kept, _Remembered) or kept.mark != mark:
        kept = connection.info[_HERE] = _Remembered(mark)
    current = session.get_transaction()
    if session.info.get(_CHANGED) is not current:
        session.info[_HERE] = (current, kept)
    return kept


def _read(session: Session, table: Table) -> ByKey:
    found: dict[str, list[DatedRow]] = {}
    for row in fetch(session, _ROWS, {"table": table.name}):
        found.setdefault(row.key, []).append(_as_read(table, row))
    for first in table.first if table.until_decided else ():
        decided = found.setdefault(first.key, [])
        if not decided:
            decided.append(undecided(table, first))
        elif decided[0].valid_from > BEGINNING:
            decided.insert(0, replace(undecided(table, first), valid_to=decided[0].valid_from - timedelta(days=1)))
    return MappingProxyType({key: tuple(rows) for key, rows in found.items()})


def _as_read(table: Table, row: Any) -> DatedRow:
    return DatedRow(
        row.id, table.name, row.key, row.label_fr, row.label_en, _values(table, row), row.valid_from, row.valid_to,
        row.decided_by, row.decided_on, row.applies_to_running,
    )  # fmt: skip


def undecided(table: Table, row: Row) -> DatedRow:
    """The declared row, in force until somebody decides."""
    values = {column.name: accept(column, value) for column, value in zip(table.columns, row.values, strict=True)}
    return DatedRow(
        None, table.name, row.key, row.label_fr, row.label_en, MappingProxyType(values), BEGINNING, None, "", BEGINNING,
        row.applies_to_running,
    )  # fmt: skip


def _values(table: Table, row: Any) -> Mapping[str, Value]:
    """The values of a row; a column that came with a later version has the value that was declared for the key."""
    values = {column.name: restored(column, row.data.get(column.name)) for column in table.columns}
    first = table.first_row(row.key)
    if first is not None and len(row.data) < len(table.columns):
        declared = undecided(table, first).values
        values = {name: value if name in row.data else declared[name] for name, value in values.items()}
    return MappingProxyType(values)
