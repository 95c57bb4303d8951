"""Differences between the settings of a form's component: what each is called, and what its values mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal
from flask_babel import get_locale

from webapp.words import _

__all__ = ["changes"]

LONGEST: Final = 300
NUMBER: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?")
UNTOLD: Final = ("layout.", "values.", "id", "verticalAlignment", "showOutline")  # how it is drawn, or told elsewhere
NUMBERS: Final = frozenset(
    {
        "decimalDigits", "defaultRepetitions", "properties.maxFiles", "properties.maxSize", "properties.rows",
        "validate.max", "validate.maxLength", "validate.min", "validate.minLength",
    }
)  # fmt: skip
FLAGS: Final = frozenset({"disabled", "readonly", "multiple", "allowAddRemove", "properties.privacy.transient"})


def changes(label: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each setting that differs. The settings: texts by their paths in the form's file."""
    names, sentences = {**_names(), **_own_names()}, _sentences()
    for place in [*now, *(place for place in was if place not in now)]:
        old, new = was.get(place, ""), now.get(place, "")
        if old == new or place.startswith(UNTOLD) or (place in FLAGS and {old, new} <= {"", "false"}):
            continue
        if place in FLAGS and not (old + new).startswith("="):
            yes, no = sentences[place]
            yield (yes if new == "true" else no) % {"label": label}
            continue
        name = names.get(place) or _("the setting “%(name)s”", name=place.removeprefix("properties."))
        shown = {"name": label, "setting": name, "old": _value(place, old), "new": _value(place, new)}
        if not old:
            yield _("“%(name)s”: %(setting)s is now %(new)s.", **shown)
        elif not new:
            yield _("“%(name)s”: %(setting)s is no longer %(old)s.", **shown)
        else:
            yield _("“%(name)s”: %(setting)s is %(new)s instead of %(old)s.", **shown)


def _value(place: str, value: str) -> str:
    """A value as it is read: a rule as it is written, a number, a word of ours, else a text in quotation marks."""
    if value.startswith("="):
        return f"`{value[1:].strip()[:LONGEST]}`"
    if place in NUMBERS and NUMBER.fullmatch(value):
        return str(format_decimal(Decimal(value), locale=get_locale(), decimal_quantization=False))
    word = _values().get((place, value)) or {"true": _("yes"), "false": _("no")}.get(value)
    return word or _("“%(name)s”", name=value[:LONGEST])


def _sentences() -> Mapping[str, tuple[str, str]]:
    """By setting that holds or does not: what it means that it holds now, and that it holds no longer."""
    shown = _("“%(label)s” is now shown, and cannot be changed."), _("“%(label)s” can be changed now.")
    return {
        "disabled": shown,
        "readonly": shown,
        "multiple": (_("“%(label)s” takes several files now."), _("“%(label)s” takes one file only now.")),
        "allowAddRemove": (
            _("Rows can be added to “%(label)s” and taken away now."),
            _("Rows can no longer be added to “%(label)s” or taken away."),
        ),
        "properties.privacy.transient": (
            _("What is answered to “%(label)s” is no longer kept."),
            _("What is answered to “%(label)s” is kept now."),
        ),
    }


def _names() -> Mapping[str, str]:
    """By setting of any form of this kind, what it is called in a sentence."""
    return {
        "type": _("what it is"),
        "key": _("the name of its answer"),
        "path": _("the name of its rows"),
        "description": _("its explanation"),
        "dateLabel": _("the question for the day"),
        "timeLabel": _("the question for the time"),
        "subtype": _("what is asked"),
        "defaultValue": _("the answer that stands there at first"),
        "decimalDigits": _("how many digits there may be after the decimal point"),
        "expression": _("its calculation"),
        "accept": _("the kinds of files"),
        "defaultRepetitions": _("how many rows there are at first"),
        "valuesKey": _("the list that it offers"),
        "valuesExpression": _("the list that it offers"),
        "dataSource": _("what it shows"),
        "conditional.hide": _("when it is hidden"),
        "validate.min": _("the smallest number"),
        "validate.max": _("the largest number"),
        "validate.minLength": _("how many characters there must be at least"),
        "validate.maxLength": _("how many characters there may be at most"),
        "validate.pattern": _("the pattern that its answer follows"),
        "validate.validationType": _("what its answer must be"),
        "appearance.prefixAdorner": _("the sign before it"),
        "appearance.suffixAdorner": _("the sign after it"),
    }


def _own_names() -> Mapping[str, str]:
    """The same of the settings of this house."""
    return {
        "properties.record": _("where its answer is kept"),
        "properties.thing": _("what messages call it"),
        "properties.autocomplete": _("what browsers fill in by themselves"),
        "properties.options": _("the list that it offers"),
        "properties.region": _("the country of its numbers"),
        "properties.widget": _("how the day is asked"),
        "properties.rows": _("its height in lines"),
        "properties.maxSize": _("the size of a file in megabytes at most"),
        "properties.maxFiles": _("how many files there may be"),
        "properties.date.min": _("the first day that is taken"),
        "properties.date.max": _("the last day that is taken"),
        "properties.validate.required": _("when it must be answered"),
        "properties.validate.rule": _("the rule for its answer"),
        "properties.values.offered": _("which of its answers are offered"),
        "properties.message.required": _("the message where it is not answered"),
        "properties.message.pattern": _("the message where the pattern is not followed"),
        "properties.message.rule": _("the message where the rule does not hold"),
        "properties.message.choice": _("the message where nothing of the list is chosen"),
        "properties.message.too_short": _("the message where the answer is too short"),
        "properties.message.too_long": _("the message where the answer is too long"),
        "properties.message.too_small": _("the message where the number is too small"),
        "properties.message.too_big": _("the message where the number is too large"),
    }


def _values() -> Mapping[tuple[str, str], str]:
    """By setting and value, what the value is called."""
    kinds = {
        "textfield": _("a short text"), "textarea": _("a long text"), "number": _("a number"),
        "datetime": _("a day or a time"), "checkbox": _("a box to tick"), "radio": _("one choice of several"),
        "select": _("one choice of a list"), "checklist": _("several boxes to tick"),
        "taglist": _("several choices of a list"), "filepicker": _("a file"), "dynamiclist": _("a list to fill in"),
        "group": _("a group of questions"), "text": _("a text to read"), "table": _("a table"),
        "expression": _("a calculation"),
    }  # fmt: skip
    moments = {"date": _("a day"), "time": _("a time"), "datetime": _("a day and a time")}
    checked = {"email": _("an e-mail address"), "phone": _("a phone number")}
    asked = {"memorable": _("in three fields"), "native": _("in a calendar")}
    return {
        (place, value): word
        for place, words in (
            ("type", kinds), ("subtype", moments), ("validate.validationType", checked), ("properties.widget", asked),
        )
        for value, word in words.items()
    }  # fmt: skip
