"""What the play of the tokens says, against every state that the engine itself can come to: small nested diagrams.

Nothing of `engine.bpmn.soundness` is used to find the states: each is a case, stored, loaded and moved on in every way
that people, messages and time can move it. In front of every choice stands a task that answers it in every way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Final

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from engine.bpmn import Case, DiagramRefused, ProcessSpec
from engine.bpmn.soundness import check_soundness
from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    end,
    flows,
    gateway,
    message,
    spec,
    start,
    sub,
    timer,
    user,
    when,
)
from tests.engine.bpmn.drawing import event as definition
from tests.engine.bpmn.play import Play

KINDS: Final = ("user", "late", "note", "choice", "choice", "parallel", "parallel", "inclusive", "race", "stop", "sub")
MOST_STATES: Final = 150
STANDING: Final = frozenset({"deadlock", "deadlock_possible", "never_over", "no_way_to_end", "not_decided"})
State = tuple[tuple[tuple[str, str], int], ...]


class Drawing:
    """A random diagram: every element of a kind, its flows to what comes next and, often, anywhere."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.count = 0

    def scope(self, depth: int, name: str = "") -> str:
        """The body of a process or sub-process."""
        kinds = [self.chance.choice(KINDS[: len(KINDS) - (depth == 0)]) for _ in range(self.chance.randint(2, 4))]
        names = [self._name(kind) for kind in kinds]
        entries = [f"ask_{one}" if one.startswith(("choice", "inclusive")) else one for one in names]
        last, forward = f"end{name}", self.chance.random() < 0.7
        body = start(f"start{name}") + end(last) + flows(f"start{name} {entries[0]}")
        for place, one in enumerate(names):
            others = [*entries[place + 1 :], last] if forward else [*entries, last]
            following = [*entries, last][place + 1]
            also = self.chance.choice(others) if self.chance.random() < 0.7 else following
            body += self._drawn(one, kinds[place], list(dict.fromkeys([following, also])), depth)
        return body

    def _name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def _drawn(self, name: str, kind: str, targets: list[str], depth: int) -> str:
        first, other = targets[0], targets[-1]
        if kind == "stop":  # nothing leads on from here
            return end(name, definition("terminate") if self.chance.random() < 0.5 else "")
        if kind in ("late", "note"):
            late = boundary(f"time_{name}", name, timer("Duration", "P1D"), interrupting=kind == "late")
            return user(name) + late + flows(f"{name} {first}", f"time_{name} {other}")
        if kind == "choice":
            chosen = "".join(when(name, one, f"{name}_{one}") for one in targets[1:])
            return user(f"ask_{name}") + gateway("exclusive", name, default=first) + chosen + flows(
                f"ask_{name} {name} {first}"
            )  # fmt: skip
        if kind == "inclusive":
            out = "".join(when(name, one, f"{name}_{one}") for one in targets) if len(targets) > 1 else ""
            return (
                user(f"ask_{name}")
                + gateway("inclusive", name)
                + flows(f"ask_{name} {name}")
                + (out or flows(f"{name} {first}"))
            )
        if kind == "race":
            caught = catch(f"word_{name}", definition("message", "M")) + catch(f"time_{name}", timer("Duration", "P1D"))
            return (
                gateway("eventBased", name)
                + caught
                + flows(f"{name} word_{name} {first}", f"{name} time_{name} {other}")
            )
        if kind == "sub":
            return sub(name, self.scope(depth - 1, f"_{name}")) + flows(f"{name} {first}")
        drawn = gateway("parallel", name) if kind == "parallel" else user(name)
        return drawn + flows(*(f"{name} {one}" for one in (targets if kind == "parallel" else targets[:1])))


@st.composite
def diagrams(draw: st.DrawFn) -> ProcessSpec:
    """Random diagrams that are read."""
    body = Drawing(draw(st.randoms(use_true_random=False))).scope(1)
    try:
        return spec(body, message("M"))
    except DiagramRefused:  # something is not connected
        assume(False)
        raise


@dataclass
class States:
    """Every state of a case, and what was seen on the way. `is_whole`: none was left out."""

    process: ProcessSpec
    entered: set[str] = field(default_factory=set)
    seen: set[State] = field(default_factory=set)
    ends: bool = False
    locked: bool = False
    is_whole: bool = True

    def explore(self) -> States:
        """Goes through them, breadth first."""
        queue = [Play(self.process, key="k")]
        for play in queue:
            self.entered.update(play.entered())
            if play.ended:
                self.ends = True
                continue
            state = tuple(sorted(Counter((view.element, view.kind) for view in play.case.tokens).items()))
            if state in self.seen:
                continue
            if len(self.seen) >= MOST_STATES or max(count for _, count in state) > 3:
                self.is_whole = False
                continue
            self.seen.add(state)
            self.locked |= any(code == "deadlock" for _, code in play.incidents())
            queue += self._moved(play)
        return self

    def _moved(self, play: Play) -> Iterator[Play]:
        stored = play.case.dump()
        for element, kind in {(view.element, view.kind) for view in play.case.tokens}:
            for answer in self._answers(element) if kind == "task" else [{}]:
                copy = Play.holding(self.process, Case.load(self.process, stored), play.host)
                if kind == "task":
                    yield copy.complete(element, **answer)
                elif kind == "timer":
                    yield copy.fire(element)
                elif kind == "message":
                    yield copy.deliver(element)

    def _answers(self, element: str) -> Iterator[Mapping[str, bool]]:
        """Every answer to the choice behind a task; an inclusive gateway takes one flow at least."""
        asked = self.process.elements.get(element.removeprefix("ask_")) if element.startswith("ask_") else None
        names = [f"{flow.source}_{flow.target}" for flow in asked.outgoing if flow.condition] if asked else []
        for picks in product((True, False), repeat=len(names)):
            if any(picks) or not names or (asked is not None and asked.type == "exclusiveGateway"):
                yield dict(zip(names, picks, strict=True))


@settings(max_examples=40)
@given(diagrams())
def test_every_state_of_the_engine_is_foreseen(process: ProcessSpec) -> None:
    findings = check_soundness(process)
    states = States(process).explore()
    told = {finding.code for finding in findings}
    ordered = any(one.event is not None and one.event.kind == "terminate" for one in process.elements.values())
    for finding in findings:
        event(f"{finding.severity} {finding.code}")
        if finding.is_error and finding.code == "element_dead":
            assert states.entered.isdisjoint(str(finding.params["elements"]).split(", "))
        if finding.is_error and finding.code in ("never_over", "no_way_to_end"):
            assert not states.ends or finding.element not in states.entered
        if finding.code == "deadlock" and states.is_whole and not ordered:  # else the other branch ends it before
            assert states.locked
    if states.locked:
        assert told & {"deadlock", "deadlock_possible", "not_decided"}
    if states.is_whole and not states.ends:
        assert told & STANDING
