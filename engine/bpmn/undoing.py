"""Whether compensation and transactions are drawn so that they mean one thing (BPMN 2.0, 10.5.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.model import Element
from engine.bpmn.refusals import error
from engine.findings import Finding

__all__ = ["check_undoing"]


def check_undoing(elements: Mapping[str, Element]) -> Iterator[Finding]:
    """Everything wrong with handlers, compensation events, transactions and their cancel events."""
    handlers = {one.compensated_by for one in elements.values()}
    for element in elements.values():
        for code, params in _problems(element, elements, handlers):
            yield error(code, element.id, element.name, **params)


Problems = Iterator[tuple[str, dict[str, object]]]


def _problems(element: Element, elements: Mapping[str, Element], handlers: set[str | None]) -> Problems:
    kind = element.event.kind if element.event is not None else "none"
    if element.for_compensation and not element.triggered_by_event:
        if element.incoming or element.outgoing:
            yield "compensation_flow", {}
        if element.id not in handlers:
            yield "handler_unused", {}
    if element.type == "transaction" and element.triggered_by_event:
        yield "attribute_value", {"attribute": "triggeredByEvent", "value": "true", "allowed": "false"}
    if kind == "compensate" and element.type == "boundaryEvent":
        yield from _boundary_problems(element, elements)
    elif kind == "compensate" and element.type == "startEvent":
        yield from _start_problems(element, elements)
    elif kind == "compensate":
        yield from _throw_problems(element, elements)
    elif kind == "cancel":
        yield from _cancel_problems(element, elements)


def _boundary_problems(element: Element, elements: Mapping[str, Element]) -> Problems:
    handler = elements.get(element.compensated_by or "")
    if handler is None or not handler.for_compensation or handler.parent != element.parent:
        yield "handler_missing", {"handler": element.compensated_by or "–"}
    if element.outgoing:
        yield "compensation_flow", {}
    same = [one for one in elements.values() if one.attached_to == element.attached_to and one.compensated_by]
    if len(same) > 1 and same[0] is not element:
        yield "code_twice", {"event": "compensate", "caught": "*", "other": same[0].id}


def _start_problems(element: Element, elements: Mapping[str, Element]) -> Problems:
    around = elements.get(element.parent or "")
    if around is None or around.parent is None:
        yield "compensation_start_place", {}
        return
    others = [
        one for one in elements.values()
        if one.type == "startEvent" and one.event is not None and one.event.kind == "compensate" and one.parent
        and elements[one.parent].parent == around.parent
    ]  # fmt: skip
    if others[0] is not element:
        yield "code_twice", {"event": "compensate", "caught": "*", "other": others[0].id}


def _throw_problems(element: Element, elements: Mapping[str, Element]) -> Problems:
    scopes = {element.parent}
    around = elements.get(element.parent or "")
    if around is not None and around.triggered_by_event:
        starts = [one for one in elements.values() if one.parent == around.id and one.type == "startEvent"]
        undoes_around = any(one.event is not None and one.event.kind == "compensate" for one in starts)
        scopes = {around.parent} if undoes_around else {around.id, around.parent}
    wanted = element.event.activity if element.event is not None else None
    if wanted is not None and (wanted not in elements or elements[wanted].parent not in scopes):
        yield "compensation_elsewhere", {"ref": wanted}


def _cancel_problems(element: Element, elements: Mapping[str, Element]) -> Problems:
    place = element.attached_to if element.type == "boundaryEvent" else element.parent
    around = elements.get(place or "")
    if around is None or around.type != "transaction":
        yield "cancel_place", {}
        return
    boundaries = [
        one for one in elements.values()
        if one.attached_to == around.id and one.event is not None and one.event.kind == "cancel"
    ]  # fmt: skip
    if not boundaries:
        yield "cancel_without_boundary", {"transaction": around.id}
    elif element.type == "boundaryEvent" and boundaries[0] is not element:
        yield "code_twice", {"event": "cancel", "caught": "*", "other": boundaries[0].id}
    if element.type == "boundaryEvent" and not element.interrupting:
        yield "boundary_interrupting", {"event": "cancel"}
