"""How the cells of what is brought along are read: amounts, member numbers, yes and no, accounts, words for states."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from forms.readings import Misread, read_number
from workflows.association import mandates
from workflows.association.import_columns import COLUMNS, Column, Unreadable, read_day
from workflows.association.mandates import AccountOutsideSepa, BicRefused, IbanRefused
from workflows.association.names import fold

_SEPA_TEXT = re.compile(r"[A-Za-z0-9+?/\-:().,' ]{1,35}")  # EPC217-08, the character set of references
_YES: Final = frozenset({"oui", "yes", "o", "y", "1", "vrai", "true"})
_NO: Final = frozenset({"non", "no", "n", "0", "faux", "false"})
_FOR_LIFE = frozenset({"a vie", "vie", "for life", "life"})

# How a person is named in every file; a member number alone is enough where it is known.
WHO: Mapping[str, Column] = MappingProxyType(
    {
        name: COLUMNS[name]
        for name in ("first_names", "birth_name", "birth_date", "email", "programme", "promotion_year")
    }
)


def amount(text: str) -> Decimal:
    """Euros above zero: “1 234,56”, “1,234.56”. Raises Unreadable."""
    try:
        value = read_number(text, "fr")
    except Misread as error:
        raise Unreadable("amount", value=text[:20]) from error
    if value <= 0 or value != round(value, 2) or value > 10_000_000:
        raise Unreadable("amount", value=text[:20])
    return value.quantize(Decimal("0.01"))


def member_no(text: str) -> str:
    """A member number; the zeros that a spreadsheet took from its head are put back. Raises Unreadable."""
    digits = text.removesuffix(".0").removesuffix(",0")
    if not (digits.isascii() and digits.isdigit() and 1 <= len(digits) <= 8):
        raise Unreadable("member_no", value=text[:20])
    return digits.zfill(4)


def flag(text: str) -> bool:
    """Yes or no. Raises Unreadable."""
    word = fold(text)
    if word not in _YES | _NO:
        raise Unreadable("flag", value=text[:20])
    return word in _YES


def last_day(text: str) -> date:
    """A day, or “à vie”. Raises Unreadable."""
    return date.max if fold(text) in _FOR_LIFE else read_day(text)


def iban(text: str) -> str:
    """An account of the SEPA zone. Raises Unreadable."""
    try:
        return mandates.account(text)
    except (IbanRefused, AccountOutsideSepa) as error:
        raise Unreadable("iban", value=f"{text[:4]}…") from error


def bic(text: str) -> str | None:
    """A bank. Raises Unreadable."""
    try:
        return mandates.bank(text)
    except BicRefused as error:
        raise Unreadable("bic", value=text[:11]) from error


def sepa_reference(text: str) -> str:
    """A mandate's reference: at most 35 characters that banks carry. Raises Unreadable."""
    if not _SEPA_TEXT.fullmatch(text):
        raise Unreadable("sepa_reference", value=text[:35])
    return text


def whole(text: str) -> int:
    """A number of times. Raises Unreadable."""
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Unreadable("whole", value=text[:20])
    return int(text)


def line(limit: int) -> Callable[[str], str]:
    """A text of at most so many characters."""

    def read(text: str) -> str:
        if len(text) > limit:
            raise Unreadable("too_long", limit=limit)
        return " ".join(text.split())

    return read


def one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    """One of these, in any of their words."""
    known = {fold(word): value for word, value in words.items()}
    choices = ", ".join(dict.fromkeys(words))

    def read(text: str) -> str:
        found = known.get(fold(text))
        if found is None:
            raise Unreadable("one_of", value=text[:40], choices=choices)
        return found

    return read
