"""What makes two elements alike: of the same nature, so that a token may stand at either; with the same settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from engine.bpmn.model import Element, Event, Site
from engine.bpmn.nodes import Node
from engine.feel import Expression

__all__ = ["nature", "same_settings", "same_site", "same_work", "shape", "ways_on"]

_UNSAID = frozenset({"id", "names", "name", "documentation", "lane", "incoming", "outgoing", "parent", "attached_to"})
_PASSED = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway"})


def same_site(was: Site | None, now: Site | None) -> bool:
    """Whether two places of a diagram say the same."""
    return type(was) is type(now) and (was is None or now is None or was.text == now.text)


def shape(event: Event | None) -> object:
    """What kind of event it is, and of which events it consists."""
    return None if event is None else (event.kind, tuple(one.kind for one in event.parts), event.parallel)


def nature(element: Element) -> object:
    """What cannot change under a token: the kind of work, of event and of repetition."""
    loop = element.loop
    return (
        element.type, shape(element.event), element.triggered_by_event, element.for_compensation, element.takes_all,
        element.repeat is None, element.ad_hoc is None,
        None if loop is None else (loop.sequential, loop.item, loop.output, loop.output_name),
    )  # fmt: skip


def same_settings(was: Element, now: Element, moved: Mapping[str, str]) -> bool:
    """Whether an element does the same as before, and goes on to the same elements."""
    return nature(was) == nature(now) and _said(was, moved) == _said(now, {})


def same_work(was: Element, now: Element) -> bool:
    """Whether a user task asks the same people, with the same form, name and time."""
    return (was.name, _plain(was.work)) == (now.name, _plain(now.work))


def _said(element: Element, moved: Mapping[str, str]) -> object:
    parts = {one.name: _plain(getattr(element, one.name)) for one in fields(element) if one.name not in _UNSAID}
    ways = [(moved.get(flow.target, flow.target), _plain(flow.condition), flow.is_default) for flow in element.outgoing]
    around = [None if one is None else moved.get(one, one) for one in (element.parent, element.attached_to)]
    return parts, ways, around, element.name


def _plain(value: object) -> object:
    """A value of the model as one that compares by what it says."""
    if isinstance(value, Expression):
        return "=", value.text
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, tuple(_plain(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return tuple(sorted((key, _plain(inner)) for key, inner in value.items()))
    if isinstance(value, tuple):
        return tuple(_plain(inner) for inner in value)
    return value


def ways_on(node: Node, moved: Mapping[str, str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Where a token goes next: each element that it may come to, by way of gateways, with the conditions on the way.
    Ids are those of the new version."""
    found: list[tuple[str, tuple[str, ...]]] = []
    stack: list[tuple[Node, tuple[str, ...], frozenset[str]]] = [(node, (), frozenset())]
    while stack:
        at, conditions, seen = stack.pop()
        for arc in at.arcs:
            flow, target = arc.flow, arc.target
            asked = "" if flow.condition is None else flow.condition.text
            way = (*conditions, asked if not flow.is_default else "*")
            if target.element.type in _PASSED and target.name not in seen and len(found) < 50:
                stack.append((target, way, seen | {target.name}))
            else:
                found.append((moved.get(target.element.id, target.element.id), tuple(each for each in way if each)))
    return tuple(sorted(set(found)))
