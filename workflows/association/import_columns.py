"""The columns of an import: how they may be headed, and how a cell of each is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from babel import Locale

from workflows.association.contact_texts import EmailRefused, PhoneRefused, email_address, phone_number
from workflows.association.diplomas import PROGRAMMES
from workflows.association.names import fold, title_case

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MIDNIGHT = re.compile(r"[ T]00:00(:00)?$")
_SERIAL = re.compile(r"[1-9]\d{4}")  # Excel counts days from 30 December 1899; five digits are 1927 to 2173
_FIRST_SERIAL = date(1899, 12, 30).toordinal()
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’.\-\u0300-\u036f])*")


class Unreadable(Exception):
    """A cell is not of its kind; `code` and `params` word it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `strict`: its cells have a form that others have not, so that a shift can be recognised."""

    heading: str
    aliases: tuple[str, ...]
    read: Callable[[str], object]
    strict: bool = False
    of_person: bool = True


def read_day(text: str) -> date:
    """A date as JJ/MM/AAAA or ISO, or as the number of a spreadsheet's day. Raises Unreadable."""
    text = _MIDNIGHT.sub("", text)
    try:
        if _ISO.fullmatch(text):
            found = date.fromisoformat(text)
        elif match := _DAY_FIRST.fullmatch(text):
            found = date(int(match[3]), int(match[2]), int(match[1]))
        elif _SERIAL.fullmatch(text):
            found = date.fromordinal(_FIRST_SERIAL + int(text))
        else:
            raise ValueError(text)
    except ValueError as error:
        raise Unreadable("date", value=text[:20]) from error
    if not date(1900, 1, 1) <= found <= date(2100, 1, 1):
        raise Unreadable("date", value=text[:20])
    return found


def read_name(text: str) -> str:
    """A name of at most 80 letters, not in capitals. Raises Unreadable."""
    name = " ".join(text.split())
    if len(name) > 80 or not _NAME.fullmatch(name):
        raise Unreadable("name", value=name[:20])
    return title_case(name)


def read_year(text: str) -> int:
    """A promotion's year. Raises Unreadable."""
    if not (text.isascii() and text.isdigit() and 1900 <= int(text) <= 2040):
        raise Unreadable("year", value=text[:20])
    return int(text)


def read_email(text: str) -> str:
    """An address. Raises Unreadable."""
    try:
        return email_address(text)
    except EmailRefused as error:
        raise Unreadable("email", value=text[:40]) from error


def read_phone(text: str) -> str:
    """A number in E.164; a spreadsheet's lost leading zero is put back. Raises Unreadable."""
    plain = text.replace(" ", "").replace(".", "")
    national = f"0{plain}" if re.fullmatch(r"[1-9]\d{8}", plain) else text
    try:
        return phone_number(national)
    except PhoneRefused as error:
        raise Unreadable("phone", value=text[:20]) from error


def read_member_no(text: str) -> str:
    """A member number. Raises Unreadable."""
    if not re.fullmatch(r"[0-9]{4,8}", text):
        raise Unreadable("member_no", value=text[:20])
    return text


def _one_of(code: str, words: Mapping[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = words.get(fold(text))
        if found is None:
            raise Unreadable(code, value=text[:40])
        return found

    return read


def _plain(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > limit:
            raise Unreadable("too_long", limit=limit)
        return text

    return read


def _country_words() -> dict[str, str]:
    codes = {code for code in map(str, Locale.parse("en").territories) if len(code) == 2 and code.isalpha()}
    words = {code.casefold(): code for code in codes}
    for language in ("fr", "en"):
        names = Locale.parse(language).territories
        words |= {fold(names[code]): code for code in codes if code in names}
    return words


_CIVILITIES = {
    "m": "M",
    "mr": "M",
    "monsieur": "M",
    "mme": "MME",
    "mlle": "MME",
    "madame": "MME",
    "ms": "MME",
    "mrs": "MME",
}
_LANGUAGES = {"fr": "fr", "francais": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}
_PROGRAMMES = {fold(word): key for key, words in PROGRAMMES.items() for word in (key, *words.values())}
COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        "member_no": Column("numéro de membre", ("n de membre", "adherent"), read_member_no, of_person=False),
        "civility": Column("civilité", ("titre", "title", "civility"), _one_of("civility", _CIVILITIES), strict=True),
        "first_names": Column("prénoms", ("prenom", "first names", "first name"), read_name),
        "birth_name": Column("nom de naissance", ("nom", "birth name", "last name", "nom patronymique"), read_name),
        "usage_name": Column("nom d'usage", ("usage name", "nom marital"), read_name),
        "birth_date": Column(
            "date de naissance", ("ne le", "nee le", "birth date", "date of birth"), read_day, strict=True
        ),
        "email": Column(
            "e-mail", ("email", "mail", "courriel", "adresse e mail"), read_email, strict=True, of_person=False
        ),
        "phone": Column("téléphone", ("tel", "phone", "portable", "mobile"), read_phone, of_person=False),
        "address_lines": Column("adresse", ("address", "rue"), _plain(300), of_person=False),
        "postcode": Column("code postal", ("postcode", "cp", "zip"), _plain(16), of_person=False),
        "city": Column("ville", ("city", "commune"), _plain(80), of_person=False),
        "country": Column("pays", ("country",), _one_of("country", _country_words())),
        "lang": Column("langue", ("language", "lang"), _one_of("language", _LANGUAGES)),
        "programme": Column("programme", ("diplome", "diploma"), _one_of("programme", _PROGRAMMES), of_person=False),
        "promotion_year": Column("promotion", ("promo", "annee", "class", "promotion year"), read_year, True, False),
        "employer": Column("employeur", ("employer", "entreprise", "societe"), _plain(160)),
        "position": Column("fonction", ("position", "poste"), _plain(160)),
        "sector": Column("secteur", ("sector",), _plain(16)),
    }
)
_BY_HEADING = {fold(word): key for key, column in COLUMNS.items() for word in (key, column.heading, *column.aliases)}


def column_of(heading: str) -> str:
    """The column a heading names, an empty text where it names none."""
    return _BY_HEADING.get(fold(heading), "")


def read_cell(column: str, text: str) -> object:
    """The value of a cell. Raises Unreadable."""
    try:
        return COLUMNS[column].read(text)
    except Unreadable as problem:
        raise Unreadable(problem.code, **{**problem.params, "column": COLUMNS[column].heading}) from problem


def fits(column: str, text: str) -> bool:
    """Whether a text can be a cell of this column."""
    try:
        COLUMNS[column].read(text)
    except Unreadable:
        return False
    return True
