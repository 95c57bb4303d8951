"""A CSV file as rows of cells: encoding and separator are recognised, each row keeps the number of its first line.

UTF-8 (with or without BOM) or Windows-1252; `;`, `,` or tab between cells. What the columns mean is for the callers.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from engine.errors import Invalid

LARGEST = 50_000_000  # bytes of a file
LONGEST_CELL = 1_000
Told = Callable[[int], None]  # how many rows were compared by now
_WINDOWS_HOLES = frozenset(b"\x81\x8d\x8f\x90\x9d")  # bytes that Windows-1252 does not define


class SheetRefused(Invalid):
    """This file cannot be read."""

    code: ClassVar[str] = "sheet_refused"


class SheetTooLarge(SheetRefused):
    """This file is larger than {most} MB: cut it in two."""

    code: ClassVar[str] = "sheet_too_large"


class SheetIsUtf16(SheetRefused):
    """This file is written in UTF-16: save it from the spreadsheet as “CSV UTF-8”."""

    code: ClassVar[str] = "sheet_utf16"


class SheetIsNoText(SheetRefused):
    """This file is no text: save it from the spreadsheet as CSV."""

    code: ClassVar[str] = "sheet_no_text"


class SheetOtherwiseEncoded(SheetRefused):
    """The letters of this file are neither UTF-8 nor Windows-1252: save it from the spreadsheet as “CSV UTF-8”."""

    code: ClassVar[str] = "sheet_encoding"


class SheetRowUnreadable(SheetRefused):
    """What begins in line {line} is no row of a CSV file: look there for a quotation mark without its fellow."""

    code: ClassVar[str] = "sheet_row"


class HeadingMissing(SheetRefused):
    """No column is headed “{column}”: the first line of the file must name it."""

    code: ClassVar[str] = "sheet_heading_missing"


class HeadingTwice(SheetRefused):
    """Two columns mean “{column}”: take one of them out."""

    code: ClassVar[str] = "sheet_heading_twice"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that does not go in. `code` names the reason (`import_wording`), `params` fill it; no cell is repeated
    that may be personal but the one that is wrong."""

    line: int
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rows:
    """The head of a file and what follows: (line number, cells), empty rows left out."""

    digest: str
    encoding: str
    separator: str
    headings: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def quiet(reached: int) -> None:
    """Nobody is told how far it is."""


def open_text(body: bytes) -> tuple[str, str]:
    """The text of a file and its encoding. Raises SheetRefused for what is too large or no text."""
    if len(body) > LARGEST:
        raise SheetTooLarge(most=LARGEST // 1_000_000)
    return _decode(body)


def open_sheet(body: bytes) -> Rows:
    """Reads a file. Raises SheetRefused for what is no such file at all."""
    text, encoding = open_text(body)
    heading = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=heading.count)
    rows = list(_rows(text, separator))
    headings = rows[0][1] if rows else []
    return Rows(hashlib.sha256(body).hexdigest(), encoding, separator, headings, rows[1:])


def _decode(body: bytes) -> tuple[str, str]:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetIsUtf16
    if b"\x00" in body[:4096]:
        raise SheetIsNoText
    try:
        return body.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        holes = sorted(set(body) & _WINDOWS_HOLES)
        if holes:
            raise SheetOtherwiseEncoded from None
        return body.decode("cp1252"), "windows-1252"


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The number of the first physical line of each row, and its cells; empty rows are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetRowUnreadable(line=first) from error
        if any(cell.strip() for cell in cells):
            yield first, cells
