"""From what was seen in the play of a scope to findings, each with the elements and a path to replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.bpmn.refusals import error, warning
from engine.bpmn.soundness.markings import Explored
from engine.bpmn.soundness.net import Marking, Move, Net, ends_scope
from engine.findings import Finding

__all__ = ["Scope", "listed", "path_of", "verdicts"]

SHOWN = 8  # elements that one finding names


@dataclass(frozen=True, slots=True)
class Scope:
    """The process or sub-process that is judged. `is_interruptible`: something else may end it."""

    net: Net
    id: str
    name: str | None
    is_interruptible: bool


def verdicts(scope: Scope, explored: Explored | None) -> Iterator[Finding]:
    """What is wrong in a scope; `explored` is None where its tokens could not be played."""
    yield from _without_end(scope, explored)
    if explored is None:
        return
    yield from _stuck(scope, explored)
    yield from _never_over(scope, explored)
    yield from _twice(scope, explored)
    yield from _dead(scope, explored)


def path_of(moves: Iterable[Move]) -> str:
    """The elements in the order in which they run."""
    return " → ".join(name for move in moves for name in (move.element, *move.then))


def listed(names: Iterable[str]) -> str:
    """Ids for a sentence, the first few."""
    every = list(names)
    return ", ".join(every[:SHOWN]) + (f", … ({len(every)})" if len(every) > SHOWN else "")


def _without_end(scope: Scope, explored: Explored | None) -> Iterator[Finding]:
    """Elements from which no flow leads to an end: one finding, at the first that runs."""
    members, lost = scope.net.members, scope.net.without_end()
    if not lost:
        return
    ran = None if explored is None else explored.ran
    first = next((name for name in ran or () if name in lost), lost[0])
    is_sure = ran is not None and first in ran and not scope.is_interruptible and not scope.net.in_any_order
    say = error if is_sure else warning
    yield say("no_way_to_end", first, members[first].name, elements=listed(lost))


def _stuck(scope: Scope, explored: Explored) -> Iterator[Finding]:
    """Markings in which nothing can go on; one finding for each join that waits, by the shortest path."""
    ending = explored.can_end()
    is_hopeless = explored.is_whole and not any(marking in ending for marking in explored.begun)
    hopeless = {*explored.begun, *explored.behind(*explored.begun)} if is_hopeless else set()
    told: set[str] = set()
    for marking in explored.stuck:
        for name in dict.fromkeys(scope.net.flows[flow].target for flow in marking):
            if name in told:
                continue
            told.add(name)
            is_never_passed = explored.is_whole and name not in explored.ran and not _may_repeat(scope, name)
            is_sure = is_never_passed or (marking in hopeless and not scope.is_interruptible)
            say, code = (error, "deadlock") if is_sure else (warning, "deadlock_possible")
            element = scope.net.members[name]
            yield say(
                code,
                name,
                element.name,
                path=path_of(explored.steps(marking)),
                missing=listed(_missing(scope.net, name, marking)),
            )


def _never_over(scope: Scope, explored: Explored) -> Iterator[Finding]:
    """A start behind which tokens go on for ever, though each finds an end: some are left whatever the others do.

    Where they wait for good instead, a deadlock is told; where no flow leads to an end, that is. What an event begins
    that runs beside is a warning, since it need not happen, and nothing where an end of the scope may take it away.
    """
    net = scope.net
    if not explored.is_whole or net.in_any_order or net.without_end():
        return
    is_cut = any(ends_scope(one) for one in net.members.values())
    done = explored.can_end().union(explored.stuck)
    begun = [*explored.begun, *(() if is_cut else explored.beside)]
    endless = [marking for marking in begun if marking not in done and done.isdisjoint(explored.behind(marking))]
    if endless:
        round_again = explored.recurring(endless[0])
        moves = [explored.came[marking][1] for marking in round_again]
        ran = [name for move in moves for name in (move.element, *move.then)]
        names = dict.fromkeys(name for name in ran if net.members[name].outgoing)
        element = net.members[next(iter(names))]
        is_sure = endless[: len(explored.begun)] == explored.begun and not scope.is_interruptible
        path = path_of(explored.steps(round_again[0]))
        say = error if is_sure else warning
        yield say("never_over", element.id, element.name, path=path, elements=listed(names))


def _missing(net: Net, join: str, marking: Marking) -> list[str]:
    """Where the tokens would come from that the join waits for."""
    return [net.flows[flow].source for flow in net.members[join].incoming if flow not in marking]


def _may_repeat(scope: Scope, name: str) -> bool:
    """Whether an event that does not interrupt leads here: it may happen more often than it was played."""
    events = [one for events in scope.net.boundaries.values() for one in events if not one.interrupting]
    return any(name in scope.net.reach(one.id) for one in events)


def _twice(scope: Scope, explored: Explored) -> Iterator[Finding]:
    """Two tokens on one flow, the first that is found: the others mostly follow from it."""
    for flow, marking in list(explored.twice.items())[:1]:
        element = scope.net.members[scope.net.flows[flow].target]
        yield warning("tokens_twice", element.id, element.name, path=path_of(explored.steps(marking)))


def _dead(scope: Scope, explored: Explored) -> Iterator[Finding]:
    """What never runs: one finding, which names the rest."""
    if not explored.is_whole:
        return
    dead = [
        one
        for one in scope.net.members.values()
        if one.id not in explored.ran and one.incoming and not one.triggered_by_event and not one.for_compensation
    ]
    if dead:
        say = warning if any(_may_repeat(scope, one.id) for one in dead) else error
        yield say("element_dead", dead[0].id, dead[0].name, elements=listed(one.id for one in dead))
