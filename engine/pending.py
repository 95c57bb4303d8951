"""Timers of a case that are not due yet: what stands before it, and the verbs by which people move or run one.

A timer of a case is a token that waits and one job, whose `due_at` says when. Whoever moves it writes both under the
lock of the case; a worker that holds the job already comes too late by its epoch, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.bounds import KEY, check
from engine.errors import TimerMoved
from engine.models import HistoryEvent, Job
from engine.requests import answered, remember
from engine.step import begin
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["MOVED", "RUN", "PendingTimer", "move_timer", "pending_timers", "run_timer"]

MOVED: Final = "timer_moved"
RUN: Final = "timer_run"


@dataclass(frozen=True, slots=True)
class PendingTimer:
    """A timer that waits: its token, its element, and when it is due. `before`: the date from which it was moved."""

    token: UUID
    element: str
    due_at: datetime
    before: datetime | None


def pending_timers(session: Session, instance_id: UUID) -> Sequence[PendingTimer]:
    """The timers that a case waits for, the next one first."""
    jobs = select(Job.token, Job.element, Job.due_at).where(Job.instance_id == instance_id, Job.kind == "timer")
    rows = session.execute(jobs.order_by(Job.due_at, Job.id)).all()
    if not rows:
        return ()
    moves = select(HistoryEvent.token, HistoryEvent.data).where(
        HistoryEvent.instance_id == instance_id, HistoryEvent.kind == MOVED
    )
    found = session.execute(moves.order_by(HistoryEvent.at, HistoryEvent.id)).all()
    latest = {token: {name: str(value) for name, value in (data or {}).items()} for token, data in found}
    return [PendingTimer(row.token, row.element, row.due_at, _before(latest, row.token, row.due_at)) for row in rows]


def _before(latest: dict[UUID | None, dict[str, str]], token: UUID, due_at: datetime) -> datetime | None:
    """Where the last move of this timer still holds: the date that it had before. A cycle may have gone on since."""
    move = latest.get(token)
    if move is None or datetime.fromisoformat(move["to"]) != due_at:
        return None
    return datetime.fromisoformat(move["from"])


def move_timer(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, due_at: datetime, *, by: Actor,
    was: datetime | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Sets when a timer is due; see `engine.commands`."""
    check({"reason": reason}, KEY)
    step = begin(engine, session, instance_id, by, suspended_too=True)
    engine.settings.limits.check_moment(due_at, step.now)
    due_at = due_at.astimezone(UTC)
    element, before = step.case.pending_timer(token)
    if was is not None and was != before:
        raise TimerMoved(due_at=before)
    step.case.move_timer(token, due_at, step.host)
    of_timer = update(Job).where(Job.instance_id == instance_id, Job.token == token, Job.kind == "timer")
    # One epoch on, and one attempt with it, so that it does not count as a lost worker.
    moved = {"due_at": due_at, "leased_until": None, "leased_by": None, "epoch": Job.epoch + 1,
             "attempts": Job.attempts + 1}  # fmt: skip
    jobs = session.execute(of_timer.values(moved).returning(Job.id).execution_options(synchronize_session=False))
    if due_at <= step.now and step.instance.status == "active":
        afterwards(session).due.extend(jobs.scalars().all())
    note: dict[str, object] = {"from": before.isoformat(), "to": due_at.isoformat(), "reason": reason}
    step.note(MOVED, element, token, note, by.id)
    step.write()


def run_timer(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, *, by: Actor, request_key: str | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    """Lets a timer fire now; see `engine.commands`."""
    check({"reason": reason}, KEY)
    act = f"run timer {token}"
    if answered(session, request_key, act, by) is not None:
        return
    step = begin(engine, session, instance_id, by)
    element, due_at = step.case.pending_timer(token)
    session.execute(delete(Job).where(Job.instance_id == instance_id, Job.token == token, Job.kind == "timer"))
    step.note(RUN, element, token, {"due_at": due_at.isoformat(), "reason": reason}, by.id)
    step.case.fire_timer(token, step.host)
    advance(step)
    remember(session, request_key, act, by, "", step.now)
