"""Plain BPMN into our dialect, by the general rules of the case format; never by the id of a case."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.bpmn.xml import BPMN, ZEEBE, children, kind

__all__ = ["plainly_named", "rewritten"]

Xml = etree._Element
_ASSIGNMENTS = ("performer", "humanPerformer", "potentialOwner", "resourceRole", "rendering", "correlationSubscription")
_FOREIGN = ("expressionLanguage", "scriptFormat", "language", "implementation")
EFFECT = "conformance.effect"
_ISO = re.compile(r"(R\d*/)?(P[\dYMWDTHS.]+|\d{4}-\d\d-\d\dT.*)")
_TIMES = ("timeDuration", "timeDate", "timeCycle")
_HEARD = (
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent", "userTask",
    "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess",
)  # fmt: skip
_WORKING = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask", "task")


def plainly_named(case: Mapping[str, Any], files: list[bytes]) -> tuple[Mapping[str, Any], list[bytes]]:
    """The same with “_” for the blanks inside the names of items: our variables have none."""
    blank = {
        name
        for data in files
        for node in etree.fromstring(data).iter(f"{{{BPMN}}}inputDataItem", f"{{{BPMN}}}outputDataItem")
        if " " in (name := node.get("name") or "")
    }
    text = json.dumps(case)
    for name in blank:
        plain = name.replace(" ", "_")
        text = text.replace(json.dumps(name)[1:-1], plain)
        files = [data.replace(name.encode(), plain.encode()) for data in files]
    return json.loads(text), files


def rewritten(data: bytes, case: Mapping[str, Any]) -> bytes:
    """The file as our engine wants it."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False))
    texts = case.get("rewrite", {})
    _strip_foreign(root)
    _name_roots(root)
    _name_receive_tasks(root)
    _rewrite_globals(root)
    for process in children(root, "process"):
        process.set("isExecutable", "true")
        for node in list(process.iter(f"{{{BPMN}}}*")):
            _rewrite(node, texts, case)
    return etree.tostring(root)


def _rewrite_globals(root: Xml) -> None:
    """Global tasks are processes of one task: what that does is an effect, and who completes it a person."""
    for node in children(root, "globalManualTask"):
        node.tag = f"{{{BPMN}}}globalUserTask"
    for node in children(root, "globalTask"):
        node.tag = f"{{{BPMN}}}globalScriptTask"
    for name in ("globalScriptTask", "globalBusinessRuleTask"):
        for node in children(root, name):
            _work(node)


def _strip_foreign(root: Xml) -> None:
    for node in list(root.iter(etree.Element)):
        tag = str(node.tag)
        if (not tag.startswith(f"{{{BPMN}}}") or kind(node) in _ASSIGNMENTS) and node.getparent() is not None:
            node.getparent().remove(node)
            continue
        for name in list(node.attrib):
            if str(name).startswith("{") or name in _FOREIGN:
                del node.attrib[name]


def _name_roots(root: Xml) -> None:
    """Messages and signals go by name, else by id; errors and escalations without a code by their id."""
    for message in children(root, "message"):
        message.set("name", message.get("name") or message.get("id", ""))
        _setting(message, "subscription", correlationKey='="k"')
    for signal in children(root, "signal"):
        signal.set("name", signal.get("name") or signal.get("id", ""))
    for kind_ in ("error", "escalation"):
        for node in children(root, kind_):
            node.set(f"{kind_}Code", node.get(f"{kind_}Code") or node.get("id", ""))


def _name_receive_tasks(root: Xml) -> None:
    """A receive task without a message can be completed only: its message has a name that nobody sends."""
    for node in root.iter(f"{{{BPMN}}}receiveTask"):
        if not node.get("messageRef"):
            name = f"completed_{node.get('id')}"
            message = etree.Element(f"{{{BPMN}}}message", id=name, name=name)
            _setting(message, "subscription", correlationKey='="k"')
            root.insert(0, message)
            node.set("messageRef", name)


def _rewrite(node: Xml, texts: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    name = kind(node)
    if name == "manualTask":
        node.tag = f"{{{BPMN}}}userTask"
    elif name in _WORKING:
        _work(node)
    elif name == "conditionExpression" or name in (
        "completionCondition",
        "condition",
        "loopCondition",
        "activationCondition",
    ):
        node.text = f"=({_text(node, texts)}) = true"
    elif name in _TIMES:
        _time(node, _text(node, texts))
    elif name == "callActivity":
        _call(node, case.get("calls", {}).get(node.get("id")))
    elif name == "loopCardinality":
        node.text = f"={_text(node, texts)}"
    elif name in ("intermediateThrowEvent", "endEvent") and _throws_nameless(node):
        _work(node)
    if name in _HEARD and node.get("id") in case.get("services", {}):
        _hear(node)


def _time(node: Xml, text: str) -> None:
    """An ISO text means just that, in whichever element it stands."""
    quoted = text.strip('"')
    if _ISO.fullmatch(quoted) is None:
        node.text = f"={text}"
        return
    node.text = quoted
    kind_ = "timeCycle" if quoted.startswith("R") else "timeDuration" if quoted.startswith("P") else "timeDate"
    node.tag = f"{{{BPMN}}}{kind_}"


def _throws_nameless(node: Xml) -> bool:
    """Whether a message is thrown that is not said: nothing is sent, only the effect happens."""
    thrown = children(node, "messageEventDefinition")
    return bool(thrown) and not any(one.get("messageRef") for one in thrown)


def _work(node: Xml) -> None:
    """Every working task becomes a job whose effect the runner applies; what sends a message does so by itself."""
    for script in children(node, "script"):
        node.remove(script)
    if kind(node) == "task":
        node.tag = f"{{{BPMN}}}serviceTask"
    if not (kind(node) == "sendTask" and node.get("messageRef")):
        _setting(node, "taskDefinition", type=EFFECT)


def _hear(node: Xml) -> None:
    """An element without work of its own has its effect when it was executed; an error end before it throws."""
    thrown = [kind(child).removesuffix("EventDefinition") for child in node if kind(child).endswith("EventDefinition")]
    if kind(node) in ("intermediateThrowEvent", "endEvent") and "message" in thrown:
        return  # a job has its effect already
    phase = "start" if kind(node) == "endEvent" and set(thrown) & {"error", "cancel"} else "end"
    listeners = _setting(node, "executionListeners")
    etree.SubElement(listeners, f"{{{ZEEBE}}}executionListener", eventType=phase, type=EFFECT)


def _call(node: Xml, mapping: Mapping[str, Mapping[str, str]] | None) -> None:
    """What the pack says of a call passes, and nothing else; where it says nothing, everything does."""
    called = node.attrib.pop("calledElement", "")
    everything = "true" if mapping is None else "false"
    _setting(
        node,
        "calledElement",
        processId=called.rpartition(":")[2],
        propagateAllParentVariables=everything,
        propagateAllChildVariables=everything,
    )
    if mapping is None or not (mapping.get("in") or mapping.get("out")):
        return
    io = _setting(node, "ioMapping")
    for direction, tag in (("in", "input"), ("out", "output")):
        for target, source in mapping.get(direction, {}).items():
            etree.SubElement(io, f"{{{ZEEBE}}}{tag}", source=f"={source}", target=target)


def _setting(node: Xml, setting: str, **attributes: str) -> Xml:
    holders = children(node, "extensionElements")
    if holders:
        holder = holders[0]
    else:
        holder = etree.Element(f"{{{BPMN}}}extensionElements")
        node.insert(0, holder)
    return etree.SubElement(holder, f"{{{ZEEBE}}}{setting}", attrib=attributes, nsmap={"zeebe": ZEEBE})


def _text(node: Xml, texts: Mapping[str, Any]) -> str:
    original = "".join(node.itertext()).strip()
    found = texts.get(original, original)
    return found if isinstance(found, str) else original
