"""Gateways: which flows a token takes, and when tokens that arrive become one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.errors import Trouble
from engine.bpmn.evaluation import condition
from engine.bpmn.nodes import Node, stand_still
from engine.bpmn.outcome import IncidentResolved
from engine.bpmn.tokens import Token, TokenTree
from engine.feel.values import Value

__all__ = [
    "DEADLOCK",
    "ExclusiveGateway",
    "InclusiveGateway",
    "Join",
    "LateJoin",
    "ParallelGateway",
    "release_late_joins",
    "tell_deadlock",
]

DEADLOCK: Final = "deadlock"
_NOWHERE: Final[frozenset[str]] = frozenset()


class ExclusiveGateway(Node):
    """The first flow whose condition is true, in the order of the file; else the default. Every token passes alone."""

    def choose(self, token: Token, sight: Mapping[str, Value] | None = None) -> tuple[str, ...] | None:
        if not self.has_conditions:
            return (self.arcs[0].flow.id,) if len(self.arcs) > 1 else None
        sight = token.sight() if sight is None else sight
        for arc in self.arcs:
            if not arc.flow.is_default and (arc.flow.condition is None or condition(arc.flow.condition, token, sight)):
                return (arc.flow.id,)
        default = tuple(arc.flow.id for arc in self.arcs if arc.flow.is_default)
        return default or self.none_true()


class Join(Node):
    """Tokens that arrive wait under their scope until enough are there; one goes on, the others end."""

    def _update_hook(self, token: Token) -> bool:
        if len(self.element.incoming) < 2:
            return True
        token._set_state(TaskState.WAITING)
        self._waiting(token).append(token)
        return False

    def _waiting(self, token: Token) -> list[Token]:
        scope = token.scope
        if scope is None:
            raise RuntimeError("a gateway stands in a scope")
        return token.workflow.arrivals.setdefault((scope.id, self.name), [])

    def firsts(self, token: Token) -> dict[str, Token]:
        """The oldest waiting token of each incoming flow."""
        found: dict[str, Token] = {}
        for waiting in self._waiting(token):
            found.setdefault(waiting.flow or "", waiting)
        return found

    def merge(self, arrived: dict[str, Token]) -> None:
        """One token of each flow becomes one: the last goes on."""
        *others, last = arrived.values()
        for other in others:
            self.swallow(other)
        self._waiting(last).remove(last)
        last.workflow.late_joins.pop(last.id, None)
        settle(last)
        last._ready()

    def swallow(self, token: Token) -> None:
        """A token that arrived ends here: another goes on for it."""
        self._waiting(token).remove(token)
        settle(token)
        token._set_state(TaskState.CANCELLED)
        token.workflow.forget(token)
        if token.scope is not None:
            token.scope.live -= 1

    def _on_cancel(self, token: Token) -> None:
        waiting = self._waiting(token)
        if token in waiting:
            waiting.remove(token)
        super()._on_cancel(token)

    def rejoin(self, token: Token) -> None:
        """A stored token waits here again."""
        self._waiting(token).append(token)

    def retry(self, token: Token) -> None:
        """After a deadlock it waits again for what may come."""
        if token._state == TaskState.WAITING:
            token.incident = None
        else:
            super().retry(token)


class ParallelGateway(Join):
    """Joins one token of each incoming flow (further ones wait for their turn), then takes every flow out.

    Conditions on these flows mean nothing (BPMN 2.0, 13.4.1); the reader warns of them.
    """

    def choose(self, token: Token, sight: Mapping[str, Value] | None = None) -> tuple[str, ...] | None:
        return None

    def _update_hook(self, token: Token) -> bool:
        if super()._update_hook(token):
            return True
        arrived = self.firsts(token)
        if len(arrived) == len(self.element.incoming):
            self.merge(arrived)
        return False


class LateJoin(Join):
    """A join that goes on when no other token can come any more."""

    _ahead: Mapping[str, frozenset[str]] | None = None

    def release(self, token: Token) -> None:
        """No other token can come."""
        self.merge(self.firsts(token))

    def held(self, token: Token) -> set[str]:
        """The incoming flows that have brought a token."""
        return set(self.firsts(token))

    def may_still_come(self, token: Token) -> bool:
        """Whether a token at work in the same scope is to be waited for (BPMN 2.0, 13.4.3).

        It can reach a flow that has brought nothing, and none that has brought a token, not through this gateway.
        """
        scope = token.scope
        if scope is None:
            return False
        held, ahead = self.held(token), self.ahead
        for other in token.workflow.inside(scope):
            if other.listening or other.task_spec is self:
                continue
            flows = ahead.get(other.task_spec.name, _NOWHERE)
            if flows and flows.isdisjoint(held):
                return True
        return False

    @property
    def ahead(self) -> Mapping[str, frozenset[str]]:
        """By the name of a node: the flows into this gateway that a token there can reach; known once, then kept."""
        if self._ahead is None:
            self._ahead = flows_ahead(self)
        return self._ahead


class InclusiveGateway(LateJoin):
    """Joins when every flow has a token or no token elsewhere in the scope can still come (dialect §8)."""

    def _update_hook(self, token: Token) -> bool:
        if super()._update_hook(token):
            return True
        arrived = self.firsts(token)
        if len(arrived) == len(self.element.incoming):
            self.merge(arrived)
        else:
            token.workflow.late_joins[token.id] = token
        return False

    def rejoin(self, token: Token) -> None:
        super().rejoin(token)
        token.workflow.late_joins[token.id] = token


def release_late_joins(tree: TokenTree) -> bool:
    """Nothing else is ready: inclusive joins that no token can reach any more go on. Answers whether one did."""
    for token in list(tree.late_joins.values()):
        node = token.task_spec
        if token.is_live and isinstance(node, LateJoin) and not node.may_still_come(token):
            node.release(token)
            return True
    return False


def settle(token: Token) -> None:
    """What it waited for has come after all: its incident is over."""
    if token.incident is not None:
        token.incident = None
        token.workflow.tell(IncidentResolved(token.id, token.task_spec.element.id))


def tell_deadlock(tree: TokenTree) -> None:
    """Every token that is left waits at a join for another that cannot come: one incident at the oldest tells so."""
    if tree.ended or not any(tree.arrivals.values()):
        return
    if any(token.wait is not None or token.incident is not None for token in tree.tasks.values() if token.is_live):
        return
    stuck = min((token for waiting in tree.arrivals.values() for token in waiting), key=lambda token: token.serial)
    name = stuck.task_spec.element.name or stuck.task_spec.element.id
    message = f"“{name}” waits for a token that cannot come: nothing else is at work in this case"
    stand_still(stuck, Trouble("flow", DEADLOCK, message, element=stuck.task_spec.element.id, name=name))
    stuck._set_state(TaskState.WAITING)


def flows_ahead(gateway: Node) -> dict[str, frozenset[str]]:
    """From which nodes a token can reach which flow into a gateway, along flows and boundary events, not through it."""
    before: dict[str, list[Node]] = {}
    sources: dict[str, Node] = {}
    for node in gateway._wf_spec.task_specs.values():
        for following in _next(node):
            before.setdefault(following.name, []).append(node)
        sources.update({arc.flow.id: node for arc in node.arcs if arc.target is gateway})
    found: dict[str, set[str]] = {}
    for flow, source in sources.items():
        stack = [source]
        while stack:
            at = stack.pop()
            if at is gateway or flow in found.setdefault(at.name, set()):
                continue
            found[at.name].add(flow)
            stack.extend(before.get(at.name, ()))
    return {name: frozenset(flows) for name, flows in found.items()}


def _next(node: Node) -> Iterator[Node]:
    yield from (arc.target for arc in node.arcs)
    yield from (listener.event_node for listener in node.listeners if listener.event_node.element.attached_to)
