"""Answers of a program to a form: values by key, as the form's own page would have sent them.

So a program is held to the same form as a person: only fields of the deployed version, the same checks, the same
records. Files are given on the page alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from werkzeug.datastructures import MultiDict

from engine.errors import Invalid
from forms.answers import Answer
from forms.bind import BoundForm
from forms.conditions import Level, Rows
from forms.documents import FileAnswer
from forms.submission import ROW


class AnswerUnknown(Invalid):
    """The form has no question “{field}”: it has {known}."""

    code: ClassVar[str] = "answer_unknown"


class AnswerUnreadable(Invalid):
    """“{field}” cannot be answered by this value."""

    code: ClassVar[str] = "answer_unreadable"


class AnswersRefused(Invalid):
    """The answers are not complete or not right: {fields}."""

    code: ClassVar[str] = "answers_refused"


def typed(bound: BoundForm, given: Mapping[str, object]) -> MultiDict[str, str]:
    """The texts that the form's page would send for these values. Raises AnswerUnknown, AnswerUnreadable."""
    texts: MultiDict[str, str] = MultiDict()
    _level(bound.wtform, given, texts)
    return texts


def _level(fields: object, given: Mapping[str, object], texts: MultiDict[str, str]) -> None:
    known = {str(field.short_name): field for field in fields}  # type: ignore[attr-defined]
    for key, value in given.items():
        if key not in known:
            raise AnswerUnknown(field=key[:60], known=", ".join(sorted(known)) or "–")
        field = known[key]
        if isinstance(field, Rows):
            _rows(field, value, texts)
        else:
            _one(field, value, texts)


def _rows(field: Rows, value: object, texts: MultiDict[str, str]) -> None:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        raise AnswerUnreadable(field=field.name)
    field.rows.clear()
    for each in value:
        field.add()
        if not field.rows:
            raise AnswerUnreadable(field=field.name)
        number = max(field.rows)
        texts.add(f"{field.name}-{number}-{ROW}", "1")
        row: Level = field.rows[number]
        _level(row.form, each, texts)


def _one(field: Answer, value: object, texts: MultiDict[str, str]) -> None:
    if isinstance(field, FileAnswer):
        raise AnswerUnreadable(field=field.name)
    if value is None or value is False or value == "":
        return
    try:
        written = field.write(field.adopt(value))
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise AnswerUnreadable(field=field.name) from error
    if not any(written):
        raise AnswerUnreadable(field=field.name)
    names = field.names
    if len(names) == len(written) > 1:
        for name, text in zip(names, written, strict=True):
            texts.add(name, text)
    else:
        for text in written:
            texts.add(names[0], text)
