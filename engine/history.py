"""What happened in a case, append-only: kinds, who, which element. No personal data and no `privacy.transient` value.

| kind | data |
|---|---|
| case_started, case_completed, case_canceled | variables at the start; midway and reason where it began in the middle |
| case_suspended, case_resumed, variables_set | reason, names |
| job_moved, job_run | from when to when promised work was moved, or done at once, reason; the share of a deadline |
| timer_moved, timer_run | from when to when, reason; when it was due, reason |
| case_migrated | from which version to which, whether it is the way back, what became different, reason |
| task_opened, task_completed, task_canceled | the result's variables |
| task_claimed, task_released, task_assigned, task_postponed | to whom, and who had it before; until when |
| token_moved, incident_skipped | from which elements, reason; reason and the variables that it brought |
| task_reopened | a completion was undone |
| path | elements and flows in order: `+entered`, `-left`, `!canceled`, `>flow` |
| decided | decision, matched rows, inputs, result |
| null_explained | an expression that answered null because of an error, and its warnings |
| deadline | share of the time that is over; whether somebody chose the moment |
| effect_decided | whether work of which nobody knew went out |
| message_received, job_failed, incident_raised, incident_resolved | what and why |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.models import HistoryEvent
from engine.store import HISTORY, add

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["KINDS", "Event", "Path", "case_history", "path_taken", "record"]

KINDS = frozenset(
    {
        "case_started", "case_completed", "case_canceled", "case_suspended", "case_resumed", "cancel_reason",
        "variables_set",
        "task_opened", "task_completed", "task_canceled", "task_claimed", "task_released", "task_assigned",
        "task_postponed", "task_reopened",
        "path",
        "decided", "null_explained", "deadline", "message_received", "job_failed", "incident_raised",
        "incident_resolved",
        "activity_chosen", "case_migrated", "choice_closed", "effect_decided", "incident_skipped", "job_moved",
        "job_run", "timer_moved", "timer_run", "token_moved",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One event, oldest first in lists."""

    at: datetime
    id: int
    kind: str
    element: str | None
    token: UUID | None
    by: str | None
    data: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class Path:
    """Where the case has been: how often each element was entered and left, and each flow taken."""

    entered: dict[str, int]
    left: dict[str, int]
    canceled: dict[str, int]
    flows: dict[str, int]


def record(
    session: Session,
    engine: Engine,
    instance_id: UUID,
    kind: str,
    element: str | None = None,
    token: UUID | None = None,
    by: Actor | None = None,
    data: dict[str, object] | None = None,
) -> None:
    """Adds an event outside of a step."""
    row = {
        "at": engine.clock.now(), "instance_id": instance_id, "id": engine.sequencer.take(1)[0], "kind": kind,
        "element": element, "token": token, "by": by.id if by else None, "data": data,
    }  # fmt: skip
    add(session, HISTORY, [row])


def case_history(
    session: Session, instance_id: UUID, *, after: tuple[datetime, int] | None = None, limit: int = 500
) -> list[Event]:
    """The events of a case, oldest first; the next page begins after (`at`, `id`) of the last one."""
    query = select(
        HistoryEvent.at, HistoryEvent.id, HistoryEvent.kind, HistoryEvent.element, HistoryEvent.token,
        HistoryEvent.by, HistoryEvent.data,
    ).where(HistoryEvent.instance_id == instance_id)  # fmt: skip
    if after is not None:
        query = query.where(tuple_(HistoryEvent.at, HistoryEvent.id) > after)
    rows = session.execute(query.order_by(HistoryEvent.at, HistoryEvent.id).limit(limit))
    return [Event(*row) for row in rows]


def path_taken(session: Session, instance_id: UUID) -> Path:
    """The whole path of a case, for its diagram."""
    query = select(HistoryEvent.data).where(HistoryEvent.instance_id == instance_id, HistoryEvent.kind == "path")
    marks = (mark for data in session.execute(query).scalars() if data for mark in _marks(data))
    counts: dict[str, dict[str, int]] = {"+": {}, "-": {}, "!": {}, ">": {}}
    for mark in marks:
        count = counts[mark[0]]
        count[mark[1:]] = count.get(mark[1:], 0) + 1
    return Path(counts["+"], counts["-"], counts["!"], counts[">"])


def _marks(data: dict[str, object]) -> Iterable[str]:
    path = data.get("path")
    return path if isinstance(path, list) else ()
