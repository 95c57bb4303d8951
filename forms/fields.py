"""Component → WTForms field, one class a kind of answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

import re2

from forms.answers import Answer
from forms.choices import ChoiceAnswer, ChoicesAnswer
from forms.dates import DateAnswer, MomentAnswer, PartsAnswer, TimeAnswer
from forms.definition import Component
from forms.documents import FileAnswer
from forms.readings import Misread, read_email, read_number, read_phone, read_text, written_number

TEXT_LIMIT: Final = 1_000
LONG_TEXT_LIMIT: Final = 10_000
_DEFAULT_REGION = "FR"
_PRECISION = 34  # decimal128, as FEEL's numbers


class TextAnswer(Answer):
    """A line or a paragraph; e-mail and telephone where `validationType` says so."""

    @property
    def lines(self) -> bool:
        return self.component.type == "textarea"

    def read(self, typed: Sequence[str]) -> str | None:
        text = read_text(typed[0], lines=self.lines) if typed else ""
        if len(text) > self.longest:
            raise Misread("too_long", limit=self.longest)
        kind = self.component.rule("validationType")
        if text and kind == "email":
            return read_email(text)
        if text and kind == "phone":
            return read_phone(text, self.component.settings.get("region", _DEFAULT_REGION))
        return text or None

    @property
    def longest(self) -> int:
        """In code points; a hard limit where the form has none."""
        default = LONG_TEXT_LIMIT if self.lines else TEXT_LIMIT
        found = _number(self.limit("maxLength"))
        return default if found is None else int(found)

    def faults(self) -> Iterator[Misread]:
        text = str(self.data)
        least = _number(self.limit("minLength"))
        if least is not None and len(text) < least:
            yield Misread("too_short", limit=int(least))
        pattern = self.component.rule("pattern")
        if isinstance(pattern, str) and pattern and not re2.search(pattern, text):
            yield Misread("pattern")


class NumberAnswer(Answer):
    """A number, always a Decimal; a text in the case where `serializeToString` asks for it."""

    def adopt(self, value: object) -> Decimal | None:
        return _number(value)

    def write(self, value: object) -> list[str]:
        return [written_number(value, self.around.language)] if isinstance(value, Decimal) else []

    def read(self, typed: Sequence[str]) -> Decimal | None:
        text = read_text(typed[0], lines=False) if typed else ""
        if not text:
            return None
        try:
            number = read_number(text, self.around.language)
        except Misread as problem:
            raise Misread("whole" if self.digits == 0 else problem.code) from problem
        if len(number.as_tuple().digits) > _PRECISION:
            raise Misread("number")
        return number

    @property
    def digits(self) -> int | None:
        found = self.component.properties.get("decimalDigits")
        return int(found) if isinstance(found, int | float) else None

    @property
    def value(self) -> object:
        if self.data is not None and self.component.properties.get("serializeToString") is True:
            return format(self.data, "f")
        return self.data

    def faults(self) -> Iterator[Misread]:
        number: Decimal = self.data
        exponent = number.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        if self.digits is not None and places > self.digits:
            yield Misread("whole") if self.digits == 0 else Misread("decimals", limit=self.digits)
        least, most = _number(self.limit("min")), _number(self.limit("max"))
        if least is not None and number < least:
            yield Misread("too_small", limit=least)
        if most is not None and number > most:
            yield Misread("too_big", limit=most)


class TickAnswer(Answer):
    """One box: true or false, never nothing."""

    required_code = "required_tick"

    def adopt(self, value: object) -> bool:
        return value is True

    def write(self, value: object) -> list[str]:
        return ["true"] if value else []

    def read(self, typed: Sequence[str]) -> bool:
        return typed[:1] in (["true"], ["on"])


def _number(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_CLASSES: Final[Mapping[str, type[Answer]]] = MappingProxyType(
    {
        "textfield": TextAnswer,
        "textarea": TextAnswer,
        "number": NumberAnswer,
        "checkbox": TickAnswer,
        "radio": ChoiceAnswer,
        "select": ChoiceAnswer,
        "checklist": ChoicesAnswer,
        "taglist": ChoicesAnswer,
        "filepicker": FileAnswer,
    }
)


def field_class(component: Component) -> type[Answer]:
    """The field an input component becomes."""
    if component.type != "datetime":
        return _CLASSES[component.type]
    subtype = component.properties.get("subtype", "date")
    if subtype == "date":
        return PartsAnswer if component.settings.get("widget") == "memorable" else DateAnswer
    return TimeAnswer if subtype == "time" else MomentAnswer
