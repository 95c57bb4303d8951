"""A mandate to lead a career group ends before the group does: the search for somebody else begins.

It ends by the facilitator's own word, by the office's, by a death or an erasure: this is told wherever mandates end.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from workflows.association.calendars import appointments
from workflows.association.cohorts import records
from workflows.association.roles import RoleHolding

ROLES: Final = ("FACILITATOR", "CO_FACILITATOR")
_TTL: Final = timedelta(days=30)


def tell(session: Session, engine: Engine, ended: RoleHolding) -> bool:
    """Begins the search where this mandate was needed longer; answers whether it did. A substitute's is not."""
    if ended.role not in ROLES or ended.stands_for is not None or ended.to_date is None:
        return False
    cohort = records.by_key(session, ended.scope)
    if cohort is None or cohort.state not in {"RECRUITING", "RUNNING"}:
        return False
    coming = [
        each.day for each in appointments.of_calendar(session, cohort.key) if each.state != appointments.CANCELLED
    ]
    if not coming or ended.to_date >= max(coming):
        return False
    said, key = {"cohort_key": cohort.key, "lead_role": ended.role}, f"{cohort.key}:{ended.role}"
    commands.correlate_message(
        session, engine, "lead_dropped", key, said, source=f"mandate:{ended.id}", ttl=_TTL,
        by=SYSTEM,
    )  # fmt: skip
    return True
