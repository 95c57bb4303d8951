"""Every marking of a scope that can be reached, breadth first, so that each path to one is short.

Where no inclusive gateway joins, only the moves of one element are followed from a marking: the one that stands first
on the way. Tokens of different elements do not compete for anything, so the order among them changes nothing that is
asked here (a persistent set, Godefroid 1996: every deadlock is found, every element that can run runs; where the moves
followed lead to nothing new, all others are followed too, so that a circle hides nobody). An end that takes away the
tokens of all others comes last, so that they run before; of several such ends each has its turn. An inclusive join asks
for tokens elsewhere: there every order is tried.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.bpmn.soundness.net import Marking, Move, Net, ends_scope

__all__ = ["MOST_TOKENS", "Explored", "explore"]

MOST_TOKENS: Final = 3  # on one flow; beyond, they may be without end
MOST_WEIGHT: Final = 200_000  # of `Net.weight`: more is not begun
TOKENS_A_MARKING: Final = 10  # on the average; wider ones count for more


@dataclass(slots=True)
class Explored:
    """What was found. `is_whole`: nothing was left out; `is_decided`: the limit of markings was not reached."""

    came: dict[Marking, tuple[Marking | None, Move]] = field(default_factory=dict)
    leads: dict[Marking, list[Marking]] = field(default_factory=dict)
    ran: dict[str, None] = field(default_factory=dict)
    stuck: list[Marking] = field(default_factory=list)
    twice: dict[str, Marking] = field(default_factory=dict)  # by flow: the first marking with two tokens on it
    begun: list[Marking] = field(default_factory=list)  # by the start events
    beside: list[Marking] = field(default_factory=list)  # by events that run beside
    is_whole: bool = True
    is_decided: bool = True

    def steps(self, marking: Marking) -> list[Move]:
        """The moves that lead to a marking, from the beginning."""
        found: list[Move] = []
        at: Marking | None = marking
        while at is not None:
            at, move = self.came[at]
            found.append(move)
        return found[::-1]

    def recurring(self, marking: Marking) -> list[Marking]:
        """Markings that are come to again and again from this one, in the order in which they were found.

        From each of them all others can be reached: where nothing ends or waits for good, there are some.
        """
        behind = self.behind(marking)
        while True:
            smaller = next((found for one in behind if len(found := self.behind(one)) < len(behind)), None)
            if smaller is None:
                return [one for one in self.came if one in behind]
            behind = smaller

    def behind(self, *markings: Marking) -> set[Marking]:
        """The markings that some move or moves lead to from these."""
        found: set[Marking] = set()
        stack = [*markings]
        while stack:
            new = [one for one in self.leads.get(stack.pop(), ()) if one not in found]
            found.update(new)
            stack.extend(new)
        return found

    def can_end(self) -> set[Marking]:
        """The markings from which all tokens can be used up."""
        before: dict[Marking, list[Marking]] = {}
        for marking, following in self.leads.items():
            for one in following:
                before.setdefault(one, []).append(marking)
        found: set[Marking] = {()} if () in self.came else set()
        stack = list(found)
        while stack:
            new = [one for one in before.get(stack.pop(), ()) if one not in found]
            found.update(new)
            stack.extend(new)
        return found


def explore(net: Net, limit: int, *, reduced: bool = True) -> Explored:
    """Plays the scope from each of its beginnings, looking at `limit` markings at most.

    `reduced`: one order of what is independent is enough.
    """
    found = Explored()
    queue: deque[Marking] = deque()
    for move in net.starts():
        found.begun.append(net.settled(move.after(())))
        _arrive(net, found, queue, None, move)
    rank = _ranks(net) if reduced and not net.late_joins else None
    tokens = 0
    while queue:
        marking = queue.popleft()
        tokens += len(marking)
        if len(found.came) > limit or tokens > limit * TOKENS_A_MARKING or net.weight > MOST_WEIGHT:
            found.is_decided = found.is_whole = False
            break
        if _piles_up(net, found, marking):
            continue
        moves = _moves(net, found, marking, rank)
        if marking and not moves:
            found.stuck.append(marking)
        for move in moves:
            _arrive(net, found, queue, marking, move)
    found.is_whole &= net.is_exact
    return found


def _arrive(net: Net, found: Explored, queue: deque[Marking], at: Marking | None, move: Move) -> None:
    marking = net.settled(move.after(at or ()))
    if at is not None:
        found.leads.setdefault(at, []).append(marking)
    if marking not in found.came:
        found.came[marking] = (at, move)
        queue.append(marking)
    for name in (move.element, *move.then):
        if name in found.ran:
            continue
        found.ran[name] = None
        for event in net.begin_beside(name):  # as soon as what it listens at has run once
            found.beside.append(net.settled(event.after(())))
            _arrive(net, found, queue, None, event)


def _piles_up(net: Net, found: Explored, marking: Marking) -> bool:
    """Notes the flows with two tokens that both go on; whether there are too many on one to go on."""
    if len(set(marking)) == len(marking):
        return False
    for flow, count in Counter(marking).items():
        if count > 1 and not ends_scope(net.members[net.flows[flow].target]):
            found.twice.setdefault(flow, marking)
        if count > MOST_TOKENS:
            found.is_whole = False
            return True
    return False


def _moves(net: Net, found: Explored, marking: Marking, rank: Mapping[str, int] | None) -> list[Move]:
    """Those of every element, or, with `rank`, of the first that can run, if they lead to something new."""
    waiting = net.waiting(marking)
    if rank is not None:
        for name in sorted(waiting, key=rank.__getitem__):
            moves = net.moves(name, waiting[name], marking)
            if moves and ends_scope(net.members[name]):
                break
            if any(net.settled(move.after(marking)) not in found.came for move in moves):
                return moves
            if moves:
                break
    return [move for name, flows in waiting.items() for move in net.moves(name, flows, marking)]


def _ranks(net: Net) -> dict[str, int]:
    """The place of each element on the way: a reverse postorder, so that what lies before comes before.

    What ends the scope stands behind everything.
    """
    order: list[str] = []
    seen: set[str] = set()
    for root in sorted(net.members, key=lambda name: bool(net.members[name].incoming)):
        stack = [(root, iter(net.following(root)))] if root not in seen else []
        seen.add(root)
        while stack:
            name, following = stack[-1]
            target = next((one for one in following if one in net.members and one not in seen), None)
            if target is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(net.following(target))))
    ways = order[::-1]
    return {name: place for place, name in enumerate(sorted(ways, key=lambda name: ends_scope(net.members[name])))}
