"""Erasing somebody: what may go goes, what the law holds back is put aside, and nothing leads from one to the other.

It reads the declarations of the tables and the decision table `erasure_by_category`, and knows no table by name. Two
tombstones take the person's place: one in what is made anonymous (cases, mails, memberships), another in what is
held (accounts, receipts), so that who reads an invoice does not find the cases. Both are new ids that follow from
nothing. The whole is one transaction; done twice, it finds nothing left to do. Source: art. 17 GDPR, domain P10.4.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Column, LargeBinary, String, Table, Uuid, delete, func, select, update
from sqlalchemy.orm import Session

from engine.models import ProcessInstance
from engine.personal import words
from engine.terms import keep_terms
from engine.terms import words as find_words
from workflows.association.people import Person
from workflows.association.privacy.categories import cutoff
from workflows.association.privacy.decisions import Decided, decide
from workflows.association.privacy.declarations import Held, ordered, personal, target_of
from workflows.association.privacy.subjects import Subject, rows_of, subject_of
from workflows.association.privacy.substitution import fresh, pairs_of, replace_everywhere, replace_in_cases
from workflows.association.settings import Association

__all__ = ["Line", "erase", "preview"]

LAST = ("application", "person")  # what everything else points to
FILES = "stored_file"
SHORTEST_KEY = 8  # characters of a key that may be looked for in a text without meeting another


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of a category: how many rows, and what the table decided."""

    category: str
    rows: int
    decided: Decided


@dataclass(frozen=True, slots=True)
class _Stones:
    """What stands in the person's place: in what is anonymous, and in what is held."""

    anonymous: UUID
    held: UUID


def preview(session: Session, person_id: UUID, today: date, *, disputed: bool = False) -> list[Line]:
    """What an erasure would do, by category, in the order of the declarations. Changes nothing."""
    subject = subject_of(session, person_id)
    counts: Counter[str] = Counter()
    for held in personal():
        if held.says.category != "work" and held.says.leads:
            query = select(func.count()).select_from(held.table).where(rows_of(held, subject))
            counts[held.says.category] += session.scalar(query) or 0
    running = _running(session, subject, today, disputed=disputed)
    return [Line(key, counts[key], decide(key, running=key in running)) for key in counts if counts[key]]


def erase(
    session: Session, association: Association, person_id: UUID, now: datetime, today: date, *, disputed: bool = False
) -> Mapping[str, int]:
    """Erases a person in the caller's transaction; answers how many rows of which category were changed."""
    subject = subject_of(session, person_id)
    running = _running(session, subject, today, disputed=disputed)
    stones = _Stones(_stone(session, today), _stone(session, today, held_since=now))
    keys = _keys(session, subject)
    changed: Counter[str] = Counter()
    for held in _children_first():
        decided = decide(held.says.category, running=held.says.category in running)
        if held.table.name == FILES and decided.action != "KEEP" and held.says.rows != "keep":
            _erase_bytes(session, association, held, subject, now)
        changed[held.says.category] += _apply(session, held, subject, decided, stones)
    _drop_entries(session, subject)
    for name in LAST:
        _let_go(session, name, subject, stones)
    ids = dict.fromkeys(subject.person_ids, stones.anonymous)
    pairs = pairs_of({**ids, **fresh(subject.application_ids), **fresh(subject.guests)})
    replace_in_cases(session, keys, subject.case_ids)
    replace_everywhere(session, pairs)
    _keep_numbers(session, subject)
    session.expire_all()
    return changed


def _keep_numbers(session: Session, subject: Subject) -> None:
    """A case is still found by its number: what it was found by went with everything else that it said."""
    numbered = select(ProcessInstance.id, ProcessInstance.started_at, ProcessInstance.business_key)
    for row in session.execute(numbered.where(ProcessInstance.id.in_(subject.case_ids))).all():
        keep_terms(session, row.id, row.started_at, find_words(None, None, row.business_key))


def _running(session: Session, subject: Subject, today: date, *, disputed: bool) -> frozenset[str]:
    """The categories on which something is open: a dispute, a vote that may still be contested."""
    found = {"case", "notes"} if disputed else set()
    for held in personal():
        since = cutoff(session, held.says.category, today) if held.says.category == "election" else None
        if since is not None and held.says.since:
            recent = rows_of(held, subject) & (held.table.c[held.says.since] >= since)
            if session.scalar(select(func.count()).select_from(held.table).where(recent)):
                found.add("election")
    return frozenset(found)


def _stone(session: Session, today: date, *, held_since: datetime | None = None) -> UUID:
    """A tombstone: a person without anything. What is held may not be used for anything else (art. 18 GDPR)."""
    stone = Person(
        id=uuid4(), first_names="", birth_name="", lang="fr", search_name="", erased_on=today,
        restricted_since=held_since,
    )  # fmt: skip
    session.add(stone)
    session.flush()
    return stone.id


def _children_first() -> Iterator[Held]:
    declared = list(personal())
    for table in reversed(ordered(declared[0].table.metadata)):
        if table.name not in LAST:
            yield from (held for held in declared if held.table is table)
    yield from (held for held in declared if held.table.name in LAST and held.says.rows != "delete")


def _apply(session: Session, held: Held, subject: Subject, decided: Decided, stones: _Stones) -> int:
    """Does to the rows of one declaration what was decided of their category."""
    says, table = held.says, held.table
    if not says.leads:
        return 0
    keeps = decided.action in {"KEEP", "DPO"}
    rows = rows_of(held, subject)
    if says.rows == "delete" and not keeps:
        return _count(session.execute(delete(table).where(rows)))
    changed = 0
    if says.rows == "empty" and not keeps and says.random:
        changed += _randomise(session, table, says.random, rows)
    values: dict[str, Any] = {} if keeps or says.rows == "keep" else _blanks(table, says.erase)
    values |= {name: None for name in words(says.unlink) if name not in dict(says.leads)}
    if values:
        changed += _count(session.execute(update(table).where(rows).values(values)))
    stone = stones.held if keeps else stones.anonymous
    for name in _columns_of_people(held):
        column, unlinked = table.c[name], name in words(says.unlink)
        theirs = update(table).where(column.in_(subject.person_ids)).values({name: None if unlinked else stone})
        changed += _count(session.execute(theirs))
    cut = [
        name for name, to in says.leads if name in words(says.unlink) and target_of(table, name, to) == "application"
    ]
    for name in cut:
        session.execute(update(table).where(table.c[name].in_(subject.application_ids)).values({name: None}))
    return changed


def _columns_of_people(held: Held) -> Iterator[str]:
    """The columns of a declaration that hold the id of a person."""
    for name, target in held.says.leads:
        if target_of(held.table, name, target) == "person" and not held.table.c[name].primary_key:
            yield name


def _blanks(table: Table, names: str) -> dict[str, Any]:
    return {name: _blank(table.c[name]) for name in words(names)}


def _blank(column: Column[Any]) -> Any:
    """The least that a column takes."""
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return {}
    return b"" if isinstance(column.type, LargeBinary) else ""


def _randomise(session: Session, table: Table, names: str, rows: Any) -> int:
    """Another text in each row: the column is unique, and its numbers are never used again."""
    key = next(iter(table.primary_key.columns))
    found = list(session.scalars(select(key).where(rows)))
    for name in words(names):
        kind = table.c[name].type
        length = min((kind.length if isinstance(kind, String) else None) or 16, 32)
        for each in found:
            session.execute(update(table).where(key == each).values({name: f"x{secrets.token_hex(16)}"[:length]}))
    return len(found)


def _erase_bytes(session: Session, association: Association, held: Held, subject: Subject, now: datetime) -> None:
    for file_id in list(session.scalars(select(held.table.c.id).where(rows_of(held, subject)))):
        association.erase_file(session, file_id, now)
    session.flush()


def _drop_entries(session: Session, subject: Subject) -> None:
    """Takes the person's entries out of lists in JSON: what an import changed, kept for its undoing."""
    known = {str(each) for each in subject.person_ids}
    for held in personal():
        key = next(iter(held.table.primary_key.columns))
        for name in words(held.says.entries):
            for row_id, entries in list(session.execute(select(key, held.table.c[name]))):
                kept = [entry for entry in entries if not known & {str(value) for value in entry.values()}]
                if len(kept) != len(entries):
                    session.execute(update(held.table).where(key == row_id).values({name: kept}))


def _let_go(session: Session, name: str, subject: Subject, stones: _Stones) -> None:
    """Deletes the person, or her applications, after whatever still points there was led elsewhere or cut."""
    table = next(held.table for held in personal() if held.table.name == name)
    ids = subject.person_ids if name == "person" else subject.application_ids
    for other in ordered(table.metadata):
        for key in other.foreign_keys:
            if key.column.table is table and not key.parent.primary_key and key.ondelete != "CASCADE":
                stands = stones.anonymous if name == "person" else None
                session.execute(update(other).where(key.parent.in_(ids)).values({key.parent.name: stands}))
    session.execute(delete(table).where(table.c.id.in_(ids)))


def _keys(session: Session, subject: Subject) -> Mapping[str, str]:
    """Ids and unique texts of what is the person's (orders, mandates): they stand in variables of her cases."""
    found: dict[str, str] = {}
    for held in personal():
        if held.says.category in {"accounting", "mandate", "receipt", "membership", "gift"} and held.says.leads:
            table = held.table
            unique = [c for c in table.columns if isinstance(c.type, String) and (c.unique or _alone(table, c))]
            ids = [c for c in table.primary_key.columns if isinstance(c.type, Uuid)]
            for row in session.execute(select(*ids, *unique).where(rows_of(held, subject))):
                for value in row:
                    if isinstance(value, UUID):
                        found |= pairs_of({value: uuid4()})
                    elif value and len(value) >= SHORTEST_KEY:
                        found[value] = secrets.token_hex(16)[: len(value)].ljust(len(value), "0")
    return found


def _alone(table: Table, column: Column[Any]) -> bool:
    return any(
        set(getattr(each, "columns", ())) == {column}
        for each in (*table.constraints, *(index for index in table.indexes if index.unique))
        if each.__class__.__name__ in {"UniqueConstraint", "Index"}
    )


def _count(result: Any) -> int:
    return max(0, int(getattr(result, "rowcount", 0)))
