"""Steps of one name, told apart by where they stand: “No answer (at the edge of Say whether you know each other)”."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from workflows.association.quoted_words import plain

__all__ = ["Before", "before", "told_apart"]

WHERE: Final = {"fr": ("au bord de", "après"), "en": ("at the edge of", "after")}
Before = Mapping[str, tuple[bool, Sequence[str]]]


def before(flows: Iterable[tuple[str, str]], edges: Mapping[str, str]) -> Before:
    """By element, whether it stands at the edge of another, and that one, else what leads to it. `flows`: from where
    to where; `edges`: by element at an edge, its host."""
    leading: dict[str, list[str]] = {}
    for source, target in flows:
        leading.setdefault(target, []).append(source)
    found: dict[str, tuple[bool, Sequence[str]]] = {id_: (False, sources) for id_, sources in leading.items()}
    return found | {id_: (True, [host]) for id_, host in edges.items()}


def told_apart(names: Mapping[str, str], standing: Before, language: str) -> dict[str, str]:
    """By element whose name others bear too, its name with its place; nothing of those that this leaves alike."""
    times = Counter(plain(name) for name in names.values() if name)
    placed = {}
    for id_, name in names.items():
        if name and times[plain(name)] > 1 and (near := _near(id_, names, standing)):
            at_edge = standing[id_][0]
            placed[id_] = f"{name} ({WHERE[language][0 if at_edge else 1]} {near})"
    apart = Counter(plain(words) for words in placed.values())
    return {id_: words for id_, words in placed.items() if apart[plain(words)] == 1 and plain(words) not in times}


def _near(id_: str, names: Mapping[str, str], standing: Before) -> str:
    """The name of what an element stands at or comes after, past those that have none or its own; "" where none has."""
    seen, waiting, own = {id_}, [id_], plain(names[id_])
    for each in waiting:
        for other in standing.get(each, (False, ()))[1]:
            if plain(names.get(other, "")) not in {"", own}:
                return names[other]
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return ""
