"""What the rows of a query are made of: objects of classes, and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Select, inspect
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Session

from engine.entities import Entity, NotPlain

__all__ = ["Shape"]

Convert = Callable[[Any], Any]
_identity: Final[Convert] = id  # an object is one, whatever it is equal to


def _itself(value: Any) -> Any:
    return value


class Shape:
    """The parts of a row, in order, and how they are called."""

    __slots__ = ("_alone", "_parts", "_readers", "_simple", "metadata")

    def __init__(self, statement: Select[Any], answered: Sequence[Any], readers: Sequence[Convert | None]) -> None:
        """`answered`: the columns that the database brings, with how each is read. Raises NotPlain."""
        described, place = statement.column_descriptions, 0
        self._parts: list[Entity | int] = []
        for each in described:
            if not isinstance(each["expr"], type | ColumnElement | InstrumentedAttribute):
                raise NotPlain
            entity = _entity(each, answered, place)
            self._parts.append(place if entity is None else entity)
            place += 1 if entity is None else len(entity.keys)
        if place != len(answered):
            raise NotPlain
        self._readers = [(place, read) for place, read in enumerate(readers) if read is not None]
        first = self._parts[0]
        self._alone = first if len(self._parts) == 1 and isinstance(first, Entity) else None
        self._simple = not any(isinstance(part, Entity) for part in self._parts)
        self.metadata = SimpleResultMetaData(
            [each["name"] for each in described],
            extra=[(each["expr"],) for each in described],
            _unique_filters=[_identity if isinstance(part, Entity) else _itself for part in self._parts],
        )

    def rows(self, session: Session, raw: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
        """Rows of objects and values, of what the driver answered."""
        read = [self._read(each) for each in raw] if self._readers else list(raw)
        if self._simple:
            return read
        if self._alone is not None:
            of = self._alone.of
            return [(of(session, row),) for row in read]
        return [
            tuple(row[part] if isinstance(part, int) else part.of(session, row) for part in self._parts) for row in read
        ]

    def _read(self, raw: Sequence[Any]) -> Sequence[Any]:
        values = list(raw)
        for place, convert in self._readers:
            if values[place] is not None:
                values[place] = convert(values[place])
        return tuple(values)


def _entity(described: Any, answered: Sequence[Any], first: int) -> Entity | None:
    """The class of which this part of the row is an object; None for a column."""
    model = described["expr"]
    if not isinstance(model, type):
        return None
    mapper: Mapper[Any] = inspect(model)
    count = sum(not each.deferred for each in mapper.column_attrs)
    return Entity(mapper, [_column(mapper, each) for each in answered[first : first + count]], first)


def _column(mapper: Mapper[Any], answered: Any) -> Column[Any]:
    for each in answered.objects:
        if isinstance(each, Column) and each in mapper.columns.values():
            return each
    raise NotPlain
