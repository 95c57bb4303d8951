"""How the processes in force stand with their scenarios: what the catalogue says of each, and playing them again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import workflows
from engine.models import ProcessDefinition
from webapp import definitions
from webapp.sandbox.rehearsal import Rehearsal
from webapp.sandbox.scenarios import SUFFIX
from webapp.studio import rehearsals, versions
from webapp.studio.models import StudioDecision, StudioHealth, StudioRevision
from webapp.studio.rehearsals import Subject
from webapp.studio.versions import Figures

__all__ = ["Health", "healths", "play"]


@dataclass(frozen=True, slots=True)
class Health:
    """The scenarios of a version in force. `played_at` None: nobody had them played; `total` is 0 then where it has
    none, else how many files of them there are."""

    total: int
    green: int = 0
    red: int = 0
    left: int = 0
    played_at: datetime | None = None


def healths(session: Session, known: Mapping[str, Figures]) -> Mapping[str, Health]:
    """By process, in a fixed number of queries."""
    rows = {row.definition_id: row for row in session.scalars(select(StudioHealth))}
    files = _files(session, {each.definition_id for each in known.values()})
    found: dict[str, Health] = {}
    for process_id, figures in known.items():
        row = rows.get(figures.definition_id)
        if row is None:
            entry = workflows.entry(process_id)
            delivered = len(definitions.scenarios(entry.path)) if entry is not None else 0
            found[process_id] = Health(files.get(figures.definition_id, delivered))
            continue
        came = Rehearsal.load(row.result)
        red = len(came.red)
        total = len(came.outcomes)
        found[process_id] = Health(total, total - red - came.left, red, came.left, row.played_at)
    return found


def _files(session: Session, wanted: Collection[UUID]) -> Mapping[UUID, int]:
    """How many files of scenarios belong to versions that came from a draft."""
    rows = session.execute(
        select(ProcessDefinition.id, StudioRevision.files)
        .join(StudioDecision, StudioDecision.deployment_id == ProcessDefinition.deployment_id)
        .join(
            StudioRevision,
            (StudioRevision.draft_id == StudioDecision.draft_id) & (StudioRevision.number == StudioDecision.number),
        )
        .where(ProcessDefinition.id.in_(list(wanted)))
    )
    return {row.id: sum(name.endswith(SUFFIX) for name in row.files) for row in rows}


def play(session: Session, processes: Collection[str], world: str, now: datetime, *, waits: bool) -> int:
    """Has the scenarios of these processes played as they are in force; answers for how many there were any. What was
    played in this world already is played again where somebody `waits` for it only."""
    asked = 0
    for process_id, figures in versions.figures(session).items():
        subject = Subject(figures.definition_id)
        if process_id not in processes or (not waits and rehearsals.of_world(session, subject, world) is not None):
            continue
        asked += rehearsals.ask(session, subject, world, now, waits=waits) is not None
    return asked
