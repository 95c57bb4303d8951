"""What begins cases of a process by itself, and what is wrong with it (BPMN 2.0, 10.5.2, 10.3.3 and 10.6.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.bpmn.model import Element, Event
from engine.bpmn.process import StartEvent
from engine.calendar import TimeLimits

__all__ = ["starting_problems", "starts_of"]

# A case that waits for the rest of several events is begun by these; it has no time or variables to begin with.
_KEPT: Final = frozenset({"message", "signal"})
_NONE: Final = Event("none")


def starts_of(elements: Mapping[str, Element], limits: TimeLimits) -> Iterator[StartEvent]:
    """Every start event with what triggers it, receive tasks that begin cases, events behind gateways that do."""
    for one in elements.values():
        if one.parent is not None:
            continue
        if one.type == "startEvent":
            yield from _triggers(one, limits)
        elif one.instantiates and one.type == "receiveTask":
            event = one.event or _NONE
            yield StartEvent(one.id, event.kind, event, limits, one.properties, None, one.id)
        elif one.instantiates:
            for flow in one.outgoing:
                trigger = f"{flow.target} (waiting for {flow.id})"
                target = elements[flow.target]
                for event in (target.event or _NONE).each:
                    yield StartEvent(target.id, event.kind, event, limits, {}, None, trigger, one.takes_all)


def _triggers(element: Element, limits: TimeLimits) -> Iterator[StartEvent]:
    event = element.event or _NONE
    if not event.parts:
        yield StartEvent(element.id, event.kind, event, limits, element.properties, element.form, element.id)
    for number, part in enumerate(event.parts, 1):
        trigger = f"{element.id} (part {number})"
        yield StartEvent(element.id, part.kind, part, limits, element.properties, None, trigger, event.parallel)


Problem = tuple[str, dict[str, object]]


def starting_problems(element: Element, elements: Mapping[str, Element]) -> Iterator[Problem]:
    """What keeps a multiple start event, a receive task or a gateway from beginning a case."""
    if element.type == "startEvent" and element.parent is None and element.event is not None and element.event.parallel:
        for event in element.event.parts:
            if event.kind not in _KEPT:
                yield "start_of_all", {"event": event.kind}
    if not element.instantiates:
        if element.takes_all:
            yield "attribute_value", {
                "attribute": "eventGatewayType", "value": "Parallel", "allowed": "Exclusive",
            }  # fmt: skip
        return
    sources = {flow.source for one in elements.values() for flow in one.outgoing if flow.id in element.incoming}
    begins = all(elements[one].type == "startEvent" and _is_none(elements[one]) for one in sources)
    loops = element.loop is not None or element.repeat is not None
    if element.parent is not None or not begins or loops or (element.type != "receiveTask" and sources):
        yield "instantiates_place", {}
    for flow in element.outgoing if element.type != "receiveTask" else ():
        target = elements.get(flow.target)
        events = target.event.each if target is not None and target.event is not None else ()
        by_others = any(one.kind not in _KEPT for one in events)
        if target is not None and (by_others or (element.takes_all and len(events) > 1)):
            yield "instantiates_by", {"target": target.name or target.id}


def _is_none(element: Element) -> bool:
    return element.event is None or element.event.kind == "none"
