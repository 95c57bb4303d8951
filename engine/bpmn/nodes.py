"""What every node of a diagram does with a token: SpiffWorkflow's task spec, without its predictions and data.

A node is upstream's `BpmnTaskSpec`, and takes part in upstream's protocol: `_update` when a token arrives,
`_on_ready` when it may run, `_run_hook` when it runs (True: done, None: it waits), `_on_complete`, `_on_cancel`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import condition
from engine.bpmn.model import Element, Flow
from engine.bpmn.outcome import (
    CalledCaseDropped,
    ElementEntered,
    ElementLeft,
    FlowTaken,
    IncidentRaised,
    IncidentResolved,
    TaskClosed,
    WaitDropped,
)
from engine.bpmn.tokens import Incident, Token, Wait
from engine.calendar import TimeLimits
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.bpmn.listening import Listener, ScopeStart

__all__ = ["Arc", "Node", "begin_wait", "drop_wait", "resume", "stand_still"]


@dataclass(frozen=True, slots=True)
class Arc:
    """A sequence flow with the node it leads to."""

    flow: Flow
    target: Node


class Node(BpmnTaskSpec):  # type: ignore[misc]
    """An element that passes its token on at once: none events, undefined and manual tasks are more than this only
    by their mappings."""

    parts: tuple[Listener, ...] = ()  # of a multiple event
    asks_inside = False  # whether it is asked before a token inside it completes (`inner_finishing`)

    def __init__(self, wf_spec: Any, name: str, element: Element, limits: TimeLimits) -> None:
        super().__init__(wf_spec, name)
        self.element = element
        self.limits = limits
        self.arcs: tuple[Arc, ...] = ()
        self._has_conditions = False
        self.listeners: tuple[Listener, ...] = ()  # its boundary events; the branches of an event gateway
        self.compensated_by: Node | None = None  # the handler that undoes it
        self.undo: Node | None = None  # the compensation event sub-process inside it
        self.scope_starts: tuple[ScopeStart, ...] = ()  # what starts the event sub-processes inside a scope

    # --- upstream's protocol ------------------------------------------------------------------------------------------

    def _predict(self, *args: object, **kwargs: object) -> None:
        """Nothing ahead of a token is built."""

    def _update(self, token: Token) -> None:
        if self._update_hook(token):
            token._ready()

    def _update_hook(self, token: Token) -> bool:
        """Whether a token that arrived may run; joins say no until enough have arrived. No data is copied."""
        return True

    def _on_ready(self, token: Token) -> None:
        token.workflow.agenda.append(token)

    def _run(self, token: Token) -> bool | None:
        return self._run_hook(token)

    def _run_hook(self, token: Token) -> bool | None:
        self.enter(token)
        try:
            token.taken = self.choose(token)
        except Trouble as trouble:
            stand_still(token, trouble)
            return None
        return True

    def _on_complete(self, token: Token) -> None:
        tree = token.workflow
        tree.tell(ElementLeft(token.id, self.element.id))
        for arc in self.chosen(token):
            for _ in range(self.element.completion_quantity):
                self.send(token, arc)
        tree.finished(token)

    def _on_cancel(self, token: Token) -> None:
        drop_wait(token)
        if token.incident is not None:
            token.workflow.tell(IncidentResolved(token.id, self.element.id))
        if not token.listening and token.since is not None:
            token.workflow.tell(ElementLeft(token.id, self.element.id, canceled=True))

    # --- what nodes share ---------------------------------------------------------------------------------------------

    def enter(self, token: Token) -> None:
        """The token is at work here: told once, also where a retry enters again."""
        if token.since is None:
            token.since = token.workflow.at_hand.now()
            token.workflow.tell(ElementEntered(token.id, self.element.id))

    def send(self, token: Token, arc: Arc, caught: Mapping[str, Value] | None = None) -> None:
        """A token goes along a flow; `caught` when the event at its end has already happened."""
        flow = arc.flow
        token.workflow.tell(FlowTaken(flow.id, flow.source, flow.target))
        child = token._add_child(arc.target)
        child.flow = flow.id
        child.caught = caught
        if child.scope is not None:
            child.scope.live += 1
        arc.target._update(child)

    def choose(self, token: Token, sight: Mapping[str, Value] | None = None) -> tuple[str, ...] | None:
        """The ids of the flows that a token takes, None for all of them.

        Flows without condition are all taken; those with one where it is true; the default where none of those is.
        Raises Trouble for a condition that cannot be answered, and where there is no flow to take.
        """
        if not self.has_conditions:
            return None
        sight = token.sight() if sight is None else sight
        true = [arc.flow.id for arc in self.arcs if arc.flow.condition and condition(arc.flow.condition, token, sight)]
        always = [arc.flow.id for arc in self.arcs if not arc.flow.condition and not arc.flow.is_default]
        default = [arc.flow.id for arc in self.arcs if arc.flow.is_default and not true]
        return (*true, *always, *default) or self.none_true()

    def none_true(self) -> NoReturn:
        """There is no flow to take: raises Trouble."""
        name = self.element.name or self.element.id
        message = f"no condition at “{name}” is true, and it has no default flow"
        raise Trouble("condition", "no_flow_true", message, element=self.element.id, name=name)

    def chosen(self, token: Token) -> Sequence[Arc]:
        """The flows that `choose` found, in the order of the file."""
        if token.taken is None:
            return self.arcs
        return [arc for arc in self.arcs if arc.flow.id in token.taken]

    @property
    def has_conditions(self) -> bool:
        """Whether the flows taken depend on variables."""
        return self._has_conditions

    def connect_arcs(self, arcs: tuple[Arc, ...]) -> None:
        """The flows out of this node, in the order of the file."""
        self.arcs = arcs
        self._has_conditions = any(arc.flow.condition or arc.flow.is_default for arc in arcs)
        for arc in arcs:
            self.connect(arc.target)

    def inner_finishing(self, scope: Token, inner: Token) -> None:
        """A token inside this scope is about to complete; multi-instance bodies and the like care. Raises Trouble."""

    def inner_completed(self, scope: Token, inner: Token) -> None:
        """A token inside this scope has completed; multi-instance bodies and the like care."""

    def emptied(self, scope: Token) -> None:
        """The last token inside this scope has completed."""

    def retry(self, token: Token) -> None:
        """Enters again after an incident."""
        token.incident = None
        resume(token)

    def happened(self, token: Token, brought: Mapping[str, Value]) -> None:
        """What the token waited for has happened."""
        raise NotImplementedError(f"{self.element.type} waits for nothing")


def stand_still(token: Token, trouble: Trouble, *, leaving: bool = False, written: bool = False) -> None:
    """An incident: the branch stands still, the token is marked, the others go on."""
    token.incident = Incident(trouble.kind, trouble.code, leaving, written)
    token._set_state(TaskState.STARTED)
    token.workflow.tell(
        IncidentRaised(
            token.id, token.task_spec.element.id, trouble.kind, trouble.code, dict(trouble.params), str(trouble)
        )
    )


def resume(token: Token) -> None:
    """Puts a token back on the agenda."""
    token._set_state(TaskState.READY)
    token.workflow.agenda.append(token)


def drop_wait(token: Token) -> None:
    """Whatever the token waits for is void, and the store is told so."""
    wait, token.wait = token.wait, None
    if wait is None:
        return
    if wait.kind in ("condition", "choice", ""):  # the store knows nothing of it
        token.workflow.conditions.pop(token.id, None)
        return
    tree, element = token.workflow, token.task_spec.element.id
    if wait.kind == "task":
        tree.tell(TaskClosed(token.id, element, "canceled"))
    elif wait.kind == "call":
        tree.tell(CalledCaseDropped(token.id, element))
    else:
        tree.tell(WaitDropped(token.id, element))


def begin_wait(token: Token, wait: Wait) -> None:
    """The token stays until something outside happens."""
    token.wait = wait
