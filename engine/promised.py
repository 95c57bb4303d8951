"""Promised work of a case that is no timer (a call to be tried again, a reminder, the next piece of a long step): the
verb by which people change when it is done. Timers: `engine.pending`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.bounds import KEY, check
from engine.errors import Conflict, TimerMoved
from engine.models import Job
from engine.step import begin
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["MOVED", "RUN", "JobGone", "JobUnderWay", "move_job", "promised", "promises"]

MOVED: Final = "job_moved"
RUN: Final = "job_run"


class JobGone(Conflict):
    """This work is done, or is not waited for any more."""

    code: ClassVar[str] = "job_gone"


class JobUnderWay(Conflict):
    """This work is being done at this moment."""

    code: ClassVar[str] = "job_under_way"


def promised(
    session: Session, instance_id: UUID, job_id: UUID
) -> Row[tuple[UUID, str | None, str, Any, datetime, bool, str | None]]:
    """Id, element, kind, load, date, whether it is held, and what failed, of a job that waits. Raises JobGone,
    JobUnderWay."""
    query = select(
        Job.id, Job.element, Job.kind, Job.payload, Job.due_at, Job.held, Job.error, Job.leased_until
    ).where(Job.id == job_id, Job.instance_id == instance_id, Job.kind != "timer")  # fmt: skip
    found = session.execute(query).one_or_none()
    if found is None:
        raise JobGone
    if found.leased_until is not None:
        raise JobUnderWay
    return found  # type: ignore[return-value]


def promises(session: Session, instance_id: UUID) -> Sequence[Row[tuple[UUID, str | None, str, datetime, bool]]]:
    """Id, element, kind, date and whether it is held, of all jobs that wait in a case and are no timers; by date."""
    query = select(Job.id, Job.element, Job.kind, Job.due_at, Job.held)
    mine = query.where(Job.instance_id == instance_id, Job.kind != "timer", Job.leased_until.is_(None))
    return session.execute(mine.order_by(Job.due_at, Job.id)).all()


def move_job(
    session: Session, engine: Engine, instance_id: UUID, job_id: UUID, due_at: datetime, *, by: Actor, reason: str = "",
    was: datetime | None = None,
) -> None:  # fmt: skip
    """Sets when promised work of a case is due; a date in the past is due at once. Suspended cases too: it waits there.
    History tells a date that was changed from work that was not waited for any longer.

    Raises NotFound, CaseClosed, JobGone, JobUnderWay, TimerMoved (it is not due at `was`), TimeTooFar, TextRefused.
    """
    check({"reason": reason}, KEY)
    step = begin(engine, session, instance_id, by, suspended_too=True)
    engine.settings.limits.check_moment(due_at, step.now)
    due_at = due_at.astimezone(UTC)
    found = promised(session, instance_id, job_id)
    if was is not None and was != found.due_at:
        raise TimerMoved(due_at=found.due_at)
    free = update(Job).where(Job.id == job_id, Job.leased_until.is_(None))
    values: dict[str, object] = {"due_at": due_at}
    note: dict[str, object] = {"from": found.due_at.isoformat(), "to": due_at.isoformat(), "reason": reason}
    if found.kind == "deadline":  # its share of the time is not what brings it any more
        values["payload"], note["share"] = {**found.payload, "by_hand": True}, found.payload.get("share")
    changed = session.execute(free.values(values).returning(Job.id).execution_options(synchronize_session=False))
    if changed.scalar_one_or_none() is None:  # a worker took it at this moment
        raise JobUnderWay
    step.note(MOVED if due_at > step.now else RUN, found.element, None, note, by.id)
    step.write()
    if due_at <= step.now and not found.held:
        afterwards(session).due.append(job_id)
