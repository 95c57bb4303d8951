"""Rows by a unique column, asked for once: who needs the same row again in a transaction gets it without a query."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.prepared import attached, fetch

__all__ = ["by", "keep"]

T = TypeVar("T")
_KNOWN: Final = "association.known_rows"


def by(session: Session, model: type[T], column: InstrumentedAttribute[Any], value: object) -> T | None:
    """The row with this value in a unique column of its table, or None.

    A session answers a row that it holds as it holds it, whatever a query brings; so asking again would tell nothing.
    One that has left the session, or has another value by now, is asked for.
    """
    known: dict[tuple[str, str, object], T] = session.info.setdefault(_KNOWN, {})
    key = model.__name__, column.key, value
    row = known.get(key)
    if row is not None and row in session and getattr(row, column.key) == value:
        return row
    found = fetch(session, _query(column), {"value": value})
    row = attached(session, model, found[0]) if found else None
    if row is None:
        known.pop(key, None)
    else:
        known[key] = row
    return row


def keep(session: Session, column: InstrumentedAttribute[Any], row: object) -> None:
    """Knows a row that was just written by a unique column of its table: nobody needs to ask for it."""
    known: dict[tuple[str, str, object], object] = session.info.setdefault(_KNOWN, {})
    known[type(row).__name__, column.key, getattr(row, column.key)] = row


@cache
def _query(column: InstrumentedAttribute[Any]) -> Select[tuple[Any]]:
    return select(*column.class_.__table__.columns).where(column == bindparam("value", type_=column.type))
