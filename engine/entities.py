"""Rows that a prepared query brought, as the objects of a session: each row once, as its identity map has it.

What SQLAlchemy's loader does for plain classes (no inheritance, no event that hears of loading), without what it
prepares anew for every query. A row that the session holds already stays as the session holds it; only what had expired
of it is filled in (SQLAlchemy, "Identity Map", "Refreshing / Expiring").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Column, inspect
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import instance_dict, instance_state, set_committed_value

__all__ = ["Entity", "NotPlain", "held"]

_LOADS: Final = ("load", "refresh")  # events of a class of which somebody would have to hear


class NotPlain(Exception):
    """This query is left to SQLAlchemy."""


class Entity:
    """How objects of one class are made of the columns of a row."""

    __slots__ = ("identity", "keys", "make", "mapper", "primary", "values")

    def __init__(self, mapper: Mapper[Any], columns: Sequence[Column[Any]], first: int) -> None:
        """`columns`: those of the class that the query brings, from place `first` of the row on. Raises NotPlain."""
        manager: Any = mapper.class_manager
        if mapper.polymorphic_on is not None or any(getattr(manager.dispatch, name) for name in _LOADS):
            raise NotPlain
        if not set(columns).issuperset(_columns(mapper)):
            raise NotPlain
        self.mapper = mapper
        self.make: Callable[[], Any] = manager.new_instance
        self.identity = mapper.identity_key_from_primary_key
        self.keys = [mapper.get_property_by_column(column).key for column in columns]
        places = {column: place for place, column in enumerate(columns, first)}
        self.primary = [places[column] for column in _columns(mapper)]
        self.values: Callable[[Sequence[Any]], Sequence[Any]] = itemgetter(slice(first, first + len(columns)))

    def of(self, session: Session, row: Sequence[Any]) -> Any:
        """The object of this row, in the session; None where an outer join found none."""
        primary = tuple([row[place] for place in self.primary])
        if None in primary:
            return None
        identity = self.identity(primary)
        known = session.identity_map.get(identity)
        if known is not None:
            if instance_state(known).expired_attributes:
                self._fill(known, row)
            return known
        made = self.make()
        instance_dict(made).update(zip(self.keys, self.values(row), strict=True))
        state = instance_state(made)
        state.key, state.session_id = identity, session.hash_key
        session.identity_map.add(state)
        return made

    def _fill(self, known: Any, row: Sequence[Any]) -> None:
        missing = instance_state(known).expired_attributes
        for key, value in zip(self.keys, self.values(row), strict=True):
            if key in missing:
                set_committed_value(known, key, value)


def _columns(mapper: Mapper[Any]) -> list[Column[Any]]:
    """The columns of the primary key. Raises NotPlain."""
    columns = [each for each in mapper.primary_key if isinstance(each, Column)]
    if len(columns) != len(mapper.primary_key):
        raise NotPlain
    return columns


def held(session: Session, model: type[Any], key: tuple[Any, ...]) -> Any:
    """The object of this primary key that the session holds with all its values, or None."""
    found = session.identity_map.get(inspect(model).identity_key_from_primary_key(key))
    if found is None or instance_state(found).expired_attributes:
        return None
    return found


def primary_key(model: type[Any], identity: object) -> tuple[Any, ...]:
    """The values of a primary key, as `Session.get` is given them."""
    if isinstance(identity, Mapping):
        mapper: Mapper[Any] = inspect(model)
        return tuple(identity[mapper.get_property_by_column(each).key] for each in mapper.primary_key)
    return tuple(identity) if isinstance(identity, tuple | list) else (identity,)
