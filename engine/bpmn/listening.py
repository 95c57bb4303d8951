"""Events that listen beside the work: boundary events, starts of event sub-processes, branches of an event gateway.

A listener is a token under the activity, scope or gateway it belongs to. It is no work: a scope ends over it. Errors
and escalations need no listener; they find their handler at the moment they are thrown (`catching.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import key_text, text_of
from engine.bpmn.model import Element, Event
from engine.bpmn.nodes import Arc, Node, begin_wait, drop_wait
from engine.bpmn.outcome import SubscriptionOpened, TimerSet
from engine.bpmn.timers import first_wait, next_wait
from engine.bpmn.tokens import Change, Token, TokenTree, Wait
from engine.feel.values import Value

__all__ = [
    "Boundary", "Branch", "Listener", "Part", "ScopeStart", "close_listeners", "fire_conditions", "open_listeners",
    "open_wait", "spent", "wait_for_parts",
]  # fmt: skip

_OUTSIDE = frozenset({"timer", "message", "signal", "conditional"})


class Listener(Node):
    """The waiting half of an event; `event_node` is the element that happens when it fires."""

    def __init__(self, event_node: Node, element: Element, suffix: str = "listening") -> None:
        super().__init__(event_node._wf_spec, f"{element.id} ({suffix})", element, event_node.limits)
        self.event_node = event_node
        self.owner = event_node  # where a case begins that it begins
        self.parts = event_node.parts

    @property
    def waits_outside(self) -> bool:
        """Whether it waits for a timer, a message, a signal or a condition."""
        return self.element.event is not None and any(one.kind in _OUTSIDE for one in self.element.event.each)

    def happened(self, token: Token, brought: Mapping[str, Value]) -> None:
        """Fires: sets itself again where it may, then hands over to what it listens for."""
        self._set_again(token)
        self.fire(token, brought)

    def fire(self, token: Token, brought: Mapping[str, Value]) -> None:
        """What follows from the event; told by the kinds below."""
        raise NotImplementedError

    def _set_again(self, token: Token) -> None:
        """A message or signal that does not interrupt stays subscribed; a cycle has its next firing."""
        wait, event, host = token.wait, self.element.event, token.workflow.at_hand
        if wait is None or event is None:
            return
        if self.element.interrupting or isinstance(self, Branch):
            if wait.kind == "timer":
                token.wait = None  # its job is spent: nothing is left to drop
            return
        if wait.kind != "timer":
            return
        token.wait = next_wait(event, wait, host.environment.zone)
        if token.wait is None:
            token.workflow.discard(token)
        elif token.wait.due is not None:
            token.workflow.tell(TimerSet(token.id, self.element.id, token.wait.due))


class Boundary(Listener):
    """A boundary event: interrupting ones end the activity with all that is inside before they go on."""

    def fire(self, token: Token, brought: Mapping[str, Value]) -> None:
        self.strike(token.parent, brought)

    def strike(self, activity: Token, brought: Mapping[str, Value]) -> None:
        """The event happens at this activity."""
        tree = activity.workflow
        if activity.scope is None:
            raise RuntimeError("a process has no boundary")
        event = tree.place(self.event_node, activity.parent, activity.scope)
        event.caught = brought
        if self.element.interrupting:
            tree.discard(activity)
        self.event_node._update(event)


class ScopeStart(Listener):
    """The start of an event sub-process: an interrupting one ends everything else in its scope first."""

    def __init__(self, handler: Node, start: Node) -> None:
        super().__init__(handler, start.element)
        self.parts = start.parts

    def fire(self, token: Token, brought: Mapping[str, Value]) -> None:
        scope = token.scope
        if scope is not None:
            self.strike(scope, brought)

    def strike(self, scope: Token, brought: Mapping[str, Value]) -> None:
        """The event happens in this scope."""
        tree = scope.workflow
        others = list(tree.inside(scope)) if self.element.interrupting else []
        handler = tree.place(self.event_node, scope, scope)
        handler.caught = brought
        scope.interrupted = scope.interrupted or self.element.interrupting
        for other in others:
            tree.discard(other)
        self.event_node._update(handler)


class Branch(Listener):
    """One of the events behind an event-based gateway: the first that happens takes the token."""

    def __init__(self, gateway: Node, arc: Arc) -> None:
        super().__init__(arc.target, arc.target.element, f"waiting for {arc.flow.id}")
        self.owner = gateway
        self.arc = arc

    def fire(self, token: Token, brought: Mapping[str, Value]) -> None:
        gateway: Token = token.parent
        if gateway.task_spec.element.takes_all:
            token.workflow.discard(token)
            gateway.task_spec.send(gateway, self.arc, brought)
            if not gateway.listeners:
                gateway.taken = ()
                gateway.complete()
            return
        gateway.taken = (self.arc.flow.id,)
        gateway.caught = brought
        close_listeners(gateway)
        gateway.complete()


class Part(Listener):
    """One of the events of a multiple event; the token of that event, waiting itself or listening, is its parent."""

    def __init__(self, event_node: Node, number: int, event: Event) -> None:
        super().__init__(event_node, replace(event_node.element, event=event), f"part {number}")

    def fire(self, token: Token, brought: Mapping[str, Value]) -> None:
        """The first that happens is enough, or the last that is missing."""
        holder: Token = token.parent
        event = holder.task_spec.element.event
        if event is not None and event.parallel:
            holder.caught = brought = {**(holder.caught or {}), **brought}
            name, key = (token.wait.name, token.wait.key) if token.wait is not None else ("", "")
            spent(token)
            token.wait = Wait("", name, key)
            parts = holder.listeners
            if any(part.wait is None or part.wait.kind for part in parts):
                return
            if holder.listening:
                holder.caught = None
                if not self.element.interrupting and not any(one.kind == "timer" for one in event.parts):
                    _wait_again(parts)
        holder.task_spec.happened(holder, brought)


def _wait_again(parts: Sequence[Token]) -> None:
    """A parallel multiple event that does not interrupt waits for all its parts anew, by the names and keys that it
    had; one with a date or a duration is over once and for all."""
    for token in parts:
        event, was = token.task_spec.element.event, token.wait or Wait("")
        if event is not None and event.kind == "conditional":
            begin_wait(token, Wait("condition", "true"))
            token.workflow.conditions[token.id] = token
        elif event is not None:
            kind: Literal["message", "signal"] = "message" if event.kind == "message" else "signal"
            begin_wait(token, Wait(kind, was.name, was.key))
            element = token.task_spec.element.id
            token.workflow.tell(SubscriptionOpened(token.id, element, kind, was.name, was.key))


def wait_for_parts(token: Token, sight: Token, without: Sequence[str] = ()) -> None:
    """Opens what the parts of a multiple event wait for, all or none. Raises Trouble."""
    opened: list[Token] = []
    try:
        for part in token.task_spec.parts:
            if part.waits_outside and part.name not in without:
                opened.append(_listen(token, part, token.scope))
                if not open_wait(opened[-1], part.element.event, sight):
                    token.workflow.discard(opened[-1])
    except Trouble:
        for child in opened:
            token.workflow.discard(child)
        raise


def _listen(owner: Token, listener: Listener, scope: Token | None) -> Token:
    token = Token(owner.workflow, listener, owner, TaskState.WAITING)
    token.listening = True
    token.scope = scope
    return token


def open_listeners(owner: Token, listeners: tuple[Listener, ...], without: Sequence[str] = ()) -> None:
    """Opens what waits outside, all or none. Names, keys and times are evaluated once, in the owner's sight.

    Raises Trouble where one of them cannot be answered.
    """
    opened: list[Token] = []
    try:
        for listener in listeners:
            if not listener.waits_outside or listener.name in without:
                continue
            token = _listen(owner, listener, owner if isinstance(listener, ScopeStart) else owner.scope)
            opened.append(token)
            if not open_wait(token, listener.element.event, owner):
                owner.workflow.discard(token)
    except Trouble:
        for token in opened:
            owner.workflow.discard(token)
        raise


def close_listeners(owner: Token) -> None:
    """The owner is done: what listened for it is void."""
    for child in owner.listeners:
        owner.workflow.discard(child)


def open_wait(token: Token, event: Event | None, sight: Token) -> bool:
    """Sets the timer or opens the subscription of a token; False for a cycle whose firings are all past."""
    if event is None:
        return True
    tree, element = token.workflow, token.task_spec.element.id
    token.since = tree.at_hand.now()
    if event.kind == "timer":
        wait = first_wait(event, sight, token.task_spec.limits)
        if wait is None or wait.due is None:
            return False
        begin_wait(token, wait)
        tree.tell(TimerSet(token.id, element, wait.due))
    elif event.kind == "multiple":
        wait_for_parts(token, sight)
    elif event.kind == "conditional":
        begin_wait(token, Wait("condition"))
        tree.conditions[token.id] = token
        tree.arrived.add(token.id)
        tree.changed = True
    elif event.name is not None:
        name = text_of(event.name, sight, f"the name of the {event.kind}")
        key = key_text(event.key, sight) if event.kind == "message" else ""
        kind: Literal["message", "signal"] = "message" if event.kind == "message" else "signal"
        begin_wait(token, Wait(kind, name, key))
        tree.tell(SubscriptionOpened(token.id, element, kind, name, key))
    return True


def fire_conditions(tree: TokenTree) -> None:
    """What waits for a condition that has become true happens, before anything else goes on.

    Null or no boolean is not true: the variables may come later. The oldest token goes first, stored or not.
    """
    tree.changed = False
    changes, tree.changes = tree.changes, []
    arrived, tree.arrived = tree.arrived, set()
    for token in sorted(tree.conditions.values(), key=lambda one: one.serial):
        event, wait = token.task_spec.element.event, token.wait
        if not token.is_live or wait is None or event is None or event.condition is None:
            continue
        sight = token
        while sight.listening:
            sight = sight.parent
        if token.id not in arrived and not _is_asked_again(event, sight, changes):
            continue
        value = event.condition.evaluate(sight.sight(), tree.at_hand.environment).value
        was, wait.name = wait.name, "true" if value is True else ""
        if value is True and (event.at_each_change or not was):
            token.task_spec.happened(token, {})


def _is_asked_again(event: Event, sight: Token, changes: Sequence[Change]) -> bool:
    """Whether one of these changes is among those that the event watches, and in sight (`zeebe:conditionalFilter`)."""
    if not event.watched and not event.watched_for:
        return True
    for scope, name, how in changes:
        if (event.watched and name not in event.watched) or (event.watched_for and how not in event.watched_for):
            continue
        at: Token | None = sight
        while at is not None and (at.locals is None or name not in at.locals):
            at = at.scope
        if at is scope:
            return True
    return False


def spent(token: Token) -> None:
    """The wait of this token is over by its own happening: a timer's job is spent, a subscription is dropped."""
    if token.wait is not None and token.wait.kind == "timer":
        token.wait = None
    else:
        drop_wait(token)
