"""The values of parameters: what each kind accepts, and the text in which it is kept exactly."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Final

from engine.errors import Invalid
from forms.readings import Misread, read_date, read_number, read_text
from workflows.association.parameters.tables import Column, Value

__all__ = ["ValueUnusable", "accept", "kept", "restored"]

LINE, PAGE = 200, 40_000  # characters of a text and of a long text
LARGEST: Final = 1_000_000_000
LENGTHS: Final = frozenset({"minutes", "hours", "days", "working_days", "months"})
WHOLE: Final = LENGTHS | {"integer"}
DECIMALS: Final = {"amount": 2, "percent": 4}
_MONTH_DAY: Final = re.compile(r"(\d{1,2})-(\d{1,2})")
_FLAGS: Final = dict.fromkeys(("true", "oui", "yes", "1"), True) | dict.fromkeys(("false", "non", "no", "0"), False)


class ValueUnusable(Invalid):
    """“{value}” cannot stand in the column “{column}”."""

    code: ClassVar[str] = "parameter_value_unusable"


class ValueLacking(ValueUnusable):
    """The column “{column}” needs a value."""

    code: ClassVar[str] = "parameter_value_lacking"


class NotAnAmount(ValueUnusable):
    """“{value}” is no amount for “{column}”: write euros with at most two decimals, for example 12.50."""

    code: ClassVar[str] = "parameter_not_an_amount"


class NotAPercentage(ValueUnusable):
    """“{value}” is no percentage for “{column}”: write for example 7.5."""

    code: ClassVar[str] = "parameter_not_a_percentage"


class NotWhole(ValueUnusable):
    """“{value}” is no whole number for “{column}”."""

    code: ClassVar[str] = "parameter_not_whole"


class OutOfBounds(ValueUnusable):
    """“{value}” is out of bounds for “{column}”: from {minimum} to {maximum}."""

    code: ClassVar[str] = "parameter_out_of_bounds"


class TextTooLong(ValueUnusable):
    """The text for “{column}” has more than {limit} characters."""

    code: ClassVar[str] = "parameter_text_too_long"


class NotADay(ValueUnusable):
    """“{value}” is no date for “{column}”: write for example 31/08/2027."""

    code: ClassVar[str] = "parameter_not_a_day"


class NotADayOfTheYear(ValueUnusable):
    """“{value}” is no day of the year for “{column}”: write month and day, for example 08-31."""

    code: ClassVar[str] = "parameter_not_a_day_of_the_year"


class NotAFlag(ValueUnusable):
    """“{value}” is neither yes nor no, for “{column}”."""

    code: ClassVar[str] = "parameter_not_a_flag"


class NotAChoice(ValueUnusable):
    """“{value}” is none of the choices of “{column}”: {choices}."""

    code: ClassVar[str] = "parameter_not_a_choice"


def accept(column: Column, given: object, language: str = "fr") -> Value:
    """The value of a column from what a person typed or a program gave. Raises ValueUnusable."""
    if given is None or (isinstance(given, str) and not given.strip()):
        if column.required and column.kind != "flag":
            raise _refusal(ValueLacking, column, given)
        return False if column.kind == "flag" else None
    if column.kind in DECIMALS:
        return _decimal(column, given, language)
    if column.kind in WHOLE:
        return _whole(column, given, language)
    if column.kind in ("text", "long_text"):
        return _text(column, given)
    return _word(column, given)


def kept(value: Value) -> str | None:
    """The text in which a value is stored: decimals with their digits, dates as ISO 8601, flags as true and false."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def restored(column: Column, text: object) -> Value:
    """The value of a stored text. Raises ValueError where it is none, which a row written here never is."""
    if text is None:
        return None
    stored = str(text)
    if column.kind in DECIMALS:
        return Decimal(stored)
    if column.kind in WHOLE:
        return int(stored)
    if column.kind == "date":
        return date.fromisoformat(stored)
    return stored == "true" if column.kind == "flag" else stored


def _refusal(kind: type[ValueUnusable], column: Column, given: object, **params: object) -> ValueUnusable:
    shown = "" if given is None else str(given)[:60]
    return kind(field=column.name, column=column.name, value=shown, **params)


def _number(column: Column, given: object, language: str, why: type[ValueUnusable]) -> Decimal:
    if isinstance(given, bool | float):
        raise _refusal(why, column, given)
    try:
        number = read_number(given, language) if isinstance(given, str) else Decimal(str(given))
    except (Misread, InvalidOperation):
        raise _refusal(why, column, given) from None
    least = column.minimum if column.minimum is not None else (0 if column.kind in LENGTHS else -LARGEST)
    most = column.maximum if column.maximum is not None else LARGEST
    if not number.is_finite() or not least <= number <= most:
        raise _refusal(OutOfBounds, column, given, minimum=least, maximum=most)
    return number


def _decimal(column: Column, given: object, language: str) -> Decimal:
    kind = NotAnAmount if column.kind == "amount" else NotAPercentage
    number = _number(column, given, language, kind)
    if number != round(number, DECIMALS[column.kind]):
        raise _refusal(kind, column, given)
    return number.quantize(Decimal("0.01")) if column.kind == "amount" else number


def _whole(column: Column, given: object, language: str) -> int:
    number = _number(column, given, language, NotWhole)
    if number != int(number):
        raise _refusal(NotWhole, column, given)
    return int(number)


def _text(column: Column, given: object) -> str:
    lines = column.kind == "long_text"
    text = read_text(str(given), lines=lines)
    limit = PAGE if lines else LINE
    if len(text) > limit:
        raise _refusal(TextTooLong, column, given, limit=limit)
    if not text and column.required:
        raise _refusal(ValueLacking, column, given)
    return text


def _word(column: Column, given: object) -> Value:
    text = kept(given) if isinstance(given, bool | date) else str(given).strip()
    assert text is not None
    if column.kind == "date":
        return _date(column, text)
    if column.kind == "month_day":
        return _month_day(column, text)
    if column.kind == "flag":
        if text.lower() not in _FLAGS:
            raise _refusal(NotAFlag, column, given)
        return _FLAGS[text.lower()]
    keys = [choice.key for choice in column.choices]
    if text not in keys:
        raise _refusal(NotAChoice, column, given, choices=", ".join(keys))
    return text


def _date(column: Column, text: str) -> date:
    try:
        return read_date(text)
    except Misread:
        raise _refusal(NotADay, column, text) from None


def _month_day(column: Column, text: str) -> str:
    found = _MONTH_DAY.fullmatch(text)
    try:
        day = date(2000, int(found[1]), int(found[2])) if found else None  # a leap year: 29 February is a day
    except ValueError:
        day = None
    if day is None:
        raise _refusal(NotADayOfTheYear, column, text)
    return f"{day:%m-%d}"
