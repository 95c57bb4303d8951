"""From a drawing and what happened to the steps a member sees: the diagram itself is the plan, nothing is drawn twice.

The walk begins at the start event and follows the flows that were taken; past a gateway that is not decided yet it
follows the happy path, so that the page shows the likely future and never the branches that were left. Pattern:
GOV.UK “complete multiple tasks”.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from webapp.operations.drawing import Drawing, Shape
from webapp.operations.progress import Progress
from workflows.association.wording import typographic

Status = Literal["completed", "to_do", "waiting", "coming", "cannot_start"]
_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the journey. `times` counts how often it was done; `mine` says that the reader acts; `coming`: it was
    done, and comes again."""

    element: str
    title: str
    status: Status
    mine: bool
    times: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Steps under one heading (a sub-process), or steps of parallel branches, which go in any order."""

    title: str
    any_order: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """The groups in order; counts over all of them."""

    groups: tuple[Group, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for group in self.groups for step in group.steps)

    @property
    def done(self) -> int:
        return sum(step.status == "completed" for step in self.steps)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def next_step(self) -> Step | None:
        """The reader's own next step, or else the one the association is at."""
        for status in ("to_do", "waiting"):
            for step in self.steps:
                if step.status == status:
                    return step
        return None


@dataclass(slots=True)
class _Walk:
    drawing: Drawing
    progress: Progress
    seen: set[str] = field(default_factory=set)
    met: list[str] = field(default_factory=list)  # again

    def whole(self) -> Iterator[tuple[Shape, str]]:
        """The case from its start; then what came up beside it: the event sub-processes that it entered."""
        yield from self.from_start(None)
        for shape in self.drawing.shapes.values():
            beside = shape.kind == "subProcess" and shape.id not in self.seen and not self.drawing.incoming(shape.id)
            if beside and any(each.parent == shape.id and self.entered(each) for each in self.drawing.shapes.values()):
                self.seen.add(shape.id)
                yield shape, ""
                yield from self.from_start(shape.id)

    def from_start(self, parent: str | None) -> Iterator[tuple[Shape, str]]:
        """Each shape of this scope in the order of the walk, with the fork it stands behind ("" where none); from the
        start event by which the case came, where it has come."""
        starts = self.drawing.starts(parent)
        for start in [*(each for each in starts if each.id in self.progress.left), *starts][:1]:
            yield from self.along(start, "")

    def entered(self, shape: Shape) -> bool:
        return shape.id in self.progress.left or shape.id in self.progress.standing

    def along(self, first: Shape, fork: str) -> Iterator[tuple[Shape, str]]:
        """Walks on from a shape; notes where it comes back to where it had been: a loop, not an end."""
        shape: Shape | None = first
        while shape is not None:
            if shape.id in self.seen:
                self.met.append(shape.id)
                return
            if fork and self.is_join(shape):
                return
            self.seen.add(shape.id)
            yield shape, fork
            if shape.kind in {"subProcess", "transaction"}:
                yield from self.from_start(shape.id)
            yield from self.interruptions(shape, fork)
            if shape.kind in _DECIDING:
                shape = yield from self.decide(shape, fork)
                continue
            ahead = self.drawing.ahead(shape)
            if len(ahead) > 1:
                shape = yield from self.split(shape, ahead, fork)
            else:
                shape = ahead[0] if ahead else None

    def decide(self, gateway: Shape, fork: str) -> Generator[tuple[Shape, str], None, Shape | None]:
        """Walks the ways that were taken, in the order of the last time; answers the happy one where the case came
        back to the gateway or before it, or has not decided yet. A loop further on is none of the gateway. Where
        several ways are happy, the case comes back until each was taken: they are walked as they stand in the file."""
        order = {flow: place for place, flow in enumerate(self.progress.flows)}
        flows = self.drawing.outgoing(gateway.id)
        taken = sorted((flow for flow in flows if flow.id in order), key=lambda flow: order[flow.id])
        happy = self.drawing.happy(gateway.id)
        before, since = frozenset(self.seen), len(self.met)
        if len(happy) > 1:
            to_come = () if self.progress.ended else happy
            taken = [flow for flow in flows if flow in taken or flow in to_come]
        for flow in taken:
            if flow.target in self.drawing.shapes:
                yield from self.along(self.drawing.shapes[flow.target], fork)
        back = not taken or any(met in before for met in self.met[since:])
        ahead = [self.drawing.shapes[flow.target] for flow in happy if flow.target not in self.seen]
        return ahead[0] if back and ahead else None

    def split(
        self, shape: Shape, ahead: Sequence[Shape], fork: str
    ) -> Generator[tuple[Shape, str], None, Shape | None]:
        """Walks the branches of a fork up to their join, and answers the join."""
        walked = [shape]
        for target in ahead:
            for met, inner in self.along(target, fork or shape.id):
                walked.append(met)
                yield met, inner
        joins = (target for each in walked for target in self.drawing.ahead(each) if self.is_join(target))
        return next((join for join in joins if join.id not in self.seen), None)

    def is_join(self, shape: Shape) -> bool:
        return shape.kind in {"parallelGateway", "inclusiveGateway"} and len(self.drawing.incoming(shape.id)) > 1

    def interruptions(self, shape: Shape, fork: str) -> Iterator[tuple[Shape, str]]:
        """Boundary events that happened: their path is part of this story, the others are not."""
        for event in self.drawing.attached(shape.id):
            if self.entered(event):
                yield from self.along(event, fork)


def derive(drawing: Drawing, progress: Progress, language: str) -> Journey:
    """The journey of a case in one language. What has no member wording (`journey.fr`) is no step, nor
    is what an ended case never came to."""
    progress = replace(progress, standing=progress.standing | _awaited(drawing, progress))
    again = _resumed(drawing, progress)
    groups: list[Group] = []
    rows: list[tuple[str, str, Step]] = []
    for shape, fork in _Walk(drawing, progress).whole():
        title = _title(shape, language)
        came = not progress.ended or shape.id in progress.left or shape.id in progress.standing
        if title is not None and came:
            rows.append((shape.parent or "", fork, _step(shape, title, progress, again)))
    while rows:
        parent, fork, _ = rows[0]
        size = next((n for n, row in enumerate(rows) if row[:2] != (parent, fork)), len(rows))
        steps = tuple(row[2] for row in rows[:size])
        heading = _title(drawing.shapes[parent], language) if parent in drawing.shapes else None
        groups.append(Group(heading or "", any_order=bool(fork) and len(steps) > 1, steps=steps))
        rows = rows[size:]
    return Journey(tuple(groups))


def _awaited(drawing: Drawing, progress: Progress) -> frozenset[str]:
    """The events behind an event-based gateway at which the case stands: it is they that are waited for."""
    gateways = (drawing.shapes[each] for each in progress.standing if each in drawing.shapes)
    return frozenset(
        flow.target
        for gateway in gateways
        if gateway.kind == "eventBasedGateway"
        for flow in drawing.outgoing(gateway.id)
    )


def _resumed(drawing: Drawing, progress: Progress) -> frozenset[str]:
    """Where the case stands at what is no step, among others a talk: the step to which it comes back on its happy way
    and which it did before. A loop that goes on is not done."""
    standing = [drawing.shapes[each] for each in sorted(progress.standing) if each in drawing.shapes]
    seen = {shape.parent for shape in standing if _title(shape, "fr")}  # of what comes up beside, nothing follows here
    hidden = [shape for shape in standing if shape.parent not in seen]
    met = {shape.id for each in hidden if (shape := _next_step(drawing, each)) is not None}
    return frozenset(met & progress.left.keys())


def _next_step(drawing: Drawing, first: Shape) -> Shape | None:
    """The first step on the happy way from a shape; None where it ends without one."""
    shape: Shape | None = first
    seen: set[str] = set()
    while shape is not None and shape.id not in seen and not _title(shape, "fr"):
        seen.add(shape.id)
        happy = drawing.happy(shape.id) if shape.kind in _DECIDING else ()
        ahead = [drawing.shapes[flow.target] for flow in happy] or drawing.ahead(shape)
        shape = ahead[0] if ahead else None
    return shape if shape is not None and _title(shape, "fr") else None


def _title(shape: Shape, language: str) -> str | None:
    wording = shape.properties.get(f"journey.{language}") or shape.properties.get("journey.fr")
    if wording:
        return typographic(wording)
    return None


def _step(shape: Shape, title: str, progress: Progress, again: frozenset[str]) -> Step:
    times = progress.left.get(shape.id, 0)
    mine = shape.id in progress.mine
    status: Status
    if shape.id in progress.standing:
        status = "to_do" if mine else "waiting"
    elif shape.id in again:
        status = "coming"
    elif times:
        status = "completed"
    else:
        status = "cannot_start"
    return Step(shape.id, title, status, mine or shape.for_member, times)
