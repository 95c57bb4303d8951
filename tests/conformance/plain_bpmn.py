"""Plain BPMN into our dialect, by the general rules of the case format; never by the id of a case."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from engine.bpmn.xml import BPMN, ZEEBE, children, kind

__all__ = ["EFFECT", "PUBLISH", "plainly_named", "rewritten"]

Xml = etree._Element
_ASSIGNMENTS = ("performer", "humanPerformer", "potentialOwner", "resourceRole", "rendering")
_FOREIGN = ("expressionLanguage", "scriptFormat", "language", "implementation")
EFFECT, PUBLISH = "conformance.effect", "conformance.publish"
_ISO = re.compile(r"(R\d*/)?(P[\dYMWDTHS.]+|\d{4}-\d\d-\d\dT.*)")
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
    for script in children(root, "globalScriptTask"):
        _work(script, "globalScriptTask")
    for process in children(root, "process"):
        process.set("isExecutable", "true")
        for node in list(process.iter(f"{{{BPMN}}}*")):
            _rewrite(node, texts, case)
    return etree.tostring(root)


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
        _work(node, name)
    elif name == "conditionExpression" or name in (
        "completionCondition",
        "condition",
        "loopCondition",
        "activationCondition",
    ):
        node.text = f"=({_text(node, texts)}) = true"
    elif name in ("timeDuration", "timeDate", "timeCycle"):
        text = _text(node, texts)
        quoted = text.strip('"')
        node.text = quoted if _ISO.fullmatch(quoted) else f"={text}"
    elif name == "callActivity":
        _call(node, case.get("calls", {}).get(node.get("id"), {}))
    elif name == "loopCardinality":
        node.text = f"={_text(node, texts)}"
    elif name in ("intermediateThrowEvent", "endEvent") and children(node, "messageEventDefinition"):
        _setting(node, "taskDefinition", type=PUBLISH)


def _work(node: Xml, name: str) -> None:
    """Every working task becomes a job whose effect the runner applies; a send task publishes as well."""
    for script in children(node, "script"):
        node.remove(script)
    if name == "task":
        node.tag = f"{{{BPMN}}}serviceTask"
    _setting(node, "taskDefinition", type=PUBLISH if name == "sendTask" and node.get("messageRef") else EFFECT)


def _call(node: Xml, mapping: Mapping[str, Mapping[str, str]]) -> None:
    called = node.attrib.pop("calledElement", "")
    _setting(
        node,
        "calledElement",
        processId=called.rpartition(":")[2],
        propagateAllChildVariables="true" if not mapping else "false",
    )
    if mapping:
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
