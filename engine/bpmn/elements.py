"""Reading the elements of a process: their flows, lanes, events and settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.dataflow import read_copies
from engine.bpmn.definitions import Definitions, read_event
from engine.bpmn.gate import named
from engine.bpmn.markers import read_ad_hoc, read_loop, read_repeat
from engine.bpmn.model import Element, Event, Flow, Job
from engine.bpmn.parts import (
    properties_of,
    read_activation,
    read_call,
    read_decision,
    read_form,
    read_job,
    read_listeners,
    read_mappings,
    read_quantity,
    read_script,
    read_user_work,
)
from engine.bpmn.refusals import error
from engine.bpmn.sites import Sites, flow_condition
from engine.bpmn.supported import ELEMENTS, SUB_PROCESSES
from engine.bpmn.xml import BPMN, Xml, children, is_in, kind
from engine.feel import StaticText
from engine.findings import Finding

__all__ = ["names_by_language", "read_elements"]


class _Flows:
    """The sequence flows of a process, by source and by target, in the order of the file."""

    def __init__(self, process: Xml, findings: list[Finding], functions: Collection[str]) -> None:
        self.functions = functions
        self.outgoing: dict[str, list[Flow]] = {}
        self.incoming: dict[str, list[str]] = {}
        self.scopes: dict[str, str | None] = {}
        defaults = {(node.get("id"), node.get("default")) for node in process.iter() if node.get("default")}
        for node in process.iter(f"{{{BPMN}}}sequenceFlow"):
            flow = self._read(node, defaults, findings)
            if flow is not None:
                self.add(flow)

    def _read(self, node: Xml, defaults: set[tuple[str | None, str | None]], findings: list[Finding]) -> Flow | None:
        flow_id = node.get("id", "")
        for end in ("source", "target"):
            if not node.get(f"{end}Ref"):
                findings.append(error("flow_end_missing", *named(node), end=end))
                return None
        conditions = children(node, "conditionExpression")
        text = "".join(conditions[0].itertext()) if conditions else None
        is_default = (node.get("sourceRef"), flow_id) in defaults
        return Flow(
            id=flow_id,
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name"),
            condition=None if is_default else flow_condition(Sites(node, findings, self.functions), text),
            is_default=is_default,
        )

    def add(self, flow: Flow) -> None:
        """One more flow, drawn or made from a pair of link events."""
        self.outgoing.setdefault(flow.source, []).append(flow)
        self.incoming.setdefault(flow.target, []).append(flow.id)


def read_elements(
    process: Xml, definitions: Definitions, embedded: Mapping[str, str], findings: list[Finding]
) -> dict[str, Element]:
    """The elements by id, in the order of the file, sub-processes before what is inside them."""
    flows = _Flows(process, findings, definitions.functions)
    lanes = dict(_lanes(process))
    nodes = [(node, parent) for node, parent in _nodes(process) if kind(node) in ELEMENTS and node.get("id")]
    events = {
        node.get("id"): read_event(node, Sites(node, findings, definitions.functions), definitions) for node, _ in nodes
    }
    _join_links(nodes, {key: event.link for key, event in events.items() if event is not None}, flows, findings)
    return {
        node.get("id", ""): _read_element(
            node,
            parent,
            flows,
            lanes,
            events[node.get("id")],
            Sites(node, findings, definitions.functions),
            embedded,
            definitions,
        )
        for node, parent in nodes
    }


def _read_element(
    node: Xml, parent: str | None, flows: _Flows, lanes: Mapping[str, str], event: Event | None, sites: Sites,
    embedded: Mapping[str, str], definitions: Definitions,
) -> Element:  # fmt: skip
    element_id, type_name = node.get("id", ""), kind(node)
    inputs, outputs = read_mappings(node, sites)
    properties = properties_of(node)
    drawn = Element(
        id=element_id,
        type=type_name,
        name=_clean(node.get("name")),
        names=names_by_language(properties),
        documentation=_documentation(node),
        parent=parent,
        lane=lanes.get(element_id),
        properties=properties,
        outgoing=tuple(flows.outgoing.get(element_id, ())),
        incoming=tuple(flows.incoming.get(element_id, ())),
        event=event,
        attached_to=node.get("attachedToRef") if type_name == "boundaryEvent" else None,
        interrupting=_interrupts(node),
        triggered_by_event=node.get("triggeredByEvent") == "true",
        inputs=inputs,
        outputs=outputs,
        for_compensation=node.get("isForCompensation") == "true",
        compensated_by=_handler(node, event),
        instantiates=node.get("instantiate") == "true",
        takes_all=node.get("eventGatewayType") == "Parallel",
        start_quantity=read_quantity(node, "startQuantity", sites),
        completion_quantity=read_quantity(node, "completionQuantity", sites),
    )
    return _with_work(drawn, node, sites, embedded, definitions)


def _with_work(
    drawn: Element, node: Xml, sites: Sites, embedded: Mapping[str, str], definitions: Definitions
) -> Element:
    """What the element does, beside where it stands."""
    is_user_task = drawn.type == "userTask"
    return replace(
        drawn,
        copies_in=read_copies(node, "dataInputAssociation", definitions.data, sites),
        copies_out=read_copies(node, "dataOutputAssociation", definitions.data, sites),
        work=read_user_work(node, sites, embedded) if is_user_task else None,
        job=read_job(node, sites) or _publishing(drawn.event, drawn.type, definitions),
        heard_by=read_listeners(node, sites),
        script=read_script(node, sites),
        decision=read_decision(node, sites),
        call=read_call(node, sites) if drawn.type == "callActivity" else None,
        loop=read_loop(node, sites, definitions),
        repeat=read_repeat(node, sites),
        ad_hoc=read_ad_hoc(node, sites),
        form=None if is_user_task else read_form(node, sites, embedded),
        activation=read_activation(node, sites),
    )


def _publishing(event: Event | None, type_name: str, definitions: Definitions) -> Job | None:
    """What throws a message and has no job publishes it by itself, where files are not for Camunda 8."""
    throws = type_name in ("sendTask", "intermediateThrowEvent", "endEvent") and definitions.is_plain
    names = [one.name for one in event.each if one.kind == "message"] if event is not None and throws else []
    return Job(StaticText("message.publish"), None, {}, publishes=True) if names and all(names) else None


def _handler(node: Xml, event: Event | None) -> str | None:
    """The activity that a compensation boundary event is associated with; None where it is not exactly one.

    Where an association was drawn from does not matter: it joins the two (texts may be joined to the event as well).
    """
    if event is None or event.kind != "compensate" or kind(node) != "boundaryEvent":
        return None
    ends = [
        [(line.get(end) or "").rpartition(":")[2] for end in ("sourceRef", "targetRef")]
        for line in node.getroottree().iter(f"{{{BPMN}}}association")
    ]
    joined = {one for pair in ends if node.get("id") in pair for one in pair} - {node.get("id")}
    known = [
        one for one in node.getroottree().iter(f"{{{BPMN}}}*") if one.get("id") in joined and kind(one) in ELEMENTS
    ]
    undoing = [one for one in known if one.get("isForCompensation") == "true"] or known
    return undoing[0].get("id") if len(undoing) == 1 else None


def _nodes(process: Xml) -> Iterator[tuple[Xml, str | None]]:
    """Every flow node with the id of the sub-process around it."""
    stack: list[tuple[Xml, str | None]] = [(node, None) for node in reversed(process)]
    while stack:
        node, parent = stack.pop()
        name = kind(node)
        if not is_in(node, BPMN) or name in ("sequenceFlow", "process"):
            continue
        yield node, parent
        if name in SUB_PROCESSES:
            stack += [(inner, node.get("id")) for inner in reversed(node)]


def _join_links(
    nodes: list[tuple[Xml, str | None]], links: Mapping[str | None, str | None], flows: _Flows, findings: list[Finding]
) -> None:
    """A link throw event leads to the catch event of the same name in the same scope: a flow like any other."""
    catches: dict[tuple[str | None, str], list[Xml]] = {}
    for node, parent in nodes:
        link = links.get(node.get("id"))
        if link is not None and kind(node) == "intermediateCatchEvent":
            catches.setdefault((parent, link), []).append(node)
    for (_, link), found in catches.items():
        if len(found) > 1:
            events = ", ".join(one.get("id", "") for one in found)
            findings.append(
                error("link_catch_twice", found[1].get("id"), found[1].get("name"), link=link, events=events)
            )
    for node, parent in nodes:
        link = links.get(node.get("id"))
        if link is None or kind(node) != "intermediateThrowEvent":
            continue
        targets = catches.get((parent, link), [])
        if not targets:
            findings.append(error("link_without_catch", node.get("id"), node.get("name"), link=link))
            continue
        source, target = node.get("id", ""), targets[0].get("id", "")
        flows.add(Flow(f"{source} (link)", source, target))


def _lanes(process: Xml) -> Iterator[tuple[str, str]]:
    """Each element with the innermost lane that names it."""
    for lane in process.iter(f"{{{BPMN}}}lane"):
        for reference in children(lane, "flowNodeRef"):
            yield (reference.text or "").strip(), lane.get("name") or lane.get("id") or ""


def _interrupts(node: Xml) -> bool:
    attribute = "cancelActivity" if kind(node) == "boundaryEvent" else "isInterrupting"
    return node.get(attribute, "true") != "false"


def _documentation(node: Xml) -> str | None:
    found = node.find(f"{{{BPMN}}}documentation")
    return None if found is None or found.text is None else found.text.strip() or None


def _clean(name: str | None) -> str | None:
    """A name in one line: the editor breaks lines in labels."""
    return " ".join(name.split()) or None if name is not None else None


def names_by_language(properties: Mapping[str, str]) -> dict[str, str]:
    """The names from `i18n.<language>.name`."""
    found = {}
    for name, value in properties.items():
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "i18n" and parts[2] == "name":
            found[parts[1]] = value
    return found
