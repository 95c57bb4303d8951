"""The dry run as a page shows it: what a version would change for each running case, in groups, by name of case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import ProcessSpec
from engine.definitions import definition
from engine.engine import Engine
from engine.migration.forecasts import Forecast, Outcome, forecasts
from engine.models import ProcessInstance
from webapp.authorize import Viewer, authorize
from webapp.dates import moment
from webapp.operations.subjects import subjects_of
from webapp.studio.foresight_words import Saying
from webapp.words import _

__all__ = ["Foreseen", "Foresight", "foresight"]

OUTCOMES: Final[tuple[Outcome, ...]] = ("changed", "blocked", "later", "same")
NAMED: Final = 400  # cases of a group that are listed by name; all of them are counted and can be chosen


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One case: what it is called, its version, what would become of it. `may_read`: whether its page is the
    reader's."""

    id: UUID
    title: str
    subject: str
    version: int
    outcome: Outcome
    sentences: tuple[str, ...]
    may_read: bool


@dataclass(frozen=True, slots=True)
class Foresight:
    """Every running case in groups: what changes for it, what keeps it, what it meets later, what stays the same.

    `groups` names the first of each, `movable` are all that can move."""

    groups: Mapping[Outcome, Sequence[Foreseen]]
    counts: Mapping[Outcome, int]
    movable: Sequence[UUID]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def foresight(
    session: Session, engine: Engine, viewer: Viewer, target: ProcessSpec, language: str, *, but: UUID | None = None,
    only: Sequence[UUID] | None = None, moved: Mapping[str, str] | None = None,
) -> Foresight:  # fmt: skip
    """What `target` would change, deployed or not; `moved` as in `engine.commands.migrate`. Raises MappingRefused."""
    found = list(forecasts(session, engine, target, but=but, only=only, moved=moved))
    counts = {outcome: sum(each.outcome == outcome for each in found) for outcome in OUTCOMES}
    named = [each for outcome in OUTCOMES for each in _first(found, outcome)]
    ids = [each.instance_id for each in named]
    readable = set()
    for first in range(0, len(ids), 500):
        some = ids[first : first + 500]
        query = select(ProcessInstance.id).where(
            ProcessInstance.id.in_(some), authorize(viewer, "read", ProcessInstance)
        )
        readable |= set(session.scalars(query))
    subjects = subjects_of(session, engine, [id_ for id_ in ids if id_ in readable], pairs_for=viewer)
    sayings: dict[UUID, Saying] = {}
    for each in named:
        if each.definition_id not in sayings:
            was = definition(session, engine, each.definition_id)
            sayings[each.definition_id] = Saying(was.spec, target, language, engine.clock.now())
    versions = {id_: definition(session, engine, id_).version for id_ in sayings}
    shown = [
        _shown(each, sayings[each.definition_id], versions[each.definition_id], subjects, each.instance_id in readable)
        for each in named
    ]
    groups = {outcome: [each for each in shown if each.outcome == outcome] for outcome in OUTCOMES}
    return Foresight(groups, counts, [each.instance_id for each in found if each.outcome != "blocked"])


def _first(found: Iterable[Forecast], outcome: Outcome) -> Sequence[Forecast]:
    return [each for each in found if each.outcome == outcome][:NAMED]


def _shown(each: Forecast, saying: Saying, version: int, subjects: Mapping[UUID, str], may_read: bool) -> Foreseen:
    sentences = [saying.obstacle(one) for one in each.obstacles] + [saying.shift(one) for one in each.shifts]
    begun = _("A case that others look after, begun %(moment)s", moment=moment(each.started_at))
    title = each.title_in(saying.language) or each.business_key or _("A case without a title")
    return Foreseen(
        id=each.instance_id,
        title=title if may_read else begun,
        subject=subjects.get(each.instance_id, ""),
        version=version,
        outcome=each.outcome,
        sentences=tuple(dict.fromkeys(sentences)),
        may_read=may_read,
    )
