"""A diagram or a file of tables as units that can be taken one by one: elements, flows, lanes, messages, rows.

A unit is what an id names, without the units inside it. Where it is drawn and in which lanes it stands belong to it;
which flows come and go does not: that is told by the flows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml import etree

from engine.bpmn.xml import parse as parse_diagram
from engine.dmn.xml import parse as parse_tables

__all__ = ["Tree", "read"]

ENDINGS: Final = ("Task", "task", "Event", "Gateway", "ubProcess", "transaction", "callActivity")
UNITS: Final = frozenset(
    {
        "process", "collaboration", "participant", "laneSet", "childLaneSet", "lane", "sequenceFlow", "messageFlow",
        "association", "textAnnotation", "group", "dataObject", "dataObjectReference", "dataStoreReference",
        "dataStore", "message", "signal", "error", "escalation", "category", "itemDefinition",
        "decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "rule", "definitions",
    }
)  # fmt: skip
# What belongs to no unit: it is told by flows and lanes, and by each drawing.
LINKS: Final = frozenset({"incoming", "outgoing", "flowNodeRef", "BPMNDiagram", "DMNDI"})
DRAWN_FOR: Final = ("bpmnElement", "dmnElementRef")
Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A file as XML. `units`: by id, in the order of the file. `drawn`: what draws them. `lanes`: where they stand."""

    root: etree._Element
    units: Mapping[str, etree._Element]
    drawn: Mapping[str, etree._Element]
    lanes: Mapping[str, tuple[str, ...]]

    def content(self, id_: str) -> Content | None:
        """All that a unit says; None where there is none. Two versions are alike when this is."""
        found = self.units.get(id_)
        return None if found is None else (*content(found), self.lanes.get(id_, ()))

    def place(self, id_: str) -> Content | None:
        """Where it is drawn."""
        found = self.drawn.get(id_)
        return None if found is None else content(found)

    def parent(self, id_: str) -> str | None:
        """The unit around it."""
        around = self.units[id_].getparent()
        while around is not None and not is_unit(around):
            around = around.getparent()
        return None if around is None else around.get("id")

    @property
    def columns(self) -> Mapping[str, tuple[str, ...]]:
        """By decision: the ids of its columns, which rows of another version must have too."""
        tables = ((id_, node.find("{*}decisionTable")) for id_, node in self.units.items())
        return {
            id_: tuple(str(each.get("id")) for each in table if local(each) in {"input", "output"})
            for id_, table in tables
            if table is not None
        }


def read(name: str, body: bytes) -> Tree:
    """The units of a file. Raises DiagramRefused, DmnRefused."""
    root = parse_diagram(body, name) if name.endswith(".bpmn") else parse_tables(body, name)
    return tree(root)


def tree(root: etree._Element) -> Tree:
    """The units of a file that is read."""
    units: dict[str, etree._Element] = {}
    drawn: dict[str, etree._Element] = {}
    lanes: dict[str, tuple[str, ...]] = {}
    for node in root.iter(etree.Element):
        if is_unit(node):
            units.setdefault(str(node.get("id")), node)
        elif local(node) == "flowNodeRef":
            held, lane = (node.text or "").strip(), node.getparent()
            lanes[held] = (*lanes.get(held, ()), "" if lane is None else lane.get("id", ""))
        for attribute in DRAWN_FOR:
            if node.get(attribute) and local(node) not in {"BPMNPlane", "DMNDiagram"}:
                drawn.setdefault(str(node.get(attribute)), node)
    return Tree(root, units, drawn, lanes)


def is_unit(node: etree._Element) -> bool:
    """Whether this is named by an id of its own and taken as a whole."""
    name = local(node)
    return node.get("id") is not None and (name in UNITS or name.endswith(ENDINGS))


def local(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def content(node: etree._Element) -> Content:
    """What an element says, whatever its blanks and the order of its attributes."""
    inner = tuple(content(child) for child in own(node))
    return (node.tag, tuple(sorted(node.attrib.items())), (node.text or "").strip(), inner)


def own(node: etree._Element) -> Iterator[etree._Element]:
    """The children that belong to an element alone."""
    for child in node:
        if local(child) and local(child) not in LINKS and not is_unit(child):
            yield child


def bare(node: etree._Element) -> etree._Element:
    """A copy of a unit without the units inside it."""
    copied = deepcopy(node)
    copied.tail = None
    for inner in [each for each in copied.iterdescendants() if is_unit(each) or local(each) in LINKS]:
        around = inner.getparent()
        if around is not None:
            around.remove(inner)
    return copied
