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
from sqlalchemy import Row, select
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
Given = tuple[datetime, str | None, dict[str, object] | None]  # when, by whom, to and from whom


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
    own, (last, before_last) = {by.id, *viewer().identities}, _last_given(writer, task)
    if last is not None and _is_back(task, own, last, before_last):
        return  # a second press of the button
    data = {} if last is None else last[2] or {}
    if last is None or not _meant(last) or last[1] not in own or data.get("to") in own or "from" not in data:
        raise NotJustGiven(name=task.name)
    if task.assignee != data["to"]:
        raise TaskTaken(assignee=task.assignee, name=task.name)
    if drafts.load(writer, task.id, str(data["to"])) is not None:
        raise HolderBegan(name=task.name)
    before = data["from"]
    if before is None:
        commands.release(writer, engine(), task.id, by=by, steering=True)
    else:
        until = _still_to_come(data.get("until"))
        commands.delegate(writer, engine(), task.id, by=by, to=str(before), steering=True, until=until)
    row = writer.get(Question, task.id)
    if row is not None and row.holder == data["to"]:
        _ask_before(writer, row, own, before)


def _ask_before(writer: Session, row: Question, own: set[str], before: object) -> None:
    """Who was asked himself, and asked on, is asked again; else nobody is."""
    if row.asker in own or before is None:
        writer.delete(row)
    else:
        row.holder = str(before)


def _last_given(writer: Session, task: UserTask) -> tuple[Row[Given] | None, Row[Given] | None]:
    """The newest two times that the task was given to somebody."""
    events = select(HistoryEvent.at, HistoryEvent.by, HistoryEvent.data).where(
        HistoryEvent.instance_id == task.instance_id, HistoryEvent.token == task.id, HistoryEvent.kind == GIVEN
    )
    newest = writer.execute(events.order_by(HistoryEvent.at.desc(), HistoryEvent.id.desc()).limit(2)).all()
    last, before = [*newest, None, None][:2]
    return last, before


def _meant(event: Row[Given]) -> bool:
    """Whether it is part of the act that this browser did last."""
    act = _latest()
    return act is not None and act[0] == GIVEN and act[1] <= event[0] <= act[2]


def _is_back(task: UserTask, own: set[str], last: Row[Given], before: Row[Given] | None) -> bool:
    """Whether the viewer gave the task in the act that is meant, and took it back since."""
    _at, by, data = last
    if _meant(last):  # from a queue: it was set free, which is no giving
        return by in own and data is not None and data.get("from", "") is None and task.assignee is None
    if before is None or not _meant(before) or by not in own or before[1] not in own:
        return False
    then, now = before[2] or {}, data or {}
    return now.get("to") == then.get("from") == task.assignee and now.get("from") == then.get("to")


def _still_to_come(until: object) -> datetime | None:
    """The day until which the task was put off, where it is not past."""
    moment = datetime.fromisoformat(str(until)) if until else None
    return moment if moment is not None and moment > engine().clock.now() else None
