"""The values our custom properties may take, each checked when the form is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import phonenumbers

from forms.definition import Component, expression
from forms.errors import Finding, WrongValue
from forms.vocabulary import AUTOCOMPLETE, EXPRESSION_SETTINGS


def setting_values(each: Component, name: str, value: str) -> Iterator[Finding]:
    """A finding if the custom property has a value without a meaning."""
    test, expected = _RULES.get(name, (_anything, ""))
    if not test(value):
        yield WrongValue(component=each.id, property=f"properties.{name}", found=repr(value), expected=expected)


def _anything(value: str) -> bool:
    return bool(value.strip())


def _whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and 0 < int(value) <= 100


def _autocomplete(value: str) -> bool:
    return bool(value.split()) and all(word in AUTOCOMPLETE for word in value.split())


def _day(value: str) -> bool:
    if expression(value):
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "privacy.transient": (lambda value: value.lower() in ("true", "false"), "“true” or “false”"),
    "widget": (lambda value: value in ("memorable", "native"), "“memorable” or “native”"),
    "autocomplete": (_autocomplete, "one of the HTML autofill names, such as given-name"),
    "region": (lambda value: value in phonenumbers.SUPPORTED_REGIONS, "a country code, such as FR"),
    "date.min": (_day, "a date such as 1900-01-01, or an expression"),
    "date.max": (_day, "a date such as 2026-12-31, or an expression"),
    **dict.fromkeys(("rows", "maxSize", "maxFiles"), (_whole, "a whole number from 1 to 100")),
    **{
        name: (lambda value: bool(expression(value)), "a FEEL expression, beginning with “=”")
        for name in EXPRESSION_SETTINGS
    },
}
