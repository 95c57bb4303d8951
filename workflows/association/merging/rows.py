"""Rows as JSON keeps them, and back: so that what a merge took away can be put where it was."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, Date, LargeBinary, Numeric, Table, Uuid, and_

from engine.models import Moment

__all__ = ["at", "kept", "key_of", "restored"]


def kept(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row, each column by its name."""
    return {column.name: _plain(row[column.name]) for column in table.columns}


def restored(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that was kept; columns that came since have what they have by themselves."""
    return {name: value(table, name, said) for name, said in row.items() if name in table.c}


def key_of(table: Table, row: Mapping[str, Any]) -> list[Any]:
    """The primary key of a row."""
    return [_plain(row[column.name]) for column in table.primary_key.columns]


def at(table: Table, key: list[Any]) -> ColumnElement[bool]:
    """The condition of the row with this key."""
    columns = table.primary_key.columns
    return and_(*(each == value(table, each.name, said) for each, said in zip(columns, key, strict=True)))


def value(table: Table, name: str, said: Any) -> Any:
    """A value as its column takes it."""
    kind = table.c[name].type
    if said is None or isinstance(kind, JSON):
        return said
    if isinstance(kind, Uuid):
        return UUID(said)
    if isinstance(kind, Moment):
        return datetime.fromisoformat(said)
    if isinstance(kind, Date):
        return date.fromisoformat(said)
    if isinstance(kind, LargeBinary):
        return b64decode(said)
    return Decimal(said) if isinstance(kind, Numeric) and isinstance(said, str) else said


def _plain(said: Any) -> Any:
    if isinstance(said, UUID | Decimal):
        return str(said)
    if isinstance(said, date | datetime):
        return said.isoformat()
    return b64encode(said).decode() if isinstance(said, bytes) else said
