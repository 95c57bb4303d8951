"""The token game of one scope: which elements can run with the tokens that are there, and what they can leave.

A token lies on a flow, and every flow leads to one element: tokens of different elements never compete. What is more
than the drawing needs is left out: an element that takes one token and always gives one (a task without boundary
events, a merge) is passed at once (the series and merge reductions of workflow nets, Murata 1989).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

from engine.bpmn.model import Element, Flow

__all__ = ["Marking", "Move", "Net", "ends_scope"]

Outcome = tuple[tuple[str, ...], tuple[str, ...], bool]  # flows given, elements passed behind it, the scope is over
Marking = tuple[str, ...]  # the flows that hold a token, sorted; one with two tokens stands there twice
ENOUGH: Final = 2  # tokens on a flow to an end
MOST_CHOICES: Final = 6  # conditions of one element of which every combination is tried
_ENDS_SCOPE: Final = frozenset({"terminate", "error", "cancel"})
_ONE_OF: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})
_JOINS: Final = frozenset({"parallelGateway", "inclusiveGateway"})


def ends_scope(element: Element) -> bool:
    """Whether it is an end event that ends everything around it: terminate, error, cancel."""
    event = element.event
    return element.type == "endEvent" and event is not None and any(one.kind in _ENDS_SCOPE for one in event.each)


@dataclass(frozen=True, slots=True)
class Move:
    """One way in which an element runs: the flows that it takes a token from and those that it gives one to.

    `then`: the elements passed at once behind it. `ends`: everything in the scope is over.
    """

    element: str
    taken: tuple[str, ...]
    given: tuple[str, ...]
    then: tuple[str, ...]
    ends: bool = False

    def after(self, marking: Marking) -> Marking:
        """The tokens that are left."""
        if self.ends:
            return ()
        rest = Counter(marking)
        rest.subtract(self.taken)
        return tuple(sorted([*rest.elements(), *self.given]))


class Net:
    """The elements of one process or sub-process as a token meets them.

    `in_any_order`: of an ad-hoc sub-process, whose steps begin one by one. `is_exact`: every combination of choices is
    among the moves; else more can happen than is played.
    """

    def __init__(self, members: Iterable[Element], *, in_any_order: bool = False) -> None:
        self.in_any_order = in_any_order
        self.members: Mapping[str, Element] = {one.id: one for one in members}
        self.flows: Mapping[str, Flow] = {flow.id: flow for one in self.members.values() for flow in one.outgoing}
        self.boundaries: dict[str, list[Element]] = {}
        for one in self.members.values():
            if one.attached_to is not None and one.compensated_by is None:
                self.boundaries.setdefault(one.attached_to, []).append(one)
        self.is_exact = not in_any_order
        self._reached: dict[str, frozenset[str]] = {}
        self.beside = {one.id for events in self.boundaries.values() for one in events if self._runs_beside(one)}
        self._passing = {name for name, one in self.members.items() if self._is_passed(one)}
        self._known: dict[str, tuple[Outcome, ...]] = {}
        self.late_joins = [
            one.id for one in self.members.values() if one.type == "inclusiveGateway" and self.joins(one)
        ]
        self._ahead: dict[str, dict[str, set[str]]] = {}

    def joins(self, element: Element) -> bool:
        """Whether it waits for tokens of several flows."""
        return len(element.incoming) > 1 and element.type in _JOINS

    def following(self, name: str) -> list[str]:
        """The elements that come next: behind the flows, and the events attached to it."""
        found = [flow.target for flow in self.members[name].outgoing]
        return found + [one.id for one in self.boundaries.get(name, ())]

    def begin_beside(self, host: str) -> Iterator[Move]:
        """What the events begin that run beside this element."""
        for event in self.boundaries.get(host, ()):
            if event.id in self.beside:
                yield from self._begin([event.id])

    def starts(self) -> Iterator[Move]:
        """What can begin: each start event by itself, or all implicit starts together."""
        members = self.members.values()
        drawn = [one.id for one in members if one.type == "startEvent" or one.instantiates]
        for name in drawn:
            yield from self._begin([name])
        if any(self.members[name].type == "startEvent" for name in drawn):
            return
        free = [one for one in members if not one.incoming and one.attached_to is None and one.id not in drawn]
        begun = [one.id for one in free if not one.triggered_by_event and not one.for_compensation]
        for together in [[name] for name in begun] if self.in_any_order else [begun]:
            yield from self._begin(together)

    def waiting(self, marking: Marking) -> dict[str, list[str]]:
        """The elements that have tokens in front of them, with the flows that these lie on."""
        held: dict[str, list[str]] = {}
        for flow in dict.fromkeys(marking):
            held.setdefault(self.flows[flow].target, []).append(flow)
        return held

    def moves(self, name: str, waiting: list[str], marking: Marking) -> list[Move]:
        """Every way in which an element can run now; none where it has to wait for more."""
        return [
            Move(name, taken, given, then, ends)
            for taken in self._takings(self.members[name], waiting, marking)
            for given, then, ends in self._outcomes(name)
        ]

    def settled(self, marking: Marking) -> Marking:
        """The marking without the tokens that an end has only to use up, but for two: more tell nothing new."""
        if len(set(marking)) == len(marking):
            return marking
        kept: list[str] = []
        for flow in marking:
            if kept[-ENOUGH:] != [flow] * ENOUGH or self.members[self.flows[flow].target].type != "endEvent":
                kept.append(flow)
        return tuple(kept)

    def without_end(self) -> list[str]:
        """The elements from which no flow leads to an element that ends."""
        before = self._before()
        ending = {name for name, one in self.members.items() if not one.outgoing}
        stack = list(ending)
        while stack:
            new = [one for one in before.get(stack.pop(), ()) if one not in ending]
            ending.update(new)
            stack.extend(new)
        return [name for name, one in self.members.items() if name not in ending and not one.for_compensation]

    def reach(self, name: str) -> frozenset[str]:
        """The elements that a token at this one may come to."""
        if name not in self._reached:
            self._reached[name] = self._reach(name)
        return self._reached[name]

    @property
    def weight(self) -> int:
        """How much there is to know before inclusive joins can be played: flows into them by flows there are."""
        return sum(len(self.members[name].incoming) for name in self.late_joins) * len(self.flows)

    # --- what an element takes ---------------------------------------------------------------------------------------

    def _takings(self, element: Element, waiting: list[str], marking: Marking) -> Iterator[tuple[str, ...]]:
        if not self.joins(element):
            yield from ((flow,) for flow in waiting)
        elif len(waiting) == len(element.incoming) or (
            element.type == "inclusiveGateway" and not self._may_still_come(element.id, waiting, marking)
        ):
            yield tuple(waiting)

    def _may_still_come(self, join: str, waiting: list[str], marking: Marking) -> bool:
        """Whether a token elsewhere is waited for (BPMN 2.0, 13.4.3), as `engine.bpmn.gateways` asks it."""
        if join not in self._ahead:
            self._ahead[join] = self._flows_ahead(join)
        ahead = self._ahead[join]
        for target in {self.flows[flow].target for flow in marking} - {join}:
            flows = ahead.get(target)
            if flows and flows.isdisjoint(waiting):
                return True
        return False

    def _before(self) -> dict[str, list[str]]:
        before: dict[str, list[str]] = {}
        for name in self.members:
            for target in self.following(name):
                before.setdefault(target, []).append(name)
        return before

    def _flows_ahead(self, join: str) -> dict[str, set[str]]:
        before = self._before()
        found: dict[str, set[str]] = {}
        for flow in self.members[join].incoming:
            stack = [self.flows[flow].source]
            while stack:
                at = stack.pop()
                if at != join and flow not in found.setdefault(at, set()):
                    found[at].add(flow)
                    stack.extend(before.get(at, ()))
        return found

    # --- what an element gives ---------------------------------------------------------------------------------------

    def _begin(self, names: Sequence[str]) -> Iterator[Move]:
        """The moves of these elements at once; where one has a choice, they have it alone."""
        if not names:
            return
        if len(names) == 1:
            yield from (Move(names[0], (), given, then, ends) for given, then, ends in self._outcomes(names[0]))
            return
        ways = [self._outcomes(name) for name in names]
        for first in ways[0]:
            chosen = [first, *(each[0] for each in ways[1:])]
            then = (*names[1:], *chain.from_iterable(one[1] for one in chosen))
            yield Move(names[0], (), tuple(chain.from_iterable(one[0] for one in chosen)), then)
        self.is_exact &= all(len(each) == 1 for each in ways[1:])

    def _outcomes(self, name: str) -> tuple[Outcome, ...]:
        if name not in self._known:
            self._known[name] = tuple(self._ways(self.members[name]))
        return self._known[name]

    def _ways(self, element: Element) -> Iterator[Outcome]:
        if ends_scope(element):
            yield (), (), True
            return
        events = self.boundaries.get(element.id, ())
        beside = [event for event in events if not event.interrupting and event.id not in self.beside]
        if len(beside) > MOST_CHOICES:
            self.is_exact = False
            beside = beside[:MOST_CHOICES]
        ends: list[tuple[list[str], list[str]]] = [(flows, []) for flows in self._given(element)]
        ends += [(flows, [event.id]) for event in events if event.interrupting for flows in self._given(event)]
        for count in range(len(beside) + 1):
            for rung in combinations(beside, count):
                for flows, by in ends:
                    late = [flow.id for event in rung for flow in event.outgoing]
                    yield self._passed([*flows, *late], [*(event.id for event in rung), *by])

    def _given(self, element: Element) -> Iterator[list[str]]:
        """The flows that get a token, for every way in which the element can end."""
        flows = [flow.id for flow in element.outgoing]
        default = [flow.id for flow in element.outgoing if flow.is_default]
        free = [flow.id for flow in element.outgoing if flow.condition is not None and not flow.is_default]
        if element.type in _ONE_OF and flows and not element.takes_all:
            yield from ([flow] for flow in flows)
        elif (free or default) and element.type != "parallelGateway":
            always = [flow for flow in flows if flow not in free and flow not in default]
            if always or default:
                yield [*always, *default]
            counts: Iterable[int] = range(1, len(free) + 1)
            if len(free) > MOST_CHOICES:
                self.is_exact = False
                counts = (1, len(free))
            for count in counts:
                yield from ([*always, *chosen] for chosen in combinations(free, count))
        else:
            yield flows

    def _passed(self, flows: Iterable[str], before: list[str]) -> Outcome:
        """Where the tokens on these flows come to lie, with the elements that they pass on the way."""
        given, then = [], list(before)
        for flow in flows:
            seen = {flow}
            while (target := self.flows[flow].target) in self._passing:
                following = self.members[target].outgoing[0].id
                if following in seen:  # a circle without a choice: the token stays in sight
                    break
                then.append(target)
                seen.add(following)
                flow = following
            given.append(flow)
        return tuple(given), tuple(then), False

    def _is_passed(self, element: Element) -> bool:
        one_way = len(element.outgoing) == 1 and element.outgoing[0].condition is None
        return one_way and not self.joins(element) and element.id not in self.boundaries

    def _runs_beside(self, event: Element) -> bool:
        """An event that does not interrupt, and begins what meets nothing else: it is played for itself.

        An end that is over with the whole scope meets everything.
        """
        begun = self._reach(event.id)
        if event.interrupting or any(ends_scope(self.members[name]) for name in begun):
            return False
        return not any(
            flow.target in begun and flow.source not in begun and flow.source != event.id
            for flow in self.flows.values()
        )

    def _reach(self, name: str) -> frozenset[str]:
        seen: set[str] = set()
        stack = [name]
        while stack:
            for target in self.following(stack.pop()):
                if target in self.members and target not in seen:
                    seen.add(target)
                    stack.append(target)
        return frozenset(seen)
