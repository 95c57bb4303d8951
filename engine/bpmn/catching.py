"""How errors, escalations and signals that are thrown inside a case find who catches them (dialect §8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.errors import BpmnThrow, Trouble
from engine.bpmn.listening import Boundary, Listener, ScopeStart
from engine.bpmn.nodes import stand_still
from engine.bpmn.outcome import ErrorEscaped, EscalationEscaped, SignalThrown
from engine.bpmn.tokens import Token
from engine.feel import StaticText
from engine.feel.values import Value

__all__ = ["broadcast_inside", "throw_error", "throw_escalation"]


def throw_error(token: Token, thrown: BpmnThrow, *, from_child: bool = False) -> bool:
    """The nearest handler takes it, code before catch-all; else it leaves a called case, or is an incident here.

    `from_child`: it came up from a called case, which holds the incident itself. Answers whether it was caught.
    """
    for owner, listeners in _handlers(token):
        listener = _matching(listeners, "error", thrown.error_code)
        if listener is not None:
            strike(listener, owner, thrown.variables)
            return True
    tree = token.workflow
    element = token.task_spec.element.id
    if tree.called:
        tree.tell(ErrorEscaped(element, thrown.error_code, thrown.message, dict(thrown.variables)))
    if not from_child:
        text = f"unhandled error “{thrown.error_code}”" + (f": {thrown.message}" if thrown.message else "")
        stand_still(token, Trouble("error", "unhandled_error", text, error_code=thrown.error_code))
    return False


def throw_escalation(token: Token, code: str, variables: Mapping[str, Value]) -> None:
    """The nearest handler takes it; the thrower goes on unless the handler interrupts what it is in.

    One that leaves a called case is told to the caller before anything goes on here.
    """
    for owner, listeners in _handlers(token):
        listener = _matching(listeners, "escalation", code)
        if listener is not None:
            strike(listener, owner, variables)
            return
    tree = token.workflow
    if tree.called:
        tree.tell(EscalationEscaped(token.task_spec.element.id, code, dict(variables)))
        tree.pausing = True


def broadcast_inside(token: Token, name: str, variables: Mapping[str, Value]) -> None:
    """A signal reaches what waits for it in this case at this moment, then is told to the store for all others."""
    tree = token.workflow
    tree.tell(SignalThrown(token.task_spec.element.id, name, dict(variables)))
    for waiting in list(tree.tasks.values()):
        wait = waiting.wait
        if wait is not None and wait.kind == "signal" and wait.name == name and waiting.is_live:
            waiting.task_spec.happened(waiting, variables)


def strike(listener: Listener, owner: Token, variables: Mapping[str, Value]) -> None:
    """The event of a handler happens at its activity or in its scope."""
    if isinstance(listener, (Boundary, ScopeStart)):
        listener.strike(owner, variables)


def _handlers(token: Token) -> Iterator[tuple[Token, tuple[Listener, ...]]]:
    """From inside out: the boundary of the activity, the event sub-processes of its scope, the scope's boundary…"""
    at: Token | None = token
    below: Token | None = None
    while at is not None:
        node = at.task_spec
        if below is not None and not at.interrupted:
            yield at, tuple(one for one in node.scope_starts if one.event_node is not below.task_spec)
        yield at, tuple(one for one in node.listeners if isinstance(one, Boundary))
        at, below = at.scope, at


def _matching(listeners: tuple[Listener, ...], kind: str, code: str) -> Listener | None:
    """The one with this code, else the catch-all."""
    catch_all = None
    for listener in listeners:
        for event in listener.element.event.each if listener.element.event is not None else ():
            if event.kind == kind and event.code is None:
                catch_all = catch_all or listener
            elif event.kind == kind and isinstance(event.code, StaticText) and event.code.text == code:
                return listener
    return catch_all
