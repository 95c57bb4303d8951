"""Elements by the words that a scenario says of them: their ids, or their names in either language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from webapp.operations.drawing import Flow, Shape
from webapp.sandbox.step_places import before, told_apart
from workflows.association.quoted_words import plain

__all__ = ["LANGUAGES", "alike", "bearing", "placed_names"]

LANGUAGES: Final = ("fr", "en")
LIKE: Final = 0.5  # of 1, where the words are the same
MOST: Final = 3


def bearing(shapes: Mapping[str, Shape], words: str, flows: Iterable[Flow] = ()) -> Sequence[str]:
    """The ids of what is meant by these words: the one of this id, else all of this name, else the one of a name that
    others bear too, by its place."""
    wanted = plain(words)
    own = [id_ for id_ in shapes if plain(id_) == wanted]
    own = own or [each.id for each in shapes.values() if wanted in {plain(each.label(spoken)) for spoken in LANGUAGES}]
    placed = (placed_names(shapes, flows, spoken) for spoken in LANGUAGES) if not own else ()
    return own or list(dict.fromkeys(id_ for found in placed for id_, said in found.items() if plain(said) == wanted))


def placed_names(shapes: Mapping[str, Shape], flows: Iterable[Flow], language: str) -> dict[str, str]:
    """By element whose name others bear too, its name with its place."""
    names = {each.id: each.label(language) if each.name else "" for each in shapes.values()}
    edges = {each.id: each.attached_to for each in shapes.values() if each.attached_to}
    return told_apart(names, before(((flow.source, flow.target) for flow in flows), edges), language)


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
