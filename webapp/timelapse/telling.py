"""What happened since one last looked, in lines: timers, decisions, tasks, mails. Ids are never told: they are chance.

Lines of the same moment are in a fixed order (what fired, what was decided, what was asked, what was written), so that
the same story is told alike whichever of two cases the machine took first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import HistoryEvent, Job, UserTask
from engine.transaction import reading
from webapp.timelapse.stage import Stage
from workflows.association.mails import Mail

_BEFORE: Final = datetime.min.replace(tzinfo=UTC)
_RANKS: Final = {"message": 0, "timer": 1, "decided": 2, "task": 3, "done": 4, "deadline": 5, "mail": 6, "ended": 7}
_KINDS: Final = {
    "message_received": "message", "decided": "decided", "task_opened": "task", "task_completed": "done",
    "task_canceled": "ended", "deadline": "deadline", "case_completed": "ended", "incident_raised": "ended",
}  # fmt: skip


@dataclass(slots=True)
class Telling:
    """The story so far: what was told is not told again."""

    stage: Stage
    last_event: int = 0
    since: datetime = _BEFORE
    mails: set[UUID] = field(default_factory=set)
    timers: set[UUID] = field(default_factory=set)

    def news(self) -> list[str]:
        """The lines since the last time, by their moments."""
        with reading(self.stage.engine) as session:
            found = [*self._events(session), *self._mails(session), *self._timers(session)]
        self.since = self.stage.clock.now()
        found.sort(key=lambda line: (line[0], _RANKS[line[1]], line[2]))
        return [f"{self._moment(at)}  {kind:<8} {text}" for at, kind, text in found]

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self.stage.zone):%a %Y-%m-%d %H:%M %z}"

    def _events(self, session: Session) -> Iterator[tuple[datetime, str, str]]:
        query = select(HistoryEvent).where(
            HistoryEvent.at >= self.since, HistoryEvent.id > self.last_event, HistoryEvent.kind.in_(_KINDS)
        )
        for event in session.scalars(query.order_by(HistoryEvent.id)):
            self.last_event = max(self.last_event, event.id)
            label, data = self.stage.labels.get(event.instance_id, "?"), event.data or {}
            yield event.at, _KINDS[event.kind], f"{label}: {_said(event, data)}"

    def _mails(self, session: Session) -> Iterator[tuple[datetime, str, str]]:
        for mail in session.scalars(select(Mail).where(Mail.created_at >= self.since)):
            if mail.id in self.mails:
                continue
            self.mails.add(mail.id)
            carried = " + invitation" if mail.calendar else ""
            waits = f", leaves {self._moment(mail.due_at)}" if mail.due_at > mail.created_at else ""
            yield mail.created_at, "mail", f"{mail.to_address}: {mail.subject}{carried}{waits}"

    def _timers(self, session: Session) -> Iterator[tuple[datetime, str, str]]:
        now = self.stage.clock.now()
        for job in session.scalars(select(Job).where(Job.kind == "timer")):
            if job.id not in self.timers and job.instance_id in self.stage.labels:
                self.timers.add(job.id)
                label = self.stage.labels[job.instance_id]
                yield now, "timer", f"{label}: {job.element} at {self._moment(job.due_at)}"

    def open_tasks(self) -> list[UserTask]:
        """The tasks that are open, in a steady order."""
        with reading(self.stage.engine) as session:
            found = session.scalars(select(UserTask).where(UserTask.state == "created")).all()
        labels = self.stage.labels
        return sorted(found, key=lambda task: (task.created_at, labels.get(task.instance_id, ""), task.element))


def _said(event: HistoryEvent, data: dict[str, object]) -> str:
    if event.kind == "decided":
        return f"{data.get('decision')} → {data.get('result')}"
    if event.kind in {"case_completed", "incident_raised"}:
        return event.kind.replace("_", " ")
    if event.kind == "deadline":
        return f"{event.element}, {data.get('share')} % of its time is over"
    if event.kind == "message_received":
        return f"hears {data.get('name') or event.element}"
    return str(event.element)
