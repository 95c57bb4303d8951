"""Rehearsals: the scenarios of a draft, or of a version in force, played beside the house; what came out is kept.

Each scenario is a job of its own (`webapp.studio.rehearsing`): nobody waits for a play in a request, and what is played
shows as it comes. A rehearsal holds for the world in which it was played; where something else came into force since,
it is played again before a draft may come into force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.due import PATIENT, URGENT
from engine.models import Job
from webapp.sandbox.rehearsal import Rehearsal, plan
from webapp.sandbox.scenarios import SUFFIX
from webapp.studio import drafts, versions
from webapp.studio.models import StudioDraft, StudioHealth, StudioRehearsal

__all__ = ["TYPE", "Subject", "ask", "files_of", "has_scenarios", "keep", "kept", "of_world", "row_of"]

TYPE: Final = "studio.rehearse"
Row = StudioRehearsal | StudioHealth


@dataclass(frozen=True, slots=True)
class Subject:
    """What is rehearsed: a save of a draft, or a version in force (`number` None, `id` its own)."""

    id: UUID
    number: int | None = None

    @classmethod
    def of_draft(cls, draft: StudioDraft) -> Subject:
        """The newest save."""
        return cls(draft.id, draft.rev)

    def told(self) -> dict[str, object]:
        """For the variables of a job."""
        return {"id": str(self.id), "number": self.number}

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Subject:
        """The opposite of `told`."""
        number = told["number"]
        return cls(UUID(str(told["id"])), None if number is None else int(str(number)))


def has_scenarios(files: Mapping[str, bytes]) -> bool:
    """Whether there is anything to play."""
    return any(name.endswith(SUFFIX) for name in files)


def row_of(session: Session, subject: Subject, *, lock: bool = False) -> Row | None:
    """What is on record."""
    if subject.number is None:
        return session.get(StudioHealth, subject.id, with_for_update=lock)
    return session.get(StudioRehearsal, (subject.id, subject.number), with_for_update=lock)


def files_of(session: Session, subject: Subject) -> tuple[str, dict[str, bytes]]:
    """The process and the files that are played. Raises NotFound."""
    if subject.number is None:
        found = versions.version(session, subject.id)
        return found.process_id, versions.in_force(session, found)
    return drafts.draft(session, subject.id).process_id, drafts.files_of(session, subject.id, subject.number)


def kept(session: Session, subject: Subject) -> Rehearsal | None:
    """What the scenarios came to; None where nobody asked for it."""
    found = row_of(session, subject)
    return None if found is None else Rehearsal.load(found.result)


def of_world(session: Session, subject: Subject, world: str) -> Rehearsal | None:
    """What they came to in this world; None where they were played in another one, or not at all."""
    found = row_of(session, subject)
    return None if found is None or found.world != world else Rehearsal.load(found.result)


def ask(session: Session, subject: Subject, world: str, now: datetime, *, waits: bool = True) -> Rehearsal | None:
    """Has every scenario played, whatever came out before; None where there are none. `waits`: somebody waits for it.
    Raises NotFound."""
    process_id, files = files_of(session, subject)
    if not has_scenarios(files):
        return None
    planned = plan(files)
    keep(session, subject, planned, world, now)
    for place, outcome in enumerate(planned.outcomes):
        if outcome.passed is None:
            variables = {**subject.told(), "place": place, "asked": now.isoformat()}
            session.add(
                Job(
                    id=uuid4(), process_id=process_id, kind="connector", type=TYPE, payload={"variables": variables},
                    due_at=now, retries=3, priority=URGENT if waits else PATIENT,
                )
            )  # fmt: skip
    return planned


def keep(session: Session, subject: Subject, came: Rehearsal, world: str, now: datetime) -> None:
    """Writes what came out, over what was there."""
    row = row_of(session, subject, lock=True)
    if row is not None:
        row.world, row.played_at, row.result = world, now, came.dump()
    elif subject.number is None:
        session.add(StudioHealth(definition_id=subject.id, world=world, played_at=now, result=came.dump()))
    else:
        session.add(
            StudioRehearsal(
                draft_id=subject.id, number=subject.number, world=world, played_at=now, result=came.dump()
            )
        )  # fmt: skip
    session.flush()
