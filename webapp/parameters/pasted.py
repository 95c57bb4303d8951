"""Rows of a table as they come from a spreadsheet: cells between tabs or semicolons, read in the reader's language.

The first line may name the columns, in any order and in either language; without it they stand in the table's own
order, the key first. A column that a line does not give keeps what is in force. Each row is decided for a trial, so
that what is wrong with it is known before anything is kept.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from engine.errors import AmicaleError
from forms.readings import Misread, read_date
from webapp.errors import in_words
from webapp.parameters.wording import column_label, said
from webapp.words import _, language
from workflows.association import parameters
from workflows.association.parameters import Column, Table, Value, ValueUnusable
from workflows.association.parameters.kinds import accept

__all__ = ["MOST", "Decision", "PastedRow", "decide_rows", "read_rows"]

MOST: Final = 500  # rows at once
LONGEST: Final = 200_000  # characters
BESIDE: Final = ("key", "label_fr", "label_en", "valid_from", "valid_to")


@dataclass(slots=True)
class PastedRow:
    """One line. `shown`: its values in words; `before`: those that it takes the place of, as `shown`; `new`: no row has
    had this key yet; `wrong`: what is refused, in words."""

    line: int
    key: str
    label_fr: str = ""
    label_en: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    shown: list[tuple[str, str]] = field(default_factory=list)
    before: list[tuple[str, str]] = field(default_factory=list)
    new: bool = False
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided the rows, when, and from which day they hold where a line does not say so itself."""

    valid_from: date
    decided_by: str
    decided_on: date


def read_rows(table: Table, text: str) -> tuple[list[PastedRow], str]:
    """The lines of a paste, and what is wrong with it as a whole: too much of it, or nothing."""
    if len(text) > LONGEST:
        return [], _("This is too much at once: paste at most %(most)d rows.", most=MOST)
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip(" \t;")]
    mark = "\t" if any("\t" in line for line in lines) else ";"
    cells = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=mark)]
    names, first = _columns(table, cells[0]) if cells else ([], 0)
    if not cells[first:]:
        return [], _("There is no row: copy the cells in your spreadsheet and paste them here.")
    if len(cells) - first > MOST:
        return [], _("This is too much at once: paste at most %(most)d rows.", most=MOST)
    return [_row(table, number, names, row) for number, row in enumerate(cells[first:], first + 1)], ""


def _columns(table: Table, heading: Sequence[str]) -> tuple[list[str], int]:
    """The columns in the order of the paste, and where its rows begin: behind a line that names them."""
    known = {name.casefold(): name for name in (*BESIDE, *table.by_name)}
    known |= {
        _("Key").casefold(): "key",
        _("Valid from").casefold(): "valid_from",
        _("Valid to").casefold(): "valid_to",
    }
    for column in table.columns:
        known |= {column.label_fr.casefold(): column.name, column.label_en.casefold(): column.name}
    found = [known.get(cell.casefold(), "") for cell in heading]
    if "key" in found and all(found):
        return found, 1
    return ["key", *(column.name for column in table.columns)], 0


def _row(table: Table, number: int, names: Sequence[str], cells: Sequence[str]) -> PastedRow:
    if len(cells) > len(names) and any(cells[len(names) :]):
        wrong = _("%(found)d cells where the table has %(wanted)d.", found=len(cells), wanted=len(names))
        return PastedRow(number, cells[0], wrong=[wrong])
    given = dict(zip(names, cells, strict=False))
    row = PastedRow(number, given.get("key", ""), given.get("label_fr", ""), given.get("label_en", ""))
    if not row.key:
        row.wrong.append(_("The key is missing."))
    for column in (each for each in table.columns if each.name in given):
        try:
            row.values[column.name] = accept(column, _choice(column, given[column.name]), language())
        except ValueUnusable as error:
            row.wrong.append(in_words(type(error)(**{**error.params, "column": column_label(column)})))
    row.valid_from, row.valid_to = (_day(row, given.get(name, "")) for name in ("valid_from", "valid_to"))
    return row


def _choice(column: Column, typed: str) -> str:
    """The key of a choice that was written by its name."""
    named = {label.casefold(): each.key for each in column.choices for label in (each.label_fr, each.label_en)}
    return named.get(typed.casefold(), typed)


def _day(row: PastedRow, typed: str) -> date | None:
    if not typed:
        return None
    try:
        return read_date(typed)
    except Misread:
        row.wrong.append(_("“%(typed)s” is no date: write for example 31/08/2027.", typed=typed[:40]))
        return None


def decide_rows(
    session: Session, table: Table, rows: Sequence[PastedRow], decision: Decision, *, by: str, now: datetime,
    seen: Mapping[str, str] | None = None,
) -> bool:  # fmt: skip
    """Decides every row that can be, each in a savepoint, and notes what refused the others; answers whether all
    were decided. `seen`: the state of each key that the preview showed."""
    lines: dict[tuple[str, date], int] = {}
    had = {each.key for each in parameters.every_row(session, table)}
    for row in rows:
        first = row.valid_from or decision.valid_from
        row.new = row.key not in had
        had.add(row.key)
        _complete(session, table, row, first)
        line = lines.setdefault((row.key, first), row.line)
        if line != row.line:
            row.wrong.append(_("Line %(line)d gives “%(key)s” from the same day: keep one of the two.", line=line,
                               key=row.key))  # fmt: skip
        if row.wrong:
            continue
        try:
            with session.begin_nested():
                parameters.decide(
                    session, table, row.key, row.values, valid_from=first,
                    valid_to=row.valid_to, decided_by=decision.decided_by, decided_on=decision.decided_on, now=now,
                    by=by, succeeds=True, label_fr=row.label_fr, label_en=row.label_en, language=language(),
                    seen=None if seen is None else seen.get(row.key),
                )  # fmt: skip
        except AmicaleError as error:
            row.wrong.append(in_words(error))
    return not any(row.wrong for row in rows)


def _complete(session: Session, table: Table, row: PastedRow, first: date) -> None:
    """Gives a line what it leaves out from the row that it takes the place of, and says both in words."""
    known = {each.key: each for each in parameters.rows(session, table, on=first)}
    before = known.get(row.key)
    given = dict(row.values)
    for column in table.columns:
        if column.name not in row.values and before is not None:
            row.values[column.name] = before.values[column.name]
        if before is not None and column.name in given and before.values[column.name] != given[column.name]:
            row.before.append((column_label(column), said(column, before.values[column.name])))
    row.shown = [
        (column_label(each), said(each, row.values[each.name])) for each in table.columns if each.name in given
    ]
