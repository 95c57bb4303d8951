"""vCards as rows of an import of people: versions 3 and 4, with what older programs write.

The name at birth is the family name (two surnames stand together) unless a card says another one; of several numbers
and addresses all come along, the preferred one first. Pictures, notes and what we keep no column for are left out.
Sources: RFC 2426, RFC 6350; domain annex D.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from workflows.association.import_sheets import SheetRefused

__all__ = ["BEGIN", "MORE", "Told", "cards", "unfolded"]

BEGIN: Final = "BEGIN:VCARD"
MORE: Final = "+"  # before the column of a further number or address of the same person
_LINE: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:\"[^\"]*\"|[^:\"])*)?):(.*)", re.DOTALL)
_SCHEME: Final = re.compile(r"(?:tel|mailto):", re.IGNORECASE)  # of a value that is a URI
_ESCAPED: Final = re.compile(r"\\([\\,;nN])")
_GENDERS: Final = {"M": "M", "F": "MME"}
_LEFT_OUT: Final = frozenset(
    {"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "FN", "PHOTO", "LOGO", "SOUND", "KEY", "NOTE", "CLIENTPIDMAP"}
)
_BIRTH_NAMES: Final = ("X-MAIDENNAME", "X-BIRTH-NAME", "X-BIRTHNAME")


@dataclass(frozen=True, slots=True)
class Content:
    """One content line: its name, its parameters in capitals, its value as written."""

    line: int
    name: str
    parameters: str
    value: str

    @property
    def preferred(self) -> int:
        """How far behind it stands: the preferred ones first, from 1 to 100 (RFC 6350 §5.3; an older card says no
        number), then mobiles and homes, fax machines last."""
        said = self.parameters
        numbered = re.search(r"PREF=\"?(\d{1,3})", said)
        if numbered is not None:
            return int(numbered[1])
        if "PREF" in said:
            return 1
        return 1_009 if "FAX" in said or "PAGER" in said else 1_001 if "CELL" in said or "HOME" in said else 1_002


Told = Sequence[tuple[str, str]]  # columns and values; a further value of a column begins with `MORE`


class CardUnended(SheetRefused):
    """The card that begins in line {line} has no end (END:VCARD): export the file again."""

    code: ClassVar[str] = "card_unended"


def cards(text: str) -> tuple[list[tuple[int, Told]], Sequence[str]]:
    """Each card by its columns, with the number of its first line; and the properties that nobody reads. Raises
    SheetRefused for a card without an end."""
    found: list[tuple[int, Told]] = []
    ignored: dict[str, None] = {}
    held: list[Content] = []
    first = 0
    for each in _contents(text):
        if each.name == "BEGIN":
            if first:
                raise CardUnended(line=first)
            first, held = each.line, []
        elif each.name == "END":
            if first:  # one that ends no card says nothing of anybody
                found.append((first, _card(held)))
            first, held = 0, []
        elif first:
            held.append(each)
            if each.name not in _LEFT_OUT and each.name not in _READ and each.name not in _BIRTH_NAMES:
                ignored[each.name] = None
    if first:
        raise CardUnended(line=first)
    return found, tuple(ignored)


def unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first physical one: a line that begins with a blank goes on the last."""
    held, first = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] in {" ", "\t"} and first:
            held += line[1:]
            continue
        if first:
            yield first, held
        held, first = line, number
    if first:
        yield first, held


def _contents(text: str) -> Iterator[Content]:
    waiting: Content | None = None
    for number, line in unfolded(text):
        if waiting is not None:  # quoted-printable goes on over the end of the line
            waiting = Content(waiting.line, waiting.name, waiting.parameters, waiting.value[:-1] + line)
        elif (read := _LINE.fullmatch(line)) is not None:
            waiting = Content(number, read[1].upper(), read[2].upper(), read[3])
        if waiting is not None and not ("QUOTED-PRINTABLE" in waiting.parameters and waiting.value.endswith("=")):
            yield _decoded(waiting)
            waiting = None


def _decoded(content: Content) -> Content:
    if "QUOTED-PRINTABLE" not in content.parameters:
        return content
    raw = quopri.decodestring(content.value.encode("latin-1", "replace"))
    coded = "latin-1" if "CHARSET=ISO-8859-1" in content.parameters else "utf-8"
    return Content(content.line, content.name, content.parameters, raw.decode(coded, "replace"))


def _card(held: Sequence[Content]) -> Told:
    values: dict[str, str] = {}
    more: list[tuple[str, str]] = []
    by_name: dict[str, list[Content]] = {}
    for each in held:
        by_name.setdefault(each.name, []).append(each)
    for name, some in by_name.items():
        if name in _READ:
            for column, value in _READ[name](sorted(some, key=lambda each: each.preferred)):
                if column.startswith(MORE):
                    more.append((column, value))
                else:
                    values.setdefault(column, value)
    born = next((_plain(by_name[name][0].value) for name in _BIRTH_NAMES if name in by_name), "")
    if born and born != values.get("birth_name"):
        values["usage_name"] = values.get("birth_name", "")
        values["birth_name"] = born
    return [*((column, value) for column, value in values.items() if value), *more]


Read = Iterator[tuple[str, str]]
Reader = Callable[[Sequence["Content"]], Read]


def _name(some: Sequence[Content]) -> Read:
    family, given, middle, *_rest = [*_parts(some[0].value), "", "", ""]
    yield "birth_name", family
    yield "first_names", f"{given} {middle}".strip()


def _address(some: Sequence[Content]) -> Read:
    box, extended, street, city, _region, postcode, country, *_rest = [*_parts(some[0].value), *[""] * 7]
    lines = ", ".join(filter(None, (extended, street, box)))
    yield from (("address_lines", lines), ("postcode", postcode), ("city", city), ("country", country))


def _birthday(some: Sequence[Content]) -> Read:
    day = some[0].value.partition("T")[0].strip()
    yield "birth_date", f"{day[:4]}-{day[4:6]}-{day[6:]}" if re.fullmatch(r"\d{8}", day) else day


def _all(column: str) -> Reader:
    def read(some: Sequence[Content]) -> Read:
        told = dict.fromkeys(_SCHEME.sub("", _plain(each.value)).partition(";ext=")[0] for each in some)
        kept = [value for value in told if value]
        yield column, kept[0] if kept else ""
        for value in kept[1:]:
            yield f"{MORE}{column}", value

    return read


def _one(column: str) -> Reader:
    def read(some: Sequence[Content]) -> Read:
        yield column, _parts(some[0].value)[0]

    return read


def _gender(some: Sequence[Content]) -> Read:
    yield "civility", _GENDERS.get(some[0].value[:1].upper(), "")


def _language(some: Sequence[Content]) -> Read:
    yield "lang", _plain(some[0].value)[:2].lower()


def _parts(value: str) -> list[str]:
    """The parts between semicolons; within one, what commas part stands side by side."""
    found = re.split(r"(?<!\\);", value)
    return [" ".join(_plain(each) for each in re.split(r"(?<!\\),", part)).strip() for part in found]


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).strip()


_READ: Final[Mapping[str, Reader]] = {
    "N": _name, "ADR": _address, "BDAY": _birthday, "EMAIL": _all("email"), "TEL": _all("phone"),
    "ORG": _one("employer"),
    "TITLE": _one("position"), "GENDER": _gender, "LANG": _language,
}  # fmt: skip
