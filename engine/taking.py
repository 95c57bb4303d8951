"""Whose a task is, and from when on it asks for attention. Nothing here moves the case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.assignment import ADMIN, BARRED, Actor, barred, check_may_act, check_may_claim, may_see
from engine.bounds import ACTOR, check
from engine.bpmn.personal import ANSWER, PROPERTY
from engine.errors import FourEyes, NotFound, OwnSignature, Refused, TaskClosed, TaskTaken, TimePast
from engine.further import take
from engine.history import record
from engine.models import HistoryEvent, UserTask

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["assign", "claim", "held_in_person", "in_person", "postpone", "release"]


def in_person(task: UserTask) -> bool:
    """Whether only whoever has the task may do it, or one question of it: he signs or consents (`task.personal`)."""
    return task.assignee is not None and PROPERTY in task.properties


def held_in_person(session: Session, task: UserTask) -> bool:
    """Whether such a task stays where it is: the diagram gave it to whoever has it. Who took it from a queue himself
    may give it back."""
    if not in_person(task):
        return False
    taken = select(HistoryEvent.id).where(
        HistoryEvent.instance_id == task.instance_id, HistoryEvent.token == task.id,
        HistoryEvent.kind == "task_claimed", HistoryEvent.by == task.assignee,
    )  # fmt: skip
    return session.scalar(taken.limit(1)) is None


def claim(session: Session, engine: Engine, task_id: UUID, *, by: Actor) -> None:
    """The actor takes the task. Claiming one's own task again changes nothing.

    Raises NotFound, TaskClosed, TaskTaken.
    """
    task = _open_task(session, task_id, by)
    check_may_claim(by, task)
    if task.assignee == by.id:
        return
    _change(session, task_id, by.id, or_(UserTask.assignee.is_(None), UserTask.assignee == by.id), task)
    record(session, engine, task.instance_id, "task_claimed", task.element, task_id, by)


def release(session: Session, engine: Engine, task_id: UUID, *, by: Actor, steering: bool = False) -> None:
    """The task goes back to its queue. `steering`: the caller found that the actor may take it from whoever has it, as
    he who gave it from the queue a moment ago. Raises NotFound, TaskClosed, Refused where there is no queue to go back
    to, OwnSignature where only its holder may do it."""
    task = _open_task(session, task_id, by, steering=steering)
    if not steering:
        check_may_act(by, task)
    if task.assignee is None:
        return
    if all(each.startswith(BARRED) for each in task.candidates):
        raise Refused(action="release", kind="task")
    if not steering and held_in_person(session, task):
        raise OwnSignature(name=task.name)
    _change(session, task_id, None, UserTask.assignee == task.assignee, task)
    record(session, engine, task.instance_id, "task_released", task.element, task_id, by)


def assign(
    session: Session, engine: Engine, task_id: UUID, *, by: Actor, to: str, steering: bool = False,
    until: datetime | None = None,
) -> None:  # fmt: skip
    """Hands the task to `to` (an actor's id). Its holder may, and `ADMIN`; of a free task, every candidate.

    `steering`: the caller found that the actor may give what somebody else has in hand. Only so changes hands what has
    one question that is the holder's alone (`task.personal.answer`); the caller sees that nobody else answers it.

    `until`: it is out of sight until then, as it was before it was given.

    Raises NotFound, TaskClosed, TaskTaken, TextRefused, FourEyes where the task excludes who would get it, OwnSignature
    where only its holder may do it.
    """
    check({"assignee": to}, ACTOR)
    task = _open_task(session, task_id, by, steering=steering)
    if ADMIN not in by.roles and not steering:
        check_may_act(by, task)
    if barred(to, task):
        raise FourEyes(name=task.name)
    if in_person(task) and to != task.assignee and not (steering and ANSWER in task.properties):
        raise OwnSignature(name=task.name)
    seen, put_off = task.assignee, task.follow_up_at
    unless = UserTask.assignee.is_(None) if seen is None else UserTask.assignee == seen
    _change(session, task_id, to, unless, task, until)
    data: dict[str, object] = {"to": to, "from": seen}
    if put_off is not None:
        data["until"] = put_off.isoformat()
    record(session, engine, task.instance_id, "task_assigned", task.element, task_id, by, data)


def postpone(session: Session, engine: Engine, task_id: UUID, *, by: Actor, until: datetime | None) -> None:
    """Puts the actor's own task out of sight until a moment; None brings it back. Deadlines go on as they were.

    Raises NotFound, TaskClosed, TaskTaken, Refused where nobody has taken it, TimePast, TimeTooFar.
    """
    task = _open_task(session, task_id, by)
    check_may_act(by, task)
    if task.assignee is None:
        raise Refused(action="postpone", kind="task")
    if until is not None:
        engine.settings.limits.check_moment(until, engine.clock.now())
        if until <= engine.clock.now():
            raise TimePast(until=until)
    statement = update(UserTask).where(
        UserTask.id == task_id, UserTask.state == "created", UserTask.assignee == task.assignee
    )
    if not session.connection().execute(statement.values(follow_up_at=until)).rowcount:
        session.refresh(task)
        _raise_faster(task)
    data: dict[str, object] = {"until": None if until is None else until.isoformat()}
    record(session, engine, task.instance_id, "task_postponed", task.element, task_id, by, data)


def _open_task(session: Session, task_id: UUID, by: Actor, *, steering: bool = False) -> UserTask:
    query = select(UserTask).where(UserTask.id == task_id).execution_options(populate_existing=True)
    task = session.execute(query).scalar_one_or_none()  # as it stands, also where `_change` wrote past the session
    if task is None or not (steering or may_see(by, task)):
        raise NotFound(kind="task", id=task_id)
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    return task


def _change(
    session: Session, task_id: UUID, assignee: str | None, unless: Any, task: UserTask, until: datetime | None = None
) -> None:  # fmt: skip
    """Writes the assignee where nobody was faster. Raises TaskClosed or TaskTaken where somebody was.

    Who stands second is read from the row as it is written: a migration may have given it other candidates meanwhile.
    """
    statement = update(UserTask).where(UserTask.id == task_id, UserTask.state == "created", unless)
    values: dict[str, object] = {"assignee": assignee}
    if assignee != task.assignee:
        values["follow_up_at"] = until  # where None, whoever has it now sees it now
    written = statement.values(values).returning(UserTask.role, UserTask.candidates)
    changed = session.connection().execute(written).one_or_none()
    if changed is not None:
        if any(each != changed.role for each in changed.candidates):
            session.connection().execute(take(task_id, assignee))
        return
    session.refresh(task)
    _raise_faster(task)


def _raise_faster(task: UserTask) -> NoReturn:
    """Raises TaskClosed or TaskTaken: somebody was faster."""
    if task.state != "created":
        raise TaskClosed(closed_by=task.closed_by or "system", name=task.name, state=task.state)
    raise TaskTaken(assignee=task.assignee, name=task.name)
