"""The gate: every element, event, attribute and setting of a process is on the positive list, or is refused by name."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from engine.bpmn.refusals import error
from engine.bpmn.supported import (
    BPMN_READ,
    CAUGHT_ALONE,
    CAUGHT_AT_ONCE,
    CHILDREN,
    DATA_FLOW,
    ELEMENTS,
    EVENT_DEFINITIONS,
    EXTENSIONS,
    FIXED_VALUES,
    READ_EXTENSIONS,
    SUB_PROCESSES,
    THROWN_TOGETHER,
    Support,
    place_of,
)
from engine.bpmn.xml import BPMN, ZEEBE, Xml, children, extension, is_in, kind
from engine.findings import Finding

__all__ = ["check_process", "named", "words"]

# What may stand inside a loop marker.
LOOPS = {
    "multiInstanceLoopCharacteristics": {
        "extensionElements",
        "completionCondition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "complexBehaviorDefinition",
    },
    "standardLoopCharacteristics": {"loopCondition"},
}


# Where another language than FEEL may be declared.
_WRITTEN = (
    "conditionExpression",
    "condition",
    "activationCondition",
    "loopCondition",
    "completionCondition",
    "loopCardinality",
    "transformation",
    "from",
    "to",
    "scriptTask",
)


def check_process(process: Xml) -> Iterator[Finding]:
    """Everything in a process that would not run as drawn."""
    yield from _check_attributes(process, ELEMENTS["process"])
    yield from _check_extensions(process, ELEMENTS["process"])
    yield from _check_members(process, in_event_sub_process=False)
    yield from check_languages(process)


def _check_members(scope: Xml, *, in_event_sub_process: bool) -> Iterator[Finding]:
    for node in scope:
        name = kind(node)
        if not is_in(node, BPMN) or name in BPMN_READ or (name in CHILDREN and name != "conditionExpression"):
            if name in LOOPS:
                yield from _check_loop(node, scope)
            continue
        if name == "completionCondition" and kind(scope) == "adHocSubProcess":
            continue
        support = ELEMENTS.get(place_of(name, in_event_sub_process))
        if support is None or name == "process":
            yield from _refused_member(node, scope)
        else:
            yield from _check_node(node, support)


def _refused_member(node: Xml, scope: Xml) -> Iterator[Finding]:
    name = kind(node)
    if name in DATA_FLOW and kind(scope) != "process":
        return
    if node.get("id") is None:
        yield error("element_unsupported", *named(scope), type=words(name))
    else:
        yield error("element_unsupported", *named(node), type=words(name))


def _check_node(node: Xml, support: Support) -> Iterator[Finding]:
    yield from _check_attributes(node, support)
    yield from _check_extensions(node, support)
    if kind(node) in SUB_PROCESSES:
        yield from _check_members(node, in_event_sub_process=node.get("triggeredByEvent") == "true")
        return
    definitions = []
    for child in node:
        name = kind(child)
        if not is_in(child, BPMN) or name in BPMN_READ:
            continue
        if name.endswith("EventDefinition") or name == "eventDefinitionRef":
            definitions.append(child)
        elif name in LOOPS:
            yield from _check_loop(child, node)
        elif name == "activationCondition" and kind(node) == "complexGateway":
            continue
        elif name == "script" and kind(node) == "scriptTask":
            yield error("element_unsupported", *named(node), type="script in another language")
        elif _is_misplaced(name, kind(node)):
            yield error("element_unsupported", *named(node), type=words(name))
    yield from _check_events(node, definitions, support)


def _is_misplaced(name: str, holder: str) -> bool:
    """Whether a part of a flow node stands where it is read by nobody."""
    if name in DATA_FLOW:
        return holder == "sequenceFlow"
    return name not in CHILDREN or (name == "conditionExpression" and holder != "sequenceFlow")


def _check_events(node: Xml, definitions: list[Xml], support: Support) -> Iterator[Finding]:
    if len(definitions) > 1:
        yield from _check_several(node, [kind(one).removesuffix("EventDefinition") for one in definitions])
    if not definitions and "none" not in support.events:
        yield error("event_unsupported", *named(node), event="none", place=support.name)
    for definition in definitions:
        name = kind(definition).removesuffix("EventDefinition")
        allowed = EVENT_DEFINITIONS.get(kind(definition))
        if allowed is None or name not in support.events:
            yield error("event_unsupported", *named(node), event=name, place=support.name)
            continue
        for attribute in _own_attributes(definition):
            yield from _check_attribute(node, definition, attribute, allowed, words(name))
        settings = frozenset({"conditionalFilter"}) if name == "conditional" else frozenset[str]()
        for holder in children(definition, "extensionElements"):
            yield from _check_settings(node, holder, settings, f"{words(name)} event")


def _check_several(node: Xml, kinds: list[str]) -> Iterator[Finding]:
    """Events that cannot be one of several (BPMN 2.0, 10.5.1): what each of them would mean for the others is open."""
    throws = kind(node) in ("endEvent", "intermediateThrowEvent")
    for name in dict.fromkeys(kinds):
        others = [other for place, other in enumerate(kinds) if place != kinds.index(name)]
        if throws:
            against = [other for other in others if other not in THROWN_TOGETHER.get(name, frozenset())]
        else:
            alone = name in CAUGHT_ALONE or (node.get("parallelMultiple") == "true" and name in CAUGHT_AT_ONCE)
            against = others[:1] if alone else []
        if against:
            yield error("events_together", *named(node), event=name, other=against[0])
            return


def _check_loop(loop: Xml, node: Xml) -> Iterator[Finding]:
    support = ELEMENTS.get(kind(node))
    if support is None or not support.loops or node.get("triggeredByEvent") == "true":
        yield error("element_unsupported", *named(node), type="multi-instance marker at this place")
    for attribute in _own_attributes(loop):
        yield from _check_attribute(node, loop, attribute, CHILDREN[kind(loop)], "marker")
    for child in loop:
        if is_in(child, BPMN) and kind(child) not in BPMN_READ | LOOPS[kind(loop)]:
            yield error("element_unsupported", *named(node), type=words(kind(child)))
    for holder in children(loop, "extensionElements"):
        yield from _check_settings(node, holder, frozenset({"loopCharacteristics"}), "multi-instance marker")


def _check_attributes(node: Xml, support: Support) -> Iterator[Finding]:
    for attribute in _own_attributes(node):
        yield from _check_attribute(node, node, attribute, support.attributes, support.name)


def _check_attribute(
    node: Xml, holder: Xml, attribute: str, known: Container[str], type_name: str
) -> Iterator[Finding]:
    value, allowed = holder.get(attribute), FIXED_VALUES.get(attribute)
    if attribute not in known:
        yield error("attribute_unsupported", *named(node), attribute=attribute, type=type_name)
    elif allowed is not None and value not in allowed:
        shown = " / ".join(sorted(allowed))
        yield error("attribute_value", *named(node), attribute=attribute, value=value, allowed=shown)


def _check_extensions(node: Xml, support: Support) -> Iterator[Finding]:
    for holder in children(node, "extensionElements"):
        yield from _check_settings(node, holder, support.extensions, support.name)


def _check_settings(node: Xml, holder: Xml, allowed: Iterable[str], place: str) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for setting in holder:
        name = kind(setting)
        if not is_in(setting, ZEEBE) or name in READ_EXTENSIONS:
            continue
        seen[name] = seen.get(name, 0) + 1
        if name == "taskListeners":
            yield error("task_listeners", *named(node))
            continue
        if name not in allowed:
            yield error("extension_unsupported", *named(node), extension=name, type=place)
            continue
        for attribute in _own_attributes(setting):
            if attribute not in EXTENSIONS[name]:
                yield error("extension_attribute_unsupported", *named(node), attribute=attribute, extension=name)
    for name, count in seen.items():
        if count > 1 and name != "userTaskForm":
            yield error("extension_twice", *named(node), extension=name, count=count)


def check_languages(process: Xml) -> Iterator[Finding]:
    """Conditions and scripts that say they are written in another language than FEEL."""
    for node in process.iter(*(f"{{{BPMN}}}{name}" for name in _WRITTEN)):
        is_script = kind(node) == "scriptTask"
        written = node.get("scriptFormat" if is_script else "language")
        if written is None or "feel" in written.lower() or (is_script and extension(node, "script") is None):
            continue
        owner = node if is_script else _with_id(node)
        yield error("language_unsupported", *named(owner), place="script" if is_script else "condition",
                    language=written[:80])  # fmt: skip


def _with_id(node: Xml) -> Xml:
    """The flow or event that an expression belongs to."""
    owner = node.getparent()
    while owner is not None and (owner.get("id") is None or kind(owner).endswith("EventDefinition")):
        owner = owner.getparent()
    return node if owner is None else owner


def _own_attributes(node: Xml) -> Iterator[str]:
    """Attributes without a namespace; those of foreign ones are kept and mean nothing."""
    return (str(name) for name in node.attrib if not str(name).startswith("{"))


def named(node: Xml) -> tuple[str | None, str | None]:
    """Id and name, as findings want them; a flow without a name goes by what it connects."""
    name = node.get("name")
    if name is None and kind(node) == "sequenceFlow" and (node.get("sourceRef") or node.get("targetRef")):
        name = f"{node.get('sourceRef', '?')} → {node.get('targetRef', '?')}"
    return node.get("id"), name


def words(type_name: str) -> str:
    """An element's type as people say it.

    >>> words("eventBasedGateway")
    'event based gateway'
    """
    known = ELEMENTS.get(type_name)
    if known is not None:
        return known.name
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type_name)
