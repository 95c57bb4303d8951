"""Differences between what people read of two tables: notes of rows, English, words for codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.dmn import Text
from webapp.words import _

__all__ = ["changes"]


def changes(
    name: str, was: Sequence[Text], now: Sequence[Text], places: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Each difference with the row that it is about, "" for the table. `name`: what the table is called; `places`: the
    numbers of its rows. Names and headings as drawn are told with the columns."""
    before, after = ({_key(each): each for each in texts} for texts in (was, now))
    for key, text in after.items():
        old, row = before.get(key), text.element if text.place == "rule" else ""
        noted = old.drawn if old else ""
        if text.kind == "description" and row in places and noted != text.drawn:
            shown = {"name": name, "row": places[row], "new": text.drawn, "old": noted or "–"}
            yield row, _("Table “%(name)s”, row %(row)s: its note is “%(new)s” instead of “%(old)s”.", **shown)
        for language in sorted({*text.spoken, *(old.spoken if old else ())}):
            new, former = text.spoken.get(language, ""), old.spoken.get(language, "") if old else ""
            if new != former:
                yield row, _spoken(name, text, language, new or "–", former or "–")
    for key, text in before.items():
        row = text.element if text.place == "rule" else ""
        if key not in after and text.kind in ("description", "value") and (not row or row in places):
            yield row, _("Table “%(name)s”: “%(drawn)s” is gone.", name=name, drawn=text.drawn)


def _key(text: Text) -> tuple[str, str, str]:
    return text.element, text.kind, text.drawn if text.kind == "value" else ""


def _spoken(name: str, text: Text, language: str, new: str, old: str) -> str:
    shown = {"name": name, "drawn": text.drawn, "new": new, "old": old}
    if language == "fr":
        return _("Table “%(name)s”: “%(drawn)s” is read “%(new)s” in French instead of “%(old)s”.", **shown)
    return _("Table “%(name)s”: “%(drawn)s” is read “%(new)s” in English instead of “%(old)s”.", **shown)
