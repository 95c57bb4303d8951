"""The whole vocabulary of BPMN's schema, put at every place: it changes what runs, is drawing, or is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pytest
from lxml import etree

from engine.bpmn import DiagramRefused, read_diagram
from engine.bpmn.model import Element
from engine.bpmn.xml import BPMN

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = etree.fromstring((files("SpiffWorkflow.bpmn.parser") / "schema" / "Semantic.xsd").read_bytes())
TYPES = {node.get("name", ""): node for node in SCHEMA.iter(f"{XSD}complexType", f"{XSD}simpleType")}
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' id="definitions" targetNamespace="test"><message id="M" name="M"><extensionElements>'
    '<zeebe:subscription correlationKey="=k"/></extensionElements></message><signal id="S" name="S"/>'
    '<error id="E" errorCode="E"/><escalation id="X" escalationCode="X"/>'
)
JOB = '<extensionElements><zeebe:taskDefinition type="x"/></extensionElements>'
SIGNAL = '<signalEventDefinition signalRef="S"/>'

# What BPMN gives no meaning for execution: it is drawing, documentation, or says what kind of data there is.
DRAWING: Final = frozenset(
    {
        "association", "auditing", "category", "categoryValueRef", "collaboration", "dataInput", "dataObject",
        "dataObjectReference", "dataOutput", "dataState", "dataStore", "dataStoreReference", "documentation",
        "extension", "extensionElements", "group", "import", "incoming", "inputSet", "interface", "ioSpecification",
        "itemDefinition", "lane", "laneSet", "monitoring", "outgoing", "outputSet", "partnerEntity", "partnerRole",
        "property", "relationship", "resource", "supports", "text", "textAnnotation",
    }
)  # fmt: skip
# Attributes that only say how a thing is called, made or looked at (BPMN 2.0, tables 8.46, 10.1, 10.8 and 10.51).
NOTED: Final = frozenset(
    {
        "id", "name", "processType", "isClosed", "definitionalCollaborationRef", "implementation", "operationRef",
        "gatewayDirection", "scriptFormat", "isImmediate", "method", "evaluatesToTypeRef",
    }
)  # fmt: skip
# At these places the attribute has nothing to decide: one event alone, a process that begins, a job that is its own.
EMPTY: Final = frozenset(
    {("startEvent", "isInterrupting"), ("sendTask", "messageRef"), ("multiInstanceLoopCharacteristics", "behavior")}
    | {(name, "parallelMultiple") for name in ("startEvent", "intermediateCatchEvent", "boundaryEvent")}
)
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "xsd:boolean": ("true", "false"), "xsd:QName": ("odd", "f2"), "xsd:IDREF": ("odd", "f2"),
    "xsd:integer": ("2", "0", "x"),
}  # fmt: skip
# An event definition is put with what it needs, so that it is refused for its place only.
WHOLE: Final[Mapping[str, str]] = {
    "messageEventDefinition": '<messageEventDefinition messageRef="M"/>',
    "signalEventDefinition": SIGNAL,
    "errorEventDefinition": '<errorEventDefinition errorRef="E"/>',
    "escalationEventDefinition": '<escalationEventDefinition escalationRef="X"/>',
    "timerEventDefinition": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "conditionalEventDefinition": "<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>",
    "linkEventDefinition": '<linkEventDefinition name="L"/>',
    "compensateEventDefinition": "<compensateEventDefinition/>",
    "terminateEventDefinition": "<terminateEventDefinition/>",
    "cancelEventDefinition": "<cancelEventDefinition/>",
    **{
        name: f"<{name}>x</{name}>"
        for name in ("conditionExpression", "completionCondition", "loopCondition", "activationCondition", "condition")
    },
    "standardLoopCharacteristics": '<standardLoopCharacteristics loopMaximum="2"/>',
    "multiInstanceLoopCharacteristics": "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>",
}


def _flow(flow_id: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{flow_id}" sourceRef="{source}" targetRef="{target}"/>'


def _process(body: str, process_id: str = "p") -> str:
    return f'<process id="{process_id}" isExecutable="true"><startEvent id="s"/><endEvent id="e"/>{body}</process>'


def _between(element: str, element_id: str = "h") -> str:
    return _process(element + _flow("f1", "s", element_id) + _flow("f2", element_id, "e"))


PLACES: Final[Mapping[str, str]] = {
    "process": _process(_flow("f2", "s", "e"), "h"),
    "sequenceFlow": _process(_flow("h", "s", "e")),
    "startEvent": _process(_flow("f2", "s", "e")).replace('"s"', '"h"'),
    "endEvent": _process(_flow("f2", "s", "e")).replace('"e"', '"h"'),
    "intermediateThrowEvent": _between('<intermediateThrowEvent id="h"/>'),
    "intermediateCatchEvent": _between(f'<intermediateCatchEvent id="h">{SIGNAL}</intermediateCatchEvent>'),
    "boundaryEvent": _between(f'<task id="t"/><boundaryEvent id="h" attachedToRef="t">{SIGNAL}</boundaryEvent>', "t"),
    "subProcess": _between('<subProcess id="h"><startEvent id="s2"/></subProcess>'),
    "transaction": _between('<transaction id="h"><startEvent id="s2"/></transaction>'),
    "adHocSubProcess": _between('<adHocSubProcess id="h"><task id="t2"/></adHocSubProcess>'),
    "callActivity": _between('<callActivity id="h" calledElement="c"/>'),
    "receiveTask": _between('<receiveTask id="h" messageRef="M"/>'),
    "multiInstanceLoopCharacteristics": _between(
        '<task id="t"><multiInstanceLoopCharacteristics id="h"><loopCardinality>2</loopCardinality>'
        "</multiInstanceLoopCharacteristics></task>", "t",
    ),
    "standardLoopCharacteristics": _between(
        '<task id="t"><standardLoopCharacteristics id="h" loopMaximum="2"/></task>', "t"
    ),
    **{name: _between(f'<{name} id="h"/>') for name in ("task", "manualTask", "userTask")},
    **{
        name: _between(f'<{name} id="h">{JOB}</{name}>')
        for name in ("serviceTask", "sendTask", "scriptTask", "businessRuleTask")
    },
    **{
        name: _between(f'<{name} id="h"/>')
        for name in ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway")
    },
}  # fmt: skip


@dataclass(frozen=True)
class Attribute:
    """An attribute of the schema: what may be written there."""

    name: str
    values: tuple[str, ...]
    default: str | None


@cache
def names() -> tuple[str, ...]:
    """Every element of the schema, global or inside of a type."""
    return tuple(sorted({name for node in SCHEMA.iter(f"{XSD}element") if (name := node.get("name")) is not None}))


def attributes(element: str) -> Iterator[Attribute]:
    """The attributes of an element's type and of the types that it extends."""
    found = SCHEMA.find(f"{XSD}element[@name='{element}']")
    type_name = None if found is None else found.get("type")
    while type_name in TYPES:
        node = TYPES[type_name]
        for one in node.iter(f"{XSD}attribute"):
            enumerated = TYPES.get(one.get("type", ""))
            listed = (
                () if enumerated is None else tuple(x.get("value", "") for x in enumerated.iter(f"{XSD}enumeration"))
            )
            values = VALUES.get(one.get("type", "")) or listed or ("odd",)
            yield Attribute(one.get("name", ""), values, one.get("default"))
        extension = node.find(f".//{XSD}extension")
        type_name = None if extension is None else extension.get("base")


def _read(root: etree._Element) -> Mapping[str, Element] | None:
    """The elements as read; None where the file is refused. A refusal names its element, and where it stands."""
    try:
        return read_diagram(etree.tostring(root), name="test").processes[0].elements
    except DiagramRefused as refused:
        errors = [finding for finding in refused.findings if finding.is_error]
        assert errors
        assert all(finding.element is None or finding.element in finding.message for finding in errors)
        assert any(finding.element is not None or "odd" in finding.message for finding in errors), errors
        return None


def _drawn(place: str) -> tuple[etree._Element, etree._Element]:
    root = etree.fromstring(f"{HEAD}{PLACES[place]}</definitions>")
    return root, next(node for node in root.iter() if node.get("id") == "h")


@pytest.mark.parametrize("place", PLACES)
def test_an_element_at_a_place_is_drawing_or_changes_what_runs_or_is_refused(place: str) -> None:
    before = _read(_drawn(place)[0])
    assert before is not None
    silent = []
    for name in names():
        root, holder = _drawn(place)
        node = etree.fromstring(
            WHOLE.get(name, f"<{name}/>").replace(f"<{name}", f'<{name} xmlns="{BPMN}" id="odd"', 1)
        )
        holder.append(node)
        after = _read(root)
        if after is not None and repr(after) == repr(before) and name not in DRAWING:
            silent.append(name)
    assert silent == []


@pytest.mark.parametrize("place", PLACES)
def test_an_attribute_at_a_place_is_noted_or_changes_what_runs_or_is_refused(place: str) -> None:
    before = _read(_drawn(place)[0])
    silent = []
    for attribute in attributes(place):
        for value in attribute.values:
            root, holder = _drawn(place)
            if attribute.name in NOTED or (place, attribute.name) in EMPTY or holder.get(attribute.name) is not None:
                continue
            holder.set(attribute.name, value)
            after = _read(root)
            if after is not None and repr(after) == repr(before) and value not in (attribute.default, "Parallel"):
                silent.append(f"{attribute.name}={value}")
    assert silent == []


def test_the_schema_is_the_whole_vocabulary() -> None:
    assert len(names()) == 185
    assert {"multiInstanceLoopCharacteristics", "choreographyTask", "correlationSubscription", "to"} <= set(names())
