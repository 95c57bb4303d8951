"""Everything that names one person names another from now on, and each row that was touched is noted for the undoing.

Three ways to name somebody are followed: keys (an order's person), rows of which there can be one only (two memberships
become one, and what belonged to the one belongs to the other), and ids inside texts and states (variables of running
cases, actors, correlation keys).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, Table, Uuid, delete, or_, select, update
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.personal import words
from workflows.association.merging.leads import OWN, identities, leading_to, signs_in
from workflows.association.merging.rows import at, kept, key_of
from workflows.association.privacy.declarations import personal
from workflows.association.privacy.substitution import Pairs, as_text, columns_with_ids, pairs_of, replace

__all__ = ["CasesCollide", "Traces", "columns_of_texts", "move"]

PERSON = "person"
CASES = "process_instance"


class CasesCollide(Conflict):
    """Both records have an open case of the same kind, and one person can have one only. End one of them first."""

    code: ClassVar[str] = "cases_collide"


@dataclass(slots=True)
class Traces:
    """What was done. `pairs`: ids and what took their place; `mixed`: texts that named both, which nobody can part."""

    pairs: dict[UUID, UUID]
    moved: list[dict[str, Any]] = field(default_factory=list)
    folded: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    mixed: int = 0


def move(session: Session, gone: UUID, stays: UUID) -> Traces:
    """Leads everything of a person to another, in the caller's transaction. Raises CasesCollide."""
    traces = Traces({gone: stays})
    for table, name in list(leading_to(PERSON)):
        if signs_in(table):
            session.execute(delete(table).where(table.c[name] == gone))
        else:
            _lead(session, traces, table, name, gone, stays)
    pairs = pairs_of(traces.pairs)
    for table, name in columns_of_texts():
        _rewrite(session, traces, table, name, pairs)
    return traces


def columns_of_texts() -> Iterator[tuple[Table, str]]:
    """Texts and JSON with ids of people in them."""
    seen: set[tuple[str, str]] = set()
    entries = ((held, name) for held in personal() for name in words(held.says.entries))
    for held, name in (*columns_with_ids(), *entries):
        if held.table.name not in OWN and (held.table.name, name) not in seen:
            seen.add((held.table.name, name))
            yield held.table, name


def _lead(session: Session, traces: Traces, table: Table, name: str, old: UUID, new: UUID) -> None:
    """Rows that hold one key hold another; a row that would then be there twice becomes one with its twin."""
    column, keys = table.c[name], []
    for row in _rows(session, select(table).where(column == old)):
        twin = _twin(session, table, name, row, new)
        if twin is not None:
            _fold(session, traces, table, row, twin)
        else:
            keys.append(key_of(table, {**row, name: new}))
    session.execute(update(table).where(column == old).values({name: new}))
    if keys:
        traces.rows += len(keys)
        traces.moved.append({"table": table.name, "column": name, "keys": keys, "from": str(old), "to": str(new)})


def _twin(session: Session, table: Table, name: str, row: Mapping[str, Any], new: Any) -> Mapping[str, Any] | None:
    """The row that says the same of whom the column would lead to."""
    for empty_counts, columns in identities(table, name):
        rest = {each: row[each] for each in columns if each != name}
        if empty_counts or None not in rest.values():
            same = (table.c[each].is_(None) if said is None else table.c[each] == said for each, said in rest.items())
            found = _rows(session, select(table).where(table.c[name] == new, *same).limit(1))
            if found:
                return found[0]
    return None


def _fold(session: Session, traces: Traces, table: Table, row: Mapping[str, Any], twin: Mapping[str, Any]) -> None:
    """What belongs to a row belongs to its twin; the row goes, and is noted."""
    own = list(table.primary_key.columns)
    if len(own) == 1:
        old, new = row[own[0].name], twin[own[0].name]
        for other, name in list(leading_to(table.name)):
            _lead(session, traces, other, name, old, new)
        if isinstance(own[0].type, Uuid):
            traces.pairs[old] = new
    traces.rows += 1
    traces.folded.append({"table": table.name, "row": kept(table, row)})
    session.execute(delete(table).where(at(table, key_of(table, row))))


def _rewrite(session: Session, traces: Traces, table: Table, name: str, pairs: Pairs) -> None:
    """Ids inside one column."""
    told = as_text(session, table, name)
    holds = or_(*(told.contains(old, autoescape=True) for old in pairs))
    own, single = list(table.primary_key.columns), bool(identities(table, name))
    seen = select(table) if single else select(*own, told.label("told"))
    keys: list[list[Any]] = []
    for row in _rows(session, seen.where(holds)):
        text = str(row[name] if single else row["told"])
        twin = _twin(session, table, name, row, _replaced(text, pairs)) if single else None
        if twin is not None and table.name == CASES:
            raise CasesCollide
        if twin is not None and table.c[name].primary_key:
            traces.folded.append({"table": table.name, "row": kept(table, row)})
            session.execute(delete(table).where(at(table, key_of(table, row))))
        elif twin is None:
            traces.mixed += any(new in text for new in pairs.values())
            keys.append(key_of(table, row))
    for key in keys:
        replace(session, table, name, pairs, at(table, key))
    if keys:
        traces.rows += len(keys)
        after = [
            [
                _replaced(str(part), pairs) if column.name == name else part
                for part, column in zip(key, own, strict=True)
            ]
            for key in keys
        ]
        traces.texts.append({"table": table.name, "column": name, "keys": after})


def _replaced(text: str, pairs: Pairs) -> str:
    for old, new in pairs.items():
        text = text.replace(old, new)
    return text


def _rows(session: Session, query: Select[Any]) -> list[dict[str, Any]]:
    return [{str(name): said for name, said in row.items()} for row in session.execute(query).mappings()]
