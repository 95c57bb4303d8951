"""Signals that set themselves off again: what hears one throws it without a wait, and hears it again at once.

Who hears a signal again and again is an event that does not interrupt (a boundary event, the start of an event
sub-process), and a start event of the process, which begins one more case. Where every way from there throws the
signal, nothing ever ends it: an error; where a choice lies between, or another event has to listen, a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.bpmn.model import Element
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import error, warning
from engine.bpmn.soundness.loops import goes_on_at_once
from engine.bpmn.soundness.net import Net
from engine.feel import StaticText
from engine.findings import Finding

__all__ = ["check_signals"]

_CHOOSING: Final = frozenset({"exclusiveGateway", "inclusiveGateway"})


@dataclass(frozen=True, slots=True)
class _Thrown:
    """A signal that is thrown without a wait behind an event: by which way, and whether every run takes it."""

    name: str
    path: tuple[str, ...]
    is_sure: bool


def check_signals(spec: ProcessSpec) -> Iterator[Finding]:
    """One finding for each event that hears again what follows from it at once."""
    hearing = [one for one in spec.elements.values() if _hears_again(one, spec)]
    thrown = {one.id: list(_thrown_behind(one, spec)) for one in hearing}
    told: set[str] = set()
    for first in hearing:
        found = _circle(first, hearing, thrown)
        if found is None or first.id in told:
            continue
        told |= {one.path[0] for one in found}
        say = error if len(found) == 1 and found[0].is_sure else warning
        path = " → ".join(name for one in found for name in one.path)
        yield say("signal_again", first.id, first.name, name=found[-1].name, path=path)


def _hears_again(element: Element, spec: ProcessSpec) -> bool:
    around = spec.elements.get(element.parent or "")
    starts = element.type == "startEvent" and (
        around is None or (around.triggered_by_event and not element.interrupting)
    )
    return bool(_signals(element)) and (starts or (element.attached_to is not None and not element.interrupting))


def _signals(element: Element) -> frozenset[str]:
    """The names of the signals of an event, as far as they are written; none of one that waits for several at once."""
    event = element.event
    if event is None or event.parallel:
        return frozenset()
    return frozenset(one.name.text for one in event.each if one.kind == "signal" and isinstance(one.name, StaticText))


def _thrown_behind(begin: Element, spec: ProcessSpec) -> Iterator[_Thrown]:
    """What is thrown behind an event before anything waits."""
    net = Net(spec.inside(begin.parent))
    queue: list[tuple[Element, tuple[str, ...], bool]] = [(begin, (begin.id,), True)]
    seen = {begin.id}
    for element, path, is_sure in queue:
        throws = element.type in ("intermediateThrowEvent", "endEvent") and element is not begin
        names = _signals(element) if throws else frozenset[str]()
        yield from (_Thrown(name, path, is_sure) for name in sorted(names))
        passes = element is begin or goes_on_at_once(net, element) or (bool(names) and not element.heard_by)
        chooses = len(element.outgoing) > 1 and (
            element.type in _CHOOSING or any(flow.condition or flow.is_default for flow in element.outgoing)
        )
        for flow in element.outgoing if passes else ():
            if flow.target not in seen:
                seen.add(flow.target)
                queue.append((net.members[flow.target], (*path, flow.target), is_sure and not chooses))


def _circle(first: Element, hearing: list[Element], thrown: dict[str, list[_Thrown]]) -> list[_Thrown] | None:
    """The shortest way from an event back to itself, as what is thrown on it; None where there is none."""
    ways: list[tuple[str, list[_Thrown]]] = [(first.id, [])]
    seen: set[str] = set()
    for at, way in ways:
        for one in sorted(thrown[at], key=lambda each: not each.is_sure):
            if one.name in _signals(first):
                return [*way, one]
            for other in hearing:
                if one.name in _signals(other) and other.id not in seen:
                    seen.add(other.id)
                    ways.append((other.id, [*way, one]))
    return None
