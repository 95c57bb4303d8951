"""What the scenarios of a draft say, as its page shows it: green, red, and what of the diagram none of them enters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.bpmn import DiagramRefused
from engine.errors import AmicaleError
from webapp.operations.drawing import Drawing, Flow, read_drawing
from webapp.operations.outline import OutlineEntry, kind_words
from webapp.sandbox.rehearsal import Outcome, Rehearsal, plan
from webapp.studio import checks, rehearsals
from webapp.studio.file_titles import file_titles
from webapp.studio.models import StudioDraft
from webapp.studio.places import called
from webapp.studio.rehearsals import Subject
from webapp.words import _

__all__ = ["Covered", "Told", "branches", "outcomes", "shown"]


@dataclass(frozen=True, slots=True)
class Told:
    """One scenario. `passed` None: it was not played in this save, or not yet. `title`: what its file is called."""

    file: str
    name: str
    passed: bool | None
    line: int = 0
    said: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Covered:
    """All scenarios of a draft. `asked`: they are played in this save, `left` are still to be; `position` marks what
    they entered on the diagram, `missing` names elements that none entered, `untaken` the branches that none took."""

    told: Sequence[Told]
    asked: bool
    left: int
    position: Mapping[str, list[str]]
    missing: Sequence[OutlineEntry]
    untaken: Sequence[str]
    share: int
    share_of_branches: int

    @property
    def played(self) -> bool:
        """Whether every scenario of this save has its result."""
        return self.asked and not self.left

    @property
    def red(self) -> bool:
        """Whether any of them failed."""
        return any(each.passed is False for each in self.told)


def shown(session: Session, draft: StudioDraft, files: Mapping[str, bytes], language: str) -> Covered | None:
    """None where the draft has no scenarios."""
    if not rehearsals.has_scenarios(files):
        return None
    came = rehearsals.kept(session, Subject.of_draft(draft))
    asked = came is not None
    came = came or plan(files)
    titles = file_titles({each.file: files.get(each.file, b"") for each in came.outcomes}, language)
    told = [_told(each, language, titles) for each in came.outcomes]
    drawn = _drawn(draft.process_id, files)
    forks = branches(drawn) if drawn is not None else ()
    untaken = [flow for flow in forks if flow.id not in came.flows]
    missing = _missing(drawn, came, language) if drawn is not None else []
    position: dict[str, list[str]] = {
        "done": list(came.entered), "flows": list(came.flows), "standing": [], "incidents": [],
        "missed": [flow.id for flow in untaken],
    }  # fmt: skip
    shapes = len(drawn.shapes) if drawn is not None else 0
    labels = checks.labels(files, language)
    return Covered(
        told, asked, came.left if asked else len(told), position, missing,
        [_branch(drawn, flow, labels, language) for flow in untaken] if drawn is not None else [],
        _share(shapes - len(missing), shapes), _share(len(forks) - len(untaken), len(forks)),
    )  # fmt: skip


def outcomes(session: Session, subject: Subject, language: str) -> Sequence[Told]:
    """What each scenario came to; nothing where they were not played."""
    came = rehearsals.kept(session, subject)
    return [_told(each, language) for each in came.outcomes] if came is not None else []


def branches(drawn: Drawing) -> Sequence[Flow]:
    """The flows that are one way of several: what leaves an element with more than one flow out, in reading order."""
    ways = Counter(flow.source for flow in drawn.flows)
    order = {shape.id: place for place, shape in enumerate(drawn.reading_order())}
    forks = [flow for flow in drawn.flows if ways[flow.source] > 1 and flow.source in drawn.shapes]
    return sorted(forks, key=lambda flow: order[flow.source])


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 100


def _branch(drawn: Drawing, flow: Flow, labels: Mapping[str, str], language: str) -> str:
    said = {"source": called(drawn, flow.source, language), "target": called(drawn, flow.target, language)}
    if flow.id in labels:
        return _("%(source)s, “%(way)s”: to %(target)s", way=labels[flow.id], **said)
    return _("%(source)s: to %(target)s", **said)


def _told(outcome: Outcome, language: str, titles: Mapping[str, str] | None = None) -> Told:
    said = outcome.said.get(language) or outcome.said.get("fr", "")
    title = (titles or {}).get(outcome.file, outcome.file)
    return Told(outcome.file, outcome.called(language), outcome.passed, outcome.line, said, title)


def _drawn(process_id: str, files: Mapping[str, bytes]) -> Drawing | None:
    """The diagram; None where it cannot be read yet, or is another process's."""
    body = next((files[name] for name in sorted(files) if name.endswith(".bpmn")), None)
    try:
        return read_drawing(body, process_id) if body is not None else None
    except (DiagramRefused, AmicaleError, KeyError):
        return None


def _missing(drawn: Drawing, came: Rehearsal, language: str) -> list[OutlineEntry]:
    """What is drawn and was not entered, in reading order."""
    entered = set(came.entered)
    return [
        OutlineEntry(called(drawn, shape.id, language, bare=True), kind_words(shape), "", "grey", False)
        for shape in drawn.reading_order()
        if shape.id not in entered
    ]
