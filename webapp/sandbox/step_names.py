"""Elements by the words that a scenario says of them: their ids, or their names in either language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from webapp.operations.drawing import Shape
from workflows.association.quoted_words import plain

__all__ = ["LANGUAGES", "alike", "bearing"]

LANGUAGES: Final = ("fr", "en")
LIKE: Final = 0.5  # of 1, where the words are the same
MOST: Final = 3


def bearing(shapes: Mapping[str, Shape], words: str) -> Sequence[str]:
    """The ids of what is meant by these words: the one of this id, else all of this name."""
    wanted = plain(words)
    own = [id_ for id_ in shapes if plain(id_) == wanted]
    return own or [each.id for each in shapes.values() if wanted in {plain(each.label(spoken)) for spoken in LANGUAGES}]


def alike(shapes: Mapping[str, Shape], words: str) -> Sequence[str]:
    """The ids of what is called the most like these words, a few at most."""
    near = SequenceMatcher(b=plain(words))
    found = []
    for each in shapes.values():
        if each.name:
            ratios = []
            for spoken in LANGUAGES:
                near.set_seq1(plain(each.label(spoken)))
                ratios.append(near.ratio())
            found.append((max(ratios), each.id))
    return [id_ for ratio, id_ in sorted(found, reverse=True) if ratio >= LIKE][:MOST]
