"""What the steps of a draft are called in its scenarios: by name, and where several bear one, by name and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from webapp.sandbox.step_names import LANGUAGES
from webapp.sandbox.step_places import before, told_apart
from webapp.studio.changes import facts
from webapp.studio.changes.facts import Part
from workflows.association.quoted_words import plain, quotable

__all__ = ["placed", "step_words"]


def step_words(files: Mapping[str, bytes], language: str) -> dict[str, str]:
    """By element the words that mean it alone: its name, or its name with its place; nothing of one without either."""
    diagrams = [facts.parts(body, name).values() for name, body in files.items() if name.endswith(".bpmn")]
    found = [part for each in diagrams for part in each]
    spoken = {(plain(part.label(each)), part.id) for part in found for each in LANGUAGES if part.label(each)}
    times = Counter(name for name, _id in spoken)
    names = {part.id: part.label(language) for part in found}
    own = {id_: name for id_, name in names.items() if quotable(name) and times[plain(name)] == 1}
    return placed(found, language) | own


def placed(parts: Iterable[Part], language: str) -> dict[str, str]:
    """By element whose name others bear too, its name with its place."""
    told = list(parts)
    names = {part.id: part.label(language) for part in told if part.kind not in {"sequenceFlow", "lane", "participant"}}
    flows = ((part.source, part.target) for part in told if part.kind == "sequenceFlow")
    edges = {part.id: host for part in told if (host := part.facts.get("@attachedToRef"))}
    return told_apart(names, before(flows, edges), language)
