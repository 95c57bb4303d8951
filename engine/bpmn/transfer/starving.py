"""Joins that would wait for ever: in the new version they need a way by which no token of this case can come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.gateways import Join, ParallelGateway
from engine.bpmn.nodes import Node
from engine.bpmn.tokens import Token, TokenTree
from engine.bpmn.transfer.findings import Obstacle
from engine.bpmn.transfer.fitness import obstacle
from engine.bpmn.transfer.places import Places

__all__ = ["starving"]


def starving(was: TokenTree, now: TokenTree, places: Places) -> Obstacle | None:
    """A parallel join of the new version that tokens of this case reach, and that cannot get all its tokens, though it
    could before."""
    joins = [node for node in places.new.nodes.task_specs.values() if _waits_for_all(node)]
    if not joins:
        return None
    before = set(_starved(was, places, new=False))
    for name in _starved(now, places, new=True):
        node: Node = places.new.nodes.task_specs[name]
        if not any((other := places.node(one)) is not None and other.name == name for one in before):
            return obstacle("join_starves", node.element)
    return None


def _waits_for_all(node: object) -> bool:
    return isinstance(node, ParallelGateway) and len(node.element.incoming) > 1


def _starved(tree: TokenTree, places: Places, *, new: bool) -> Iterator[str]:
    scopes: dict[Token, list[Token]] = {}
    for token in tree.tasks.values():
        if token.scope is not None and token.is_live and not token.listening:
            scopes.setdefault(token.scope, []).append(token)
    joins: list[Join] = [node for node in tree.spec.task_specs.values() if _waits_for_all(node)]
    for scope, tokens in scopes.items():
        root = scope.task_spec is tree.spec.root
        inside = [one for one in joins if one.element.parent == (None if root else scope.task_spec.element.id)]
        for join in inside:
            if _starves(join, tokens, places.ahead(join, new=new)):
                yield join.name


def _starves(join: Join, tokens: list[Token], ahead: Mapping[str, frozenset[str]]) -> bool:
    held = {token.flow for token in tokens if token.task_spec is join}
    reached: set[str] = set()
    for token in tokens:
        if token.task_spec is not join:
            reached |= ahead.get(token.task_spec.name, frozenset())
    return bool(held or reached) and not {*held, *reached}.issuperset(join.element.incoming)
