"""What stands beside the processes of a file: messages, signals, errors, escalations; and the events that use them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from engine.bpmn.dataflow import data_names
from engine.bpmn.gate import words
from engine.bpmn.model import Event, Site, TimerKind
from engine.bpmn.sites import Sites
from engine.bpmn.supported import SUB_PROCESSES, TIMERS
from engine.bpmn.xml import BPMN, MODELER, Xml, children, extension, is_in, kind
from engine.calendar import TimeLimits, parse_cycle, parse_duration, parse_moment
from engine.errors import AmicaleError
from engine.feel import Expression, StaticText

__all__ = ["Definitions", "read_event", "read_thrown"]

_TIMER_TEXTS: Mapping[str, TimerKind] = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
_CHANGES = frozenset({"create", "update"})
_REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


@dataclass(frozen=True, slots=True)
class Definitions:
    """The root elements of a file by id, how far its timers may reach, the functions that the host adds to FEEL."""

    roots: Mapping[str, Xml]
    limits: TimeLimits
    functions: Collection[str]
    data: Mapping[str, str]  # the variables that ids of data objects, inputs, outputs and properties stand for
    is_plain: bool = False  # whether the file is not for Camunda 8: what BPMN means holds everywhere

    @classmethod
    def of(cls, root: Xml, limits: TimeLimits, functions: Collection[str]) -> Definitions:
        """The messages, signals, errors, escalations and event definitions of a file."""
        roots = {node.get("id", ""): node for node in root if is_in(node, BPMN) and node.get("id")}
        is_plain = root.get(f"{{{MODELER}}}executionPlatform") != "Camunda Cloud"
        return cls(roots, limits, functions, data_names(root), is_plain)

    def find(self, ref: str | None, type_name: str | None = None) -> Xml | None:
        """The definition that a reference names, with or without a prefix."""
        if not ref:
            return None
        found = self.roots.get(ref.strip())
        if found is None:
            found = self.roots.get(ref.strip().rpartition(":")[2])
        return found if found is not None and type_name in (None, kind(found)) else None


def read_event(node: Xml, sites: Sites, definitions: Definitions) -> Event | None:
    """The event of an element; None where it is no event or the gate has refused it."""
    type_name = kind(node)
    if type_name == "receiveTask":
        return _read_message(node, node, sites, definitions, catches=True)
    if type_name == "sendTask":
        return _read_message(node, node, sites, definitions, catches=False)
    if type_name not in (
        "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
    ):  # fmt: skip
        return None
    found = [one for one in node if is_in(one, BPMN) and kind(one).endswith("EventDefinition")]
    if not found:
        return Event("none")
    parallel = node.get("parallelMultiple") == "true" and len(found) > 1
    parts = [_read_definition(node, definition, sites, definitions, parallel) for definition in found]
    if len(parts) == 1:
        return parts[0]
    return Event("multiple", parts=tuple(part for part in parts if part is not None), parallel=parallel)


def read_thrown(definition: Xml, sites: Sites, definitions: Definitions) -> Event:
    """A signal or an escalation that a multi-instance marker throws."""
    if kind(definition) == "signalEventDefinition":
        return Event("signal", name=_named(definition, definition, "signal", sites, definitions))
    return Event("escalation", code=_code(definition, "escalation", sites, definitions, catches=False))


def _read_definition(
    node: Xml, definition: Xml, sites: Sites, definitions: Definitions, parallel: bool
) -> Event | None:
    name = kind(definition).removesuffix("EventDefinition")
    catches = kind(node) not in ("endEvent", "intermediateThrowEvent")
    if name == "timer":
        return _read_timer(node, definition, sites, definitions)
    if name == "message":
        return _read_message(node, definition, sites, definitions, catches=catches, one_of_several=parallel)
    if name == "signal":
        return Event("signal", name=_named(node, definition, "signal", sites, definitions))
    if name == "link":
        if not definition.get("name"):
            sites.refuse("value_missing", place="name of the link")
        return Event("link", link=definition.get("name"))
    if name == "conditional":
        return _read_conditional(node, definition, sites, definitions)
    if name == "error":
        return Event("error", code=_code(definition, "error", sites, definitions, catches))
    if name == "escalation":
        return Event("escalation", code=_code(definition, "escalation", sites, definitions, catches))
    if name == "compensate":
        activity = definition.get("activityRef")
        waits = definition.get("waitForCompletion", "true") != "false"
        return Event("compensate", activity=activity.rpartition(":")[2] if activity else None, waits=waits)
    if name == "cancel":
        return Event("cancel")
    return Event("terminate") if name == "terminate" else None


def _read_conditional(node: Xml, definition: Xml, sites: Sites, definitions: Definitions) -> Event:
    """A condition, and which changes of which variables make it be asked again. Where a case begins nothing changes.

    Camunda 8 lets it happen at each change of a variable that it names while it is true; BPMN, when it turns true.
    """
    text = definition.findtext(f"{{{BPMN}}}condition")
    condition = sites.expression(text, "condition", plain=True)
    setting = extension(definition, "conditionalFilter")
    each = not definitions.is_plain
    named = condition.names if each and isinstance(condition, Expression) else frozenset[str]()
    if setting is None:
        return Event("conditional", condition=condition, watched=frozenset(named), at_each_change=each)
    listed = {sites.name(name, "variable name of the filter") for name in _listed(setting, "variableNames")}
    changes = frozenset(_listed(setting, "variableEvents"))
    if not changes <= _CHANGES:
        value, allowed = ", ".join(sorted(changes - _CHANGES)), " / ".join(sorted(_CHANGES))
        sites.refuse("attribute_value", attribute="variableEvents", value=value, allowed=allowed)
    if changes and kind(node) == "startEvent" and kind(_parent(node)) == "process":
        sites.refuse("filter_of_start", extension="conditionalFilter", attribute="variableEvents")
    return Event(
        "conditional",
        condition=condition,
        watched=frozenset(name for name in listed if name) or frozenset(named),
        watched_for=changes,
        at_each_change=each,
    )


def _listed(setting: Xml, attribute: str) -> list[str]:
    return [word.strip() for word in (setting.get(attribute) or "").split(",") if word.strip()]


def _read_message(
    node: Xml, holder: Xml, sites: Sites, definitions: Definitions, *, catches: bool, one_of_several: bool = False
) -> Event:
    """`one_of_several`: the case that it begins waits for the others by their keys, so it needs one itself."""
    message = definitions.find(holder.get("messageRef"), "message")
    if not catches and (message is None or not definitions.is_plain):
        return Event("message")  # a job publishes it; the reference is documentation
    if message is None:
        _refuse_reference(holder, "messageRef", "message", sites)
        return Event("message", StaticText(""))
    name = sites.text(message.get("name"), "name of the message")
    if name is None:
        sites.refuse("value_missing", place="name of the message")
    setting = extension(message, "subscription")
    key = None if setting is None else sites.text(setting.get("correlationKey"), "correlation key")
    starts_process = _starts_process(node) and not one_of_several
    waits_too = kind(node) == "receiveTask"  # one that begins cases may be met on the way too
    if key is None and not starts_process and catches:
        sites.refuse("message_without_key", message=message.get("name") or message.get("id"))
    return Event("message", name or StaticText(""), None if starts_process and not waits_too else key)


def _starts_process(node: Xml) -> bool:
    """Whether the message begins the case: then it needs no key."""
    process = _parent(node)
    if kind(process) != "process":
        return False
    if kind(node) == "startEvent" or (kind(node) == "receiveTask" and node.get("instantiate") == "true"):
        return True
    beginning = {
        gateway.get("id")
        for gateway in children(process, "eventBasedGateway")
        if gateway.get("instantiate") == "true" and gateway.get("eventGatewayType") != "Parallel"
    }
    return bool(beginning) and any(
        flow.get("targetRef") == node.get("id") and flow.get("sourceRef") in beginning
        for flow in children(process, "sequenceFlow")
    )


def _named(node: Xml, definition: Xml, type_name: str, sites: Sites, definitions: Definitions) -> Site:
    found = definitions.find(definition.get(_REFERENCES[type_name]), type_name)
    if found is None:
        _refuse_reference(definition, _REFERENCES[type_name], type_name, sites)
        return StaticText("")
    return sites.needed(found.get("name"), f"name of the {type_name}")


def _code(definition: Xml, type_name: str, sites: Sites, definitions: Definitions, catches: bool) -> Site | None:
    """A code; without a reference a catch event catches every code, and what is thrown is caught by such only.

    What is thrown without a code goes by its id; a catch event of one without a code catches every code (Camunda 8).
    An error may be defined elsewhere (BPMN 2.0, 8.4.3): where it is not in the file, its id is its code.
    """
    reference = definition.get(_REFERENCES[type_name])
    if not reference:
        return None
    found = definitions.find(reference, type_name)
    if found is None and type_name == "error" and definitions.is_plain and definitions.find(reference) is None:
        sites.warn("error_undefined", ref=reference)
        return StaticText(reference.strip().rpartition(":")[2])
    if found is None:
        _refuse_reference(definition, _REFERENCES[type_name], type_name, sites)
        return StaticText("")
    code = sites.text(found.get(f"{type_name}Code"), f"{type_name} code")
    if code is None:
        return None if catches else StaticText(found.get("id", ""))
    if catches and not isinstance(code, StaticText):
        sites.refuse("feel_invalid", place=f"{type_name} code", expression=code.text, detail="a caught code is static")
    return code


def _read_timer(node: Xml, definition: Xml, sites: Sites, definitions: Definitions) -> Event | None:
    """A timer. BPMN allows each kind everywhere: where one firing is enough, a cycle's first is taken."""
    texts = [child for child in definition if is_in(child, BPMN) and kind(child) in _TIMER_TEXTS]
    if len(texts) != 1:
        sites.refuse("timer_several")
        return None
    timer_kind = _TIMER_TEXTS[kind(texts[0])]
    allowed = _TIMER_TEXTS.values() if definitions.is_plain else TIMERS[_timer_place(node)]
    if timer_kind not in allowed:
        sites.refuse("timer_kind", timer=timer_kind, allowed=" or ".join(sorted(allowed)))
    site = sites.needed(texts[0].text, "timer")
    if isinstance(site, StaticText) and site.text:
        _check_timer(site.text, timer_kind, sites, definitions.limits)
    by_text = definitions.is_plain and not isinstance(site, StaticText)
    return Event("timer", timer=site, timer_kind=timer_kind, timer_by_text=by_text)


def _timer_place(node: Xml) -> str:
    name = kind(node)
    if name == "boundaryEvent":
        return "interrupting" if node.get("cancelActivity", "true") != "false" else "nonInterrupting"
    if name == "startEvent" and kind(_parent(node)) in SUB_PROCESSES:
        return "interrupting" if node.get("isInterrupting", "true") != "false" else "nonInterrupting"
    return "startEvent" if name == "startEvent" else "intermediateCatchEvent"


def _check_timer(text: str, timer_kind: TimerKind, sites: Sites, limits: TimeLimits) -> None:
    try:
        if timer_kind == "date":
            parse_moment(text)
        elif timer_kind == "duration":
            parse_duration(text, limits)
        else:
            parse_cycle(text, limits=limits)
    except AmicaleError as refused:
        why = {**refused.params, "text": text[:200]}
        sites.refuse("timer_invalid", detail=refused.message, cause=refused.code, **why)


def _refuse_reference(holder: Xml, attribute: str, type_name: str, sites: Sites) -> None:
    reference = holder.get(attribute)
    if reference:
        sites.refuse("reference_missing", place=words(type_name), ref=reference)
    else:
        sites.refuse("value_missing", place=words(type_name))


def _parent(node: Xml) -> Xml:
    parent = node.getparent()
    return node if parent is None else parent
