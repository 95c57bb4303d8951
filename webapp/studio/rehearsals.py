"""Rehearsals of drafts: their scenarios played beside the house, and what came out kept with the save."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.transaction import reading, transaction
from webapp.sandbox.rehearsal import Rehearsal, rehearse
from webapp.sandbox.scenarios import SUFFIX
from webapp.sandbox.world import template
from webapp.settings import Settings
from webapp.studio import drafts
from webapp.studio.models import StudioRehearsal

__all__ = ["kept", "play"]


def kept(session: Session, draft_id: UUID, number: int) -> Rehearsal | None:
    """What the scenarios of a save came to; None where they were not played."""
    found = session.get(StudioRehearsal, (draft_id, number))
    return None if found is None else Rehearsal.load(found.result)


def play(engine: Engine, settings: Settings, draft_id: UUID) -> Rehearsal | None:
    """Plays the scenarios of the newest save and keeps what came out; None where there are none. Nothing of the house
    is held meanwhile: what is played lies in files of its own. Raises NotFound."""
    with reading(engine) as session:
        draft = drafts.draft(session, draft_id)
        number, process_id = draft.rev, draft.process_id
        files = drafts.files_of(session, draft_id, number)
        if not any(name.endswith(SUFFIX) for name in files):
            return None
        world = template(settings, session)
    came = rehearse(world, process_id, files)
    with transaction(engine) as session:
        _keep(session, draft_id, number, world.key, came.dump(), engine.clock.now())
    return came


def _keep(
    session: Session, draft_id: UUID, number: int, world: str, result: Mapping[str, object], now: datetime
) -> None:
    row = session.get(StudioRehearsal, (draft_id, number), with_for_update=True)
    if row is None:
        session.add(StudioRehearsal(draft_id=draft_id, number=number, world=world, played_at=now, result=dict(result)))
    else:
        row.world, row.played_at, row.result = world, now, dict(result)
