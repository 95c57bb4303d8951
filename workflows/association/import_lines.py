"""Reading a CSV of people: encoding, separator and columns are recognised; each line is checked and normalised.

UTF-8 (with or without BOM) or Windows-1252; `;` or `,`; dates as JJ/MM/AAAA or ISO 8601. A line that cannot be read is
rejected with its number and a reason; where its cells stand one column beside their place, the reason says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflows.association import import_ldif, import_vcards
from workflows.association.import_columns import COLUMNS, Unreadable, column_of, fits, read_cell
from workflows.association.import_sheets import (
    LONGEST_CELL,
    HeadingMissing,
    HeadingTwice,
    Rejected,
    SheetRefused,
    open_sheet,
    open_text,
)
from workflows.association.import_vcards import MORE, Told

__all__ = ["Line", "Rejected", "Sheet", "SheetRefused", "read"]

_NEEDED = ("first_names", "birth_name")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can go in: the columns of `person`, and what is kept beside it."""

    number: int
    values: Mapping[str, object]
    member_no: str | None = None
    email: str | None = None
    phone: str | None = None
    address: Mapping[str, str] | None = None
    diploma: tuple[str, int] | None = None
    more: tuple[tuple[str, str], ...] = ()  # further ("email" or "phone", value) of a new person

    @property
    def birth_date(self) -> date | None:
        """The birth date, if the line has one."""
        found = self.values.get("birth_date")
        return found if isinstance(found, date) else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read. `ignored` are headings that mean nothing here."""

    name: str
    digest: str
    encoding: str
    separator: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    lines: tuple[Line, ...]
    rejected: tuple[Rejected, ...]


def read(body: bytes, *, name: str = "") -> Sheet:
    """Reads a file. Raises SheetRefused for what is no such file at all; wrong lines are in `Sheet.rejected`."""
    text, encoding = open_text(body)
    read_contacts = contacts_of(text)
    if read_contacts is not None:
        return _read_contacts(*read_contacts, text, encoding, body, name)
    opened = open_sheet(body)
    headings = opened.headings
    columns = tuple(column_of(cell) for cell in headings)
    _check_columns(columns)
    lines: list[Line] = []
    rejected: list[Rejected] = []
    for number, cells in opened.rows:
        read_line = _read_line(number, cells, columns)
        if isinstance(read_line, Line):
            lines.append(read_line)
        else:
            rejected.append(read_line)
    known = tuple(column for column in columns if column)
    ignored = tuple(cell.strip() for cell, column in zip(headings, columns, strict=True) if not column)
    return Sheet(name, opened.digest, opened.encoding, opened.separator, known, ignored, tuple(lines), tuple(rejected))


def contacts_of(text: str) -> tuple[Sequence[tuple[int, Told]], Sequence[str], str] | None:
    """What a vCard or an LDIF tells of each person, what nobody reads of it, and its format; None for a table. Raises
    SheetRefused."""
    if text.lstrip()[: len(import_vcards.BEGIN)].upper() == import_vcards.BEGIN:
        return (*import_vcards.cards(text), "vCard")
    if import_ldif.BEGIN.match(text):
        return (*import_ldif.entries(text), "LDIF")
    return None


def _read_contacts(
    found: Sequence[tuple[int, Told]], ignored: Sequence[str], kind: str, text: str, encoding: str, body: bytes,
    name: str,
) -> Sheet:  # fmt: skip
    lines: list[Line] = []
    rejected: list[Rejected] = []
    for number, told in found:
        read_contact = _contact(number, told)
        (lines if isinstance(read_contact, Line) else rejected).append(read_contact)  # type: ignore[arg-type]
    columns = tuple(dict.fromkeys(column for _number, told in found for column, _value in told if column in COLUMNS))
    digest = hashlib.sha256(body).hexdigest()
    return Sheet(name, digest, encoding, kind, columns, tuple(ignored), tuple(lines), tuple(rejected))


def _contact(number: int, told: Told) -> Line | Rejected:
    values: dict[str, object] = {}
    more: list[tuple[str, str]] = []
    for column, text in told:
        plain = column.removeprefix(MORE)
        if len(text) > LONGEST_CELL:
            return Rejected(number, "too_long", {"limit": LONGEST_CELL, "column": COLUMNS[plain].heading})
        try:
            value = read_cell(plain, text)
        except Unreadable as problem:
            return Rejected(number, problem.code, problem.params)
        if plain == column:
            values[column] = value
        else:
            more.append((plain, str(value)))
    missing = next((column for column in _NEEDED if column not in values), None)
    if missing is not None:
        return Rejected(number, "missing", {"column": COLUMNS[missing].heading})
    line = _line(number, values)
    return replace(line, more=tuple(more)) if isinstance(line, Line) else line


def _check_columns(columns: Sequence[str]) -> None:
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise HeadingMissing(column=COLUMNS[missing[0]].heading)
    known = [column for column in columns if column]
    twice = next((column for column in known if known.count(column) > 1), None)
    if twice is not None:
        raise HeadingTwice(column=COLUMNS[twice].heading)


def _read_line(number: int, cells: Sequence[str], columns: Sequence[str]) -> Line | Rejected:
    if len(cells) != len(columns):
        extra = [cell for cell in cells[len(columns) :] if cell.strip()]
        if len(cells) < len(columns) or extra:
            counted = Rejected(number, "columns", {"found": len(cells), "expected": len(columns)})
            return _shift(number, [cell.strip() for cell in cells], columns) or counted
        cells = cells[: len(columns)]
    texts = [cell.strip() for cell in cells]
    long = next((at for at, text in zip(columns, texts, strict=True) if at and len(text) > LONGEST_CELL), None)
    if long is not None:
        return Rejected(number, "too_long", {"limit": LONGEST_CELL, "column": COLUMNS[long].heading})
    values: dict[str, object] = {}
    problems: list[Unreadable] = []
    for column, text in zip(columns, texts, strict=True):
        if column and text:
            try:
                values[column] = read_cell(column, text)
            except Unreadable as problem:
                problems.append(problem)
    if problems:
        return _shift(number, texts, columns) or Rejected(number, problems[0].code, problems[0].params)
    missing = next((column for column in _NEEDED if column not in values), None)
    if missing is not None:
        return _shift(number, texts, columns) or Rejected(number, "missing", {"column": COLUMNS[missing].heading})
    return _line(number, values)


def _shift(number: int, texts: Sequence[str], columns: Sequence[str]) -> Rejected | None:
    """Says so where the cells from some column on stand one place to the right or to the left of theirs.

    Cells that are strict (dates, addresses, years) must not fit where they stand and must fit beside; two of them, so
    that one odd cell is not called a shift.
    """
    strict = [place for place, column in enumerate(columns) if column and COLUMNS[column].strict]
    astray = [
        place for place in strict if place < len(texts) and texts[place] and not fits(columns[place], texts[place])
    ]
    if not astray:
        return None
    for step, way in ((1, "right"), (-1, "left")):
        beside = [place for place in strict if place >= astray[0] and _fits_at(columns[place], texts, place + step)]
        if len(beside) >= 2 and len(beside) >= len(astray) - 1:  # the first may be the very cell that is missing
            return Rejected(number, f"shifted_{way}", {"column": COLUMNS[columns[astray[0]]].heading})
    return None


def _fits_at(column: str, texts: Sequence[str], place: int) -> bool:
    return 0 <= place < len(texts) and bool(texts[place]) and fits(column, texts[place])


def _line(number: int, values: Mapping[str, object]) -> Line | Rejected:
    address = None
    if values.get("address_lines") and values.get("city"):
        address = {
            "lines": str(values["address_lines"]),
            "postcode": str(values.get("postcode", "")),
            "city": str(values["city"]),
            "country": str(values.get("country", "FR")),
        }
    programme, year = values.get("programme"), values.get("promotion_year")
    if (programme is None) != (year is None):
        return Rejected(number, "half_diploma", {})
    return Line(
        number,
        {name: value for name, value in values.items() if COLUMNS[name].of_person},
        member_no=_text(values.get("member_no")),
        email=_text(values.get("email")),
        phone=_text(values.get("phone")),
        address=address,
        diploma=(str(programme), int(str(year))) if programme is not None else None,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
