"""Changing parameters: a row is decided, ended, or withdrawn, and each of that is on record.

No row is ever changed in its values or deleted. A wrong row is withdrawn, the right one decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from engine.errors import Conflict, Invalid, NotFound
from workflows.association.parameters.kinds import accept, kept
from workflows.association.parameters.models import LABEL, ParameterEvent, ParameterRow
from workflows.association.parameters.pairs import check_rising
from workflows.association.parameters.reading import table_named
from workflows.association.parameters.remembered import changing
from workflows.association.parameters.tables import BEGINNING, KEY, Row, Table

__all__ = [
    "KeyUnusable", "PeriodUnusable", "RowChanged", "RowDelivered", "RowOverlaps", "accepted", "decide", "end",
    "history", "named", "state_of", "withdraw",
]  # fmt: skip

DAY = timedelta(days=1)
SYSTEM = "system"


class RowOverlaps(Conflict):
    """“{key}” already has a row from {valid_from} to {valid_to}, decided by {decided_by}: end it first."""

    code: ClassVar[str] = "parameter_row_overlaps"


class RowChanged(Conflict):
    """Somebody else changed the row “{key}” meanwhile: look at it again."""

    code: ClassVar[str] = "parameter_row_changed"


class PeriodUnusable(Invalid):
    """A row from {valid_from} cannot end on {valid_to}."""

    code: ClassVar[str] = "parameter_period_unusable"


class RowDelivered(Conflict):
    """The row “{key}” came with the product and would only come back: decide another from a day on."""

    code: ClassVar[str] = "parameter_row_delivered"


class KeyUnusable(Invalid):
    """“{key}” cannot be a row of “{table}”."""

    code: ClassVar[str] = "parameter_key_unusable"


class KeyFixed(KeyUnusable):
    """The table “{table}” has no row “{key}”: its keys are fixed."""

    code: ClassVar[str] = "parameter_key_fixed"


class KeyNoName(KeyUnusable):
    """“{key}” is no key: at most {limit} letters without accents, digits and _, a letter first."""

    code: ClassVar[str] = "parameter_key_no_name"


def decide(
    session: Session,
    table: Table | str,
    key: str,
    values: Mapping[str, object],
    *,
    valid_from: date,
    decided_by: str,
    decided_on: date,
    now: datetime,
    by: str = SYSTEM,
    valid_to: date | None = None,
    applies_to_running: bool = False,
    succeeds: bool = False,
    label_fr: str = "",
    label_en: str = "",
    language: str = "fr",
    seen: str | None = None,
) -> UUID:
    """Adds a row and answers its id. `values` are what people typed or programs know, by column.

    With `succeeds` the row takes over from the one in force on its first day, which then ends the day before.
    `seen` is the `state_of` the key that the person looked at. Raises RowChanged where it is another by now,
    RowOverlaps, RowsCrossed, PeriodUnusable, KeyUnusable, ValueUnusable, TableUnknown, and what its check raises.
    """
    table = table_named(table)
    if valid_to is not None and valid_to < valid_from:
        raise PeriodUnusable(valid_from=valid_from, valid_to=valid_to)
    data = accepted(table, values, language)
    with changing(session):
        _check_seen(session, table.name, key, seen)
        fr, en = _labels(session, table, key, label_fr, label_en)
        last = _take_over(session, table, key, valid_from, valid_to, by=by, now=now) if succeeds else valid_to
        _check_free(session, table.name, key, valid_from, last)
        row = ParameterRow(
            table=table.name, key=key, label_fr=fr, label_en=en, data=data, valid_from=valid_from, valid_to=last,
            decided_by=decided_by[:120], decided_on=decided_on, applies_to_running=applies_to_running,
        )  # fmt: skip
        check_rising(session, table, row, language)
        return _entered(session, row, by=by, now=now)


def state_of(session: Session, table: str, key: str) -> str:
    """A mark of the rows of a key in a table (its name) as they are now: another one after each change of them."""
    rows = session.execute(
        select(ParameterRow.id, ParameterRow.rev).where(ParameterRow.table == table, ParameterRow.key == key)
    )
    return hashlib.sha256(repr(sorted((str(id_), rev) for id_, rev in rows)).encode()).hexdigest()[:16]


def end(session: Session, row_id: UUID, last: date, *, now: datetime, by: str = SYSTEM, rev: int | None = None) -> None:
    """Ends a row with this day. Raises NotFound, RowChanged, PeriodUnusable, and RowOverlaps for a longer time."""
    with changing(session):
        row = _locked(session, row_id, rev)
        if last < row.valid_from:
            raise PeriodUnusable(valid_from=row.valid_from, valid_to=last)
        _check_free(session, row.table, row.key, row.valid_from, last, but=row)
        _until(session, row, last, "ended", by=by, now=now)


def withdraw(
    session: Session, row_id: UUID, *, now: datetime, by: str = SYSTEM, reason: str = "", rev: int | None = None
) -> None:
    """Undoes a row: it is kept on record and no longer read. The row that it took over from goes on in its place.

    Raises NotFound, RowChanged, RowDelivered.
    """
    with changing(session):
        row = _locked(session, row_id, rev)
        if row.valid_from == BEGINNING:
            raise RowDelivered(key=row.key)
        row.withdrawn_at, row.rev = now, row.rev + 1
        _note(session, row, "withdrawn", by=by, now=now, reason=reason)
        session.flush()
        before = session.scalars(
            _of_key(row.table, row.key).where(ParameterRow.valid_to == row.valid_from - DAY)
        ).first()
        if before is not None:
            _until(session, before, row.valid_to, "extended", by=by, now=now)


def history(session: Session, table: Table | str) -> Sequence[tuple[ParameterEvent, ParameterRow]]:
    """Everything that was done to the rows of a table, the newest first."""
    query = (
        select(ParameterEvent, ParameterRow)
        .join(ParameterRow, ParameterRow.id == ParameterEvent.row_id)
        .where(ParameterRow.table == table_named(table).name)
        .order_by(ParameterEvent.at.desc(), ParameterEvent.id)
    )
    return [(event, row) for event, row in session.execute(query)]


def accepted(table: Table, values: Mapping[str, object], language: str) -> dict[str, str | None]:
    """The texts to keep, of values that each column accepts and that go together."""
    accepted = {column.name: accept(column, values.get(column.name), language) for column in table.columns}
    if table.check is not None:
        table.check(accepted)
    return {name: kept(value) for name, value in accepted.items()}


def _check_seen(session: Session, table: str, key: str, seen: str | None) -> None:
    if seen is not None and seen != state_of(session, table, key):
        raise RowChanged(key=key)


def _of_key(table: str, key: str) -> Select[tuple[ParameterRow]]:
    return (
        select(ParameterRow)
        .where(ParameterRow.table == table, ParameterRow.key == key, ParameterRow.withdrawn_at.is_(None))
        .order_by(ParameterRow.valid_from)
    )


def _labels(session: Session, table: Table, key: str, fr: str, en: str) -> tuple[str, str]:
    """The names of the new row: as given, else as the key's last row or its declaration has them."""
    first = table.first_row(key)
    fr, en = named(table, key, first, fr, en)
    if fr and en:
        return fr, en
    last = session.scalars(
        select(ParameterRow)
        .where(ParameterRow.table == table.name, ParameterRow.key == key)
        .order_by(ParameterRow.valid_from.desc())
    ).first()
    known_fr = last.label_fr if last else first.label_fr if first else key
    known_en = last.label_en if last else first.label_en if first else key
    return (fr or known_fr)[:LABEL], (en or known_en)[:LABEL]


def named(table: Table, key: str, first: Row | None, fr: str, en: str) -> tuple[str, str]:
    """The given names, cut to their room. Raises KeyFixed, KeyNoName for a key that the table cannot have."""
    if first is None and not table.open_keys:
        raise KeyFixed(table=table.name, key=key[:60])
    if not KEY.fullmatch(key) or len(key) > table.key_limit:
        raise KeyNoName(table=table.name, key=key[:60], limit=table.key_limit, field="key")
    return fr[:LABEL], en[:LABEL]


def _take_over(
    session: Session, table: Table, key: str, first: date, last: date | None, *, by: str, now: datetime
) -> date | None:
    """Ends the row in force on the day before `first`; answers the last day of its successor.

    A successor without a last day has that of the row that it succeeds, so that no gap or overlap comes into being.
    """
    for row in session.scalars(_of_key(table.name, key)):
        if row.valid_from < first and (row.valid_to is None or row.valid_to >= first):
            until = row.valid_to
            _until(session, row, first - DAY, "ended", by=by, now=now)
            return until if last is None else last
    return last


def _check_free(
    session: Session, table: str, key: str, first: date, last: date | None, but: ParameterRow | None = None
) -> None:
    """Raises RowOverlaps where another row of the key is in force between the two days."""
    query = _of_key(table, key).where(or_(ParameterRow.valid_to.is_(None), ParameterRow.valid_to >= first))
    if last is not None:
        query = query.where(ParameterRow.valid_from <= last)
    for row in session.scalars(query):
        if row is not but:
            raise RowOverlaps(
                key=row.key, valid_from=row.valid_from, valid_to=row.valid_to or "…", decided_by=row.decided_by
            )


def _locked(session: Session, row_id: UUID, rev: int | None) -> ParameterRow:
    """The row to change. Raises NotFound, and RowChanged where it is no longer the one that the person saw."""
    row = session.get(ParameterRow, row_id, populate_existing=True)
    if row is None:
        raise NotFound(kind="parameter row", id=row_id)
    if row.withdrawn_at is not None or (rev is not None and rev != row.rev):
        raise RowChanged(key=row.key)
    return row


def _entered(session: Session, row: ParameterRow, *, by: str, now: datetime) -> UUID:
    row.id, row.rev = uuid4(), 1
    session.add(row)
    session.flush()
    _note(session, row, "decided", by=by, now=now)
    return row.id


def _until(session: Session, row: ParameterRow, last: date | None, kind: str, *, by: str, now: datetime) -> None:
    row.valid_to, row.rev = last, row.rev + 1
    _note(session, row, kind, by=by, now=now)


def _note(session: Session, row: ParameterRow, kind: str, *, by: str, now: datetime, reason: str = "") -> None:
    session.add(
        ParameterEvent(
            id=uuid4(), row_id=row.id, kind=kind, at=now, by=by, valid_to=row.valid_to, reason=reason.strip()[:2_000]
        )
    )
