"""Compensation (BPMN 2.0, 10.5.6 and 13.5.5) and the transaction that undoes itself when it is canceled.

A scope remembers what was completed in it and can be undone. A throw event takes these records out, the last first,
and is the scope in which the handlers run, one after the other. A completed sub-process is revived with the variables
that it ended with: for its compensation event sub-process, else for what was completed inside it.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity, Result
from engine.bpmn.listening import Boundary
from engine.bpmn.model import Element
from engine.bpmn.tokens import Record, Token
from engine.calendar import TimeLimits

__all__ = ["CancelEnd", "CompensationThrow", "Undoing", "next_handler", "undo_next"]


class Undoing(Activity):
    """The scope in which the handlers of a throw event run that does not wait for them."""

    def emptied(self, scope: Token) -> None:
        undo_next(scope)


class CompensationThrow(Activity):
    """Undoes one activity, or all that was completed in its scope, and goes on when that is done.

    With `waitForCompletion="false"` it goes on at once; what is undone then keeps only its scope from ending.
    """

    def __init__(self, wf_spec: Any, name: str, element: Element, limits: TimeLimits) -> None:
        super().__init__(wf_spec, name, element, limits)
        self.beside = Undoing(wf_spec, f"{name} (undoing)", element, limits)

    def work(self, token: Token) -> Result | None:
        event, chosen = self.element.event, list[Record]()
        if event is None:
            return {}
        for scope in _targets(token):
            found = [one for one in scope.done or () if event.activity in (None, _element_of(token, one))]
            scope.done = [one for one in scope.done or () if one not in found]
            chosen = [*found, *chosen]
        if not event.waits and token.scope is not None:
            beside = token.workflow.place(self.beside, token.scope, token.scope)
            beside._set_state(TaskState.STARTED)
            beside.queue = chosen
            undo_next(beside)
            return {}
        token.queue = chosen
        return None if next_handler(token) else {}

    def emptied(self, scope: Token) -> None:
        if not next_handler(scope):
            scope.queue = None
            self.go_on(scope, {})


class CancelEnd(Activity):
    """Ends all other work of its transaction, undoes what was completed, and leaves by the cancel boundary event.

    A transaction of several instances is canceled as a whole: what they have completed is undone, its own work first.
    """

    def work(self, token: Token) -> None:
        tree, scope = token.workflow, token.scope
        body, undone = _body(scope), list[Record]()
        if scope is None or body is None:
            return
        if body is not scope:
            undone, body.done = body.done or [], None
            for instance in [one for one in tree.inside(body) if one is not scope]:
                undone.append(Record(instance.task_spec.name, instance.locals, instance.done or []))
                tree.discard(instance)
        for other in list(tree.inside(scope)):
            if other is not token:
                tree.discard(other)
        token.queue, scope.done = [*undone, *(scope.done or [])], None
        self.emptied(token)

    def emptied(self, scope: Token) -> None:
        transaction = _body(scope.scope)
        if next_handler(scope) or transaction is None:
            return
        for listener in transaction.task_spec.listeners:
            event = listener.element.event
            if isinstance(listener, Boundary) and event is not None and event.kind == "cancel":
                listener.strike(transaction, {})
                return


def undo_next(token: Token) -> None:
    """Goes on undoing what the token holds; where nothing is left, the token is done."""
    if not next_handler(token):
        token._set_state(TaskState.COMPLETED)
        token.workflow.finished(token)


def next_handler(token: Token) -> bool:
    """Begins to undo the last record of a token's queue; False where none is left."""
    tree = token.workflow
    while token.queue:
        record = token.queue.pop()
        node = tree.spec.task_specs[record.node]
        if node.compensated_by is not None:
            handler = tree.place(node.compensated_by, token, token)
            handler.task_spec._update(handler)
            return True
        revived = tree.place(node, token, token)
        revived._set_state(TaskState.STARTED)
        revived.interrupted = True
        revived.locals = None if record.locals is None else dict(record.locals)
        revived.queue = []
        if node.undo is not None:
            revived.done = list(record.done)
            handler = tree.place(node.undo, revived, revived)
            handler.caught = {}
            handler.task_spec._update(handler)
            return True
        revived.queue = list(record.done)
        if next_handler(revived):
            return True
        revived._set_state(TaskState.COMPLETED)
        tree.forget(revived)
        token.live -= 1
    return False


def _body(scope: Token | None) -> Token | None:
    """The whole activity of a scope: the body of its loop, else itself."""
    return scope.scope if scope is not None and scope.index is not None else scope


def _targets(token: Token) -> tuple[Token, ...]:
    """The scopes whose records are meant: that of the event. In an event sub-process that compensation began, the one
    around it (BPMN 2.0, 13.5.5); in another event sub-process both, its own first, which the standard leaves open and
    Camunda 8 does so."""
    scope = token.scope
    if scope is None:
        return ()
    if not scope.task_spec.element.triggered_by_event or scope.scope is None:
        return (scope,)
    return (scope.scope,) if scope.scope.task_spec.undo is scope.task_spec else (scope, scope.scope)


def _element_of(token: Token, record: Record) -> str:
    element: str = token.workflow.spec.task_specs[record.node].element.id
    return element
