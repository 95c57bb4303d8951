"""Whether a process can always end: its control flow is played through, without variables, scope by scope.

Every choice is tried as if its conditions were free, so a finding is a warning with a path to replay, not a proof
about the data. Where a scope has too many states, or elements whose joining depends on data, it says “not decided”.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from engine.bpmn.model import Element, Flow
from engine.bpmn.process import ProcessSpec
from engine.bpmn.refusals import warning
from engine.findings import Finding

__all__ = ["STATE_LIMIT", "check_soundness"]

STATE_LIMIT: Final = 4_000
_MAX_BRANCHES: Final = 6  # flows out of an inclusive choice whose combinations are tried
_ENDS_ALL: Final = frozenset({"terminate", "error", "cancel"})
_CHOICES: Final = frozenset({"exclusiveGateway", "eventBasedGateway"})
Marking = tuple[str, ...]  # the flows that hold a token, sorted


def check_soundness(spec: ProcessSpec, limit: int = STATE_LIMIT) -> tuple[Finding, ...]:
    """Deadlocks, tokens that are not joined, elements that never run, no way to the end, missing defaults.

    `limit`: how many states of one scope are looked at.
    """
    scopes: dict[str | None, list[Element]] = {}
    for element in spec.elements.values():
        scopes.setdefault(element.parent, []).append(element)
    findings: list[Finding] = []
    for parent, members in scopes.items():
        around = spec.elements.get(parent or "")
        place = (spec.process_id, spec.name) if around is None else (around.id, around.name)
        findings += _Scope(members, limit).findings(place)
    return tuple(findings)


class _Scope:
    """The elements of one process or sub-process, and the flows between them."""

    def __init__(self, members: Iterable[Element], limit: int) -> None:
        self.members = {one.id: one for one in members}
        self.limit = limit
        self.flows: Mapping[str, Flow] = {flow.id: flow for one in self.members.values() for flow in one.outgoing}
        self.boundaries: dict[str, list[Element]] = {}
        for one in self.members.values():
            if one.attached_to is not None:
                self.boundaries.setdefault(one.attached_to, []).append(one)
        self.reach = {name: self._reach(name) for name in self.members}

    def findings(self, place: tuple[str, str | None]) -> Iterator[Finding]:
        """What is wrong in this scope."""
        for one in self.members.values():
            if one.type == "exclusiveGateway" and len(one.outgoing) > 1 and not any(f.is_default for f in one.outgoing):
                yield warning("choice_without_default", one.id, one.name)
            if one.outgoing and not any(self._ends(name) for name in self.reach[one.id]):
                yield warning("no_way_to_end", one.id, one.name)
        if any(one.type == "complexGateway" or one.start_quantity > 1 for one in self.members.values()):
            yield warning("not_decided", *place, reason="it joins by a condition or a number of tokens")
            return
        yield from self._play(place)

    def _ends(self, name: str) -> bool:
        return not self.members[name].outgoing

    def _reach(self, name: str) -> frozenset[str]:
        seen: set[str] = set()
        stack = [name]
        while stack:
            at = stack.pop()
            following = [flow.target for flow in self.members[at].outgoing]
            following += [one.id for one in self.boundaries.get(at, ())]
            for target in following:
                if target in self.members and target not in seen:
                    seen.add(target)
                    stack.append(target)
        return frozenset(seen)

    def _play(self, place: tuple[str, str | None]) -> Iterator[Finding]:
        """Every marking that can be reached, breadth first, so that each path is a shortest one."""
        came: dict[Marking, tuple[Marking | None, str]] = {}
        queue: deque[Marking] = deque()
        ran: set[str] = set()
        for name, marking in self._begins():
            ran.add(name)
            if marking not in came:
                came[marking] = (None, name)
                queue.append(marking)
        told: set[str] = set()
        is_whole = True
        while queue:
            if len(came) > self.limit:
                yield warning("not_decided", *place, reason=f"it has more than {self.limit:,} states")
                return
            marking = queue.popleft()
            twice = [flow for flow, count in Counter(marking).items() if count > 1]
            if twice:
                is_whole = False
                yield from self._once(told, "tokens_twice", self.flows[twice[0]].target, came, marking)
                continue
            moves = list(self._moves(marking))
            if marking and not moves:
                yield from self._once(told, "deadlock_possible", self.flows[marking[0]].target, came, marking)
            for name, following in moves:
                ran.add(name)
                if following not in came:
                    came[following] = (marking, name)
                    queue.append(following)
        if is_whole:
            for one in self.members.values():
                if one.id not in ran and not one.triggered_by_event and not one.for_compensation and one.incoming:
                    yield warning("element_dead", one.id, one.name)

    def _once(
        self, told: set[str], code: str, name: str, came: Mapping[Marking, tuple[Marking | None, str]], marking: Marking
    ) -> Iterator[Finding]:
        key = code if code == "tokens_twice" else f"{code} {name}"  # the second of these follows from the first
        if key in told:
            return
        told.add(key)
        path: list[str] = []
        at: Marking | None = marking
        while at is not None:
            at, fired = came[at]
            path.append(fired)
        yield warning(code, name, self.members[name].name, path=" → ".join(reversed(path)))

    def _begins(self) -> Iterator[tuple[str, Marking]]:
        """Where a token begins: each start event by itself, or all implicit starts together.

        What an event that does not interrupt begins beside the work is played for itself: it may happen many times.
        """
        for event in (event for events in self.boundaries.values() for event in events if not event.interrupting):
            yield event.id, _sorted(flow.id for flow in event.outgoing)
        starts = [one for one in self.members.values() if one.type == "startEvent"]
        if starts:
            for one in starts:
                yield one.id, _sorted(flow.id for flow in one.outgoing)
            return
        free = [one for one in self.members.values() if not one.incoming and one.attached_to is None]
        free = [one for one in free if not one.triggered_by_event and not one.for_compensation]
        if free:
            yield free[0].id, _sorted(flow.id for one in free for flow in one.outgoing)

    def _moves(self, marking: Marking) -> Iterator[tuple[str, Marking]]:
        """Each element that can run now, with what it leaves."""
        held = set(marking)
        for name in dict.fromkeys(self.flows[flow].target for flow in marking):
            element = self.members[name]
            waiting = [flow for flow in element.incoming if flow in held]
            for taken in self._taken(element, waiting, marking):
                rest = Counter(marking)
                rest.subtract(taken)
                kept = list(rest.elements())
                for given in self._given(element):
                    yield name, () if given is None else _sorted([*kept, *given])

    def _taken(self, element: Element, waiting: list[str], marking: Marking) -> Iterator[list[str]]:
        if len(element.incoming) < 2 or element.type not in ("parallelGateway", "inclusiveGateway"):
            yield from ([flow] for flow in waiting)
        elif len(waiting) == len(element.incoming) or (
            element.type == "inclusiveGateway" and not self._may_still_come(element, waiting, marking)
        ):
            yield waiting

    def _may_still_come(self, join: Element, waiting: list[str], marking: Marking) -> bool:
        targets = (self.flows[flow].target for flow in marking if flow not in waiting)
        return any(target != join.id and join.id in self.reach[target] for target in targets)

    def _given(self, element: Element) -> Iterator[list[str] | None]:
        """The flows that get a token, for every way in which the element can end; None: it ends its scope."""
        if element.event is not None and element.event.kind in _ENDS_ALL and element.type == "endEvent":
            yield None
            return
        flows = [flow.id for flow in element.outgoing]
        free = [flow.id for flow in element.outgoing if flow.condition is not None or flow.is_default]
        if element.type in _CHOICES and flows:
            yield from ([flow] for flow in flows)
        elif free and element.type != "parallelGateway":
            always = [flow for flow in flows if flow not in free]
            counts = range(1, len(free) + 1) if len(free) <= _MAX_BRANCHES else (1, len(free))
            for count in counts:
                yield from ([*always, *chosen] for chosen in combinations(free, count))
        else:
            yield flows
        for event in self.boundaries.get(element.id, ()):
            late = [flow.id for flow in event.outgoing]
            if event.interrupting and event.compensated_by is None:
                yield late


def _sorted(flows: Iterable[str]) -> Marking:
    return tuple(sorted(flows))
