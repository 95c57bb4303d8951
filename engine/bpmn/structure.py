"""How elements may be connected: what would hang, start twice or never start is refused (dialect §8, §14)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from engine.bpmn.gate import named, words
from engine.bpmn.model import Element
from engine.bpmn.refusals import error, warning
from engine.bpmn.starts import starting_problems
from engine.bpmn.supported import ELEMENTS, SUB_PROCESSES
from engine.bpmn.undoing import check_undoing
from engine.bpmn.xml import BPMN, MODELER, Xml, is_in, kind
from engine.feel import StaticText
from engine.findings import Finding

__all__ = ["check_ids", "check_structure"]

_ID = re.compile(r"[^\W\d][\w.-]{0,199}")
MAX_ATTRIBUTES = 100
_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_CONDITIONS_ALLOWED = _CHOOSING | {
    "complexGateway",
    "task", "manualTask", "userTask", "serviceTask", "sendTask", "scriptTask", "businessRuleTask", "receiveTask",
    "callActivity", "subProcess", "transaction", "adHocSubProcess",
}  # fmt: skip
_BEHIND_EVENT_GATEWAY = frozenset({"message", "timer", "signal", "conditional"})
_ACTIVITIES = _CONDITIONS_ALLOWED - _CHOOSING - {"complexGateway"}


def check_ids(root: Xml) -> Iterator[Finding]:
    """Ids are there, well formed and used once in the file."""
    seen: dict[str, list[Xml]] = {}
    for node in root.iter():
        node_id = node.get("id")
        if not is_in(node, BPMN):
            continue
        if len(node.attrib) > MAX_ATTRIBUTES:
            yield error("attributes_too_many", *named(node), count=len(node.attrib), limit=MAX_ATTRIBUTES)
        if node_id is not None:
            seen.setdefault(node_id, []).append(node)
            if _ID.fullmatch(node_id) is None:
                yield error("id_bad", None, None, id=node_id[:80])
        elif kind(node) in ELEMENTS and kind(node) != "sequenceFlow":
            yield error("id_missing", None, node.get("name"), type=words(kind(node)))
    for nodes in seen.values():
        if len(nodes) > 1:
            yield error("id_twice", *named(nodes[1]), count=len(nodes))


def check_structure(process: Xml, elements: Mapping[str, Element]) -> Iterator[Finding]:
    """Everything wrong with starts, flows, events and work of a process."""
    for_camunda_8 = process.getroottree().getroot().get(f"{{{MODELER}}}executionPlatform") == "Camunda Cloud"
    inside: dict[str | None, list[Element]] = {}
    for element in elements.values():
        inside.setdefault(element.parent, []).append(element)
    yield from _check_starts(named(process), None, inside.get(None, ()))
    for node in process.iter(f"{{{BPMN}}}sequenceFlow"):
        yield from _check_flow(node, elements)
    for node in process.iter(f"{{{BPMN}}}*"):
        flow, owner = node.get("default"), elements.get(node.get("id", ""))
        if flow and owner is not None and all(one.id != flow for one in owner.outgoing):
            yield error("default_unknown", *named(node), flow=flow)
    for element in elements.values():
        for code, params in _problems(element, elements):
            if code == "condition_missing" and not for_camunda_8:  # BPMN: it is taken whenever the gateway comes to it
                yield warning("flow_always", element.id, element.name, **params)
            else:
                yield error(code, element.id, element.name, **params)
        if element.type in SUB_PROCESSES:
            yield from _check_starts((element.id, element.name), element, inside.get(element.id, ()))
    yield from _check_catches(elements)
    yield from check_undoing(elements)


def _check_starts(
    scope: tuple[str | None, str | None], sub_process: Element | None, members: Sequence[Element]
) -> Iterator[Finding]:
    starts = [one for one in members if one.type == "startEvent"]
    if sub_process is not None and sub_process.ad_hoc is not None:
        yield from _check_ad_hoc(sub_process, members)
        return
    for one in members:
        if starts and one.type != "startEvent" and _begins(one) and not one.instantiates:
            yield error("never_entered", one.id, one.name)
    triggered = [one for one in starts if one.event is not None and one.event.kind != "none"]
    plain = len(starts) - len(triggered)
    if sub_process is None:
        if not members or (not starts and not any(_begins(one) for one in members)):
            yield error("no_start", *scope)
        if plain > 1:
            yield error("starts_several", *scope, count=plain, starts=_ids(starts))
    elif sub_process.triggered_by_event:
        if len(triggered) != 1 or plain:
            yield error("event_sub_process_start", *scope, starts=_ids(starts))
    elif triggered or plain > 1 or (not starts and not any(_begins(one) for one in members)):
        yield error("start_in_sub_process", *scope, starts=_ids(starts))


def _ids(elements: Sequence[Element]) -> str:
    return ", ".join(dict.fromkeys(one.id for one in elements)) or "–"


def _check_ad_hoc(sub_process: Element, members: Sequence[Element]) -> Iterator[Finding]:
    """It has activities and no start or end events (BPMN 2.0, 10.3.5); what it begins by itself is inside it."""
    if sub_process.triggered_by_event:
        named_ = (sub_process.id, sub_process.name)
        yield error("attribute_value", *named_, attribute="triggeredByEvent", value="true", allowed="false")
    for one in members:
        if one.type in ("startEvent", "endEvent"):
            yield error("ad_hoc_event", one.id, one.name, type=words(one.type))
        elif one.type.endswith("Gateway") and not one.incoming:  # what begins is an activity or an event
            yield error("never_entered", one.id, one.name)
    if not any(one.type in _ACTIVITIES and _begins(one) for one in members):
        yield error("ad_hoc_empty", sub_process.id, sub_process.name)


def _begins(element: Element) -> bool:
    if element.for_compensation or _is_link_catch(element):
        return False
    return not (element.incoming or element.attached_to or element.triggered_by_event)


def _is_link_catch(element: Element) -> bool:
    return element.type == "intermediateCatchEvent" and element.event is not None and element.event.kind == "link"


def _check_flow(node: Xml, elements: Mapping[str, Element]) -> Iterator[Finding]:
    source, target = elements.get(node.get("sourceRef", "")), elements.get(node.get("targetRef", ""))
    flow_id, name = named(node)
    for end, found in (("source", source), ("target", target)):
        if found is None and node.get(f"{end}Ref"):
            yield error("reference_missing", flow_id, name, place=f"{end} of the flow", ref=node.get(f"{end}Ref"))
    if source is None or target is None:
        return
    if source.parent != target.parent or source.parent != _scope_of(node):
        yield error("flow_crosses", flow_id, name)
    if target.type == "startEvent":
        yield error("flow_into_start", flow_id, name)
    if target.type == "boundaryEvent":
        yield error("flow_into_boundary", flow_id, name)
    if source.type == "endEvent":
        yield error("flow_out_of_end", flow_id, name)
    if source.triggered_by_event or target.triggered_by_event:
        yield error("flow_of_event_sub_process", flow_id, name)


def _scope_of(node: Xml) -> str | None:
    parent = node.getparent()
    return parent.get("id") if parent is not None and kind(parent) in SUB_PROCESSES else None


Problem = tuple[str, dict[str, object]]


def _problems(element: Element, elements: Mapping[str, Element]) -> Iterator[Problem]:
    yield from _flow_problems(element)
    yield from _work_problems(element)
    if element.type == "boundaryEvent":
        yield from _boundary_problems(element, elements)
    if element.type == "eventBasedGateway":
        yield from _event_gateway_problems(element, elements)
    yield from starting_problems(element, elements)
    kinds = {one.kind for one in element.event.each} if element.event is not None else set()
    if "inbound.type" in element.properties:  # dialect §9: what a connector brings would never come
        yield "inbound_connector", {"connector": element.properties["inbound.type"]}
    if element.type == "startEvent" and "error" in kinds and not element.interrupting:
        yield "start_interrupting", {"event": "error"}


def _flow_problems(element: Element) -> Iterator[Problem]:
    conditions = [flow for flow in element.outgoing if flow.condition is not None]
    if element.type == "complexGateway" and len(element.incoming) > 1:
        if element.activation is None:
            yield "value_missing", {"place": "activation condition"}
        for flow in conditions:
            if "waitingForStart" not in getattr(flow.condition, "names", ()):
                yield "condition_without_phase", {"flow": flow.id}
    if conditions and element.type not in _CONDITIONS_ALLOWED | {"parallelGateway"}:
        yield "condition_misplaced", {"flow": conditions[0].id, "type": words(element.type)}
    if element.type in _CHOOSING and len(element.outgoing) > 1:
        for flow in element.outgoing:
            if flow.condition is None and not flow.is_default:
                yield "condition_missing", {"flow": flow.id}


def _work_problems(element: Element) -> Iterator[Problem]:
    kinds = {one.kind for one in element.event.each} if element.event is not None else set()
    for listener in element.heard_by:
        begins = element.type in ("startEvent", "boundaryEvent") and listener.phase == "start"
        if begins or "link" in kinds or (listener.phase == "end" and kinds & {"error", "cancel"} and _throws(element)):
            yield "listener_place", {"type": words(element.type), "event": listener.phase}
    work = [("a job type", element.job), ("a decision", element.decision), ("a script", element.script)]
    given = [name for name, part in work if part is not None]
    if len(given) > 1:
        yield "work_twice", {"type": words(element.type), "first": given[0], "second": given[1]}
    wanted = {
        "serviceTask": "a job type",
        "sendTask": "a job type",
        "scriptTask": "a script or a job type",
        "businessRuleTask": "a decision or a job type",
    }.get(element.type)
    if wanted is not None and not given:
        yield "work_missing", {"type": words(element.type), "wanted": wanted}
    throws = element.type in ("intermediateThrowEvent", "endEvent") and element.event is not None
    messages = any(one.kind == "message" for one in element.event.each) if element.event is not None else False
    if throws and messages != (element.job is not None):
        if element.job is None:
            yield "job_missing", {"type": f"message {words(element.type)}"}
        else:
            yield "extension_unsupported", {"extension": "taskDefinition", "type": words(element.type)}


def _throws(element: Element) -> bool:
    return element.type in ("intermediateThrowEvent", "endEvent")


def _boundary_problems(element: Element, elements: Mapping[str, Element]) -> Iterator[Problem]:
    owner = elements.get(element.attached_to or "")
    if owner is None or owner.type not in _ACTIVITIES or owner.triggered_by_event or owner.parent != element.parent:
        yield "boundary_place", {"ref": element.attached_to}
    errors = element.event is not None and any(one.kind == "error" for one in element.event.each)
    if errors and not element.interrupting:
        yield "boundary_interrupting", {"event": "error"}


def _event_gateway_problems(element: Element, elements: Mapping[str, Element]) -> Iterator[Problem]:
    targets = [elements[flow.target] for flow in element.outgoing if flow.target in elements]
    if len(targets) < 2 or any(len(one.incoming) > 1 for one in targets) or len({one.id for one in targets}) < 2:
        yield "event_gateway_targets", {"targets": _ids(targets)}
    for target in targets:
        events = target.event.each if target.event is not None else ()
        catches = target.type == "intermediateCatchEvent" or _is_plain_receive_task(target, elements)
        if not catches or not {one.kind for one in events} <= _BEHIND_EVENT_GATEWAY:
            yield "event_gateway_target", {"target": target.id}


def _is_plain_receive_task(element: Element, elements: Mapping[str, Element]) -> bool:
    """A receive task without loop and boundary events may be raced for (BPMN 2.0, 10.6.6)."""
    if element.type != "receiveTask" or element.loop is not None or element.repeat is not None or element.instantiates:
        return False
    return not any(one.attached_to == element.id for one in elements.values())


def _check_catches(elements: Mapping[str, Element]) -> Iterator[Finding]:
    """In one place, each error, escalation, message or signal is caught once (dialect §14)."""
    seen: dict[tuple[str | None, str | None, str, str], str] = {}
    for element in elements.values():
        if element.event is None or (
            element.attached_to is None and element.type != "startEvent" and not element.event.parts
        ):
            continue
        scope = elements[element.parent] if element.parent is not None else None
        around = element.parent if scope is None or not scope.triggered_by_event else f"events of {scope.parent}"
        listens = element.attached_to is not None or element.type == "startEvent"
        for event in element.event.each:
            if event.kind not in ("error", "escalation", "message", "signal") or not _catches(element):
                continue
            site = event.code if event.kind in ("error", "escalation") else event.name
            text = "" if site is None else site.text if isinstance(site, StaticText) else f"={site.text}"
            place = (around, element.attached_to if listens else element.id, event.kind, text)
            if place in seen:
                yield error(
                    "code_twice", element.id, element.name, event=event.kind, caught=text or "*", other=seen[place]
                )
            seen[place] = element.id


def _catches(element: Element) -> bool:
    return element.type not in ("intermediateThrowEvent", "endEvent")
