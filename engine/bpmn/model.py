"""A diagram as this engine understands it: elements, flows, and what the dialect says about each.

The reader makes these values once per deployed version; nothing of them is stored with a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.bpmn.outcome import Binding
from engine.feel import Expression, StaticText

__all__ = [
    "AdHoc", "Call", "Copy", "Decision", "Element", "Event", "EventKind", "ExecutionListener", "Flow", "Form",
    "Job", "Loop", "Mapped", "Phase", "Repeat", "Script", "Site", "Thrown", "TimerKind", "UserWork",
]  # fmt: skip

Site = Expression | StaticText
EventKind = Literal[
    "none", "timer", "message", "signal", "conditional", "error", "escalation", "terminate", "link",
    "compensate", "cancel", "multiple",
]  # fmt: skip
TimerKind = Literal["date", "duration", "cycle"]
Phase = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """One `zeebe:input` or `zeebe:output`: what is read, and the path that is written. Absent source = null."""

    source: Site | None
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """A data association: a variable is copied to another, or a transformation of what is in sight is written to it."""

    source: str
    target: str
    transformation: Site | None = None
    path: tuple[str, ...] = ()  # inside of the target: an assignment writes there


@dataclass(frozen=True, slots=True)
class Event:
    """What an event catches or throws.

    `name`: message or signal name; `key`: correlation key; `code`: error or escalation code (None = catch-all);
    `timer`: the text of a timer with its kind; `link`: the name of a link; `condition`: of a conditional event, which
    is asked again when a variable among `watched` was created or changed, as `watched_for` says (empty: any, anyhow).
    `parts`: of a multiple event, of which one is enough, or all where it is `parallel`.
    """

    kind: EventKind
    name: Site | None = None
    key: Site | None = None
    code: Site | None = None
    timer: Site | None = None
    timer_kind: TimerKind | None = None
    timer_by_text: bool = False  # what its expression answers says which kind it is: in files not for Camunda 8
    link: str | None = None
    condition: Site | None = None
    watched: frozenset[str] = frozenset()
    watched_for: frozenset[str] = frozenset()  # create, update
    at_each_change: bool = False  # while it stays true, not only when it turns true: in files for Camunda 8
    activity: str | None = None  # what a compensation event undoes; None: all in its scope
    waits: bool = True  # whether a compensation event goes on only when all is undone
    parts: tuple[Event, ...] = ()
    parallel: bool = False

    @property
    def each(self) -> tuple[Event, ...]:
        """The events that it consists of: its parts, or itself."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True)
class Job:
    """`zeebe:taskDefinition` with its headers."""

    type: Site
    retries: Site | None  # None: as many as the registered work says
    headers: Mapping[str, str]
    publishes: bool = False  # what the diagram says: the messages of its events, with what is local as their payload


@dataclass(frozen=True, slots=True)
class ExecutionListener:
    """A job before the work of an element (`start`) or after it (`end`)."""

    phase: Phase
    type: Site
    retries: Site | None


@dataclass(frozen=True, slots=True)
class Form:
    """`zeebe:formDefinition`: a linked form, a page of our own, or an embedded form of this file."""

    form_id: Site | None = None
    external: Site | None = None
    binding: Binding = "latest"
    version_tag: Site | None = None


@dataclass(frozen=True, slots=True)
class UserWork:
    """Who is asked, until when, with which form (dialect §10)."""

    assignee: Site | None = None
    candidate_groups: Site | None = None
    candidate_users: Site | None = None
    due: Site | None = None
    follow_up: Site | None = None
    priority: Site | None = None
    form: Form | None = None
    properties: tuple[tuple[str, Site], ...] = ()  # `task.*`


@dataclass(frozen=True, slots=True)
class Script:
    """`zeebe:script`."""

    expression: Site
    result: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """`zeebe:calledDecision`."""

    decision_id: Site
    result: str
    binding: Binding
    version_tag: Site | None


@dataclass(frozen=True, slots=True)
class Call:
    """`zeebe:calledElement`."""

    process_id: Site
    to_child: bool
    to_parent: bool
    binding: Binding
    version_tag: Site | None


@dataclass(frozen=True, slots=True)
class Thrown:
    """An event that a multi-instance activity throws when an instance completes; `condition`: asked then, if any."""

    condition: Site | None
    event: Event


@dataclass(frozen=True, slots=True)
class Loop:
    """A multi-instance marker (dialect §5; BPMN 2.0, 10.3.8): the items of a collection, or a number of instances.

    `thrown`: by its behaviour, at each completion; `once`: at the first only.
    """

    sequential: bool
    collection: Site | None
    item: str | None
    output: str | None
    output_item: Site | None
    condition: Site | None
    cardinality: Site | None = None
    once: bool = False
    thrown: tuple[Thrown, ...] = ()
    items_in: str | None = None  # the data input that holds the collection
    output_name: str | None = None  # of BPMN's output data item: the variable that an instance answers with


@dataclass(frozen=True, slots=True)
class Repeat:
    """A standard loop marker (BPMN 2.0, 10.3.8): again while the condition holds, at most `maximum` times."""

    condition: Site | None
    maximum: int | None
    test_before: bool


@dataclass(frozen=True, slots=True)
class AdHoc:
    """An ad-hoc sub-process: what begins by itself, when it is over, whether one after the other.

    `of_dialect`: `zeebe:adHoc` stands there; then nothing begins by itself but what `active` lists.
    """

    active: Site | None
    condition: Site | None
    sequential: bool
    cancels_rest: bool
    of_dialect: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `is_default`: taken when no condition of its source is true."""

    id: str
    source: str
    target: str
    name: str | None = None
    condition: Site | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the diagram. `type` is BPMN's element name (`userTask`); order of `outgoing` is that of the file."""

    id: str
    type: str
    name: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # by language, from `i18n.<language>.name`
    documentation: str | None = None
    parent: str | None = None  # the sub-process around it
    lane: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)  # every `zeebe:property`, as written
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()  # ids of flows
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    triggered_by_event: bool = False
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    copies_in: tuple[Copy, ...] = ()
    copies_out: tuple[Copy, ...] = ()
    work: UserWork | None = None
    job: Job | None = None
    heard_by: tuple[ExecutionListener, ...] = ()
    script: Script | None = None
    decision: Decision | None = None
    call: Call | None = None
    loop: Loop | None = None
    repeat: Repeat | None = None
    ad_hoc: AdHoc | None = None
    form: Form | None = None  # of a none start event
    for_compensation: bool = False
    compensated_by: str | None = None  # of a compensation boundary event: the handler that it is associated with
    activation: Site | None = None  # of a complex gateway
    instantiates: bool = False  # a receive task or an event-based gateway that begins a case
    takes_all: bool = False  # an event-based gateway behind which every event is to happen
    start_quantity: int = 1  # tokens that an activity needs to begin, and that each flow out of it gets
    completion_quantity: int = 1

    def name_in(self, language: str) -> str:
        """The name in a language, else the name as drawn, else the id."""
        return self.names.get(language) or self.name or self.id
