"""Everything that is kept of one person, given out: for reading and for machines (art. 15 and 20 GDPR).

Read from the declarations of the tables: what is the person's, without what is about somebody else. What was left out
is said, column by column, so that the answer can be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from engine.bpmn.state import read_root
from engine.personal import words
from workflows.association.privacy.categories import CATEGORIES
from workflows.association.privacy.declarations import Held, personal
from workflows.association.privacy.subjects import Subject, rows_of, subject_of

__all__ = ["Dossier", "Part", "collect"]

SECRET: Final = frozenset({"password_hash", "token_digest", "token_hash", "search_name", "folded"})
MACHINERY: Final = frozenset({"job", "subscription", "task_candidate", "case_term", "person_word", "application_word"})
_PERSON: Final = re.compile(r"(?:person|link):[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a table, and its columns that were left out since they are about somebody else."""

    category: str
    table: str
    rows: Sequence[Mapping[str, Any]]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class Dossier:
    """What is given out. `documents`: name in the archive and bytes; `file_ids`: uploads, whose bytes lie elsewhere."""

    person_id: UUID
    parts: list[Part] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    file_ids: list[tuple[UUID, str]] = field(default_factory=list)

    def by_category(self) -> Iterator[tuple[str, list[Part]]]:
        """The parts of each category, in the order of the register."""
        for key in CATEGORIES:
            found = [part for part in self.parts if part.category == key]
            if found:
                yield key, found

    @property
    def left_out(self) -> list[tuple[str, tuple[str, ...]]]:
        """The tables of which something was left out."""
        return [(part.table, part.left_out) for part in self.parts if part.left_out]

    def data(self) -> dict[str, Any]:
        """The dossier for machines."""
        return {
            "person": str(self.person_id),
            "categories": {key: {part.table: list(part.rows) for part in parts} for key, parts in self.by_category()},
            "left_out": {table: list(columns) for table, columns in self.left_out},
        }


def collect(session: Session, person_id: UUID) -> Dossier:
    """Everything of a person, her cases and her documents."""
    subject = subject_of(session, person_id)
    found = Dossier(person_id)
    for held in personal():
        if held.says.category != "work" and held.says.leads and held.table.name not in MACHINERY:
            _add(session, held, subject, found)
    return found


def _add(session: Session, held: Held, subject: Subject, found: Dossier) -> None:
    table, withheld = held.table, set(words(held.says.withheld))
    bodies = [column for column in table.columns if isinstance(column.type, LargeBinary)]
    shown = [c for c in table.columns if c.name not in withheld | SECRET and c not in bodies]
    rows = []
    for row in session.execute(select(*shown, *bodies).where(rows_of(held, subject))).mappings():
        rows.append({c.name: _plain(c.name, row[c], subject) for c in shown})
        for column in bodies:
            found.documents[f"documents/{row['id']}-{row.get('file_name') or column.name}"] = bytes(row[column])
        if table.name == "stored_file" and not row["erased_at"]:
            found.file_ids.append((row["id"], row["name"]))
    if rows:
        found.parts.append(Part(held.says.category, table.name, rows, tuple(sorted(withheld))))


def _plain(name: str, value: Any, subject: Subject) -> Any:
    """A value as JSON has it; of a case's state its variables alone; of others who acted that they did, not who."""
    if name == "state" and isinstance(value, str) and value.startswith("{"):
        return _plain("", dict(read_root(value)), subject)
    if isinstance(value, Mapping):
        return {key: _plain("", each, subject) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain("", each, subject) for each in value]
    if isinstance(value, str):
        return _PERSON.sub(lambda actor: "me" if actor.group() in subject.actors else "somebody else", value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
