"""Where the tables name people and what belongs to them, read from their declarations (`engine.personal`).

No table is known by name here: one that comes later is moved by what it says of itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Index, Table, UniqueConstraint

from engine.personal import words
from workflows.association.privacy.declarations import personal, target_of

__all__ = ["identities", "leading_to", "signs_in"]

PERSON: Final = "person"
OWN: Final = frozenset({"person", "person_word", "person_merge", "person_merge_undo"})  # made anew, or about the merge
KEYS: Final = "account"  # ways to sign in end with the record: who uses them proves anew who she is


def leading_to(target: str) -> Iterator[tuple[Table, str]]:
    """Every column that holds the key of a row of this table, by a foreign key or by what is declared, once."""
    seen: set[tuple[str, str]] = set()
    for held in personal():
        table = held.table
        declared = [name for name, said in held.says.leads if target_of(table, name, said) == target]
        keyed = [key.parent.name for key in table.foreign_keys if key.column.table.name == target]
        for name in (*declared, *keyed):
            if table.name not in OWN and (table.name, name) not in seen:
                seen.add((table.name, name))
                yield table, name


def signs_in(table: Table) -> bool:
    """Whether a row is a way to sign in: a session, a code, a password."""
    return any(held.table is table and held.says.category == KEYS for held in personal())


def identities(table: Table, name: str) -> list[tuple[bool, tuple[str, ...]]]:
    """The sets of columns, this one among them, of which no two rows have the same; whether an empty one counts too."""
    keys = [tuple(column.name for column in table.primary_key.columns)]
    keys += [tuple(c.name for c in each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += [tuple(c.name for c in each.columns) for each in table.indexes if isinstance(each, Index) and each.unique]
    keys += [(column.name,) for column in table.columns if column.unique]
    declared = [
        (name, *words(held.says.one))
        for held in personal()
        if held.table is table and held.says.one and name in dict(held.says.leads)
    ]
    return [(False, key) for key in dict.fromkeys(keys) if name in key] + [(True, key) for key in declared]
