"""What stands inside of the parts of an element, and how often: what the schema of BPMN 2.0 has not is refused.

A reader takes the one condition that a flow may have, and would pass over a second one in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.gate import named, words
from engine.bpmn.refusals import error
from engine.bpmn.xml import BPMN, Xml, is_in, kind
from engine.findings import Finding

__all__ = ["check_contents"]

_TIMES: Final = frozenset({"timeDate", "timeDuration", "timeCycle"})
# What there may be one of, and what people call it.
_ONCE: Final[Mapping[str, str]] = {
    "conditionExpression": "condition",
    "condition": "condition",
    "activationCondition": "activation condition",
    "completionCondition": "completion condition",
    "loopCondition": "loop condition",
    "loopCardinality": "loop cardinality",
    "loopDataInputRef": "input collection",
    "loopDataOutputRef": "output collection",
    "inputDataItem": "input element",
    "outputDataItem": "output element",
    "multiInstanceLoopCharacteristics": "multi-instance marker",
    "standardLoopCharacteristics": "loop marker",
    "script": "script",
}
_ANYWHERE: Final = frozenset({"documentation", "extensionElements"})
_NOTHING: Final = frozenset[str]()
_INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "timerEventDefinition": _TIMES,
    "conditionalEventDefinition": frozenset({"condition"}),
    "messageEventDefinition": frozenset({"operationRef"}),
    "linkEventDefinition": frozenset({"source", "target"}),
    **{
        f"{name}EventDefinition": _NOTHING
        for name in ("signal", "error", "escalation", "terminate", "compensate", "cancel")
    },
    **dict.fromkeys((*_TIMES, "extensionElements"), _NOTHING),  # of BPMN; extensions are of other namespaces
    **dict.fromkeys((name for name in _ONCE if name.endswith(("ondition", "Expression", "Cardinality"))), _NOTHING),
}


def check_contents(process: Xml) -> Iterator[Finding]:
    """Parts that stand twice where there may be one, and parts inside of events and expressions that nobody reads."""
    for node in process.iter(f"{{{BPMN}}}*"):
        counted = Counter(kind(part) for part in node if is_in(part, BPMN))
        for name, count in counted.items():
            if count > 1 and name in _ONCE:
                yield error("part_twice", *named(_owner(node)), type=_ONCE[name], count=count)
        inside = _INSIDE.get(kind(node))
        if inside is not None:
            for name in counted.keys() - inside - _ANYWHERE:
                yield error("part_misplaced", *named(_owner(node)), type=words(name), holder=_holder(kind(node)))


def _holder(name: str) -> str:
    if name == "extensionElements":
        return "extension elements"
    return "event" if name.endswith("EventDefinition") else "expression"


def _owner(node: Xml) -> Xml:
    """The element of the diagram that a part belongs to."""
    while (kind(node) in _INSIDE or kind(node) in _ONCE) and (holder := node.getparent()) is not None:
        node = holder
    return node
