"""A diagram to be read without seeing it: its elements in reading order, who acts, what for, where it goes on and when.

What a picture says by place and line stands here in a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.bpmn import DiagramRefused
from webapp.operations.drawing import Drawing, Shape, read_drawing
from webapp.operations.outline import kind_words, names_in
from webapp.studio.beside import Beside, beside
from webapp.studio.changes import facts, settings
from webapp.studio.changes.facts import Part
from webapp.studio.changes.wording import Wording
from webapp.studio.merging import trees
from webapp.studio.origins import Origins
from webapp.studio.places import called
from webapp.words import _
from workflows.association.wording import typographic

__all__ = ["Entry", "Outline", "Way", "names", "names_drawn", "outlines"]

CONDITION: Final = "conditionExpression"
LINK: Final = "linkEventDefinition@name"


@dataclass(frozen=True, slots=True)
class Way:
    """Where it goes on: under which condition, to which element."""

    when: str
    target: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One element: what it is called, what it is, what is said of it in sentences, the ways out."""

    id: str
    name: str
    kind: str
    says: tuple[str, ...]
    ways: tuple[Way, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """One process of a file. `beside`: the data, notes and groups drawn beside its steps."""

    id: str
    name: str
    entries: tuple[Entry, ...]
    beside: tuple[Beside, ...]


def outlines(name: str, body: bytes, wording: Wording, origins: Origins | None = None) -> list[Outline]:
    """Every process of a diagram in words. `origins`: where what it reads comes from. Raises DiagramRefused."""
    read = trees.read(name, body)
    parts = facts.parts(body, name)
    found, language = [], wording.language
    for id_, node in read.units.items():
        if trees.local(node) == "process":
            telling = _Telling(read_drawing(body, id_), parts, read, wording, origins)
            others = tuple(beside(read, id_, language, telling.name))
            found.append(Outline(id_, parts[id_].label(language) or id_, tuple(telling.entries()), others))
    return found


def names(name: str, body: bytes, language: str) -> dict[str, tuple[str, str]]:
    """By element of a diagram, the name that is drawn ("": none) and what a reader calls it. Raises DiagramRefused."""
    parts, read, wording = facts.parts(body, name), trees.read(name, body), Wording(language)
    tellings = [
        _Telling(read_drawing(body, id_), parts, read, wording)
        for id_, node in read.units.items()
        if trees.local(node) == "process"
    ]
    ways = {id_: (part.name, typographic(part.label(language))) for id_, part in parts.items() if part.source}
    shapes = {id_: (shape.name, each.name(id_)) for each in tellings for id_, shape in each.drawing.shapes.items()}
    return {id_: said for id_, said in ways.items() if said[0]} | shapes


def names_drawn(body: bytes, language: str) -> dict[str, str]:
    """By element, way, lane, pool and note of a diagram what a picture of it says to this reader, where it is drawn
    with other words; nothing of a diagram that cannot be read, which says so itself."""
    try:
        found = facts.parts(body, "")
    except DiagramRefused:
        return {}
    drawn = [read_drawing(body, part.id) for part in found.values() if part.kind == "process"]
    return {id_: name for each in drawn for id_, name in names_in(each, language).items()}


class _Telling:
    def __init__(
        self,
        drawing: Drawing,
        parts: Mapping[str, Part],
        tree: trees.Tree,
        wording: Wording,
        origins: Origins | None = None,
    ) -> None:
        self.drawing, self.parts, self.tree, self.wording = drawing, parts, tree, wording
        self.origins = origins or Origins(wording.language)

    def entries(self) -> Iterator[Entry]:
        for shape in self.drawing.reading_order():
            yield Entry(
                shape.id, self.name(shape.id), self._kind(shape), tuple(self._says(shape)), tuple(self._ways(shape)),
                shape.parent is not None,
            )  # fmt: skip

    def _kind(self, shape: Shape) -> str:
        """What an element is; of an event also whether the process begins or ends there, and whether it sends or
        waits, which the picture draws."""
        words = _sent(shape) or kind_words(shape)
        if not shape.event or shape.kind not in ("startEvent", "endEvent"):
            return words
        return _("start: %(kind)s", kind=words) if shape.kind == "startEvent" else _("end: %(kind)s", kind=words)

    def name(self, id_: str) -> str:
        """What an element is called; without a name, by its place, or its kind alone."""
        part, shape = self.parts.get(id_), self.drawing.shapes.get(id_)
        label = part.label(self.wording.language) if part is not None else ""
        if label or shape is None:
            return typographic(label or id_)
        place = called(self.drawing, id_, self.wording.language, bare=True)
        if place == id_:
            return _("%(kind)s without a name", kind=kind_words(shape))
        return place[:1].upper() + place[1:]

    def _says(self, shape: Shape) -> Iterator[str]:
        if shape.parent is not None:
            yield _("Inside of “%(name)s”.", name=self.name(shape.parent))
        if shape.attached_to:
            yield settings.at_the_edge(self.parts[shape.id], self.name(shape.attached_to))
        lanes = [self._lane(lane) for lane in self.tree.lanes.get(shape.id, ()) if lane]
        if lanes:
            yield _("In the lane “%(lane)s”.", lane=" / ".join(lanes))
        yield from settings.sentences(self.parts[shape.id], self._value, self.origins.sentence)

    def _lane(self, lane: str) -> str:
        part = self.parts.get(lane)
        return (part.label(self.wording.language) if part is not None else "") or lane

    def _value(self, setting: str, value: str) -> str:
        named = self.parts.get(value) if setting.endswith("Ref") else None
        return self.wording.say(setting, named.name or value if named is not None else value)

    def _ways(self, shape: Shape) -> Iterator[Way]:
        default = self.parts[shape.id].facts.get("@default")
        flows = self.drawing.outgoing(shape.id)
        for flow in flows:
            part = self.parts[flow.id]
            condition, name = part.facts.get(CONDITION), part.label(self.wording.language)
            yield Way(self._when(condition, name, otherwise=flow.id == default), flow.target, self.name(flow.target))

        yield from self._jumps(shape)

    def _jumps(self, shape: Shape) -> Iterator[Way]:
        """Where a link leads, to which no line is drawn."""
        link = self.parts[shape.id].facts.get(LINK)
        if not link or shape.kind != "intermediateThrowEvent":
            return
        for other in self.drawing.shapes.values():
            begins = other.kind == "intermediateCatchEvent" and other.parent == shape.parent
            if begins and self.parts[other.id].facts.get(LINK) == link:
                yield Way(_("Goes on at:"), other.id, self.name(other.id))

    def _when(self, condition: str | None, name: str, *, otherwise: bool) -> str:
        if condition:
            said = self.wording.say(CONDITION, condition)
            return (
                _("If “%(name)s” (%(condition)s):", condition=said, name=name)
                if name
                else _("If %(condition)s:", condition=said)
            )
        if otherwise:
            return _("Otherwise (“%(name)s”):", name=name) if name else _("Otherwise:")
        return _("Then (“%(name)s”):", name=name) if name else _("Then:")


def _sent(shape: Shape) -> str:
    """An event that sends or waits on the way; "" for what does neither."""
    if shape.event not in ("message", "signal") or shape.kind == "startEvent":
        return ""
    if shape.kind in ("intermediateThrowEvent", "endEvent"):
        return _("sends a message") if shape.event == "message" else _("sends a signal")
    return _("waits for a message") if shape.event == "message" else _("waits for a signal")
