"""What a diagram made for Camunda 7 says in words that nothing here understands: element by element, with the mend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from engine.bpmn.refusals import error
from engine.bpmn.xml import BPMN, Xml, children, is_in, kind
from engine.findings import Finding

__all__ = ["NAMESPACE", "settings_of_camunda_7"]

NAMESPACE: Final = "http://camunda.org/schema/1.0/bpmn"
# By setting, what it is about; each is one sentence of `refusals.MESSAGES`.
_ABOUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("class", "delegateExpression", "expression", "type", "topic", "connector"), "camunda_7_work"),
    **dict.fromkeys(("assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate"), "camunda_7_person"),
    **dict.fromkeys(("formKey", "formRef", "formData", "formProperty"), "camunda_7_form"),
    **dict.fromkeys(("decisionRef", "mapDecisionResult"), "camunda_7_decision"),
    **dict.fromkeys(("inputOutput", "in", "out", "resultVariable", "collection", "elementVariable"), "camunda_7_data"),
}


def settings_of_camunda_7(root: Xml) -> Iterator[Finding]:
    """One finding for each element and each kind of setting that has to be set anew."""
    for process in children(root, "process"):
        for node in process.iter(etree.Element):
            if node.get("id") and is_in(node, BPMN):
                yield from _settings(node)


def _settings(node: Xml) -> Iterator[Finding]:
    about: dict[str, list[str]] = {}
    for setting in _written(node):
        about.setdefault(_ABOUT.get(setting, "camunda_7_other"), []).append(setting)
    for code, settings in about.items():
        yield error(code, node.get("id"), node.get("name"), settings=", ".join(dict.fromkeys(settings)))
    for condition in children(node, "conditionExpression"):
        text = (condition.text or "").strip()
        if text.startswith(("${", "#{")):
            yield error("camunda_7_condition", node.get("id"), node.get("name"), expression=text[:80])


def _written(node: Xml) -> Iterator[str]:
    """The names of Camunda 7's attributes and extensions of an element itself; its marker for loops counts as it."""
    holders = [node, *children(node, "multiInstanceLoopCharacteristics")]
    for holder in holders:
        for name in holder.attrib:
            if etree.QName(str(name)).namespace == NAMESPACE:
                yield etree.QName(str(name)).localname
        for extensions in children(holder, "extensionElements"):
            for each in extensions:
                if is_in(each, NAMESPACE):
                    yield kind(each)
