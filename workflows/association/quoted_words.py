"""Names within the quotation marks of a sentence: marks of their own would end them, so those are left out.

“Lire « la charte »” is written « Lire la charte »; both sides are compared without marks, so either means the other.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["plain", "quotable"]

_MARKS: Final = re.compile(r'["“”„‟«»‹›]')
_EDGE: Final = re.compile(r"(?<!\w)’|’(?!\w)")  # one that quotes; within a word it is an apostrophe


def quotable(text: str) -> str:
    """A name as it is written within quotation marks: on one line, without marks of its own."""
    return " ".join(_MARKS.sub("", text).split())


def plain(text: str) -> str:
    """A name as it is compared: one kind of apostrophe and blank, no quotation marks, no capitals."""
    return " ".join(_EDGE.sub("", quotable(text).replace("'", "’").replace("‘", "’")).split()).casefold()
