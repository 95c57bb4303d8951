"""Tasks that change hands with mandates and absences: what a person may not do any more, what a substitute takes over.

Rights are read at each request and need nothing of this; it keeps the lists true. A job looks at the begin of each day
on which a mandate or an absence begins or ends. What a substitute got and did not finish goes home with the absence, to
whoever had it, and until the day to which he had put it off.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.models import Base, Job, Moment, ProcessInstance, UserTask
from engine.personal import Personal
from engine.registry import ConnectorWork, connector
from engine.taking import held_in_person, in_person
from engine.transaction import reading, transaction
from workflows.association import own_names, people, roles
from workflows.association.case_variables import local_day
from workflows.association.roles import RoleHolding

JOB_TYPE: Final = "mandate.hand_over"
LOOKS_BACK: Final = timedelta(days=60)  # of mandates that ended: further than any outage
_EARLY: Final = time(0, 5)


class HandedOver(Base):
    """Whose task it is while a substitute has it, or while it waits for others because it excludes the substitute."""

    __tablename__ = "handed_over"
    __privacy__ = Personal("work", "person_id", withheld="substitute_id")
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[UUID] = mapped_column(Uuid)
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    at: Mapped[datetime] = mapped_column(Moment)


def give_back_lost(session: Session, engine: Engine, person_id: UUID, today: date) -> int:
    """Gives back what a person holds by a role that is his no more; answers how many tasks went back."""
    held, count = roles.keys_of(session, person_id, today), 0
    for task in _open_of(session, person_id):
        lost = roles.lost(session, person_id, task.candidates, held, today)
        if lost is not None and not held_in_person(session, task):
            commands.release(session, engine, task.id, by=SYSTEM)
            count += 1
    return count


def hand_to_substitute(session: Session, engine: Engine, away: UUID, substitute: UUID, today: date) -> int:
    """Gives the substitute what the absent person has in hand by his roles; answers how many tasks he got.

    Not what he asked for himself or signs in person, and not what excludes him: that goes back to its queue.
    """
    actor, held, count = f"person:{substitute}", roles.keys_of(session, substitute, today), 0
    for task in _open_of(session, away):
        if held_in_person(session, task) or not set(task.candidates) & held:
            continue
        if in_person(task):  # taken from a queue: nobody does it for somebody else, and the substitute finds it there
            commands.release(session, engine, task.id, by=SYSTEM)
            continue
        session.merge(
            HandedOver(
                task_id=task.id, person_id=away, substitute_id=substitute, follow_up_at=task.follow_up_at,
                at=engine.clock.now(),
            )
        )  # fmt: skip
        case = session.get_one(ProcessInstance, task.instance_id)
        if actor in own_names.excluded(session, task) or case.started_by == actor:
            commands.release(session, engine, task.id, by=SYSTEM)
            continue
        commands.assign(session, engine, task.id, by=SYSTEM, to=actor)
        count += 1
    return count


def take_home(session: Session, engine: Engine, person_id: UUID, today: date) -> int:
    """Gives somebody who is back what was his and is not done; answers how many tasks.

    What the substitute passed on stays where it is, and so does what somebody took from the queue.
    """
    held, now, count = roles.keys_of(session, person_id, today), engine.clock.now(), 0
    for row in session.scalars(select(HandedOver).where(HandedOver.person_id == person_id)).all():
        task = session.get_one(UserTask, row.task_id)
        session.delete(row)
        still = task.state == "created" and task.assignee in {None, f"person:{row.substitute_id}"}
        if not still or not set(task.candidates) & held:
            continue
        commands.assign(session, engine, task.id, by=SYSTEM, to=f"person:{person_id}")
        if row.follow_up_at is not None and row.follow_up_at > now:
            session.refresh(task)  # it was written beside the session
            commands.postpone(session, engine, task.id, by=SYSTEM, until=row.follow_up_at)
        count += 1
    return count


def whose(session: Session, task: UserTask) -> UUID | None:
    """Who is away while the present holder of a task has it in his stead."""
    row = session.get(HandedOver, task.id)
    return row.person_id if row is not None and task.assignee == f"person:{row.substitute_id}" else None


def _open_of(session: Session, person_id: UUID) -> list[UserTask]:
    query = select(UserTask).where(UserTask.assignee == f"person:{person_id}", UserTask.state == "created")
    return list(session.scalars(query.order_by(UserTask.created_at, UserTask.id)))


def promise(session: Session, engine: Engine, day: date) -> None:
    """The job that looks at the beginning of this day."""
    due = datetime.combine(day, _EARLY, engine.settings.zone)
    session.add(Job(id=uuid4(), process_id="", kind="connector", type=JOB_TYPE, payload={}, due_at=due, retries=5))


@connector(JOB_TYPE, retries=5, policy="idempotent", results=())
def look(work: ConnectorWork) -> None:
    """Hands over what the day changed; each person in a transaction of his own. A second time changes nothing."""
    today = local_day(work.now, work.engine.settings.zone)
    with reading(work.engine) as reader:
        recent = RoleHolding.to_date.between(today - LOOKS_BACK, today - timedelta(days=1))
        ended = set(reader.scalars(select(RoleHolding.person_id).where(recent)))
        begun = reader.execute(
            select(RoleHolding.person_id, RoleHolding.stands_for).where(
                RoleHolding.stands_for.is_not(None), roles.in_force(today)
            )
        ).all()
        pairs = {(reader.get_one(RoleHolding, row.stands_for).person_id, row.person_id) for row in begun}
        home = set(reader.scalars(select(HandedOver.person_id).distinct())) - {away for away, _substitute in pairs}
    for person_id in sorted(home, key=str):
        with transaction(work.engine) as session:
            take_home(session, work.engine, person_id, today)
    for person_id in sorted(ended, key=str):
        with transaction(work.engine) as session:
            give_back_lost(session, work.engine, person_id, today)
    for away, substitute in sorted(pairs, key=str):
        with transaction(work.engine) as session:
            if people.get(session, substitute) is not None:
                hand_to_substitute(session, work.engine, away, substitute, today)
