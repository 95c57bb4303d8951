"""Why a sentence cannot be done or is not true, in a reader's language: names of elements, roles, mails and rows for
their keys."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import force_locale

from engine.errors import AmicaleError
from webapp.errors import in_words
from webapp.sandbox.untrue import Elements, Holders, Mails, MailText, Words
from workflows.association.mail_titles import mail_title
from workflows.association.role_names import role_name

__all__ = ["said"]

Called = Callable[[str, str], str]


def said(error: AmicaleError, language: str, called: Called = lambda _id, _language: "") -> str:
    """The error's message. `called`: what an element of this id is called in a language; "" where it has no name."""
    params = error.params
    try:
        with force_locale(language):
            error.params = {key: _named(value, language, called) for key, value in params.items()}
            return in_words(error)
    finally:
        error.params = params


def _named(value: object, language: str, called: Called) -> object:
    if isinstance(value, MailText):
        return mail_title(value, language)
    if isinstance(value, Mails):
        return ", ".join(
            f"{count} × {_quoted(mail_title(name, language), language)}" for name, count in value.counts.items()
        )
    if isinstance(value, Words):
        return ", ".join(_quoted(each, language) for each in value.by[language]) or str(value)
    if isinstance(value, Holders):
        return ", ".join(role_name(id_, language) for id_ in value.ids)
    if isinstance(value, Elements):
        names = [called(id_, language) for id_ in value.ids]
        return ", ".join(_quoted(name, language) for name in names if name) or str(value)
    return value


def _quoted(name: str, language: str) -> str:
    return f"«\u00a0{name}\u00a0»" if language == "fr" else f"“{name}”"
