"""Attributes, texts and references that stand where BPMN 2.0 has none, or where nothing here would act on them.

By the schema: an expression has its language and type, `extensionElements` has no attributes, and text stands in
expressions, references and documentation alone. Whatever is of another namespace is kept and not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.gate import named, words
from engine.bpmn.refusals import error
from engine.bpmn.supported import CHILDREN
from engine.bpmn.xml import BPMN, Xml, children, is_in, kind
from engine.findings import Finding

__all__ = ["check_strays"]

_TIMES: Final = ("timeDate", "timeDuration", "timeCycle")
_EXPRESSIONS: Final = (
    *_TIMES, "conditionExpression", "condition", "activationCondition", "completionCondition", "loopCondition",
    "loopCardinality", "transformation",
)  # fmt: skip
_KNOWN: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_EXPRESSIONS, CHILDREN["conditionExpression"]),
    "extensionElements": frozenset(),
}
# What a case may use of what stands beside its process, with its attributes (BPMN 2.0, 8.4).
_ROOTS: Final[Mapping[str, frozenset[str]]] = {
    "message": frozenset({"id", "name", "itemRef"}),
    "signal": frozenset({"id", "name", "structureRef"}),
    "error": frozenset({"id", "name", "errorCode", "structureRef"}),
    "escalation": frozenset({"id", "name", "escalationCode", "structureRef"}),
}
# Text is theirs: of documentation and foreign scripts any, of references an id.
_TEXTS: Final = frozenset(
    {
        *_EXPRESSIONS,
        "documentation",
        "text",
        "script",
        "incoming",
        "outgoing",
        "source",
        "target",
        "from",
        "to",
        "supports",
    }
)
_SAYING: Final = frozenset({"messageEventDefinition", "sendTask", "receiveTask"})  # an operation tells their message
_SHOWN: Final = 60


def check_strays(root: Xml) -> Iterator[Finding]:
    """Over the executable processes and what they may use (messages, signals, …), before anything is read."""
    messages = _messages_of_operations(root)
    for holder in root:
        name = kind(holder)
        if not is_in(holder, BPMN) or (name != "process" and name not in _ROOTS):
            continue
        if name == "process" and holder.get("isExecutable") != "true":
            continue
        yield from _attributes(holder, holder, _ROOTS.get(name))
        for node in holder.iter(f"{{{BPMN}}}*"):
            yield from _attributes(node, _owner(node), _KNOWN.get(kind(node)))
            yield from _texts(node)
            yield from _operations(node, messages)


def _attributes(node: Xml, owner: Xml, known: frozenset[str] | None) -> Iterator[Finding]:
    for attribute in () if known is None else (str(each) for each in node.attrib):
        if not attribute.startswith("{") and attribute not in (known or ()):
            type_name = "extension elements" if kind(node) == "extensionElements" else words(kind(node)).strip()
            yield error("attribute_unsupported", *named(owner), attribute=attribute, type=type_name)


def _texts(node: Xml) -> Iterator[Finding]:
    """Text of a node, and behind what stands in it; of documentation and of other namespaces none."""
    if kind(node) == "documentation" or any(kind(each) == "documentation" for each in node.iterancestors()):
        return
    stray = [child.tail for child in node] if kind(node) not in _TEXTS else []
    if kind(node) not in _TEXTS and not kind(node).endswith(("Ref", "Refs")):
        stray.append(node.text)
    for text in filter(None, (" ".join((each or "").split()) for each in stray)):
        yield error("text_stray", *named(_owner(node)), text=text[:_SHOWN])


def _messages_of_operations(root: Xml) -> Mapping[str, str]:
    """By the id of an operation of the file, the message that it takes; empty where it names none."""
    return {
        operation.get("id", ""): _local(next((each.text for each in children(operation, "inMessageRef")), ""))
        for interface in children(root, "interface")
        for operation in children(interface, "operation")
    }


def _operations(node: Xml, messages: Mapping[str, str]) -> Iterator[Finding]:
    """An operation is never called here; where it only says which message is meant, it has to be the same one."""
    written = [node.get("operationRef"), *(each.text for each in children(node, "operationRef"))]
    for operation in filter(None, map(_local, written)):
        owner = _owner(node)
        if kind(node) not in _SAYING:
            yield error("operation_unsupported", *named(owner), operation=operation)
        elif operation not in messages:
            yield error("reference_missing", *named(owner), place="operation", ref=operation)
        elif (said := _local(node.get("messageRef"))) and messages[operation] not in ("", said):
            params = {"operation": operation, "message": said, "other": messages[operation]}
            yield error("operation_message", *named(owner), **params)


def _local(reference: str | None) -> str:
    """An id without the prefix of its namespace."""
    return (reference or "").strip().rpartition(":")[2]


def _owner(node: Xml) -> Xml:
    """The element of the diagram that a part belongs to."""
    part = kind(node) in _KNOWN or kind(node) in _TEXTS or kind(node).endswith(("EventDefinition", "Ref", "Refs"))
    holder = node.getparent()
    return _owner(holder) if holder is not None and (part or node.get("id") is None) else node
