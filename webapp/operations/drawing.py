"""A deployed diagram as pages need it: shapes in reading order, wording in both languages, flows, the happy path.

The engine runs a diagram; this module only shows it. It reads the deployed bytes, which the engine's gate has accepted,
with the same safe parser settings (no entities, no network, no DTD).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from lxml import etree

from workflows.association.wording import typographic

SUBJECT_ROLES = frozenset({"APPLICANT", "MEMBER"})
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
HAPPY = "journey.happy"
_CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One element of the diagram. `event` is the kind of its event definition (timer, message …), "" where none;
    `link` is the name that the two ends of a link share."""

    id: str
    kind: str
    name: str
    parent: str | None
    event: str
    attached_to: str | None
    roles: tuple[str, ...]
    properties: Mapping[str, str]
    row: float
    link: str = ""

    @property
    def for_member(self) -> bool:
        """Whether the person whom the case is about acts, not somebody in the name of the association."""
        return self.kind == "userTask" and SUBJECT_ROLES.issuperset(self.roles)

    def label(self, language: str) -> str:
        """The element's name in this language: French is the drawn one, English stands in `i18n.en.name`."""
        return typographic(self.properties.get(f"i18n.{language}.name") or self.name or self.id)


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    happy: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The shapes and flows of one process. `wording` holds the properties of what has a text and is no shape: flows,
    lanes, pools and notes."""

    process_id: str
    shapes: Mapping[str, Shape]
    flows: tuple[Flow, ...]
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _leaving: Mapping[str, tuple[Flow, ...]] = field(init=False, repr=False, compare=False)
    _arriving: Mapping[str, tuple[Flow, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        leaving: dict[str, tuple[Flow, ...]] = {}
        arriving: dict[str, tuple[Flow, ...]] = {}
        for flow in self.flows:
            leaving[flow.source] = (*leaving.get(flow.source, ()), flow)
            arriving[flow.target] = (*arriving.get(flow.target, ()), flow)
        object.__setattr__(self, "_leaving", leaving)  # asked of every shape: thousands of flows are not read each time
        object.__setattr__(self, "_arriving", arriving)

    def outgoing(self, shape: str) -> tuple[Flow, ...]:
        return self._leaving.get(shape, ())

    def incoming(self, shape: str) -> tuple[Flow, ...]:
        return self._arriving.get(shape, ())

    def attached(self, shape: str) -> tuple[Shape, ...]:
        return tuple(event for event in self.shapes.values() if event.attached_to == shape)

    def starts(self, parent: str | None) -> tuple[Shape, ...]:
        """The start events of a scope, a none start first."""
        starts = [s for s in self.shapes.values() if s.kind == "startEvent" and s.parent == parent]
        return tuple(sorted(starts, key=lambda start: start.event != ""))

    def happy(self, gateway: str) -> tuple[Flow, ...]:
        """The flows marked `journey.happy` in the order of the file (several where a case comes back for each), else
        the one on the straight line: the happy path is drawn on one row."""
        flows = [flow for flow in self.outgoing(gateway) if flow.target in self.shapes]
        row = self.shapes[gateway].row
        straight = sorted(flows, key=lambda flow: abs(self.shapes[flow.target].row - row))[:1]
        return tuple(flow for flow in flows if flow.happy) or tuple(straight)

    def ahead(self, shape: Shape) -> tuple[Shape, ...]:
        """Where the flows of a shape lead; from one end of a link, its other end."""
        if shape.link and shape.kind == "intermediateThrowEvent":
            return tuple(
                each
                for each in self.shapes.values()
                if each.link == shape.link and each.parent == shape.parent and each.kind == "intermediateCatchEvent"
            )
        return tuple(self.shapes[flow.target] for flow in self.outgoing(shape.id) if flow.target in self.shapes)

    def reading_order(self) -> tuple[Shape, ...]:
        """Every shape once, as one would read the diagram: along the flows from the start (the reverse postorder of a
        depth-first search, so that a join stands after its branches), a sub-process before its inside, boundary
        events after their host, what no flow reaches at the end."""
        finished: dict[str, Shape] = {}
        for start in self.starts(None)[:1]:
            self._search(start, finished)
        ordered = {shape.id: shape for shape in reversed(finished.values())}
        for shape in self.shapes.values():
            ordered.setdefault(shape.id, shape)
        return tuple(ordered.values())

    def _search(self, first: Shape, finished: dict[str, Shape]) -> None:
        open_ids = {first.id}
        stack = [(first, iter(self._after(first)))]
        while stack:
            shape, ahead = stack[-1]
            following = next((each for each in ahead if each.id not in open_ids), None)
            if following is None:
                finished[shape.id] = shape
                stack.pop()
            else:
                open_ids.add(following.id)
                stack.append((following, iter(self._after(following))))

    def _after(self, shape: Shape) -> list[Shape]:
        """What comes after a shape; what should be read first stands last."""
        ahead = list(self.ahead(shape))
        ahead.sort(key=lambda target: abs(target.row - shape.row), reverse=True)
        inside = [each for each in self.shapes.values() if each.parent == shape.id and each.kind == "startEvent"]
        return [*ahead, *self.attached(shape.id), *inside]


def read_drawing(xml: bytes, process_id: str) -> Drawing:
    """The drawing of one process of a deployed file. Raises KeyError where the file holds no such process."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True, remove_comments=True
    )
    root = etree.fromstring(xml, parser)
    process = next((p for p in root.iter(f"{BPMN}process") if p.get("id") == process_id), None)
    if process is None:
        raise KeyError(process_id)
    rows = _rows(root)
    shapes: dict[str, Shape] = {}
    flows: list[Flow] = []
    for node in process.iter(f"{BPMN}*"):
        kind, node_id = etree.QName(node).localname, node.get("id")
        if node_id is None:
            continue
        if kind == "sequenceFlow":
            happy = _properties(node).get(HAPPY) == "true"
            flows.append(Flow(node_id, node.get("sourceRef", ""), node.get("targetRef", ""), happy))
        elif _is_flow_node(kind):
            shapes[node_id] = _shape(node, kind, node_id, rows)
    texts = process.iter(f"{BPMN}sequenceFlow", f"{BPMN}lane", f"{BPMN}textAnnotation")
    wording = {node.get("id", ""): _properties(node) for node in texts}
    wording |= {pool.get("id", ""): _of_pool(pool, process) for pool in root.iter(f"{BPMN}participant")}
    return Drawing(process_id, shapes, tuple(flows), wording)


def _of_pool(pool: etree._Element, process: etree._Element) -> Mapping[str, str]:
    """The wording of a pool: its own, and that of its process, where it is called as its process is."""
    own = _properties(pool)
    if pool.get("processRef") != process.get("id") or pool.get("name") != process.get("name"):
        return own
    spoken = {name: text for name, text in _properties(process).items() if name.startswith("i18n.")}
    return spoken | dict(own)


def _is_flow_node(kind: str) -> bool:
    if kind in _CONTAINERS or kind == "callActivity":
        return True
    return kind.lower().endswith(("task", "gateway")) or (kind.endswith("Event") and kind != "catchEvent")


def _shape(node: etree._Element, kind: str, node_id: str, rows: Mapping[str, float]) -> Shape:
    parent = node.getparent()
    inside = parent is not None and etree.QName(parent).localname in _CONTAINERS
    event = next(
        (
            etree.QName(child).localname.removesuffix("EventDefinition")
            for child in node
            if isinstance(child.tag, str) and child.tag.endswith("EventDefinition")
        ),
        "",
    )
    roles = ",".join(a.get("candidateGroups", "") for a in _extensions(node, "assignmentDefinition"))
    return Shape(
        id=node_id,
        kind=kind,
        name=" ".join(node.get("name", "").split()),
        parent=parent.get("id") if inside and parent is not None else None,
        event=event,
        attached_to=node.get("attachedToRef"),
        roles=tuple(role.strip() for role in roles.split(",") if role.strip()),
        properties=_properties(node),
        row=rows.get(node_id, 0.0),
        link=_link(node),
    )


def _link(node: etree._Element) -> str:
    found = node.find(f"{BPMN}linkEventDefinition")
    return found.get("name", "") if found is not None else ""


def _properties(node: etree._Element) -> Mapping[str, str]:
    return {p.get("name", ""): p.get("value", "") for p in _extensions(node, "properties/property")}


def _extensions(node: etree._Element, path: str) -> list[etree._Element]:
    steps = "/".join(f"{ZEEBE}{step}" for step in path.split("/"))
    return node.findall(f"{BPMN}extensionElements/{steps}")


def _rows(root: etree._Element) -> Mapping[str, float]:
    """The vertical middle of each shape, in the diagram's own units."""
    rows: dict[str, float] = {}
    for shape in root.iter(f"{BPMNDI}BPMNShape"):
        bounds = shape.find(f"{DC}Bounds")
        if bounds is not None:
            with suppress(ValueError):  # drawn nowhere: a draft may hold such a file
                rows[shape.get("bpmnElement", "")] = float(bounds.get("y", "0")) + float(bounds.get("height", "0")) / 2
    return rows
