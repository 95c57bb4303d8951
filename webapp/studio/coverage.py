"""What the scenarios of a draft say, as its page shows it: green, red, and what of the diagram none of them enters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.bpmn import DiagramRefused
from engine.errors import AmicaleError
from webapp.operations.drawing import read_drawing
from webapp.operations.outline import OutlineEntry, kind_words
from webapp.sandbox.rehearsal import Outcome, Rehearsal
from webapp.sandbox.scenarios import SUFFIX, scenarios_in
from webapp.studio import rehearsals
from webapp.studio.models import StudioDraft

__all__ = ["Covered", "Told", "shown"]


@dataclass(frozen=True, slots=True)
class Told:
    """One scenario. `passed` None: it was not played in this save."""

    file: str
    name: str
    passed: bool | None
    line: int = 0
    said: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """All scenarios of a draft. `played`: they were played in this save; `position` marks what they entered on the
    diagram, `missing` names what none entered."""

    told: Sequence[Told]
    played: bool
    position: Mapping[str, list[str]]
    missing: Sequence[OutlineEntry]
    share: int

    @property
    def red(self) -> bool:
        """Whether any of them failed."""
        return any(each.passed is False for each in self.told)


def shown(session: Session, draft: StudioDraft, files: Mapping[str, bytes], language: str) -> Covered | None:
    """None where the draft has no scenarios."""
    if not any(name.endswith(SUFFIX) for name in files):
        return None
    came = rehearsals.kept(session, draft.id, draft.rev)
    if came is None:
        return Covered(_unplayed(files), False, {}, (), 0)
    told = [_told(each, language) for each in came.outcomes]
    position: dict[str, list[str]] = {
        "done": list(came.entered), "flows": list(came.flows), "standing": [], "incidents": []
    }  # fmt: skip
    missing, share = _missing(draft.process_id, files, came, language)
    return Covered(told, True, position, missing, share)


def _unplayed(files: Mapping[str, bytes]) -> list[Told]:
    try:
        return [Told(each.file, each.name, None) for each in scenarios_in(files)]
    except AmicaleError:
        return [Told(name, name, None) for name in sorted(files) if name.endswith(SUFFIX)]


def _told(outcome: Outcome, language: str) -> Told:
    said = outcome.said.get(language) or outcome.said.get("fr", "")
    return Told(outcome.file, outcome.name, outcome.passed, outcome.line, said)


def _missing(
    process_id: str, files: Mapping[str, bytes], came: Rehearsal, language: str
) -> tuple[list[OutlineEntry], int]:
    """What is drawn and was not entered, in reading order; the share that was, in percent."""
    body = next((files[name] for name in sorted(files) if name.endswith(".bpmn")), None)
    try:
        drawn = read_drawing(body, process_id).reading_order() if body is not None else []
    except (DiagramRefused, AmicaleError):
        return [], 0
    entered = set(came.entered)
    missing = [
        OutlineEntry(shape.label(language) if shape.name else shape.id, kind_words(shape), "", "grey", False)
        for shape in drawn
        if shape.id not in entered
    ]
    return missing, round(100 * (len(drawn) - len(missing)) / len(drawn)) if drawn else 0
