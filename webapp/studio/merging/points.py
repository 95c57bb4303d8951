"""What differs between two versions that came of the same save: unit by unit, who changed it, and how, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from engine.bpmn import DiagramRefused
from engine.dmn.errors import DmnRefused
from webapp.studio import changes
from webapp.studio.bundle import kind_of
from webapp.studio.changes import facts
from webapp.studio.merging import components, trees
from webapp.studio.merging.trees import Tree
from webapp.words import _

__all__ = ["Files", "Point", "Versions", "points"]

Files = Mapping[str, bytes]
Side = Literal["mine", "theirs"]
TREES = (".bpmn", ".dmn")
IN_PARTS = (".form", ".translations.json")


@dataclass(frozen=True, slots=True)
class Versions:
    """The save that both began from, and what came of it."""

    base: Files
    mine: Files
    theirs: Files

    @property
    def names(self) -> list[str]:
        """The files that differ."""
        names = {*self.mine, *self.theirs}
        return sorted(name for name in names if self.mine.get(name) != self.theirs.get(name))


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that can be taken from either. `units`: what goes with it; none: the whole file.

    `proposed`: whose it is where only one of them touched it; None: both did, and somebody has to say.
    """

    key: str
    file: str
    label: str
    units: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    proposed: Side | None


def points(versions: Versions, language: str) -> list[Point]:
    """Every difference, in the order of the files."""
    found = [point for name in versions.names for point in _file(versions, name, language)]
    return sorted(found, key=lambda point: point.proposed is not None)


def _file(versions: Versions, name: str, language: str) -> list[Point]:
    base, mine, theirs = (each.get(name) for each in (versions.base, versions.mine, versions.theirs))
    kind = kind_of(name)
    if base is None or mine is None or theirs is None or kind not in {*TREES, *IN_PARTS}:
        return [_whole(versions, name, language)]
    try:
        grouped = _of_tree(name, base, mine, theirs) if kind in TREES else _of_parts(name, base, mine, theirs)
    except (DiagramRefused, DmnRefused, ValueError):
        return [_whole(versions, name, language)]
    told = (_sentences(name, base, mine, language), _sentences(name, base, theirs, language))
    labels = _labels(name, (theirs, mine, base), language)
    return [
        Point(
            f"{name}#{units[0]}", name, labels.get(units[0]) or units[0], units,
            _said(told[0], units, changed=proposed != "theirs"), _said(told[1], units, changed=proposed != "mine"),
            proposed,
        )
        for units, proposed in grouped
    ]  # fmt: skip


def _whole(versions: Versions, name: str, language: str) -> Point:
    base, mine, theirs = (each.get(name) for each in (versions.base, versions.mine, versions.theirs))
    said = [
        tuple(change.text for change in changes.between(_only(name, base), _only(name, each), language))
        for each in (mine, theirs)
    ]
    proposed: Side | None = "theirs" if mine == base else "mine" if theirs == base else None
    return Point(f"{name}#", name, name, (), said[0] or _untouched(), said[1] or _untouched(), proposed)


def _only(name: str, body: bytes | None) -> Files:
    return {} if body is None else {name: body}


def _proposed(base: object, mine: object, theirs: object) -> Side | None:
    return "theirs" if mine == base else "mine" if theirs == base else None


def _of_tree(name: str, base: bytes, mine: bytes, theirs: bytes) -> list[tuple[tuple[str, ...], Side | None]]:
    was, own, other = (trees.read(name, body) for body in (base, mine, theirs))
    ids = dict.fromkeys([*other.units, *own.units])
    groups: dict[str, list[str]] = {}
    for id_ in ids:
        groups.setdefault(_group(id_, was, own, other), []).append(id_)
    found: list[tuple[tuple[str, ...], Side | None]] = []
    for units in groups.values():
        contents = [tuple(each.content(id_) for id_ in units) for each in (was, own, other)]
        if contents[1] != contents[2]:
            found.append((tuple(units), _proposed(*contents)))
    return found


def _group(id_: str, was: Tree, own: Tree, other: Tree) -> str:
    """What a unit can only be taken with: rows go with their table where its columns differ."""
    version = other if id_ in other.units else own
    if trees.local(version.units[id_]) != "rule":
        return id_
    decision = version.parent(id_) or id_
    return id_ if len({each.columns.get(decision) for each in (was, own, other)}) == 1 else decision


def _of_parts(name: str, base: bytes, mine: bytes, theirs: bytes) -> list[tuple[tuple[str, ...], Side | None]]:
    was, own, other = (components.units(name, body) for body in (base, mine, theirs))
    return [
        ((id_,), _proposed(was.get(id_), own.get(id_), other.get(id_)))
        for id_ in dict.fromkeys([*other, *own])
        if own.get(id_) != other.get(id_)
    ]


def _sentences(name: str, base: bytes, version: bytes, language: str) -> Mapping[str | None, list[str]]:
    told: dict[str | None, list[str]] = {}
    for change in changes.between({name: base}, {name: version}, language):
        told.setdefault(change.element, []).append(change.text)
    return told


def _said(told: Mapping[str | None, Sequence[str]], units: Iterable[str], *, changed: bool) -> tuple[str, ...]:
    found = tuple(text for unit in units for text in told.get(unit, ()))
    return found or ((_("Changed."),) if changed else _untouched())


def _untouched() -> tuple[str, ...]:
    return (_("As it was."),)


def _labels(name: str, bodies: Iterable[bytes], language: str) -> Mapping[str, str]:
    """What each unit is called, by the first version that has it."""
    found: dict[str, str] = {}
    for body in bodies:
        for id_, label in _named(name, body, language):
            found.setdefault(id_, label)
    return found


def _named(name: str, body: bytes, language: str) -> Iterator[tuple[str, str]]:
    if name.endswith(".bpmn"):
        for id_, part in facts.parts(body, name).items():
            yield id_, part.label(language)
    if name.endswith(TREES):
        read = trees.read(name, body)
        for id_, node in read.units.items():
            if trees.local(node) == "rule":
                decision = read.parent(id_)
                rows = [each for each in read.units if read.parent(each) == decision]
                yield id_, _("row %(row)s", row=rows.index(id_) + 1)
            elif node.get("name"):
                yield id_, " ".join(str(node.get("name")).split())
            else:
                yield id_, _flow(read, node) or id_
    elif name.endswith(".form"):
        yield from components.labels(body)


def _flow(read: Tree, node: etree._Element) -> str:
    """A flow is called by its ends."""
    ends = [read.units.get(str(node.get(end))) for end in ("sourceRef", "targetRef")]
    return " → ".join(str(each.get("name") or each.get("id")) for each in ends if each is not None)
