"""Whether work may leave the house: mails, webhooks, payments, whatever a connector does.

A copy of the database that runs beside the original, or after it, must not write to people a second time. So a restored
backup is muted: jobs of connectors are not claimed, and keep their place in the order of due moments, until an
administrator opens them. Everything else runs: people work, timers fire, messages arrive.

What answers a person's act of this moment (`Connector.answers`: a code to sign in with) leaves all the same, or nobody
could come in to open the rest. Such work that is older than the restore answers nobody any more: it is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import ColumnElement, delete, func, or_, select, true
from sqlalchemy.orm import Session

from engine.models import Job, Mute
from engine.prepared import fetch

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["HeldBack", "held_back", "may_leave", "mute", "muted", "unmute"]

ONE: Final = 1
_MUTED: Final = select(*Mute.__table__.columns).where(Mute.id == ONE)
Reason = Literal["restored", "asked"]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Work of one type that would leave the house: how many jobs, and since when the first one is due."""

    type: str
    count: int
    first_due: datetime


def may_leave(*, answers: bool = False) -> ColumnElement[bool]:
    """The condition under which a job may be claimed: it stays in the house, its connector `answers` somebody, or
    nothing is muted."""
    if answers:
        return true()
    return or_(Job.kind != "connector", ~select(Mute.id).exists())


def muted(session: Session) -> Mute | None:
    """Since when, by whom and why nothing leaves; None where everything does."""
    return next((Mute(**row._asdict()) for row in fetch(session, _MUTED, {})), None)


def mute(session: Session, engine: Engine, by: str, reason: Reason = "asked") -> None:
    """Lets nothing leave from now on. What a worker has in hand is finished. A second call changes nothing."""
    if reason == "restored":
        answering = [name for name, known in engine.registry.connectors.items() if known.answers]
        session.execute(delete(Job).where(Job.type.in_(answering), Job.instance_id.is_(None)))
    if muted(session) is None:
        session.add(Mute(id=ONE, since=engine.clock.now(), by=by, reason=reason))


def unmute(session: Session) -> bool:
    """Lets everything leave again, the longest due first. Answers whether it was muted."""
    return session.connection().execute(delete(Mute)).rowcount > 0


def held_back(session: Session, now: datetime) -> Sequence[HeldBack]:
    """What would leave at once if it might, by type, the longest due first; what answers somebody is gone by then."""
    first = func.min(Job.due_at)
    query = select(Job.type, func.count(), first).where(Job.kind == "connector", ~Job.held, Job.due_at <= now)
    return [HeldBack(*row) for row in session.execute(query.group_by(Job.type).order_by(first))]
