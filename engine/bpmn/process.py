"""A process as deployed: what the pages, the deployment checks and the engine ask of a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from engine.bpmn.graph import Graph
from engine.bpmn.model import Element, Event, EventKind, Flow, Form, Site
from engine.bpmn.outcome import Binding
from engine.bpmn.timers import start_firing
from engine.calendar import Firing, TimeLimits
from engine.errors import StartNameNotFixed
from engine.feel import Environment, StaticText
from engine.feel.values import Value
from engine.findings import Finding

__all__ = ["Diagram", "ProcessSpec", "StartEvent", "Used"]


_THROWING: Final = frozenset({"sendTask", "intermediateThrowEvent", "endEvent"})


@dataclass(frozen=True, slots=True)
class Used:
    """A form, decision or process that a process refers to by a static id; expressions are known at run time only."""

    element: str
    id: str
    binding: Binding
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class StartEvent:
    """What begins cases of a process: a start event outside of sub-processes (once for each of its events where it
    has several), a receive task, or an event behind an event-based gateway that instantiates.

    `trigger` tells the case which of them happened; `form`: the start form of a none start event. `is_one_of_all`: the
    case that it begins waits for others before anything goes on.
    """

    element: str
    kind: EventKind
    event: Event
    limits: TimeLimits
    properties: Mapping[str, str] = field(default_factory=dict)
    form: Form | None = None
    trigger: str = ""
    is_one_of_all: bool = False

    @property
    def is_public(self) -> bool:
        """Whether the start form is offered without signing in (dialect §11)."""
        return self.properties.get("publicAccess") == "true"

    def subscription_name(self, environment: Environment) -> str:
        """The name of its message or signal, evaluated at deployment, without variables.

        Raises StartNameNotFixed.
        """
        if self.event.name is None:
            return ""
        name = self.event.name.evaluate({}, environment).value
        if not isinstance(name, str) or not name:
            raise StartNameNotFixed(expression=self.event.name.text)
        return name

    def asks(self, variables: Mapping[str, Value]) -> bool:
        """Whether its condition is asked over these variables: one of those that it watches is given, or it watches
        none (`zeebe:conditionalFilter`)."""
        return not self.event.watched or not self.event.watched.isdisjoint(variables)

    def answer(self, variables: Mapping[str, Value], environment: Environment) -> bool | None:
        """What its condition answers; None where that is null or no boolean."""
        condition = self.event.condition
        value = None if condition is None else condition.evaluate(variables, environment).value
        return value if isinstance(value, bool) else None

    def firing(self, anchor: datetime, environment: Environment, after: Firing | None = None) -> Firing | None:
        """When its timer fires first (or after `after`), counted from `anchor`, the moment of deployment.

        Raises AmicaleError (NotATime, TimeTooFar, CycleTooShort) for what is no time.
        """
        return start_firing(self.event, anchor, environment, self.limits, after)


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """One process of a file: immutable, shared by all its cases. `nodes` is what runs."""

    process_id: str
    name: str
    names: Mapping[str, str]
    version_tag: str | None
    documentation: str | None
    properties: Mapping[str, str]
    elements: Mapping[str, Element]
    lanes: tuple[str, ...]
    start_events: tuple[StartEvent, ...]
    embedded_forms: Mapping[str, str]
    nodes: Graph = field(repr=False)
    catches_messages: bool = field(init=False)  # whether a case of this process may ever wait for a message

    def __post_init__(self) -> None:
        catches = any(
            element.type == "receiveTask"
            or (element.event is not None and any(one.kind == "message" for one in element.event.each))
            for element in self.elements.values()
        )
        object.__setattr__(self, "catches_messages", catches)

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every sequence flow, source by source in the order of the file."""
        return tuple(flow for element in self.elements.values() for flow in element.outgoing)

    @property
    def user_tasks(self) -> tuple[Element, ...]:
        """The user tasks, sub-processes included."""
        return tuple(element for element in self.elements.values() if element.type == "userTask")

    @property
    def forms_used(self) -> tuple[Used, ...]:
        """Linked forms of user tasks and of the none start event; embedded ones are not among them."""
        forms = ((one.id, one.work.form if one.work is not None else one.form) for one in self.elements.values())
        found = ((id_, form) for id_, form in forms if form is not None)
        return tuple(_used((id_, form.form_id, form.binding, form.version_tag) for id_, form in found))

    @property
    def decisions_called(self) -> tuple[Used, ...]:
        """Decisions of business rule tasks."""
        calls = ((one.id, one.decision) for one in self.elements.values())
        return tuple(_used((i, c.decision_id, c.binding, c.version_tag) for i, c in calls if c is not None))

    @property
    def called_processes(self) -> tuple[Used, ...]:
        """Processes of call activities."""
        calls = ((one.id, one.call) for one in self.elements.values())
        return tuple(_used((i, c.process_id, c.binding, c.version_tag) for i, c in calls if c is not None))

    @property
    def job_types_used(self) -> Mapping[str, tuple[str, ...]]:
        """Static job types, each with the elements that need it."""
        found: dict[str, tuple[str, ...]] = {}
        for element in self.elements.values():
            types = [one.type for one in element.heard_by] + ([element.job.type] if element.job is not None else [])
            for type_ in types:
                if isinstance(type_, StaticText):
                    found[type_.text] = (*found.get(type_.text, ()), element.id)
        return found

    @property
    def messages_caught(self) -> Mapping[str, tuple[str, ...]]:
        """Static message names, each with the elements that catch it, start events included."""
        found: dict[str, tuple[str, ...]] = {}
        for element in self.elements.values():
            for event in element.event.each if element.event is not None and element.type not in _THROWING else ():
                if event.kind == "message" and isinstance(event.name, StaticText):
                    found[event.name.text] = (*found.get(event.name.text, ()), element.id)
        return found

    def element(self, element_id: str) -> Element:
        """The element of that id. Raises KeyError."""
        return self.elements[element_id]

    def inside(self, parent: str | None) -> tuple[Element, ...]:
        """The elements directly in a sub-process, or in the process for None, in the order of the file."""
        return tuple(element for element in self.elements.values() if element.parent == parent)

    def boundary_events(self, element_id: str) -> tuple[Element, ...]:
        """The events attached to an activity."""
        return tuple(element for element in self.elements.values() if element.attached_to == element_id)

    def walk(self, start: str | None = None) -> Iterator[Element]:
        """The elements as a token meets them: along the flows in the order of the file, each once, breadth first.

        A sub-process is followed by what is inside it; an activity by what its boundary events lead to.
        """
        first = [start] if start is not None else [one.id for one in self.inside(None) if _begins(one)]
        queue, seen = list(first), set(first)
        for element_id in queue:
            element = self.elements[element_id]
            yield element
            following = [one.id for one in self.inside(element_id) if _begins(one)]
            following += [flow.target for flow in element.outgoing]
            following += [one.id for one in self.boundary_events(element_id)]
            for target in following:
                if target not in seen:
                    seen.add(target)
                    queue.append(target)


@dataclass(frozen=True, slots=True)
class Diagram:
    """A file that was read: its executable processes, and what the linter warns of."""

    name: str
    processes: tuple[ProcessSpec, ...]
    findings: tuple[Finding, ...]


def _begins(element: Element) -> bool:
    return not element.incoming and element.attached_to is None and not element.for_compensation


def _used(found: Iterable[tuple[str, Site | None, Binding, Site | None]]) -> Iterator[Used]:
    for element, site, binding, tag in found:
        if isinstance(site, StaticText) and not site.text.startswith("camunda-forms:"):
            yield Used(element, site.text, binding, tag.text if isinstance(tag, StaticText) else None)
