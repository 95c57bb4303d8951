"""How a name is compared: without case, accents, hyphens or apostrophes, so that “D'Aubigné” meets “d aubigne”."""

from __future__ import annotations

import unicodedata

from rapidfuzz import fuzz

# Letters that Unicode does not decompose, as French and northern European registers write them.
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "þ": "th", "ð": "d"}
)


def fold(text: str) -> str:
    """The comparable form of a name: lower case ASCII-like letters and digits, words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    kept = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())


def likeness(one: str, other: str) -> float:
    """How alike two names are, 0 to 100, whatever the order of their words. Empty names are like nothing."""
    left, right = fold(one), fold(other)
    if not left or not right:
        return 0.0
    return max(fuzz.token_sort_ratio(left, right), fuzz.WRatio(left, right) * 0.9)


def title_case(text: str) -> str:
    """A name typed in capitals, as people write it: “JEAN-PIERRE D'ARC” becomes “Jean-Pierre d'Arc”."""
    if not text.isupper():
        return text
    parts = []
    for word in text.split():
        pieces = "-".join(piece.capitalize() for piece in word.split("-"))
        head, apostrophe, tail = pieces.partition("'")
        parts.append(f"{head.lower()}'{tail.capitalize()}" if apostrophe and len(head) == 1 else pieces)
    return " ".join(parts)
