"""A diagram as facts: by element, every setting under a short path. What only the drawing holds is no fact.

`timerEventDefinition/timeDuration` → `P10D`; `header[template]` → `peer_request`; `@name` → `Write to the person`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.xml import BPMN, parse

__all__ = ["Part", "parts"]

NODES = ("Task", "task", "Event", "Gateway", "subProcess", "SubProcess", "transaction", "callActivity", "sequenceFlow")
ROOTS = frozenset({"message", "signal", "error", "escalation"})
# The wrappers whose names say nothing, and the keys that tell their like apart.
SILENT = frozenset({"extensionElements", "properties", "taskHeaders", "ioMapping", "executionListeners"})
KEYS = ("key", "name", "target")
TYPED = "{http://www.w3.org/2001/XMLSchema-instance}"
UNSAID = frozenset(
    {
        "id", "incoming", "outgoing", "sourceRef", "targetRef", "processRef", "laneSet", "ioSpecification",
        "flowNodeRef",
        # What is drawn beside the steps is told of by itself, and what ties it to them with it.
        "textAnnotation", "group", "dataObject", "dataObjectReference", "dataStoreReference",
        "dataInputAssociation", "dataOutputAssociation",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a diagram: its kind, its names, where it leads from and to, its settings by path."""

    id: str
    kind: str
    name: str
    english: str
    source: str
    target: str
    facts: Mapping[str, str]

    def label(self, language: str) -> str:
        """What it is called; "" where it has no name."""
        return (self.english if language == "en" else "") or self.name


def parts(xml: bytes, file: str) -> dict[str, Part]:
    """Every element by its id, in the order of the file. Raises DiagramRefused."""
    root = parse(xml, file)
    lanes = _lanes(root)
    found: dict[str, Part] = {}
    for node in root.iter(f"{{{BPMN}}}*"):
        kind, id_ = etree.QName(node).localname, node.get("id")
        if id_ and (
            _is_node(kind) or kind in {"process", "lane", "participant"} or (kind in ROOTS and node.getparent() is root)
        ):
            facts = dict(_facts(node, "")) | ({"@lane": lanes[id_]} if id_ in lanes else {})
            english = facts.pop("property[i18n.en.name]", "")
            name = " ".join(facts.pop("@name", "").split())
            if kind == "participant" and not english:  # it is read as its process, where it is called as that is
                english = _english_of(root, node.get("processRef", ""), name)
            source, target = node.get("sourceRef", ""), node.get("targetRef", "")
            found[id_] = Part(id_, _kind(node, kind), name, english, source, target, facts)
    # What joins a note to a step belongs to the note; between two elements it says who undoes what.
    return {
        id_: part
        for id_, part in found.items()
        if part.kind != "association" or {part.source, part.target} <= found.keys()
    }


def _english_of(root: etree._Element, process: str, name: str) -> str:
    """The English of a process that has this name; "" for none."""
    found = next((each for each in root.iter(f"{{{BPMN}}}process") if each.get("id") == process), None)
    if found is None or " ".join(found.get("name", "").split()) != name:
        return ""
    return dict(_facts(found, "")).get("property[i18n.en.name]", "")


def _lanes(root: etree._Element) -> dict[str, str]:
    """By element, the lane that it is drawn in: the innermost."""
    found = {}
    for lane in root.iter(f"{{{BPMN}}}lane"):
        for ref in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            found[(ref.text or "").strip()] = lane.get("id") or ""
    return found


def _is_node(kind: str) -> bool:
    return kind.endswith(NODES) or kind == "association"


def _kind(node: etree._Element, kind: str) -> str:
    """The kind with that of its event, so that a message event and a timer event are different things."""
    events = [etree.QName(child).localname for child in node if isinstance(child.tag, str)]
    event = next((name.removesuffix("EventDefinition") for name in events if name.endswith("EventDefinition")), "")
    return f"{event} {kind}".strip()


def _facts(node: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for name, value in node.attrib.items():
        plain = etree.QName(str(name)).localname
        if plain not in UNSAID and not str(name).startswith(TYPED):
            yield f"{path}@{plain}", str(value)
    text = (node.text or "").strip()
    if text and path:
        yield path, text
    for child in node:
        inner = etree.QName(child).localname if isinstance(child.tag, str) else "id"
        tie = child.tag == f"{{{BPMN}}}property"  # the other end of a data association
        if inner not in UNSAID and not tie and not _is_node(inner):
            yield from _child(child, inner, path)


def _child(child: etree._Element, inner: str, path: str) -> Iterator[tuple[str, str]]:
    if inner in {"property", "header", "input", "output"}:
        key = next((child.get(name, "") for name in KEYS if child.get(name) is not None), "")
        yield f"{inner}[{key}]", child.get("value") or child.get("source") or ""
    elif inner in SILENT:
        yield from _facts(child, path)
    else:
        yield from _facts(child, inner)
