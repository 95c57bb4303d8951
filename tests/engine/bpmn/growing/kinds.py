"""Which kinds of element, event and marker a diagram has: what the generator is held to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.model import Element
from engine.bpmn.supported import ELEMENTS, TIMERS, place_of

__all__ = ["Grown", "kinds_of", "wanted"]

NO_NODES = frozenset({"sequenceFlow", "process"})


@dataclass(frozen=True, slots=True)
class Grown:
    """A diagram of the generator: the body of its process, and whether its file is not marked for Camunda 8."""

    body: str
    plain: bool


def kinds_of(element: Element, elements: dict[str, Element]) -> Iterator[str]:
    """What this element is an example of."""
    around = elements.get(element.parent or "")
    place = place_of(element.type, around is not None and around.triggered_by_event)
    event = element.event
    names = [one.kind for one in event.each] if event is not None else ["none"]
    yield from (f"{place} {name}" for name in (names if len(ELEMENTS[place].events) > 1 else ["none"]))
    if event is not None and event.parts:
        yield f"{place} {'all of several' if event.parallel else 'several'}"
    if place in ("boundaryEvent", "eventSubProcessStart") and not element.interrupting:
        yield from (f"{place} {name} beside" for name in names)
    for one in event.each if event is not None else ():
        if one.kind == "timer":
            yield f"{place} timer {one.timer_kind}"
    yield from _marks(element)


def _marks(element: Element) -> Iterator[str]:
    if element.loop is not None:
        yield f"{element.type} {'one after the other' if element.loop.sequential else 'at once'}"
        yield "cardinality" if element.loop.cardinality is not None else "collection"
        yield from ["behaviour" for _ in element.loop.thrown]
        if element.loop.condition is not None:
            yield "completion condition"
    if element.repeat is not None:
        yield f"{element.type} again"
        yield f"repeat {'before' if element.repeat.test_before else 'after'}"
    flags = {
        "instantiates": element.instantiates, "takes all": element.takes_all, "handler": element.for_compensation,
        "listener start": any(one.phase == "start" for one in element.heard_by),
        "listener end": any(one.phase == "end" for one in element.heard_by),
        "mapping in": element.inputs, "mapping out": element.outputs, "data in": element.copies_in,
        "data out": element.copies_out, "quantity in": element.start_quantity > 1,
        "quantity out": element.completion_quantity > 1, "event sub-process": element.triggered_by_event,
        "conditional flow out of a task": element.type.endswith("Task") and any(f.condition for f in element.outgoing),
        "default flow out of a task": element.type.endswith("Task") and any(f.is_default for f in element.outgoing),
        "decision": element.decision, "called own scope": element.call is not None and not element.call.to_child,
        "undoing of one activity": element.event is not None and element.event.activity is not None,
        "undoing without wait": element.event is not None and not element.event.waits,
    }  # fmt: skip
    yield from (name for name, is_there in flags.items() if is_there)
    if element.ad_hoc is not None:
        yield f"ad-hoc {'of the dialect' if element.ad_hoc.of_dialect else 'of BPMN'}"
        yield f"ad-hoc {'one after the other' if element.ad_hoc.sequential else 'at once'}"


def wanted() -> set[str]:
    """Every kind that the positive list lets through: what is added there has to be grown here."""
    found = {"cardinality", "collection", "behaviour", "completion condition", "repeat before", "repeat after"}
    for place, support in ELEMENTS.items():
        if place in NO_NODES:
            continue
        found |= {f"{place} {event}" for event in support.events}
        if support.loops:
            found |= {f"{place} {how}" for how in ("one after the other", "at once", "again")}
    for place in ("boundaryEvent", "eventSubProcessStart"):
        found |= {f"{place} {event} beside" for event in ("timer", "message", "signal", "conditional", "escalation")}
        found |= {f"{place} timer {kind}" for kind in TIMERS["nonInterrupting"]}
    for place in ("startEvent", "intermediateCatchEvent"):
        found |= {f"{place} timer {kind}" for kind in TIMERS[place]}
    catching = ("startEvent", "eventSubProcessStart", "intermediateCatchEvent", "boundaryEvent")
    found |= {f"{place} {how}" for place in catching for how in ("several", "all of several")}
    found |= {"endEvent several", "intermediateThrowEvent several"}
    return found | {
        "instantiates", "takes all", "handler", "listener start", "listener end", "mapping in", "mapping out",
        "data in", "data out", "quantity in", "quantity out", "event sub-process", "conditional flow out of a task",
        "default flow out of a task", "decision", "called own scope", "undoing of one activity",
        "undoing without wait", "ad-hoc of the dialect", "ad-hoc of BPMN", "ad-hoc one after the other",
        "ad-hoc at once",
    }  # fmt: skip
