"""Messages and signals by their names: what is thrown and caught nowhere, what is caught and thrown nowhere.

Only static names are compared. Over everything that is looked at together: one file, a folder, what is deployed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.bpmn.model import Element, Mapped
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import warning
from engine.feel import Expression, StaticText
from engine.feel.syntax import Literal
from engine.findings import Finding
from engine.wiring.declared import INBOUND, OUTBOUND, names_of

__all__ = ["PUBLISHING", "check_messages", "message_ends"]

PUBLISHING: Final = frozenset({"message.publish", "message.publish_all"})
_THROWING: Final = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})
_KINDS: Final = ("message", "signal")
Ends = dict[tuple[str, str], list[tuple[ProcessSpec, Element]]]  # by kind and name


def check_messages(
    specs: Iterable[ProcessSpec],
    *,
    inbound: frozenset[str] = frozenset(),
    outbound: frozenset[str] = frozenset(),
    around: Iterable[ProcessSpec] = (),
) -> dict[str, list[Finding]]:
    """By process id: what nothing sends and what nobody waits for.

    `inbound`, `outbound`: names that come from, or go to, the outside. `around`: processes that are heard, not judged.
    """
    judged = tuple(specs)
    thrown, caught = Ends(), Ends()
    for spec in (*judged, *around):
        inbound |= names_of(spec.properties, INBOUND) or frozenset()
        outbound |= names_of(spec.properties, OUTBOUND) or frozenset()
        for element in spec.elements.values():
            for end in _thrown(element):
                thrown.setdefault(end, []).append((spec, element))
            for end in _caught(element):
                caught.setdefault(end, []).append((spec, element))
    found: dict[str, list[Finding]] = {spec.process_id: [] for spec in judged}
    for here, there, listed, code in (
        (caught, thrown, inbound, "never_sent"),
        (thrown, caught, outbound, "never_caught"),
    ):
        for (kind, name), ends in here.items():
            if (kind, name) not in there and name not in listed:
                for spec, element in ends:
                    if spec.process_id in found and spec in judged:
                        found[spec.process_id].append(_finding(code, kind, name, element, there))
    return found


def message_ends(spec: ProcessSpec) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the messages that a process waits for, and of those that it sends."""
    waiting, sending = (
        frozenset(name for element in spec.elements.values() for kind, name in ends(element) if kind == "message")
        for ends in (_caught, _thrown)
    )
    return waiting, sending


def _finding(code: str, kind: str, name: str, element: Element, others: Mapping[tuple[str, str], object]) -> Finding:
    near = difflib.get_close_matches(name, [other for its, other in others if its == kind], n=1, cutoff=0.75)
    if near:
        return warning(f"{code}_near", element.id, element.name, event=kind, name=name, nearest=near[0])
    return warning(code, element.id, element.name, event=kind, name=name)


def _caught(element: Element) -> Iterator[tuple[str, str]]:
    if element.type in _THROWING or element.event is None:
        return
    for event in element.event.each:
        if event.kind in _KINDS and isinstance(event.name, StaticText) and event.name.text:
            yield event.kind, event.name.text


def _thrown(element: Element) -> Iterator[tuple[str, str]]:
    """What an element sends: by its job, by the names of its events."""
    job, event = element.job, element.event
    named_by_job = False
    if job is not None and isinstance(job.type, StaticText) and job.type.text in PUBLISHING:
        name = job.headers.get("name") or _static(element.inputs, "name")
        if name:
            named_by_job = True
            yield "message", name
    events = event.each if event is not None and element.type in _THROWING else ()
    events = (*events, *(one.event for one in element.loop.thrown)) if element.loop is not None else events
    for one in events:
        if one.kind == "message" and named_by_job:
            continue
        if one.kind in _KINDS and isinstance(one.name, StaticText) and one.name.text:
            yield one.kind, one.name.text


def _static(inputs: Iterable[Mapped], target: str) -> str | None:
    """The text that an input mapping gives to a name, where it is written there."""
    for one in inputs:
        if one.target == (target,) and isinstance(one.source, StaticText):
            return one.source.text
        if one.target == (target,) and isinstance(one.source, Expression) and isinstance(one.source.tree, Literal):
            return one.source.tree.value if isinstance(one.source.tree.value, str) else None
    return None
