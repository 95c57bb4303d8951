"""The positive list: which elements run, with which events, at which place, with which settings (dialect §15).

The gate refuses whatever is not here, and the README's table has its rows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = [
    "BPMN_READ",
    "CAUGHT_ALONE",
    "CAUGHT_AT_ONCE",
    "CHILDREN",
    "DATA_FLOW",
    "ELEMENTS",
    "EVENT_DEFINITIONS",
    "EXTENSIONS",
    "FIXED_VALUES",
    "READ_EXTENSIONS",
    "SUB_PROCESSES",
    "THROWN_TOGETHER",
    "TIMERS",
    "Support",
    "place_of",
]  # fmt: skip

# Elements that hold a process of their own.
SUB_PROCESSES: Final = frozenset({"subProcess", "transaction", "adHocSubProcess"})

_COMMON: Final = frozenset({"id", "name"})
_ACTIVITY: Final = _COMMON | {"default", "isForCompensation", "startQuantity", "completionQuantity"}
_TASK: Final = _ACTIVITY | {"implementation", "operationRef"}
_EVENT: Final = _COMMON | {"parallelMultiple"}
_GATEWAY: Final = _COMMON | {"gatewayDirection"}
_MAPPED: Final = frozenset({"ioMapping", "properties", "executionListeners"})
_JOB: Final = _MAPPED | {"taskDefinition", "taskHeaders"}


@dataclass(frozen=True, slots=True)
class Support:
    """An element that runs: its BPMN attributes, its zeebe settings, the events it may have ("none" without)."""

    name: str
    attributes: frozenset[str] = _COMMON
    extensions: frozenset[str] = _MAPPED
    events: frozenset[str] = frozenset({"none"})
    loops: bool = False


def _task(name: str, extensions: frozenset[str] = _MAPPED, attributes: frozenset[str] = _TASK) -> Support:
    return Support(name, attributes, extensions, loops=True)


ELEMENTS: Final[Mapping[str, Support]] = {
    "startEvent": Support(
        "start event", _EVENT | {"isInterrupting"}, _MAPPED | {"formDefinition"},
        frozenset({"none", "timer", "message", "signal", "conditional"}),
    ),
    "eventSubProcessStart": Support(
        "start event of an event sub-process", _EVENT | {"isInterrupting"}, _MAPPED,
        frozenset({"timer", "message", "signal", "conditional", "error", "escalation", "compensate"}),
    ),
    "endEvent": Support(
        "end event", _EVENT, _JOB,
        frozenset({"none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"}),
    ),
    "intermediateCatchEvent": Support(
        "intermediate catch event", _EVENT, _MAPPED, frozenset({"timer", "message", "signal", "conditional", "link"})
    ),
    "intermediateThrowEvent": Support(
        "intermediate throw event", _EVENT, _JOB,
        frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    ),
    "boundaryEvent": Support(
        "boundary event", _EVENT | {"attachedToRef", "cancelActivity"}, _MAPPED,
        frozenset({"timer", "message", "signal", "conditional", "error", "escalation", "compensate", "cancel"}),
    ),
    "task": _task("task"),
    "manualTask": _task("manual task"),
    "userTask": _task(
        "user task",
        _MAPPED
        | {"userTask", "formDefinition", "assignmentDefinition", "taskSchedule", "priorityDefinition", "taskHeaders"},
    ),
    "serviceTask": _task("service task", _JOB),
    "sendTask": _task("send task", _JOB, _TASK | {"messageRef"}),
    "scriptTask": _task("script task", _JOB | {"script"}, _ACTIVITY | {"scriptFormat"}),
    "businessRuleTask": _task("business rule task", _JOB | {"calledDecision"}),
    "receiveTask": _task("receive task", _MAPPED, _TASK | {"messageRef", "instantiate"}),
    "callActivity": _task("call activity", _MAPPED | {"calledElement"}, _ACTIVITY | {"calledElement"}),
    "subProcess": _task("sub-process", _MAPPED, _ACTIVITY | {"triggeredByEvent"}),
    "adHocSubProcess": _task(
        "ad-hoc sub-process", _MAPPED | {"adHoc"},
        _ACTIVITY | {"triggeredByEvent", "ordering", "cancelRemainingInstances"},
    ),
    "transaction": _task("transaction", _MAPPED, _ACTIVITY | {"triggeredByEvent", "method"}),
    "exclusiveGateway": Support("exclusive gateway", _GATEWAY | {"default"}, frozenset({"properties"})),
    "inclusiveGateway": Support("inclusive gateway", _GATEWAY | {"default"}, frozenset({"properties"})),
    "complexGateway": Support("complex gateway", _GATEWAY | {"default"}, frozenset({"properties"})),
    "parallelGateway": Support("parallel gateway", _GATEWAY, frozenset({"properties"})),
    "eventBasedGateway": Support(
        "event-based gateway", _GATEWAY | {"instantiate", "eventGatewayType"}, frozenset({"properties"})
    ),
    "sequenceFlow": Support(
        "sequence flow", _COMMON | {"sourceRef", "targetRef", "isImmediate"}, frozenset({"properties"})
    ),
    "process": Support(
        "process",
        _COMMON | {"isExecutable", "processType", "isClosed", "definitionalCollaborationRef"},
        frozenset({"properties", "versionTag", "userTaskForm"}),
    ),
}  # fmt: skip

# Attributes that are let through with these values only: others would change the meaning.
FIXED_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "isForCompensation": frozenset({"true", "false"}),
    "waitForCompletion": frozenset({"true", "false"}),
    "ordering": frozenset({"Parallel", "Sequential"}),
    "cancelRemainingInstances": frozenset({"true", "false"}),
    "method": frozenset({"##Compensate"}),
    "parallelMultiple": frozenset({"true", "false"}),
    "instantiate": frozenset({"true", "false"}),
    "eventGatewayType": frozenset({"Exclusive", "Parallel"}),
    "isInterrupting": frozenset({"true", "false"}),
    "cancelActivity": frozenset({"true", "false"}),
    "triggeredByEvent": frozenset({"true", "false"}),
    "isSequential": frozenset({"true", "false"}),
    "behavior": frozenset({"None", "One", "All", "Complex"}),
    "testBefore": frozenset({"true", "false"}),
    "isImmediate": frozenset({"true", "false"}),
}

# BPMN inside a flow node that is part of its meaning, with its attributes.
CHILDREN: Final[Mapping[str, frozenset[str]]] = {
    "extensionElements": frozenset(),
    "incoming": frozenset(),
    "outgoing": frozenset(),
    "multiInstanceLoopCharacteristics": frozenset(
        {"id", "isSequential", "behavior", "noneBehaviorEventRef", "oneBehaviorEventRef"}
    ),
    "standardLoopCharacteristics": frozenset({"id", "testBefore", "loopMaximum"}),
    "conditionExpression": frozenset({"id", "language", "evaluatesToTypeRef"}),
}

# BPMN that is drawing or documentation: read past, wherever it stands.
BPMN_READ: Final = frozenset(
    {
        "documentation", "text", "textAnnotation", "association", "group", "category",
        "categoryValueRef", "laneSet", "lane",
        "collaboration",
        "dataObject", "dataObjectReference", "dataStore", "dataStoreReference", "property", "itemDefinition", "import",
        "auditing", "monitoring", "extension", "relationship", "partnerRole", "partnerEntity", "resource", "interface",
        "dataState", "supports", "ioSpecification", "dataInput", "dataOutput", "inputSet", "outputSet",
    }
)  # fmt: skip
DATA_FLOW: Final = frozenset({"dataInputAssociation", "dataOutputAssociation"})

EVENT_DEFINITIONS: Final[Mapping[str, frozenset[str]]] = {
    "timerEventDefinition": frozenset({"id"}),
    "messageEventDefinition": frozenset({"id", "messageRef"}),
    "signalEventDefinition": frozenset({"id", "signalRef"}),
    "errorEventDefinition": frozenset({"id", "errorRef"}),
    "escalationEventDefinition": frozenset({"id", "escalationRef"}),
    "terminateEventDefinition": frozenset({"id"}),
    "conditionalEventDefinition": frozenset({"id"}),
    "compensateEventDefinition": frozenset({"id", "activityRef", "waitForCompletion"}),
    "cancelEventDefinition": frozenset({"id"}),
    "linkEventDefinition": frozenset({"id", "name"}),
}

# What may be thrown by one event together: signals and escalations with everything, a message with a terminate end.
_WITH_ALL: Final = frozenset({"signal", "escalation"})
THROWN_TOGETHER: Final[Mapping[str, frozenset[str]]] = {
    "signal": _WITH_ALL | {"message", "compensate", "terminate", "cancel", "error"},
    "escalation": _WITH_ALL | {"message", "compensate", "terminate", "cancel", "error"},
    "message": _WITH_ALL | {"message", "terminate"},
    "terminate": _WITH_ALL | {"message"},
    "compensate": _WITH_ALL,
    "cancel": _WITH_ALL,
    "error": _WITH_ALL,
}
# What is caught by an event of its own only; and what cannot be waited for together with others: it strikes at once.
CAUGHT_ALONE: Final = frozenset({"compensate", "cancel", "link"})
CAUGHT_AT_ONCE: Final = frozenset({"error", "escalation"})

EXTENSIONS: Final[Mapping[str, frozenset[str]]] = {
    "taskDefinition": frozenset({"type", "retries"}),
    "ioMapping": frozenset(),
    "taskHeaders": frozenset(),
    "userTask": frozenset(),
    "formDefinition": frozenset({"formId", "formKey", "externalReference", "bindingType", "versionTag"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "script": frozenset({"expression", "resultVariable"}),
    "calledDecision": frozenset({"decisionId", "resultVariable", "bindingType", "versionTag"}),
    "calledElement": frozenset(
        {"processId", "propagateAllChildVariables", "propagateAllParentVariables", "bindingType", "versionTag"}
    ),
    "loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
    "executionListeners": frozenset(),
    "adHoc": frozenset({"activeElementsCollection"}),
    "properties": frozenset(),
    "versionTag": frozenset({"value"}),
    "userTaskForm": frozenset({"id"}),
    "subscription": frozenset({"correlationKey"}),
    "conditionalFilter": frozenset({"variableNames", "variableEvents"}),
}

# Settings that are kept in the file and change nothing here (dialect §3, level “read”).
READ_EXTENSIONS: Final = frozenset({"jobPriorityDefinition"})

# Which timers are allowed where (dialect §7).
TIMERS: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": frozenset({"date", "cycle"}),
    "intermediateCatchEvent": frozenset({"date", "duration"}),
    "interrupting": frozenset({"date", "duration"}),
    "nonInterrupting": frozenset({"date", "duration", "cycle"}),
}


def place_of(element_type: str, in_event_sub_process: bool) -> str:
    """The key of ELEMENTS: a start event is another one inside an event sub-process."""
    return "eventSubProcessStart" if element_type == "startEvent" and in_event_sub_process else element_type
