"""What all tables of the product say of people, gathered: for erasure, export, retention and the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Mapper

from engine.model_privacy import DECLARED
from engine.models import Base
from engine.personal import Impersonal, Personal, declared_of

__all__ = ["Held", "declaration_of", "models", "ordered", "personal", "target_of"]


_USUAL: Final = {"person_id": "person", "application_id": "application", "instance_id": "case"}


@dataclass(frozen=True, slots=True)
class Held:
    """One declaration with the table it is of."""

    table: Table
    says: Personal


def models() -> Sequence[Mapper[object]]:
    """Every mapped table, by name."""
    return sorted(Base.registry.mappers, key=lambda mapper: str(mapper.local_table))


def declaration_of(model: type[Any]) -> Sequence[Personal] | Impersonal | None:
    """What a model says of itself, or what is said of it apart."""
    found = declared_of(model)
    return found if found is not None else DECLARED.get(model)


def personal() -> Sequence[Held]:
    """Every declaration of data about people."""
    return _personal(len(Base.metadata.tables))


@lru_cache(maxsize=1)
def _personal(known: int) -> Sequence[Held]:
    """Gathered once for so many tables as are known: a night of retention asks hundreds of times."""
    return tuple(_declarations())


def ordered(metadata: MetaData) -> Sequence[Table]:
    """Every table, each behind those that it refers to."""
    return _ordered(metadata, len(metadata.tables))


@lru_cache(maxsize=2)
def _ordered(metadata: MetaData, known: int) -> Sequence[Table]:
    """Sorted once for so many tables as are known: SQLAlchemy sorts them each time that it is asked."""
    return tuple(metadata.sorted_tables)


def _declarations() -> Iterator[Held]:
    for mapper in models():
        said = declaration_of(mapper.class_)
        table = mapper.local_table
        if isinstance(table, Table) and said is not None and not isinstance(said, Impersonal):
            yield from (Held(table, each) for each in said)


def target_of(table: Table, name: str, target: str) -> str:
    """Where a column leads: what its declaration says, its foreign key, else what a column of this name is of.

    Raises LookupError where nothing says it.
    """
    found = target or next((key.column.table.name for key in table.c[name].foreign_keys), "") or _USUAL.get(name, "")
    if not found:
        raise LookupError(f"{table.name}.{name}: say where it leads, as {name}@person or {name}@case")
    return found
