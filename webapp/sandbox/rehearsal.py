"""All scenarios of a draft, each on a fresh copy of the world: what came out, and what of the diagram they entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import force_locale

from engine.errors import AmicaleError
from engine.transaction import reading
from webapp.errors import in_words
from webapp.operations.story import progress
from webapp.sandbox.playing import Play
from webapp.sandbox.scenarios import SUFFIX, Scenario, deployed_of, scenarios_in
from webapp.sandbox.stage import SandboxStage
from webapp.sandbox.world import Template, opened

__all__ = ["Outcome", "Rehearsal", "rehearse"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one scenario came to. `said`: why it is red, by language; `line`: the sentence in its file."""

    file: str
    name: str
    passed: bool
    line: int = 0
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What all came to, and the elements and flows of the process that some scenario entered."""

    outcomes: tuple[Outcome, ...]
    entered: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()

    @property
    def red(self) -> Sequence[Outcome]:
        """Those that failed."""
        return [each for each in self.outcomes if not each.passed]

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


def rehearse(world: Template, process_id: str, files: Mapping[str, bytes]) -> Rehearsal:
    """Plays every scenario of these files. What cannot be read or deployed is red, and says why."""
    try:
        scenarios = scenarios_in(files)
    except AmicaleError as wrong:
        name = next(name for name in sorted(files) if name.endswith(SUFFIX))
        line = wrong.params.get("line")
        return Rehearsal((Outcome(str(wrong.params.get("name", name)), name, False, _line(line), _said(wrong)),))
    outcomes: list[Outcome] = []
    entered, flows = set[str](), set[str]()
    for scenario in scenarios:
        try:
            with opened(world, deployed_of(files)) as stage:
                outcomes.append(_played(stage, process_id, scenario))
                _note(stage, process_id, entered, flows)
        except AmicaleError as refused:
            outcomes.append(Outcome(scenario.file, scenario.name, False, scenario.line, _said(refused)))
    return Rehearsal(tuple(outcomes), tuple(sorted(entered)), tuple(sorted(flows)))


def _played(stage: SandboxStage, process_id: str, scenario: Scenario) -> Outcome:
    stands = {step.said["element"] for step in scenario.steps if step.key == "stands"}
    play = Play(stage, process_id, expected=stands)
    for step in scenario.steps:
        try:
            play.do(step)
            stopped = play.stopped()
            if stopped is not None:
                raise stopped
        except AmicaleError as wrong:
            return Outcome(scenario.file, scenario.name, False, step.line, _said(wrong))
    return Outcome(scenario.file, scenario.name, True)


def _note(stage: SandboxStage, process_id: str, entered: set[str], flows: set[str]) -> None:
    cases = stage.cases(process_id)
    with reading(stage.engine) as session:
        for case in cases:
            gone = progress(session, case.id, ended=case.ended_at is not None)
            entered |= set(gone.left) | set(gone.standing)
            flows |= set(gone.flows)


def _line(line: object) -> int:
    return line if isinstance(line, int) else 0


def _said(error: AmicaleError) -> dict[str, str]:
    said = {}
    for language in ("fr", "en"):
        with force_locale(language):
            said[language] = in_words(error)
    return said
