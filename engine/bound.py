"""How the values of a compiled statement are handed to the driver: the text that each database stores for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Integer, String, Uuid
from sqlalchemy.types import TypeEngine

from engine.clock import UTC
from engine.database import to_json
from engine.schema import Moment, aware

__all__ = ["Binder", "binders", "picked", "repeated"]

Convert = Callable[[Any], Any]
Binder = tuple[str, Convert | None, Any]  # the value's name, its conversion (None: as it is), what stands for None


@lru_cache(maxsize=256)
def _moment(moment: datetime) -> bytes:
    """For PostgreSQL. A step writes the same moment many times. Raises ValueError for a naive one."""
    return aware(moment).isoformat().encode()


@lru_cache(maxsize=256)
def _sqlite_moment(moment: datetime) -> str:
    """As SQLAlchemy stores it: in UTC, with microseconds, without the zone. Raises ValueError for a naive moment."""
    return aware(moment).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _uuid(id_: UUID) -> bytes:
    return b"%032x" % id_.int


def _date(day: date) -> bytes:
    return day.isoformat().encode()


def _json(value: object) -> bytes:
    return to_json(value).encode()


_WIRED: Final[Sequence[tuple[type[TypeEngine[Any]], Convert]]] = (
    (Uuid, _uuid), (Moment, _moment), (Boolean, {True: b"t", False: b"f"}.__getitem__), (Integer, b"%d".__mod__),
    (Date, _date), (String, str.encode), (JSON, _json),
)  # fmt: skip
_STORED: Final[Sequence[tuple[type[TypeEngine[Any]], Convert | None]]] = (
    (Uuid, attrgetter("hex")), (Moment, _sqlite_moment), (Boolean, None), (Integer, None), (String, None),
    (Date, date.isoformat), (JSON, to_json),
)  # fmt: skip


def binders(compiled: Any, *, wired: bool) -> Sequence[Binder]:
    """How each value of a statement is converted, in order: for PostgreSQL (`wired`) to the text that it reads.

    Raises TypeError for a type that no hot statement has so far.
    """
    return [_binder(name, compiled.binds[name].type, wired=wired) for name in compiled.positiontup]


def _binder(name: str, type_: TypeEngine[Any], *, wired: bool) -> Binder:
    for kind, convert in _WIRED if wired else _STORED:
        if isinstance(type_, kind):
            is_json_null = isinstance(type_, JSON) and not type_.none_as_null
            return name, convert, convert(None) if is_json_null and convert is not None else None
    raise TypeError(type_)


def picked(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Takes the values of these names out of a row, in order. Raises KeyError where one is not there."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: [row[name] for name in names]


def repeated(insert: str, width: int, rows: int) -> str:
    """An INSERT of one row with `$1`, `$2`, ... made one of several."""
    if rows == 1:
        return insert
    head, values, row = insert.partition(" VALUES ")
    return head + values + ", ".join(_counted_on(row, number * width) for number in range(rows))


def _counted_on(row: str, by: int) -> str:
    return re.sub(r"\$(\d+)", lambda mark: f"${int(mark[1]) + by}", row)
