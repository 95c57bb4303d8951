"""Deadlines of user tasks in working days: a reminder at 50 %, escalations at 100 % and 150 % of the time.

The property `task.deadline` of a user task says how many working days it may take. The task is due at the end of that
working day; three jobs call the registered service tasks `task.remind` and `task.escalate` when the shares are over.
They work in the transaction that records the escalation: a crash neither loses nor doubles a reminder.

Where the diagram gives the task a due date too (`zeebe:taskSchedule`), the earlier of the two holds: a delay of the law
does not wait for the working days of the house. The shares are then those of the time that is left until it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine.assignment import SYSTEM
from engine.bpmn.model import Element
from engine.bpmn.outcome import TaskOpened
from engine.effects import Failure, serve_now
from engine.errors import WorkFailed
from engine.models import Job, UserTask
from engine.registry import ServiceWork
from engine.step import Step, begin
from engine.workdays import WorkCalendar

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["PROPERTY", "SHARES", "declared", "due_by", "reach", "reschedule", "schedule"]

PROPERTY: Final = "task.deadline"
SHARES: Final = {50: "task.remind", 100: "task.escalate", 150: "task.escalate"}


def declared(element: Element) -> bool:
    """Whether a task of this element has deadline jobs."""
    return PROPERTY in element.properties


def schedule(step: Step, fact: TaskOpened) -> datetime | None:
    """Leaves the three jobs of an opened task with a deadline, and answers when the task is due; None where it says no
    time."""
    return _promise(step, fact, step.now, 0)


def due_by(calendar: WorkCalendar, begun: datetime, fact: TaskOpened) -> datetime | None:
    """When a task that was opened at this moment is due; None where it says no time."""
    days = working_days(fact)
    if days is None:
        return fact.due_at
    latest = calendar.deadline(begun, days)
    return latest if fact.due_at is None else min(latest, fact.due_at)


def reschedule(step: Step, fact: TaskOpened, begun: datetime, reached: int) -> datetime | None:
    """The jobs of a task that is open since `begun`, by another time: for the shares beyond the one that is reached.

    Answers when it is due.
    """
    of_task = delete(Job).where(Job.instance_id == step.instance.id, Job.token == fact.token, Job.kind == "deadline")
    step.session.execute(of_task.execution_options(synchronize_session=False))
    return _promise(step, fact, begun, reached)


def _promise(step: Step, fact: TaskOpened, begun: datetime, reached: int) -> datetime | None:
    """Leaves the jobs of the shares beyond the one that is reached; answers when the task is due."""
    days = working_days(fact)
    if days is None:
        return fact.due_at
    calendar = step.engine.settings.staff_calendar(step.session)
    latest = calendar.deadline(begun, days)
    sooner = fact.due_at if fact.due_at is not None and fact.due_at < latest else None
    for share in SHARES:
        if share > reached:
            at = calendar.fraction(begun, days, share / 100) if sooner is None else _share(begun, sooner, share)
            step.promise("deadline", at, token=fact.token, element=fact.element, payload={"share": share})
    return sooner or latest


def _share(begun: datetime, due: datetime, share: int) -> datetime:
    """When a share of the time until a due date is over; at once where the date had passed before the task began."""
    return begun + max(due - begun, timedelta(0)) * share / 100


def working_days(fact: TaskOpened) -> int | None:
    """The whole number of working days that the task may take, from 1."""
    written = fact.properties.get(PROPERTY)
    if written is None:
        return None
    try:
        number = Decimal(str(written))
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and 1 <= number <= 2_600 else None


def reach(engine: Engine, session: Session, job: Job) -> None:
    """A share of the time is over, or somebody chose the moment (`by_hand`): calls the registered service task and
    records the escalation on the task.

    Raises what the service task raises: the job is then tried again.
    """
    assert job.instance_id is not None
    assert job.token is not None
    step = begin(engine, session, job.instance_id, SYSTEM)
    task = session.get_one(UserTask, job.token)
    share = int(str(job.payload["share"]))
    chosen = {"by_hand": True} if job.payload.get("by_hand") else {}
    service = engine.registry.service_tasks.get(SHARES[share])
    if service is not None:
        work = ServiceWork(
            engine=engine,
            session=session,
            instance_id=job.instance_id,
            process_id=job.process_id,
            element=task.element,
            token=task.id,
            variables={"task_id": str(task.id), "role": task.role, "assignee": task.assignee, "share": share, **chosen},
            headers={},
            now=step.now,
        )
        answer = serve_now(service, work)
        if isinstance(answer, Failure):
            raise WorkFailed(answer.reason, again=answer.again, retry_after=answer.retry_after)
    session.execute(update(UserTask).where(UserTask.id == task.id).values(escalation=share))
    step.note("deadline", task.element, task.id, {"share": share, **chosen})
    step.write()
