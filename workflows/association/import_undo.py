"""Carrying out a plan of records, and taking it back: what was added goes, what was changed is as before.

Undone is the whole or nothing. What something else refers to by now, or what somebody changed since, keeps an import
from being undone: the answer counts it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Column, Table, delete, func, inspect, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.models import Base
from workflows.association.import_log import RecordImport
from workflows.association.import_records import Entry, RecordPlan

CHUNK = 500  # ids of one statement


class RecordsInUse(Conflict):
    """This import cannot be undone: {count} of its records are in use or were changed since."""

    code: ClassVar[str] = "records_in_use"


def carry_out(session: Session, planned: RecordPlan, *, by: str, now: datetime) -> UUID:
    """Writes a plan in the caller's transaction and answers the import's id, by which it can be undone."""
    rows = [row for entry in planned.added for row in entry.rows]
    session.add_all(rows)
    session.flush()
    before = [_change(session, entry) for entry in planned.changed]
    if planned.kind.after is not None:
        planned.kind.after(session, planned.added)
    made = RecordImport(
        id=uuid4(), kind=planned.kind.name, name=planned.name[:200], digest=planned.digest, at=now, by=by,
        added=len(planned.added), changed=len(planned.changed), before=before,
        contacts=_marked(session, rows),
    )  # fmt: skip
    session.add(made)
    return made.id


def undo_records(session: Session, done: RecordImport, now: datetime) -> None:
    """Takes an import of records back. Raises RecordsInUse."""
    added = by_table(done.contacts)
    used = sum(_referred(session, table, ids, added) for table, ids in added.items())
    used += _touched(session, done) + _changed_since(session, done, added)
    if used:
        raise RecordsInUse(count=used)
    for entry in done.before:
        _restore(session, entry)
    for table in reversed(Base.metadata.sorted_tables):
        for some in _chunks(added.get(table, [])):
            session.execute(delete(table).where(table.c.id.in_(some)))
    session.expire_all()
    done.undone_at = now


def _marked(session: Session, rows: Sequence[Base]) -> list[dict[str, str]]:
    """Table, id and a mark of the content of each row, so that an undo knows whether it is as it was brought."""
    added = by_table({"table": row.__tablename__, "id": str((inspect(row).identity or ("",))[0])} for row in rows)
    found = marks(session, added)
    return [{"table": name, "id": str(id_), "mark": mark} for (name, id_), mark in found.items()]


def marks(session: Session, added: Mapping[Table, Sequence[UUID]]) -> dict[tuple[str, UUID], str]:
    """A mark of the content of each of these rows that is there, by table and id."""
    found: dict[tuple[str, UUID], str] = {}
    for table, ids in added.items():
        for some in _chunks(ids):
            for row in session.execute(select(table).where(table.c.id.in_(some))).mappings():
                text = repr([(column.name, str(row[column.name])) for column in table.columns])
                found[table.name, row["id"]] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found


def _changed_since(session: Session, done: RecordImport, added: Mapping[Table, Sequence[UUID]]) -> int:
    """How many rows that the import added are not what it wrote; one that is gone is nothing to undo."""
    found = marks(session, added)
    brought = {(row["table"], UUID(row["id"])): row["mark"] for row in done.contacts}
    return sum(found.get(key, mark) != mark for key, mark in brought.items())


def _change(session: Session, entry: Entry) -> dict[str, object]:
    table = Base.metadata.tables[entry.table]
    after = {name: value for name, (_, value) in entry.changes.items()}
    session.execute(update(table).where(table.c.id == entry.row_id).values(after))
    session.expire_all()
    fields = {name: _kept(value) for name, (value, _) in entry.changes.items()}
    now = {name: _kept(value) for name, value in after.items()}
    return {"table": entry.table, "id": str(entry.row_id), "fields": fields, "after": now}


def _restore(session: Session, entry: Mapping[str, object]) -> None:
    table = Base.metadata.tables[str(entry["table"])]
    fields = {name: _read(value) for name, value in _mapping(entry["fields"]).items()}
    session.execute(update(table).where(table.c.id == UUID(str(entry["id"]))).values(fields))


def _touched(session: Session, done: RecordImport) -> int:
    """How many rows that the import changed hold something else by now, or are gone."""
    count = 0
    for entry in done.before:
        table = Base.metadata.tables[str(entry["table"])]
        after = {name: _read(value) for name, value in _mapping(entry["after"]).items()}
        query = select(*(table.c[name] for name in after)).where(table.c.id == UUID(str(entry["id"])))
        row = session.execute(query).one_or_none()
        count += row is None or dict(row._mapping) != after
    return count


def _referred(session: Session, table: Table, ids: Sequence[UUID], added: Mapping[Table, Sequence[UUID]]) -> int:
    """How many rows that the import did not bring refer to rows of this table that it did bring."""
    count = 0
    for other, column in referring(table):
        for some in _chunks(ids):
            query = select(func.count()).select_from(other).where(column.in_(some))
            count += int(session.scalar(query) or 0)
            own = added.get(other, [])
            for mine in _chunks(own):
                both = select(func.count()).select_from(other).where(column.in_(some), other.c.id.in_(mine))
                count -= int(session.scalar(both) or 0)
    return count


def referring(table: Table) -> Iterator[tuple[Table, Column[object]]]:
    """The columns that refer to this table."""
    for other in Base.metadata.sorted_tables:
        for column in other.columns:
            if any(key.column.table is table for key in column.foreign_keys):
                yield other, column


def by_table(rows: Iterable[Mapping[str, str]]) -> dict[Table, list[UUID]]:
    found: dict[Table, list[UUID]] = defaultdict(list)
    for row in rows:
        found[Base.metadata.tables[row["table"]]].append(UUID(row["id"]))
    return dict(found)


def _chunks(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _kept(value: object) -> object:
    """A value as JSON that `_read` gives back exactly."""
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return {"amount": str(value)} if isinstance(value, Decimal) else value


def _read(value: object) -> object:
    if isinstance(value, Mapping):
        kind, text = next(iter(value.items()))
        return date.fromisoformat(str(text)) if kind == "date" else Decimal(str(text))
    return value
