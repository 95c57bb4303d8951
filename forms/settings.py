"""The values properties may take, form-js's and our own, each checked when the form is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import phonenumbers

from forms.definition import Component, expression
from forms.errors import Finding, WrongValue
from forms.vocabulary import AUTOCOMPLETE, EXPRESSION_SETTINGS


def property_values(id_: str, raw: Mapping[str, object]) -> Iterator[Finding]:
    """A finding for each property of form-js whose value has no meaning."""
    for name, (test, expected) in _PROPERTIES.items():
        if name in raw and not test(raw[name]):
            yield WrongValue(component=id_, property=name, found=repr(raw[name])[:80], expected=expected)


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


Rule = tuple[Callable[[object], bool], str]


def _is(shape: type, expected: str) -> Rule:
    return lambda value: isinstance(value, shape), expected


def _one_of(*words: str) -> Rule:
    return lambda value: value in words, " or ".join(f"“{word}”" for word in words)


def _flag(value: object) -> bool:
    return isinstance(value, bool) or expression(value) is not None or value == ""


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100


_PROPERTIES: dict[str, Rule] = {
    **dict.fromkeys(("conditional", "validate", "properties", "appearance"), _is(Mapping, "an object")),
    **dict.fromkeys(("values", "columns", "components"), _is(list, "a list")),
    **dict.fromkeys(("key", "label", "text", "description", "path", "title"), _is(str, "a text")),
    **dict.fromkeys(("accept", "valuesKey", "dateLabel", "timeLabel"), _is(str, "a text")),
    **dict.fromkeys(("multiple", "searchable", "use24h", "serializeToString"), _is(bool, "true or false")),
    **dict.fromkeys(("disallowPassedDates", "allowAddRemove"), _is(bool, "true or false")),
    **dict.fromkeys(("disabled", "readonly"), (_flag, "true, false or an expression")),
    **dict.fromkeys(("decimalDigits", "defaultRepetitions"), (_count, "a whole number from 0 to 100")),
    "subtype": _one_of("date", "time", "datetime"),
    "timeSerializingFormat": _one_of("no_timezone", "utc_offset", "utc_normalized"),
    "action": _one_of("submit", "reset"),
    "computeOn": _one_of("change", "presubmit"),
}

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
        for name in (*EXPRESSION_SETTINGS, "values.offered")
    },
}
