"""Taking back what was taken or given a moment ago, one press for all of it: each task goes to where it was.

What moved is read from history: the browser's cookie holds only which act it was, and when. A task that its new holder
has begun to answer, gave on or has done stays where it is, and the page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

from flask import session
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.assignment import Actor
from engine.errors import Conflict, TaskClosed, TaskTaken
from engine.models import HistoryEvent, UserTask
from webapp.auth import engine
from webapp.authorize import Viewer
from webapp.drafts import store as drafts
from webapp.inbox.asking import Question
from webapp.viewer import viewer
from webapp.words import ngettext

__all__ = ["GIVEN", "TAKEN", "HolderBegan", "MovedBack", "NotJustGiven", "give_back", "moved", "offer"]

WHILE: Final = timedelta(minutes=10)
MOVED: Final = "latest_move"  # in the cookie: the kind of the act, from when to when it took
GIVEN: Final = "task_assigned"
TAKEN: Final = "task_claimed"


class HolderBegan(Conflict):
    """“{name}” stays where it is: your colleague has begun to answer it. Ask for it back."""

    code: ClassVar[str] = "holder_began"


class NotJustGiven(Conflict):
    """“{name}” stays where it is: it is no task that you gave in the last ten minutes. Ask for it back."""

    code: ClassVar[str] = "not_just_given"


@dataclass(frozen=True, slots=True)
class MovedBack:
    """What one press gives back: the tasks, where the form is sent, and what its button says."""

    tasks: Sequence[UUID]
    endpoint: str
    words: str


def moved(kind: str, since: datetime, done: int) -> None:
    """Remembers the act that ends now, for the next pages to offer its undoing."""
    if done:
        session[MOVED] = [kind, since.isoformat(), engine().clock.now().isoformat()]


def offer(reader: Session, asking: Viewer) -> MovedBack | None:
    """What the viewer moved last and may take back now; None where there is nothing, or it is too long ago."""
    act = _latest()
    if act is None:
        return None
    kind, since, until = act
    by = (asking.actor.id, *asking.identities)
    events = select(HistoryEvent.token, HistoryEvent.data).where(
        HistoryEvent.at >= since, HistoryEvent.at <= until, HistoryEvent.kind == kind,
        HistoryEvent.by.in_(by),
    )  # fmt: skip
    to = {token: (data or {}).get("to") for token, data in reader.execute(events).tuples() if token is not None}
    rows = select(UserTask.id, UserTask.assignee).where(UserTask.id.in_(to), UserTask.state == "created")
    held = reader.execute(rows).tuples()
    tasks = [
        task for task, holder in held if (holder == to[task] and holder not in by if kind == GIVEN else holder in by)
    ]
    if not tasks:
        return None
    if kind == GIVEN:
        words = ngettext("Take back what you gave", "Take back the %(num)d tasks that you gave", len(tasks))
        return MovedBack(tasks, "handing.back", words)
    words = ngettext("Give back what you took", "Give back all %(num)d tasks that you took", len(tasks))
    return MovedBack(tasks, "handing.release", words)


def _latest() -> tuple[str, datetime, datetime] | None:
    """The act that this browser did last, from when to when; None where it is too long ago."""
    kind, since, until = session.get(MOVED, ("", "", ""))
    if not kind or datetime.fromisoformat(until) + WHILE < engine().clock.now():
        return None
    return str(kind), datetime.fromisoformat(since), datetime.fromisoformat(until)


def give_back(writer: Session, task: UserTask, by: Actor) -> None:
    """Returns a task that the actor gave a moment ago to where it was.

    Raises NotJustGiven, TaskTaken or TaskClosed where it moved on, HolderBegan.
    """
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    events = select(HistoryEvent.at, HistoryEvent.by, HistoryEvent.data).where(
        HistoryEvent.instance_id == task.instance_id, HistoryEvent.token == task.id, HistoryEvent.kind == GIVEN
    )
    last = writer.execute(events.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc()).limit(1)).first()
    act, own, data = _latest(), {by.id, *viewer().identities}, {} if last is None else last.data or {}
    meant = act is not None and last is not None and act[0] == GIVEN and act[1] <= last.at <= act[2]
    if last is None or not meant or last.by not in own or data.get("to") in own or "from" not in data:
        raise NotJustGiven(name=task.name)
    if task.assignee != data["to"]:
        raise TaskTaken(assignee=task.assignee, name=task.name)
    if drafts.load(writer, task.id, str(data["to"])) is not None:
        raise HolderBegan(name=task.name)
    before = data["from"]
    commands.delegate(writer, engine(), task.id, by=by, to=by.id if before is None else str(before), steering=True)
    if before is None:
        commands.release(writer, engine(), task.id, by=by)
    row = writer.get(Question, task.id)
    if row is not None and row.holder == data["to"]:
        writer.delete(row)
