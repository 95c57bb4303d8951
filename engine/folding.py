"""How a text is compared: without case, accents, hyphens or apostrophes, so that “D'Aubigné” meets “d aubigne”."""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["fold", "tokens"]

# Letters that Unicode does not decompose, as French and northern European registers write them.
_LIGATURES: Final = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
)


def fold(text: str) -> str:
    """The comparable form: lower case ASCII-like letters and digits, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())


def tokens(text: str) -> list[str]:
    """What stands between spaces, each in comparable form and in one piece: “ADH-2026-7” is adh20267."""
    return [folded for word in text.split() if (folded := fold(word).replace(" ", ""))]
