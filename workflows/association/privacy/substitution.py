"""Ids of a person in texts, JSON and states, replaced by others that lead nowhere, wherever a column declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, Table, Text, cast, func, or_, type_coerce, update
from sqlalchemy.orm import Session

from engine.personal import words
from workflows.association.privacy.declarations import Held, personal

__all__ = ["Pairs", "as_text", "columns_with_ids", "pairs_of", "replace", "replace_everywhere", "replace_in_cases"]

Pairs = Mapping[str, str]
FEW = 8  # a parser reads expressions of some depth only


def pairs_of(ids: Mapping[UUID, UUID]) -> Pairs:
    """Each id in both spellings, with what takes its place."""
    found = {str(old): str(new) for old, new in ids.items()}
    return {**found, **{old.hex: new.hex for old, new in ids.items()}}


def fresh(ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """A new id for each."""
    return {each: uuid4() for each in ids}


def replace_everywhere(session: Session, pairs: Pairs) -> int:
    """In every row of every table; answers in how many."""
    return sum(replace(session, held.table, name, pairs, None) for held, name in columns_with_ids())


def replace_in_cases(session: Session, pairs: Pairs, case_ids: Sequence[UUID]) -> None:
    """In what belongs to these cases: other keys of the person, which are too common to look for everywhere."""
    for held, name in columns_with_ids():
        table = held.table
        column = table.c["id"] if table.name == "process_instance" else table.c.get("instance_id")
        if column is not None and pairs and case_ids:
            replace(session, table, name, pairs, column.in_(case_ids))


def columns_with_ids() -> Iterator[tuple[Held, str]]:
    """Every text and JSON column in which ids of people stand, once."""
    seen: set[tuple[str, str]] = set()
    for held in personal():
        for name in words(held.says.ids):
            if (held.table.name, name) not in seen:
                seen.add((held.table.name, name))
                yield held, name


def replace(session: Session, table: Table, name: str, pairs: Pairs, within: ColumnElement[bool] | None) -> int:
    """In the rows of one column for which `within` holds: one statement for FEW ids, each a nested `replace`."""
    entries = list(pairs.items())
    parts = (dict(entries[start : start + FEW]) for start in range(0, len(entries), FEW))
    return sum(_replace_few(session, table, name, part, within) for part in parts)


def _replace_few(session: Session, table: Table, name: str, pairs: Pairs, within: ColumnElement[bool] | None) -> int:
    column = table.c[name]
    through = _is_cast(session, table, name)
    told = as_text(session, table, name)
    holds = or_(*(told.contains(old, autoescape=True) for old in pairs))
    made: ColumnElement[Any] = told
    for old, new in pairs.items():
        made = func.replace(made, old, new)
    values: dict[str, Any] = {name: cast(made, column.type) if through else type_coerce(made, column.type)}
    if table.name == "process_instance" and name == "state":
        values["rev"] = table.c["rev"] + 1  # a copy in some process's memory is not this one any more
    changed = session.execute(update(table).where(holds if within is None else holds & within).values(values))
    return int(getattr(changed, "rowcount", 0))


def as_text(session: Session, table: Table, name: str) -> ColumnElement[Any]:
    """The column as text: JSON is text on the way."""
    column = table.c[name]
    return cast(column, Text) if _is_cast(session, table, name) else type_coerce(column, Text())


def _is_cast(session: Session, table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, JSON) and session.get_bind().dialect.name == "postgresql"
