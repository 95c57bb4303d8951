"""How what a person types is read: numbers, dates, times, e-mail addresses, telephone numbers, plain text.

Generous in what is accepted (spaces, French and English marks, pasted dates), exact in what is kept.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

import phonenumbers
from babel.dates import get_month_names
from email_validator import EmailNotValidError, validate_email

_NUMERAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")
_TIME = re.compile(r"(\d{1,2})\s*[:hH.]\s*(\d{2})?(?::\d{2}(?:\.\d+)?)?")
_NUMBER_LENGTH = 40
FIRST_YEAR = 1000  # the first hours of year 1 have no moment east of Greenwich; the last year stands for life
_BIDI = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)))


class Misread(Exception):
    """What was typed is not of its kind; `code` is a message of `forms.messages`, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


def read_text(typed: str, *, lines: bool) -> str:
    """The text in NFC, trimmed, without controls, lone surrogates and direction marks; CRLF becomes one LF."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").translate(dict.fromkeys(map(ord, _BIDI)))
    kept = "\n\t" if lines else ""
    text = "".join(" " if c in "\n\t" and c not in kept else c for c in text)
    text = "".join(c for c in text if c in kept or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", text).strip()


def read_number(typed: str, language: str) -> Decimal:
    """The number. "1 234,56", "1.234,56", "1,234.56" are read alike; "1,234" is 1.234 in French, 1234 in English.

    Raises Misread("number").
    """
    text = "".join(typed.split()).replace("\u2212", "-").strip("€")  # str.split knows the thin and no-break spaces
    if len(text) > _NUMBER_LENGTH:
        raise Misread("number")
    comma, dot = text.rfind(","), text.rfind(".")
    if comma >= 0 and dot >= 0:
        thousands = "," if dot > comma else "."
        if text.count("," if thousands == "." else ".") > 1:
            raise Misread("number")
        text = text.replace(thousands, "")
    elif text.count(",") > 1 or (language == "en" and re.fullmatch(r"[+-]?\d{1,3},\d{3}", text)):
        if not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text):
            raise Misread("number")
        text = text.replace(",", "")
    text = text.replace(",", ".")
    if not _NUMERAL.fullmatch(text):
        raise Misread("number")
    return Decimal(text)


def written_number(value: Decimal, language: str) -> str:
    """The number as it is put in an input: plain digits, the decimal mark of the language."""
    text = format(value, "f")
    return text.replace(".", ",") if language == "fr" else text


def read_date(typed: str) -> date:
    """A date from ISO 8601 or day first (31/12/1990, 31.12.1990, 31-12-1990). Raises Misread("date")."""
    text = typed.strip()
    if found := _ISO_DAY.fullmatch(text):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _date(int(found[3]), int(found[2]), int(found[1]))
    raise Misread("date")


def read_parts(day: str, month: str, year: str) -> date:
    """A date from three inputs; a month may be a word, a whole date may be pasted into any one. Raises Misread."""
    parts = {"day": day.strip(), "month": month.strip(), "year": year.strip()}
    filled = [text for text in parts.values() if text]
    if len(filled) == 1 and not filled[0].isdecimal() and any(mark in filled[0] for mark in "/-. "):
        return read_date(filled[0])
    missing = [name for name, text in parts.items() if not text]
    if missing:
        raise Misread("date_part", missing=missing)
    number = parts["month"] if parts["month"].isdecimal() else _month(parts["month"])
    if not (parts["day"].isdecimal() and parts["year"].isdecimal() and number):
        raise Misread("date")
    if len(parts["year"]) != 4:
        raise Misread("year_digits")
    return _date(int(parts["year"]), int(number), int(parts["day"]))


def _date(year: int, month: int, day: int) -> date:
    if year < FIRST_YEAR:
        raise Misread("date")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Misread("date") from error


def _month(word: str) -> str:
    """The number of a month named in French or English, at least by three letters; "" if none or several."""
    plain = _plain(word)
    found = {
        str(number)
        for language in ("fr", "en")
        for number, name in get_month_names("wide", locale=language).items()
        if len(plain) >= 3 and _plain(name).startswith(plain)
    }
    return found.pop() if len(found) == 1 else ""


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in bare if not unicodedata.combining(c)).strip(" .")


def read_time(typed: str) -> time:
    """A time of day from 14:30, 14h30, 14h. Raises Misread("time")."""
    found = _TIME.fullmatch(typed.strip())
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Misread("time")
    return time(int(found[1]), int(found[2] or 0))


def read_moment(typed: str) -> datetime:
    """A date and time without zone from 2026-03-27T14:30 or 27/3/2026 14:30. Raises Misread("moment")."""
    day, _, clock = re.sub(r"\s+à\s+|\s+", "T", typed.strip()).partition("T")
    try:
        return datetime.combine(read_date(day), read_time(clock))
    except Misread as error:
        raise Misread("moment") from error


def read_email(typed: str) -> str:
    """The address, normalised; the domain is not looked up. Raises Misread("email")."""
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Misread("email") from error


def read_phone(typed: str, region: str) -> str:
    """The number in E.164, a national one read in `region`. Raises Misread("phone").

    It is enough that it is of a length its country has: which ranges are given out changes behind the library's back.
    """
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise Misread("phone") from error
    if number.extension or not phonenumbers.is_possible_number(number):
        raise Misread("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
