"""The words beside a field, in French and English, made from a `thing` as GOV.UK does: "Enter your birth name".

`thing` is a custom property of the component ("votre nom de naissance"); without it the label is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal

from forms.catalogue import EN, FR

CATALOGUES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"fr": FR, "en": EN})

_GROUPED_FROM = 10_000  # a year is not written with a space


def message(language: str, code: str, **params: object) -> str:
    """One text of the catalogue, filled; parameters are written as the language does."""
    return CATALOGUES[language][code].format_map({name: shown(value, language) for name, value in params.items()})


def shown(value: object, language: str) -> str:
    """A value in words: numbers with their decimal mark, dates spelt out, yes and no, lists joined."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return CATALOGUES[language]["yes" if value else "no"]
    if isinstance(value, int | Decimal):
        pattern = "#,##0.###" if abs(Decimal(value)) >= _GROUPED_FROM else "0.###"
        return format_decimal(value, pattern, locale=language, decimal_quantization=False)
    if isinstance(value, datetime):
        return format_datetime(value, "d MMMM y, HH:mm", locale=language)
    if isinstance(value, date):
        return format_date(value, "d MMMM y", locale=language)
    if isinstance(value, time):
        return format_time(value, "HH:mm", locale=language)
    if isinstance(value, Mapping):
        return ", ".join(shown(each, language) for each in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(shown(each, language) for each in value)
    return str(value)


def amount(value: object, language: str) -> str:
    """An amount in euros, as the association's mails and papers write it: “2 400,00 €”, “€2,400.00”. What is no number
    stands before the sign, or behind it, as it is; nothing is said of nothing."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format_currency(value, "EUR", locale=_CURRENCY_LOCALES[language])
    text = shown(value, language)
    return (f"€{text}" if language == "en" else f"{text}\u00a0€") if text else ""


_CURRENCY_LOCALES: Final[Mapping[str, str]] = MappingProxyType({"fr": "fr_FR", "en": "en_GB"})


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said about one field. `own` are the form's own messages by code (`message.pattern`)."""

    language: str
    label: str
    thing: str = ""
    own: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, code: str, **params: object) -> str:
        family = code.split("_")[0] if code.startswith("required") else code
        if text := self.own.get(family):
            return text
        catalogue = CATALOGUES[self.language]
        template = code if self.thing or f"{code}.label" not in catalogue else f"{code}.label"
        return message(self.language, template, thing=self.thing, subject=self.subject, label=self.label, **params)

    @property
    def subject(self) -> str:
        """The thing at the head of a sentence, or the quoted label."""
        if self.thing:
            return self.thing[:1].upper() + self.thing[1:]
        return CATALOGUES[self.language]["quoted"].format(label=self.label)
