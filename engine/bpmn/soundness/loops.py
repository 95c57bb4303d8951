"""Loops without a wait: those that nobody can leave, and those in which nothing changes.

A loop is *endless* where every way through it leads back into it. What may wait (a person, a message, a timer, work
that is promised), may fail (a job) or may set off a handler that ends everything (a thrown event) is no part of such a
loop. A loop that is left by a condition, but in which nothing can change a variable, goes round for ever once it has
gone round: a warning, since the clock or other branches may change the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.bpmn.model import Element
from engine.bpmn.refusals import error, warning
from engine.bpmn.soundness.markings import Explored
from engine.bpmn.soundness.net import Net
from engine.bpmn.soundness.verdicts import Scope, listed, path_of
from engine.findings import Finding

__all__ = ["check_loops", "goes_on_at_once"]

_AUTOMATIC: Final = frozenset({"task", "manualTask", "scriptTask", "businessRuleTask"})
_GATEWAYS: Final = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway"})


def check_loops(scope: Scope, explored: Explored | None) -> Iterator[Finding]:
    """At most one endless loop, and one in which nothing changes."""
    net = scope.net
    endless = _endless(net)
    reached = [
        name for name in (explored.ran if explored is not None else ()) if name in endless and name in net.reach(name)
    ]
    if reached and explored is not None:
        element = net.members[reached[0]]
        say = warning if scope.is_interruptible else error
        found = next(
            (one for one, (_, move) in explored.came.items() if reached[0] in (move.element, *move.then)), None
        )
        path = path_of(explored.steps(found)) if found is not None else reached[0]
        yield say("endless_loop", element.id, element.name, elements=listed(reached), path=path)
    unchanging = {name for name, one in net.members.items() if name not in endless and _changes_nothing(net, one)}
    circle = _circle(net, unchanging)
    if circle:
        element = net.members[circle[0]]
        yield warning("loop_unchanged", element.id, element.name, elements=listed(circle))


def goes_on_at_once(net: Net, element: Element) -> bool:
    """Whether a token that comes here leaves in the same step, whatever the data are."""
    if element.id in net.boundaries or element.loop is not None or element.repeat is not None or element.heard_by:
        return False
    if element.job is not None or net.joins(element):
        return False
    throws_nothing = element.type == "intermediateThrowEvent" and (
        element.event is None or element.event.kind in ("none", "link")
    )
    caught_link = (
        element.type == "intermediateCatchEvent" and element.event is not None and element.event.kind == "link"
    )
    return element.type in _AUTOMATIC or element.type in _GATEWAYS or throws_nothing or caught_link


def _changes_nothing(net: Net, element: Element) -> bool:
    """Whether it goes on at once and writes no variable."""
    writes = element.script or element.decision or element.outputs or element.copies_in or element.copies_out
    return goes_on_at_once(net, element) and not writes


def _endless(net: Net) -> set[str]:
    """The elements from which a token always gives a token to one of them again: the greatest such set."""
    inside = {name for name, one in net.members.items() if one.outgoing and goes_on_at_once(net, one)}
    while True:
        left = {name for name in inside if not _stays(net.members[name], inside)}
        if not left:
            return inside
        inside -= left


def _stays(element: Element, inside: Iterable[str]) -> bool:
    """Whether every way out of it leads into these, or one that is always taken does."""
    targets = [(flow.target in inside, flow) for flow in element.outgoing]
    if element.type == "exclusiveGateway":
        return all(is_inside for is_inside, _ in targets)
    if element.type == "parallelGateway":
        return any(is_inside for is_inside, _ in targets)
    if all(is_inside for is_inside, _ in targets):
        return True
    return any(is_inside for is_inside, flow in targets if flow.condition is None and not flow.is_default)


def _circle(net: Net, names: set[str]) -> list[str]:
    """A circle of flows among these elements, without one that a choice has nothing to say in; empty if none."""
    for root in sorted(names):
        came: dict[str, str | None] = {root: None}
        queue = [root]
        for at in queue:
            for flow in net.members[at].outgoing:
                if flow.target == root:
                    way = [at]
                    while (before := came[way[0]]) is not None:
                        way.insert(0, before)
                    return way
                if flow.target in names and flow.target not in came:
                    came[flow.target] = at
                    queue.append(flow.target)
    return []
