"""From elements to the nodes that run: SpiffWorkflow's workflow spec, built by us once for each deployed version.

Building the specs ourselves, not by upstream's parser, is what makes “runs as drawn” provable: nothing gets in that
was not read by the dialect and let through by the gate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from SpiffWorkflow.specs import WorkflowSpec

from engine.bpmn.activities import Activity, DecisionTask, JobTask, ReceiveTask, ScriptTask
from engine.bpmn.adhoc import AdHocSubProcess
from engine.bpmn.callactivity import CallActivity
from engine.bpmn.compensation import CancelEnd, CompensationThrow
from engine.bpmn.complexgateways import ComplexGateway
from engine.bpmn.events import CatchEvent, ErrorEnd, EscalationThrow, EventGateway, SignalThrow, TerminateEnd
from engine.bpmn.gateways import ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.bpmn.listening import Boundary, Branch, Part, ScopeStart
from engine.bpmn.loops import LoopBody, RepeatBody
from engine.bpmn.model import Element, Event
from engine.bpmn.multiple import throwing_all
from engine.bpmn.nodes import Arc, Node
from engine.bpmn.sending import MessageThrow
from engine.bpmn.subprocesses import EventSubProcess, ProcessScope, SubProcess
from engine.bpmn.usertasks import UserTask
from engine.calendar import TimeLimits
from engine.errors import NoPlaceToBegin, NoPlainStart, NoSuchStart

__all__ = ["Graph"]

ROOT: Final = "(process)"

_BY_TYPE: Final[Mapping[str, type[Node]]] = {
    "userTask": UserTask,
    "receiveTask": ReceiveTask,
    "callActivity": CallActivity,
    "subProcess": SubProcess,
    "transaction": SubProcess,
    "adHocSubProcess": AdHocSubProcess,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": EventGateway,
}
_JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})
_THROWN: Final[Mapping[str, type[Node]]] = {
    "signal": SignalThrow,
    "escalation": EscalationThrow,
    "error": ErrorEnd,
    "terminate": TerminateEnd,
    "compensate": CompensationThrow,
    "cancel": CancelEnd,
}


class Graph(WorkflowSpec):  # type: ignore[misc]
    """The nodes of one process, by the ids of their elements."""

    def __init__(self, process_id: str, elements: Mapping[str, Element], limits: TimeLimits) -> None:
        super().__init__(name=process_id)
        self.root = ProcessScope(self, ROOT, Element(process_id, "process"), limits)
        self.start = self.root
        self._inner: dict[str, Node] = {}
        self._outer: dict[str, Node] = {}
        for element in elements.values():
            self._add(element, limits)
        for element in elements.values():
            arcs = tuple(Arc(flow, self._outer[flow.target]) for flow in element.outgoing)
            self._outer[element.id].connect_arcs(arcs)
        for element in elements.values():
            self._wire_events(element)
        self._wire_scopes(elements)

    def starts_at(self, trigger: str | None) -> Sequence[Node]:
        """Where a case begins: at what happened (`StartEvent.trigger`), else at the none start.

        A start event, a receive task that begins cases, a part of a start event, or a branch of an event-based gateway.
        Raises NoPlainStart, NoSuchStart.
        """
        if trigger is None:
            if not self.root.starts:
                raise NoPlainStart(process=self.name)
            return self.root.starts
        node: Node | None = self.task_specs.get(trigger)
        begins = isinstance(node, Part | Branch) or (
            node is not None and (node.element.type == "startEvent" or node.element.instantiates)
        )
        if node is None or not begins or node.element.parent is not None:
            raise NoSuchStart(process=self.name, event=trigger)
        if isinstance(node, Part) and not (node.event_node.element.event or Event("none")).parallel:
            return (node.event_node,)  # one of its events is enough
        return (node,)

    def place_at(self, element_id: str) -> Node:
        """The node at which a case may begin in the middle: one that waits for nothing that lies before it.

        Raises NoPlaceToBegin.
        """
        node = self._outer.get(element_id)
        if node is None:
            raise NoPlaceToBegin(process=self.name, element=element_id, reason="there is no such element")
        element = node.element
        reason = self._why_not(element, None) or self._why_starving([element_id])
        if reason:
            raise NoPlaceToBegin(process=self.name, element=element.name or element_id, reason=reason)
        return node

    def places_in(self, parent: str | None, staying: Sequence[str], arrived: Collection[str]) -> Sequence[Node]:
        """The nodes of a scope at which a token may be put beside those that stay at these elements.

        `arrived`: the flows by which tokens wait at joins already.
        """
        inside = (one for one in self._outer.values() if one.element.parent == parent)
        return [
            node
            for node in inside
            if not self._why_not(node.element, parent) and not self.starves([node.element.id, *staying], arrived)
        ]

    def _why_not(self, element: Element, parent: str | None) -> str:
        if element.parent != parent:
            return "it lies inside a sub-process: begin at that"
        if element.type in ("startEvent", "boundaryEvent") or element.triggered_by_event or element.for_compensation:
            return "it begins by an event and not by a token"
        if element.type in _JOINS and len(element.incoming) > 1:
            return "it waits for tokens of other ways"
        sources = (one for one in self._outer.values() if any(arc.flow.target == element.id for arc in one.arcs))
        if any(one.element.type == "eventBasedGateway" for one in sources):
            return "it is one of several events: begin at their gateway"
        return ""

    def _why_starving(self, begun_at: Sequence[str]) -> str:
        return "a gateway after it waits for tokens of other ways" if self.starves(begun_at) else ""

    def starves(self, begun_at: Sequence[str], arrived: Collection[str] = ()) -> bool:
        """Whether a join lies ahead that waits for a flow which nothing from these elements on can take."""
        ahead, reached = list(begun_at), set(begun_at)
        flows = set(arrived)
        while ahead:
            here = self._outer[ahead.pop()]
            attached = [one for one in self._outer.values() if one.element.attached_to == here.element.id]
            flows |= {arc.flow.id for one in (here, *attached) for arc in one.arcs}
            found = {arc.flow.target for one in (here, *attached) for arc in one.arcs} - reached
            reached |= found
            ahead += found
        joins = (self._outer[one].element for one in reached)
        return any(
            len(one.incoming) > 1 and not flows.issuperset(one.incoming)
            for one in joins
            if one.type in ("parallelGateway", "complexGateway")
        )

    def _add(self, element: Element, limits: TimeLimits) -> None:
        node = _class_of(element)(self, element.id, element, limits)
        self._inner[element.id] = self._outer[element.id] = node
        if isinstance(node, CatchEvent) and element.event is not None:
            node.parts = tuple(Part(node, place, part) for place, part in enumerate(element.event.parts, 1))
        if element.loop is not None and isinstance(node, Activity):
            self._outer[element.id] = LoopBody(node)
        elif element.repeat is not None and isinstance(node, Activity):
            self._outer[element.id] = RepeatBody(node)

    def _wire_events(self, element: Element) -> None:
        node = self._outer[element.id]
        if element.attached_to is not None:
            owner = self._outer[element.attached_to]
            if element.compensated_by is not None:
                owner.compensated_by = self._outer[element.compensated_by]
                return
            owner.listeners += (Boundary(node, element),)
        elif element.type == "eventBasedGateway":
            node.listeners = tuple(Branch(node, arc) for arc in node.arcs)

    def _wire_scopes(self, elements: Mapping[str, Element]) -> None:
        inside: dict[str | None, list[Element]] = {}
        for element in elements.values():
            inside.setdefault(element.parent, []).append(element)
        for parent, members in inside.items():
            scope = self.root if parent is None else self._inner[parent]
            if not isinstance(scope, SubProcess):
                continue
            scope.starts = tuple(self._inner[one.id] for one in _starts(members))
            if isinstance(scope, AdHocSubProcess):
                scope.by_people = _has_user_task(inside, members)
            if not any(one.type == "startEvent" for one in members):
                scope.starts = tuple(self._outer[one.id] for one in members if _is_implicit_start(one))
            starts = [
                ScopeStart(self._inner[one.id], self._inner[start.id])
                for one in members
                if one.triggered_by_event
                for start in inside.get(one.id, ())
                if start.type == "startEvent"
            ]
            undoing = [one.event_node for one in starts if one.element.event and one.element.event.kind == "compensate"]
            scope.undo = undoing[0] if undoing else None
            scope.scope_starts = tuple(one for one in starts if one.event_node not in undoing)


def _starts(members: Sequence[Element]) -> list[Element]:
    """The start event that a token begins at; for an event sub-process the event that it is started by.

    A process may have further starts by message, signal or timer: those begin a case only when they happen.
    """
    starts = [one for one in members if one.type == "startEvent"]
    if starts and starts[0].parent is None:
        return [one for one in starts if one.event is None or one.event.kind == "none"]
    return starts


def _has_user_task(inside: Mapping[str | None, Sequence[Element]], members: Sequence[Element]) -> bool:
    """Whether there is work for people in a scope or deeper."""
    return any(one.type == "userTask" or _has_user_task(inside, inside.get(one.id, ())) for one in members)


def _is_implicit_start(element: Element) -> bool:
    if element.incoming or element.attached_to or element.triggered_by_event or element.type == "startEvent":
        return False
    if element.for_compensation or element.instantiates:
        return False
    return not (element.event is not None and element.event.kind == "link")


def _class_of(element: Element) -> Callable[..., Node]:
    """The node that runs an element."""
    kind = element.event.kind if element.event is not None else "none"
    if element.triggered_by_event:
        return EventSubProcess
    if element.job is not None and element.job.publishes and kind != "multiple":
        return MessageThrow
    if element.job is not None and kind != "multiple":
        return JobTask
    if element.type in _BY_TYPE:
        return _BY_TYPE[element.type]
    if kind == "multiple" and element.type in ("intermediateThrowEvent", "endEvent"):
        return throwing_all
    if element.type in ("intermediateThrowEvent", "endEvent"):
        return _THROWN.get(kind, Activity)
    if element.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent"):
        return CatchEvent
    if element.decision is not None:
        return DecisionTask
    return ScriptTask if element.script is not None else Activity
