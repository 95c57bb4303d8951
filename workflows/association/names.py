"""How names are compared and written."""

from __future__ import annotations

from rapidfuzz import fuzz

from engine.folding import fold

__all__ = ["fold", "likeness", "title_case"]


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
