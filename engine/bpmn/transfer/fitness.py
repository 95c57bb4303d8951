"""Whether a token of one version may stand in another: the element is there, of the same nature, in the same scope."""

from __future__ import annotations

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.activities import Activity
from engine.bpmn.complexgateways import ComplexGateway
from engine.bpmn.executionlisteners import PHASES
from engine.bpmn.gateways import Join
from engine.bpmn.listening import Listener
from engine.bpmn.model import Element
from engine.bpmn.nodes import Node
from engine.bpmn.tokens import Record, Token
from engine.bpmn.transfer.findings import Obstacle
from engine.bpmn.transfer.likeness import nature, same_site, shape
from engine.bpmn.transfer.places import Places

__all__ = ["is_kept", "misfit", "opened"]


def obstacle(code: str, element: Element, **params: object) -> Obstacle:
    """A reason with the element as it is drawn."""
    return Obstacle(code, element.id, element.name or element.id, params)


def is_kept(token: Token, places: Places) -> bool:
    """Whether a listening token listens on: its event is still there, of the same kind, at the same place."""
    at = token
    while at.listening:
        was: Node = at.task_spec
        now = places.node(was.name)
        if now is None or type(now) is not type(was) or not isinstance(now, Listener):
            return False
        if shape(was.element.event) != shape(now.element.event) or not _same_place(was.element, now.element, places):
            return False
        at = at.parent
    return True


def _same_place(was: Element, now: Element, places: Places) -> bool:
    around = (was.parent, was.attached_to)
    return (now.parent, now.attached_to) == tuple(None if one is None else places.id(one) for one in around)


def misfit(token: Token, places: Places) -> Obstacle | None:
    """Why a token at work cannot stand in the new version; None where it can."""
    was: Node = token.task_spec
    now = places.node(was.name)
    if was is places.old.nodes.root:
        return _undone(token, places)
    if now is None:
        return obstacle("element_gone" if places.element(was.element.id) is None else "element_other", was.element)
    if (type(now) is not type(was) or nature(was.element) != nature(now.element)) and not _begins_again(token, now):
        return obstacle("element_other", was.element)
    if not _same_place(was.element, now.element, places):
        return obstacle("scope_other", was.element)
    return _waiting(token, now, places) or _undone(token, places)


def _begins_again(token: Token, now: Node) -> bool:
    """Whether the token stands still and does its whole element again once somebody lets it: then that may be other
    work than it was."""
    stands = token.incident is not None and not token.incident.leaving and token._state == TaskState.STARTED
    loops = token.index is not None or now.element.loop is not None or now.element.repeat is not None
    was: Node = token.task_spec
    plain = was.name == was.element.id and was.element.loop is None and was.element.repeat is None
    return stands and plain and not loops and token.live == 0 and isinstance(now, Activity) and token.locals is None


def _waiting(token: Token, now: Node, places: Places) -> Obstacle | None:
    was, wait = token.task_spec.element, token.wait
    if wait is not None and wait.kind == "call":
        calls = [one.call.process_id if one.call is not None else None for one in (was, now.element)]
        if not same_site(*calls):
            return obstacle("call_other", was, process=wait.name)
    heard = [[(one.phase, one.type.text) for one in each.heard_by] for each in (was, now.element)]
    listens = (wait is not None and wait.kind == "job" and wait.key in PHASES) or token.caught is not None
    if heard[0] != heard[1] and (listens or token.heard):
        return obstacle("listeners_other", was)
    if token._state == TaskState.WAITING and not token.listening:
        return _joining(token, now, places)
    return None


def _joining(token: Token, now: Node, places: Places) -> Obstacle | None:
    """A token that waits for others keeps the way by which it came."""
    was: Node = token.task_spec
    if isinstance(was, Join):
        if token.flow is not None and places.flow(token.flow) not in now.element.incoming:
            return obstacle("flow_gone", was.element, flow=token.flow)
        if isinstance(was, ComplexGateway):
            ways = {places.flow(one) for one in was.element.incoming}
            if ways != set(now.element.incoming) or not same_site(was.element.activation, now.element.activation):
                return obstacle("element_other", was.element)
    elif was.element.start_quantity != now.element.start_quantity:
        return obstacle("quantity_other", was.element)
    return None


def _undone(token: Token, places: Places) -> Obstacle | None:
    """What was completed and can be undone still can."""
    stack: list[Record] = [*(token.done or ()), *(token.queue or ())]
    while stack:
        record = stack.pop()
        was: Node = places.old.nodes.task_specs[record.node]
        now = places.node(record.node)
        kept = now is not None and (now.compensated_by is None) == (was.compensated_by is None)
        if now is None or not kept or (now.undo is None) != (was.undo is None):
            return obstacle("undo_gone", was.element)
        stack += record.done
    return None


def opened(token: Token) -> bool:
    """Whether what listens for this token has been opened: its work has begun and is not over."""
    if token.listening or not token.is_live or token.interrupted or token._state != TaskState.STARTED:
        return False
    if token.wait is not None:
        return not (token.wait.kind == "job" and token.wait.key == "start")
    if token.incident is not None:
        return token.incident.leaving or bool(token.listeners)
    return token.live > 0 or bool(token.listeners)
