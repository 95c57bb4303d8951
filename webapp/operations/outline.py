"""The diagram in words: every element in reading order with its state, for who cannot see the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from webapp.operations.drawing import Drawing, Shape
from webapp.operations.progress import Progress
from webapp.words import _, language
from workflows.association.wording import typographic


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    name: str
    kind: str
    state: str
    colour: str
    inside: bool


@dataclass(frozen=True, slots=True)
class DiagramView:
    """What a page needs to show a diagram: its address, what to mark, its names in the reader's language, its list."""

    url: str
    position: Mapping[str, list[str]]
    names: Mapping[str, str]
    outline: tuple[OutlineEntry, ...]


def diagram_view(url: str, drawing: Drawing, progress: Progress, incidents: frozenset[str], spoken: str) -> DiagramView:
    """The view of one case on its diagram."""
    position = {
        "done": sorted(set(progress.left) - progress.standing),
        "flows": sorted(set(progress.flows)),
        "standing": sorted(progress.standing - incidents),
        "incidents": sorted(incidents),
    }
    entries = tuple(
        _entry(shape, progress, incidents, spoken)
        for shape in drawing.reading_order()
        if shape.name or shape.kind.endswith("Task") or shape.id in progress.standing
    )
    return DiagramView(url, position, names_in(drawing, spoken), entries)


def names_in(drawing: Drawing, spoken: str) -> dict[str, str]:
    """What steps, ways and lanes are called in this language, where the diagram says another name."""
    names = {
        shape.id: shape.label(spoken)
        for shape in drawing.shapes.values()
        if shape.name and shape.label(spoken) != shape.name
    }
    translation = f"i18n.{spoken}.name"
    for element, properties in drawing.wording.items():
        if translation in properties:
            names[element] = typographic(properties[translation])
    return names


def _entry(shape: Shape, progress: Progress, incidents: frozenset[str], spoken: str) -> OutlineEntry:
    if shape.id in incidents:
        state, colour = _("stands still"), "red"
    elif shape.id in progress.standing:
        state, colour = _("the case is here"), "yellow"
    elif shape.id in progress.left:
        state, colour = _("done"), "green"
    else:
        state, colour = _("not reached"), "grey"
    name = shape.label(spoken) if shape.name else _("without a name")
    return OutlineEntry(name, kind_words(shape), state, colour, shape.parent is not None)


def kind_words(shape: Shape) -> str:
    """The kind of an element in a reader's words."""
    if shape.event:
        return _events(language()).get(shape.event, _("event"))
    return _kinds(language()).get(shape.kind, _("event") if shape.kind.endswith("Event") else _("step"))


def event_words(event: str) -> str:
    """The kind of an event by that of its definition."""
    return _events(language()).get(event, _("event"))


def kind_of(type_: str) -> str:
    """The same by its type alone, as diagrams write it."""
    return _kinds(language()).get(type_, _("event") if type_.endswith("Event") else _("step"))


@cache
def _kinds(_language: str) -> Mapping[str, str]:
    return {
        "userTask": _("task for a person"),
        "serviceTask": _("automatic step"),
        "sendTask": _("automatic message"),
        "receiveTask": _("waits for a message"),
        "scriptTask": _("calculation"),
        "businessRuleTask": _("decision by table"),
        "manualTask": _("step done elsewhere"),
        "callActivity": _("other process"),
        "subProcess": _("group of steps"),
        "transaction": _("group of steps"),
        "adHocSubProcess": _("steps in any order"),
        "exclusiveGateway": _("one way or the other"),
        "inclusiveGateway": _("one way or several"),
        "parallelGateway": _("at the same time"),
        "eventBasedGateway": _("what happens first"),
        "startEvent": _("start"),
        "endEvent": _("end"),
    }


@cache
def _events(_language: str) -> Mapping[str, str]:
    return {
        "timer": _("date or delay"),
        "message": _("message"),
        "signal": _("signal"),
        "error": _("error"),
        "escalation": _("escalation"),
        "conditional": _("condition"),
        "terminate": _("end of everything"),
        "compensate": _("undoing"),
        "link": _("jump"),
        "cancel": _("cancellation"),
    }
