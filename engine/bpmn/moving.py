"""What people do to tokens: take them from where they stand to another element, or pass over what stands still.

A moved token is ended as an event would end it (its task, its dates, its called case with it), and a new one begins at
the element, in the same scope, with the same variables. Nothing in between is done or undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity
from engine.bpmn.adhoc import AdHocSubProcess
from engine.bpmn.errors import NoPlaceToGoOn, NotMovable, NotSkippable, TokenGone
from engine.bpmn.events import EventGateway
from engine.bpmn.loops import LoopBody, RepeatBody
from engine.bpmn.nodes import Node, drop_wait
from engine.bpmn.outcome import IncidentResolved
from engine.bpmn.scopes import write
from engine.bpmn.subprocesses import EventSubProcess, SubProcess
from engine.bpmn.tokens import Token, TokenTree
from engine.feel.values import Value

__all__ = ["is_movable", "move", "places", "skip", "within"]

_NONE: Final[Mapping[str, Value]] = {}


def is_movable(token: Token) -> bool:
    """Whether it may be moved without what is around it."""
    scope = token.scope
    if scope is None or token.listening or not token.is_live or token.index is not None:
        return False
    if not isinstance(scope.task_spec, SubProcess) or isinstance(scope.task_spec, AdHocSubProcess):
        return False
    if scope.interrupted or scope.queue is not None or token.queue is not None:
        return False
    return not isinstance(token.task_spec, EventSubProcess) and not token.task_spec.element.for_compensation


def places(tree: TokenTree, tokens: Sequence[Token]) -> Sequence[Node]:
    """Where one token may begin instead of these. Raises NotMovable where they cannot be moved, or not together."""
    for token in tokens:
        if not is_movable(token) or token.scope is not tokens[0].scope:
            raise NotMovable(element=token.task_spec.element.name or token.task_spec.element.id)
    scope = tokens[0].scope
    if scope is None:
        return ()
    stays = [one for one in tree.inside(scope) if one not in tokens and not one.listening]
    arrived = {one.flow for one in stays if one._state == TaskState.WAITING and one.flow is not None}
    parent = None if scope.scope is None else scope.task_spec.element.id
    found: Sequence[Node] = tree.spec.places_in(parent, [one.task_spec.element.id for one in stays], arrived)
    return found


def move(tree: TokenTree, tokens: Sequence[Token], element: str) -> None:
    """Ends these tokens, and begins one at the element. Raises NotMovable, NoPlaceToGoOn."""
    target = next((node for node in places(tree, tokens) if node.element.id == element), None)
    scope = tokens[0].scope
    if target is None or scope is None:
        raise NoPlaceToGoOn(element=element)
    begun = tree.place(target, scope, scope)
    for token in sorted(tokens, key=lambda one: one.serial):
        tree.discard(token)
    target._update(begun)


def within(tokens: Sequence[Token]) -> Sequence[Token]:
    """These tokens and every live one inside them or listening for them, the oldest first."""
    found = list(tokens)
    for token in found:
        found.extend(child for child in token.children if child.is_live and child not in found)
    return sorted(found, key=lambda one: one.serial)


def skip(token: Token, variables: Mapping[str, Value]) -> None:
    """The element of an incident counts as done: these variables are written, and the token leaves as drawn.

    Its own output mappings are not asked: what they would read may be what is missing. Raises TokenGone, NotSkippable.
    """
    node, tree = token.task_spec, token.workflow
    if token.incident is None:
        raise TokenGone(element=node.element.id)
    if token.scope is None or not isinstance(node, Activity) or isinstance(node, EventGateway | LoopBody | RepeatBody):
        raise NotSkippable(element=node.element.name or node.element.id)
    tree.tell(IncidentResolved(token.id, node.element.id))
    token.incident = None
    drop_wait(token)
    for inside in list(tree.inside(token)):
        tree.discard(inside)
    token.heard = len(node.element.heard_by)
    write(token if token.index is not None else token.scope, variables)
    if node.finish(token, _NONE, written=True):
        token.complete()
