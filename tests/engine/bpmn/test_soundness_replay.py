"""The play of a scope against the whole of it, and against the engine: random diagrams, every path replayed.

The whole: every order of every move, nothing left out, written here once more. Each user task is a point where the
replay decides: in front of every choice stands one that sets what is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from engine.bpmn import DiagramRefused, ProcessSpec
from engine.bpmn.soundness import check_soundness
from engine.bpmn.soundness.markings import MOST_TOKENS, Explored, explore
from engine.bpmn.soundness.net import Marking, Move, Net
from tests.engine.bpmn.drawing import boundary, end, flows, gateway, spec, start, timer, user, when
from tests.engine.bpmn.drawing import event as definition
from tests.engine.bpmn.play import Play

KINDS: Final = ("user", "late", "choice", "parallel", "parallel")
STOPPING: Final = (*KINDS, "stop")


@st.composite
def diagrams(draw: st.DrawFn, drawn: tuple[str, ...] = KINDS) -> ProcessSpec:
    """A random flat graph: tasks, tasks with a deadline, choices, parallel gateways; any flow may lead anywhere.

    A task of kind `stop` leads to an end that terminates.
    """
    kinds = draw(st.lists(st.sampled_from(drawn), min_size=2, max_size=6))
    names = [f"{kind[0]}{place}" for place, kind in enumerate(kinds)]
    entries = [f"ask_{name}" if kind == "choice" else name for kind, name in zip(kinds, names, strict=True)]
    body = start() + end() + flows(f"start {entries[0]}")
    forward = draw(st.booleans())
    for place, (kind, name) in enumerate(zip(kinds, names, strict=True)):
        later = [*entries[place + 1 :], "end"] if forward else [*entries, "end"]
        following = later[0] if forward else [*entries, draw(st.sampled_from(later))][place + 1]
        others = [] if kind == "user" else draw(st.lists(st.sampled_from(later), max_size=1))
        targets = list(dict.fromkeys([following, *others]))
        body += _drawn(kind, name, targets)
    try:
        return spec(body)
    except DiagramRefused:  # something is not connected
        assume(False)
        raise


def _drawn(kind: str, name: str, targets: list[str]) -> str:
    if kind == "parallel":
        return gateway("parallel", name) + flows(*(f"{name} {one}" for one in targets))
    if kind == "choice":
        chosen = "".join(when(name, one, f'pick_{name} = "{one}"') for one in targets[1:])
        first = flows(f"ask_{name} {name} {targets[0]}")
        return user(f"ask_{name}") + gateway("exclusive", name, default=targets[0]) + first + chosen
    if kind == "stop":
        return user(name) + end(f"{name}_end", definition("terminate")) + flows(f"{name} {name}_end")
    late = boundary(f"late_{name}", name, timer("Duration", "P1D")) if kind == "late" else ""
    return user(name) + late + flows(f"{name} {targets[0]}") + (flows(f"late_{name} {targets[-1]}") if late else "")


class Whole:
    """Every marking of every order, flow by flow."""

    def __init__(self, process: ProcessSpec, limit: int) -> None:
        self.process = process
        self.target = {flow.id: flow.target for flow in process.flows}
        self.ran: set[str] = set()
        self.stuck: set[Marking] = set()
        self.leads: dict[Marking, set[Marking]] = {}
        first = self._after((), [], "start")
        queue = list(first)
        self.begun = queue[0]
        self.is_whole = True
        for marking in queue:
            if max(Counter(marking).values(), default=0) > MOST_TOKENS or len(self.leads) > limit:
                self.is_whole = False
                continue
            if marking in self.leads:
                continue
            ready = self._ready(marking)
            self.leads[marking] = {after for name, taken in ready for after in self._after(marking, taken, name)}
            if marking and not self.leads[marking]:
                self.stuck.add(marking)
            queue += self.leads[marking]

    def _ready(self, marking: Marking) -> Iterator[tuple[str, list[str]]]:
        for name in {self.target[flow] for flow in marking}:
            element = self.process.elements[name]
            held = [flow for flow in element.incoming if flow in marking]
            if element.type == "parallelGateway":
                if len(held) == len(element.incoming):
                    yield name, held
            else:
                yield from ((name, [flow]) for flow in held)

    def _after(self, marking: Marking, taken: list[str], name: str) -> list[Marking]:
        self.ran.add(name)
        element = self.process.elements[name]
        if element.event is not None and element.event.kind == "terminate":
            return [()]
        out = [flow.id for flow in element.outgoing]
        ways = [[flow] for flow in out] if element.type == "exclusiveGateway" else [out]
        ways += [[flow.id for flow in one.outgoing] for one in self.process.boundary_events(name)]
        rest = Counter(marking) - Counter(taken)
        return [tuple(sorted([*rest.elements(), *way])) for way in ways]

    def can_end(self) -> bool:
        seen, stack = {self.begun}, [self.begun]
        for at in stack:
            new = self.leads.get(at, set()) - seen
            seen |= new
            stack += new
        return () in seen


@settings(max_examples=100)
@given(diagrams(STOPPING))
def test_the_play_finds_what_the_whole_has(process: ProcessSpec) -> None:
    whole, net = Whole(process, 3_000), Net(process.inside(None))
    assume(whole.is_whole)
    for reduced in (True, False):
        seen = explore(net, 3_000, reduced=reduced)
        assert seen.is_whole and seen.is_decided
        tasks = {name for name in whole.ran if not net.members[name].attached_to}
        assert {name for name in seen.ran if not net.members[name].attached_to} == tasks
        assert set(seen.stuck) == whole.stuck
        assert bool(seen.can_end() & set(seen.begun)) is whole.can_end()
    event("stuck" if whole.stuck else "sound")


@settings(max_examples=80)
@given(diagrams())
def test_every_path_replays_in_the_engine(process: ProcessSpec) -> None:
    net = Net(process.inside(None))
    seen = explore(net, 500)
    for marking in seen.stuck[:3]:
        play = replayed(process, seen, marking)
        joins = {net.flows[flow].target for flow in marking}
        incidents = play.incidents()
        assert play.waiting("task") == []
        assert [code for _, code in incidents] == ["deadlock"]
        assert incidents[0][0] in joins
        event("deadlock replayed")
    for flow, marking in list(seen.twice.items())[:3]:
        target = net.flows[flow].target
        if not net.joins(net.members[target]):
            assert replayed(process, seen, marking).entered().count(target) >= 2
            event("twice replayed")


@settings(max_examples=60)
@given(diagrams(STOPPING), st.data())
def test_an_error_is_true_of_every_run(process: ProcessSpec, data: st.DataObject) -> None:
    """Whatever people choose: what is told dead never runs, what cannot end does not end."""
    errors = [finding for finding in check_soundness(process) if finding.is_error]
    play = Play(process)
    for _ in range(12):
        if not play.open():
            break
        name = data.draw(st.sampled_from(play.open()))
        picks = {f"pick_{name.removeprefix('ask_')}": data.draw(st.sampled_from([f.target for f in process.flows]))}
        if f"late_{name}" in process.elements and data.draw(st.booleans()):
            play.fire(f"late_{name}")
        else:
            play.complete(name, **picks)
    entered = set(play.entered())
    for finding in errors:
        event(finding.code)
        if finding.code == "element_dead":
            assert entered.isdisjoint(str(finding.params["elements"]).split(", "))
        if finding.code == "no_way_to_end" and finding.element == "start":
            assert not play.ended


def replayed(process: ProcessSpec, seen: Explored, marking: Marking) -> Play:
    """The engine after the steps that lead to a marking: tasks completed, deadlines let pass, choices made."""
    steps = seen.steps(marking)
    names = [(name, move) for move in steps for name in (move.element, *move.then)]
    picks = {name: _picks(steps, name) for name, one in process.elements.items() if one.type == "exclusiveGateway"}
    play = Play(process)
    for place, (name, move) in enumerate(names):
        if process.elements[name].type != "userTask":
            continue
        late = f"late_{name}"
        if place + 1 < len(names) and names[place + 1][0] == late and names[place + 1][1] is move:
            play.fire(late)
        else:
            choice = name.removeprefix("ask_")
            chosen = next(picks[choice], None) if choice != name else None
            play.complete(name, **({f"pick_{choice}": chosen} if chosen else {}))
    return play


def _picks(steps: list[Move], gateway_name: str) -> Iterator[str]:
    """What the replay has to choose at a gateway, time after time: the first element behind it."""
    for move in steps:
        if move.element == gateway_name:
            yield _first(move)


def _first(move: Move) -> str:
    return move.then[0] if move.then else move.given[0].partition("__")[2]
