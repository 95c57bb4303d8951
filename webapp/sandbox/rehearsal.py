"""All scenarios of a draft, each on a fresh copy of the world: what came out, and what of the diagram they entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from engine.definitions import latest
from engine.errors import AmicaleError
from engine.transaction import reading
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Shape
from webapp.operations.story import progress
from webapp.sandbox.playing import Play
from webapp.sandbox.saying import said
from webapp.sandbox.scenarios import SUFFIX, Scenario, deployed_of, scenarios_in
from webapp.sandbox.stage import SandboxStage
from webapp.sandbox.step_names import LANGUAGES
from webapp.sandbox.world import Template, opened

__all__ = ["Came", "Outcome", "Rehearsal", "plan", "play_one", "rehearse"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one scenario came to. `passed` None: it is not played yet; `said`: why it is red, by language; `line`: the
    sentence in its file."""

    file: str
    name: str
    passed: bool | None
    line: int = 0
    said: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, language: str) -> str:
        """Its title in this language, where the file says it; else as it is written."""
        return self.names.get(language) or self.name


@dataclass(frozen=True, slots=True)
class Came:
    """One scenario played: its outcome, the elements and flows of the process that it entered."""

    outcome: Outcome
    entered: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What all came to, and the elements and flows of the process that some scenario entered."""

    outcomes: tuple[Outcome, ...]
    entered: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()

    @property
    def red(self) -> Sequence[Outcome]:
        """Those that failed."""
        return [each for each in self.outcomes if each.passed is False]

    @property
    def left(self) -> int:
        """How many are not played yet."""
        return sum(each.passed is None for each in self.outcomes)

    def having(self, place: int, came: Came) -> Rehearsal:
        """With what the scenario at this place came to."""
        outcomes = (*self.outcomes[:place], came.outcome, *self.outcomes[place + 1 :])
        entered, flows = came.entered.union(self.entered), came.flows.union(self.flows)
        return Rehearsal(outcomes, tuple(sorted(entered)), tuple(sorted(flows)))

    def dump(self) -> dict[str, Any]:
        """For a column of JSON."""
        return {
            "outcomes": [asdict(each) for each in self.outcomes], "entered": list(self.entered),
            "flows": list(self.flows),
        }  # fmt: skip

    @classmethod
    def load(cls, kept: Mapping[str, Any]) -> Rehearsal:
        """The opposite of `dump`."""
        return cls(
            tuple(Outcome(**each) for each in kept["outcomes"]), tuple(kept["entered"]), tuple(kept["flows"])
        )  # fmt: skip


def plan(files: Mapping[str, bytes]) -> Rehearsal:
    """What is to be played, nothing of it yet. What cannot be read is red, and says why."""
    try:
        found = scenarios_in(files)
    except AmicaleError as wrong:
        name = next(name for name in sorted(files) if name.endswith(SUFFIX))
        line = wrong.params.get("line")
        return Rehearsal((Outcome(str(wrong.params.get("name", name)), name, False, _line(line), _said(wrong, {})),))
    return Rehearsal(tuple(_outcome(each, None) for each in found))


def play_one(world: Template, process_id: str, files: Mapping[str, bytes], place: int) -> Came:
    """Plays the scenario at this place of `plan`. A draft that is refused makes it red, and says why."""
    scenario = scenarios_in(files)[place]
    try:
        with opened(world, deployed_of(files)) as stage:
            return _entered(stage, process_id, _played(stage, process_id, scenario))
    except AmicaleError as refused:
        return Came(replace(_outcome(scenario, False), said=_said(refused, {})))


def rehearse(world: Template, process_id: str, files: Mapping[str, bytes]) -> Rehearsal:
    """Plays every scenario of these files, one after the other."""
    came = plan(files)
    for place, each in enumerate(came.outcomes):
        if each.passed is None:
            came = came.having(place, play_one(world, process_id, files, place))
    return came


def _outcome(scenario: Scenario, passed: bool | None) -> Outcome:
    return Outcome(scenario.file, scenario.name, passed, scenario.line, names=scenario.names)


def _played(stage: SandboxStage, process_id: str, scenario: Scenario) -> Outcome:
    stands = {step.said["element"] for step in scenario.steps if step.key == "stands"}
    play = Play(stage, process_id, expected=stands)
    came = replace(_outcome(scenario, True), line=0)
    for step in scenario.steps:
        try:
            play.do(step)
            stopped = play.stopped()
            if stopped is not None:
                raise stopped
        except AmicaleError as wrong:
            return replace(came, passed=False, line=step.line, said=_said(wrong, _shapes(stage, process_id)))
    return came


def _entered(stage: SandboxStage, process_id: str, outcome: Outcome) -> Came:
    entered, flows = set[str](), set[str]()
    cases = stage.cases(process_id)
    with reading(stage.engine) as session:
        for case in cases:
            gone = progress(session, case.id, ended=case.ended_at is not None)
            entered |= set(gone.left) | set(gone.standing)
            flows |= set(gone.flows)
    return Came(outcome, frozenset(entered), frozenset(flows))


def _line(line: object) -> int:
    return line if isinstance(line, int) else 0


def _shapes(stage: SandboxStage, process_id: str) -> Mapping[str, Shape]:
    """What is drawn."""
    with reading(stage.engine) as session:
        return drawing(session, stage.engine, latest(session, stage.engine, process_id).id).shapes


def _said(error: AmicaleError, shapes: Mapping[str, Shape]) -> dict[str, str]:
    """Why it is red, by language, with the names of elements for their ids."""

    def called(id_: str, language: str) -> str:
        return shapes[id_].label(language) if id_ in shapes and shapes[id_].name else ""

    return {language: said(error, language, called) for language in LANGUAGES}
