"""Texts that somebody wrote, as records know them: in the language of their writer, not in that of the page."""

from __future__ import annotations

from typing import Self


class Spoken(str):
    """A text and the language that its writer writes in: pages tell it to screen readers (WCAG 2.2, 3.1.2)."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, text: str, lang: str) -> Self:
        made = super().__new__(cls, text)
        made.lang = lang
        return made
