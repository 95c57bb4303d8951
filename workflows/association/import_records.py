"""Importing what an association brings along: memberships, mandates, gifts, mentorships; one module a kind.

A file is read and compared first (a dry run ends there), then carried out in one transaction. Each line belongs to a
known person, by member number or by name with birth date, e-mail address or diploma. A line that cannot go in is named
with its column and how to mend it; the others go in. Source: domain annex D.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.models import Base
from workflows.association.import_columns import Column, Unreadable
from workflows.association.import_lines import Line
from workflows.association.import_matching import Known, KnownPeople
from workflows.association.import_sheets import (
    LONGEST_CELL,
    HeadingMissing,
    HeadingTwice,
    Rejected,
    Rows,
    Told,
    open_sheet,
    quiet,
)
from workflows.association.names import fold

Values = Mapping[str, object]
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")  # and their full-width forms
_NUMERAL = re.compile(r"[+-]?[\d\s.,\u00a0\u202f]+€?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line would do: rows to add, or fields of a known row to change (before, after)."""

    line: int
    title: str
    rows: Sequence[Base] = ()
    table: str = ""
    row_id: UUID | None = None
    changes: Mapping[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Around:
    """What a kind may ask while it plans: the database, who is known, the moment, and what earlier lines claimed."""

    session: Session
    known: KnownPeople
    today: date
    now: datetime
    claimed: dict[tuple[object, ...], int] = field(default_factory=dict)

    def claim(self, line: int, *key: object) -> Rejected | None:
        """None for the first line that says this, a rejection for the second."""
        first = self.claimed.setdefault(key, line)
        return None if first == line else Rejected(line, "said_twice", {"first": first})


PlanLine = Callable[[Around, int, Values], "Entry | Rejected | None"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file. `plan` answers None where a line says what is known already; `after` closes an import.
    `filled`: columns that a file may do without, but whose cells are not empty where it has them."""

    name: str
    columns: Mapping[str, Column]
    needed: Sequence[str]
    plan: PlanLine
    after: Callable[[Session, Sequence[Entry]], None] | None = None
    filled: frozenset[str] = frozenset()

    def column_of(self, heading: str) -> str:
        """The column a heading names, an empty text where it names none."""
        wanted = fold(heading)
        for key, column in self.columns.items():
            if wanted in {fold(word) for word in (key, column.heading, *column.aliases)}:
                return key
        return ""


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """What an import would do; every line is in exactly one of the four groups."""

    kind: Kind
    name: str
    digest: str
    ignored: tuple[str, ...]
    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: int
    rejected: tuple[Rejected, ...]

    @property
    def seen(self) -> int:
        """All lines with content, the heading apart."""
        return len(self.added) + len(self.changed) + self.unchanged + len(self.rejected)


def opened(kind: Kind, body: bytes) -> Rows:
    """The rows of a file of this kind. Raises SheetRefused, also for a heading that lacks or stands twice."""
    read = open_sheet(body)
    _check(kind, [kind.column_of(cell) for cell in read.headings])
    return read


def plan(
    session: Session, kind: Kind, body: bytes, *, name: str, today: date, now: datetime, told: Told = quiet
) -> RecordPlan:
    """Reads a file and compares it with what is known, telling how many rows it has reached; writes nothing. Raises
    SheetRefused."""
    sheet = opened(kind, body)
    columns = [kind.column_of(cell) for cell in sheet.headings]
    around = Around(session, KnownPeople.load(session), today, now)
    entries: list[Entry] = []
    rejected: list[Rejected] = []
    unchanged = 0
    for reached, (number, cells) in enumerate(sheet.rows, start=1):
        told(reached)
        values = _values(kind, columns, number, cells)
        planned = values if isinstance(values, Rejected) else kind.plan(around, number, values)
        if isinstance(planned, Rejected):
            rejected.append(planned)
        elif planned is None:
            unchanged += 1
        else:
            entries.append(planned)
    ignored = tuple(cell.strip() for cell, column in zip(sheet.headings, columns, strict=True) if not column)
    added = tuple(each for each in entries if each.rows)
    changed = tuple(each for each in entries if not each.rows)
    return RecordPlan(kind, name, sheet.digest, ignored, added, changed, unchanged, tuple(rejected))


def person_of(around: Around, number: int, values: Values) -> Known | Rejected:
    """Whom a line is about: by member number, else by name and a fact; who is not known is rejected."""
    first, last, member_no = (values.get(name) for name in ("first_names", "birth_name", "member_no"))
    if member_no is not None and not (first and last):
        holder = around.known.by_number.get(str(member_no))
        return holder or Rejected(number, "member_no_unknown", {})
    if not (first and last):
        return Rejected(number, "nobody_named", {})
    programme, year, born = (values.get(name) for name in ("programme", "promotion_year", "birth_date"))
    line = Line(
        number, {"first_names": first, "birth_name": last, "birth_date": born},
        member_no=str(member_no) if member_no is not None else None,
        email=str(values["email"]) if values.get("email") else None,
        diploma=(str(programme), int(str(year))) if programme and year else None,
    )  # fmt: skip
    found = around.known.find(line)
    return found if found is not None else Rejected(number, "person_unknown", {})


def _check(kind: Kind, columns: Sequence[str]) -> None:
    missing = [kind.columns[column].heading for column in kind.needed if column not in columns]
    if missing:
        raise HeadingMissing(column=missing[0])
    known = [column for column in columns if column]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise HeadingTwice(column=kind.columns[twice].heading)


def _values(kind: Kind, columns: Sequence[str], number: int, cells: Sequence[str]) -> Values | Rejected:
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        return Rejected(number, "columns", {"found": len(cells), "expected": len(columns)})
    values: dict[str, object] = {}
    for column, cell in zip(columns, cells, strict=False):
        text = cell.strip()
        if not column or not text:
            continue
        heading = kind.columns[column].heading
        if len(text) > LONGEST_CELL:
            return Rejected(number, "too_long", {"limit": LONGEST_CELL, "column": heading})
        if _FORMULA.match(text) and not _NUMERAL.fullmatch(text):
            return Rejected(number, "formula", {"value": text[:20], "column": heading})
        try:
            values[column] = kind.columns[column].read(text)
        except Unreadable as problem:
            return Rejected(number, problem.code, {**problem.params, "column": heading})
    expected = (*kind.needed, *(column for column in columns if column in kind.filled))
    missing = next((column for column in expected if column not in values), None)
    if missing is not None:
        return Rejected(number, "missing", {"column": kind.columns[missing].heading})
    return values
