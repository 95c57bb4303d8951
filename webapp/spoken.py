"""Words of somebody inside a sentence of a page, marked with their language where it is not the page's (WCAG 2.2,
3.1.2)."""

from __future__ import annotations

from markupsafe import Markup, escape

from webapp.words import language

__all__ = ["quoting"]


def quoting(sentence: str, lang: str, **words: str) -> str:
    """The sentence with these words in its `%(name)s`; `lang` is theirs, empty where nobody knows it."""
    if lang in {"", language()}:
        return sentence % words
    marked = {name: Markup('<span lang="{}">{}</span>').format(lang, text) for name, text in words.items()}
    return escape(sentence) % marked
