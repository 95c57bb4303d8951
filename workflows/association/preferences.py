"""A preference that changes: the event in the register, and the message `preference_changed` to whoever listens.

It has its effect at once, because whoever acts on a preference asks the register at that moment (`mail_guard`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.engine import Engine
from workflows.association import consents
from workflows.association.consents import Holder

__all__ = ["MESSAGE", "change"]

MESSAGE: Final = "preference_changed"


def change(
    session: Session, engine: Engine, person_id: UUID, answers: Mapping[str, str], *, source: str, by: Actor
) -> int:
    """Records the answers that differ from what held and tells of them; answers how many.

    Raises ConsentKeyUnknown, ConsentValueRefused.
    """
    now = engine.clock.now()
    changed = consents.record(session, Holder(person_id=person_id), answers, at=now, source=source)
    if changed:
        session.flush()
        commands.correlate_message(
            session, engine, MESSAGE, str(person_id), source="consents", message_id=str(uuid4()), by=by
        )
    return changed
