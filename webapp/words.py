"""Texts in the reader's language, typed: what flask-babel answers is text."""

from __future__ import annotations

from webapp.catalogues import language_now, texts


def _(text: str, **values: object) -> str:
    """The text in the reader's language, its `%(name)s` filled in."""
    said = texts().gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """One text or the other, by the rules of the reader's language."""
    return str(texts().ngettext(one, many, num)) % {"num": num, **values}


def language() -> str:
    """The reader's language: fr or en."""
    return language_now()
