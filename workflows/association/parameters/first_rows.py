"""The rows that tables declare, written into a database: those of a new association, those that a version brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflows.association.parameters.deciding import SYSTEM, accepted, named
from workflows.association.parameters.models import ParameterEvent, ParameterRow
from workflows.association.parameters.remembered import changing
from workflows.association.parameters.tables import BEGINNING, Row, Table, declared

__all__ = ["declare_first", "deliver"]


def declare_first(
    session: Session, *, valid_from: date, decided_by: str, now: datetime | None = None, by: str = SYSTEM
) -> int:
    """Writes the first rows of every declared table where a key has none, and answers how many that were.

    `now` is when that is recorded, the first moment of `valid_from` where it is not told.
    """
    moment = now or datetime.combine(valid_from, time(), UTC)
    with changing(session):
        rows = _missing(session, declared().values())
        told = {"valid_from": valid_from, "decided_on": valid_from, "decided_by": decided_by[:120]}
        _write(session, [row | told for row in rows], "decided", moment, by)
    return len(rows)


def deliver(session: Session, *, on: date, now: datetime, by: str = SYSTEM) -> int:
    """Writes what a version of the product brings where a database has no row of a key; answers how many rows.

    From then on they are the association's own: a later version that declares another figure changes nothing that is
    in force here. What somebody decided, ended or withdrew stays as it is. `on`: the local day of that.
    """
    with changing(session):
        rows = _missing(session, [table for table in declared().values() if table.until_decided])
        told = {"valid_from": BEGINNING, "decided_on": on, "decided_by": ""}
        _write(session, [row | told for row in rows], "delivered", now, by)
    return len(rows)


def _missing(session: Session, tables: Iterable[Table]) -> list[dict[str, object]]:
    """The declared rows of the keys of which there has never been one."""
    present = set(session.execute(select(ParameterRow.table, ParameterRow.key).distinct()).tuples())
    return [_first(table, row) for table in tables for row in table.first if (table.name, row.key) not in present]


def _write(session: Session, rows: Sequence[dict[str, object]], kind: str, moment: datetime, by: str) -> None:
    """Nobody has decided anything about these keys, so there is nothing that they could overlap with."""
    if rows:
        session.execute(insert(ParameterRow), rows)
        note = {"kind": kind, "at": moment, "by": by, "valid_to": None, "reason": ""}
        session.execute(insert(ParameterEvent), [note | {"id": uuid4(), "row_id": row["id"]} for row in rows])


def _first(table: Table, row: Row) -> dict[str, object]:
    """The columns of a declared row, but for who decided it and when."""
    fr, en = named(table, row.key, row, row.label_fr, row.label_en)
    return {
        "id": uuid4(), "rev": 1, "table": table.name, "key": row.key, "label_fr": fr, "label_en": en, "valid_to": None,
        "data": accepted(table, dict(zip(table.by_name, row.values, strict=True)), "fr"),
        "applies_to_running": row.applies_to_running,
    }  # fmt: skip
