"""Processes of one deployment that call each other in a circle.

Where no way through a process avoids the call, the circle never ends, and is refused. Where one does, it may be meant
(what is inside of what); it is shown, and at run time the chain of calls is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from engine.bpmn.model import Element
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import error, warning
from engine.findings import Finding

__all__ = ["check_calls"]


def check_calls(specs: Iterable[ProcessSpec]) -> Iterator[Finding]:
    """One finding for each call activity that closes a circle: the process that it leads back to, and the way."""
    known = {spec.process_id: spec for spec in specs}
    for spec in known.values():
        for used in spec.called_processes:
            way = _way(used.id, spec.process_id, known)
            if way is None:
                continue
            circle = [spec.process_id, *way]
            element = spec.elements[used.element]
            said = {"path": " → ".join(circle)}
            if all(_is_certain(known[one], known[following]) for one, following in pairwise(circle)):
                yield error("calls_endless", element.id, element.name, **said)
            else:
                yield warning("calls_in_circle", element.id, element.name, **said)


def _way(start: str, goal: str, known: Mapping[str, ProcessSpec]) -> list[str] | None:
    """The shortest chain of calls from one process to another, both included; None where there is none."""
    if start not in known:
        return None
    came: dict[str, str | None] = {start: None}
    queue = [start]
    for at in queue:
        if at == goal:
            way = [at]
            while (before := came[way[0]]) is not None:
                way.insert(0, before)
            return way
        for used in known[at].called_processes:
            if used.id in known and used.id not in came:
                came[used.id] = at
                queue.append(used.id)
    return None


def _is_certain(spec: ProcessSpec, called: ProcessSpec) -> bool:
    """Whether no way through a process avoids its calls of the other."""
    calls = [spec.elements[used.element] for used in spec.called_processes if used.id == called.process_id]
    blocking = {one.id for one in calls if _is_blocking(one, spec)}
    free = [one for one in spec.inside(None) if one.incoming == () and one.attached_to is None]
    seen = {one.id for one in free if not one.triggered_by_event and not one.for_compensation}
    queue = list(seen)
    for name in queue:
        if name in blocking:
            continue
        element = spec.elements[name]
        following = [flow.target for flow in element.outgoing]
        following += [event.id for event in spec.boundary_events(name)]
        if not element.outgoing:
            return False
        for target in following:
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return bool(blocking)


def _is_blocking(call: Element, spec: ProcessSpec) -> bool:
    """A call that a token cannot leave but by its end: several instances may be none, a boundary event another way."""
    return call.parent is None and call.loop is None and call.repeat is None and not spec.boundary_events(call.id)
