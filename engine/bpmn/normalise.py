"""Making implicit things explicit before the dialect is read: ids of flows, shared event definitions, global tasks.

SpiffWorkflow's own reader drops a flow without id and a referenced event definition in silence.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.refusals import error
from engine.bpmn.xml import BPMN, Xml, is_in, kind
from engine.findings import Finding

__all__ = ["MAX_ELEMENTS", "normalise"]

MAX_ELEMENTS = 12_000
_GLOBAL_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
_REFERRING = ("sourceRef", "targetRef", "attachedToRef", "default")


def normalise(root: Xml) -> Iterator[Finding]:
    """Changes the tree in place; yields what cannot be made good."""
    shared = {node.get("id"): node for node in root if is_in(node, BPMN) and kind(node).endswith("EventDefinition")}
    taken = {str(node.get("id")) for node in root.iter() if node.get("id") is not None}
    for node in list(root):
        if is_in(node, BPMN) and kind(node) in _GLOBAL_TASKS:
            _make_process(root, node, taken)
    for process in root.iterfind(f"{{{BPMN}}}process"):
        for count, flow in enumerate(process.iter(f"{{{BPMN}}}sequenceFlow"), 1):
            if not flow.get("id"):
                flow.set("id", _free_id(f"flow_{count}", taken))
            for attribute in _REFERRING:
                _unprefix(flow, attribute, taken)
        for node in list(process.iter(f"{{{BPMN}}}eventDefinitionRef")):
            yield from _inline(node, shared)
        for node in process.iter():
            for attribute in ("attachedToRef", "default"):
                _unprefix(node, attribute, taken)


def _make_process(root: Xml, global_task: Xml, taken: set[str]) -> None:
    """A global task is a process of one task, to be called by its id (BPMN 2.0, 10.3.4)."""
    process_id = global_task.get("id", "")
    process = etree.SubElement(root, f"{{{BPMN}}}process", id=process_id, isExecutable="true")
    process.set("name", global_task.get("name") or process_id)
    global_task.tag = f"{{{BPMN}}}{_GLOBAL_TASKS[kind(global_task)]}"
    global_task.set("id", _free_id(f"{process_id}_task", taken))
    process.append(global_task)


def _free_id(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    taken.add(wanted)
    return wanted


def _unprefix(node: Xml, attribute: str, taken: set[str]) -> None:
    """`bpmn:Task_1` and `Task_1` are the same reference: BPMN references are qualified names."""
    reference = node.get(attribute)
    if reference is not None and reference not in taken and reference.rpartition(":")[2] in taken:
        node.set(attribute, reference.rpartition(":")[2])


def _inline(reference: Xml, shared: dict[str | None, Xml]) -> Iterator[Finding]:
    parent = reference.getparent()
    if parent is None:
        return
    wanted = (reference.text or "").strip()
    found = shared.get(wanted)
    if found is None:
        found = shared.get(wanted.rpartition(":")[2])
    if found is None:
        yield error("reference_missing", parent.get("id"), parent.get("name"), place="event definition", ref=wanted)
    else:
        inlined = copy.deepcopy(found)
        inlined.attrib.pop("id", None)
        parent.insert(parent.index(reference), inlined)
    parent.remove(reference)
