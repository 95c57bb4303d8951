"""LDIF as rows of an import of people: what an old directory exports.

Lines are unfolded, values in base64 are read, entries that are no people are passed over. A file with passwords is
refused as a whole: nobody needs them here, and they must not lie about. Sources: RFC 2849, RFC 2798 (inetOrgPerson);
domain annex D.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from workflows.association.import_sheets import SheetRefused
from workflows.association.import_vcards import MORE, Told, unfolded

__all__ = ["BEGIN", "entries"]

BEGIN: Final = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:version:\s*1\s*\n|dn::?\s)", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z][\w.-]*)(?:;[\w-]+)*(::|:<|:) *(.*)")
_PASSWORDS: Final = re.compile(r"passw|pwd|pkcs12|krbprincipalkey|authtoken", re.IGNORECASE)
_PEOPLE: Final = frozenset({"person", "organizationalperson", "inetorgperson"})
_COLUMNS: Final[Mapping[str, str]] = {
    "givenname": "first_names", "sn": "birth_name", "mail": "email", "mobile": "phone", "telephonenumber": "phone",
    "homephone": "phone", "street": "address_lines", "streetaddress": "address_lines", "postalcode": "postcode",
    "l": "city", "c": "country", "co": "country", "o": "employer", "title": "position", "preferredlanguage": "lang",
}  # fmt: skip
_LEFT_OUT: Final = frozenset(
    {"dn", "objectclass", "version", "cn", "displayname", "jpegphoto", "uid", "modifytimestamp"}
)
_SEVERAL: Final = frozenset({"email", "phone"})


class EntryIsChange(SheetRefused):
    """Line {line} begins a change of the directory (changetype): export its entries instead."""

    code: ClassVar[str] = "ldif_change"


class AttributeUnreadable(SheetRefused):
    """Line {line} is no name and value of an LDIF file: look there, or export the file again."""

    code: ClassVar[str] = "ldif_attribute"


class PasswordInside(SheetRefused):
    """Line {line} holds a password: export the file without passwords."""

    code: ClassVar[str] = "ldif_password"


class AttributeIsNoText(SheetRefused):
    """The value of line {line} is no text in base64: export the file again."""

    code: ClassVar[str] = "ldif_base64"


def entries(text: str) -> tuple[list[tuple[int, Told]], Sequence[str]]:
    """Each person by columns, with the number of the first line; and the attributes that nobody reads. Raises
    SheetRefused for what is no LDIF of entries, and for passwords."""
    found: list[tuple[int, Told]] = []
    ignored: dict[str, None] = {}
    for first, held in _records(text):
        names = [name for name, _value in held]
        if "changetype" in names:
            raise EntryIsChange(line=first)
        classes = {value.casefold() for name, value in held if name == "objectclass"}
        if classes and not classes & _PEOPLE:
            continue
        ignored.update(dict.fromkeys(name for name in names if name not in _COLUMNS and name not in _LEFT_OUT))
        if set(names) - {"version"}:
            found.append((first, _told(held)))
    return found, tuple(ignored)


def _records(text: str) -> list[tuple[int, list[tuple[str, str]]]]:
    found: list[tuple[int, list[tuple[str, str]]]] = []
    held: list[tuple[str, str]] = []
    first = 0
    for number, line in [*unfolded(text), (0, "")]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if held:
                found.append((first, held))
            held, first = [], 0
            continue
        first = first or number
        held.append(_attribute(number, line))
    return found


def _attribute(number: int, line: str) -> tuple[str, str]:
    read = _ATTRIBUTE.fullmatch(line)
    if read is None or read[2] == ":<":
        raise AttributeUnreadable(line=number)
    name = read[1].casefold()
    if _PASSWORDS.search(name):
        raise PasswordInside(line=number)
    if read[2] == ":":
        return name, read[3].strip()
    try:
        return name, base64.b64decode(read[3], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        if name in _LEFT_OUT:
            return name, ""  # a picture
        raise AttributeIsNoText(line=number) from error


def _told(held: Sequence[tuple[str, str]]) -> Told:
    told: dict[str, str] = {}
    more: list[tuple[str, str]] = []
    for name, value in held:
        column = _COLUMNS.get(name, "")
        if not column or not value:
            continue
        if column not in told:
            told[column] = value[:2].lower() if column == "lang" else value
        elif column in _SEVERAL and value not in {told[column], *(each for _column, each in more)}:
            more.append((f"{MORE}{column}", value))
    return [*told.items(), *more]
