"""Who may see and do what: one function that answers an SQL condition, so that a query never fetches what it must hide.

What the condition excludes does not exist for the viewer: pages answer 404, counts do not count it. Permission follows
the role in the case, not the person (domain §1.3: one person may be applicant here and staff there).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, false, literal, or_, select, true, union_all
from sqlalchemy.orm import Session

from engine.assignment import ADMIN, Actor, may_act
from engine.errors import NotFound, Refused
from engine.models import Incident, ProcessInstance, TaskCandidate, UserTask
from engine.prepared import fetch, loaded
from webapp.links.tokens import SignedLink
from workflows.association import roles

_TASK: Final = select(*UserTask.__table__.columns).where(UserTask.id == bindparam("task"))


class MandateEnded(Refused):
    """Your mandate has ended, and this task with it: it waits for whoever follows you. What you typed is kept there."""

    code: ClassVar[str] = "mandate_ended"


class OnlyInPerson(Refused):
    """Only the person concerned can do this. {reason}"""

    code: ClassVar[str] = "only_in_person"


Action = Literal["read", "work", "comment", "operate"]
Kind = type[ProcessInstance] | type[UserTask]
OVERSEERS = frozenset({ADMIN, "GENERAL_DELEGATE"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever makes this request.

    `identities` are the actor ids he answers to: himself, and the signed links of his own applications. `processes` are
    those that his roles own, `today` is the day by which his mandates are read.
    """

    actor: Actor
    identities: frozenset[str] = field(default_factory=frozenset)
    processes: frozenset[str] = frozenset()
    staff: bool = False
    today: date = date.min

    @property
    def oversees(self) -> bool:
        return self.staff and bool(self.actor.roles & OVERSEERS)

    def acting_on(self, task: UserTask) -> Actor:
        """The actor under the name that the task knows him by: a member goes on with what his signed link began."""
        if task.assignee is not None and task.assignee in self.identities:
            return replace(self.actor, id=task.assignee)
        return self.actor


def authorize(viewer: Viewer, action: Action, kind: Kind) -> ColumnElement[bool]:
    """The condition under which this viewer may do this to a row of this table."""
    if kind is UserTask:
        return _tasks(viewer, action)
    return _cases(viewer, action)


def case(session: Session, viewer: Viewer, action: Action, instance_id: UUID) -> ProcessInstance:
    """The case, if the viewer may do this with it. Raises NotFound where there is none for him."""
    found = session.scalars(
        select(ProcessInstance).where(ProcessInstance.id == instance_id, authorize(viewer, action, ProcessInstance))
    ).one_or_none()
    if found is None:
        raise NotFound(kind="case", id=str(instance_id))
    return found


def handled(session: Session, viewer: Viewer, instance_id: UUID) -> ProcessInstance:
    """The case, if the viewer may read it as one who works on it: for pages of the staff, to which owners of processes
    from outside come too. Their own cases they read on the pages of members. Raises NotFound."""
    found = case(session, viewer, "read", instance_id)
    if not (viewer.staff or found.process_id in viewer.processes):
        raise NotFound(kind="case", id=str(instance_id))
    return found


def incident(session: Session, viewer: Viewer, action: Action, incident_id: UUID) -> Incident:
    """What stands still, if the viewer may do this with its case. Raises NotFound, which does not name the case."""
    mine = authorize(viewer, action, ProcessInstance)
    query = select(Incident).join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
    found = session.scalars(query.where(Incident.id == incident_id, mine)).one_or_none()
    if found is None:
        raise NotFound(kind="incident", id=str(incident_id))
    return found


def readable(session: Session, viewer: Viewer, ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these cases the viewer may read."""
    query = select(ProcessInstance.id).where(ProcessInstance.id.in_(ids), authorize(viewer, "read", ProcessInstance))
    return frozenset(session.scalars(query) if ids else ())


def task(session: Session, viewer: Viewer, action: Action, task_id: UUID) -> UserTask:
    """The user task, if the viewer may do this with it. Raises NotFound where there is none for him.

    Raises MandateEnded where it was his by a mandate that ended. Whoever may do an open task may read it and work on
    it, by the engine's own rule: then the condition is not asked.
    """
    for row in fetch(session, _TASK, {"task": task_id}):
        at_once = loaded(UserTask, row._asdict())
        if at_once.assignee == viewer.actor.id:
            _check_mandate(session, viewer, at_once)
        if action in {"read", "work"} and at_once.state == "created" and may_act(viewer.acting_on(at_once), at_once):
            return at_once
    found = session.scalars(
        select(UserTask).where(UserTask.id == task_id, authorize(viewer, action, UserTask))
    ).one_or_none()
    if found is None:
        for row in fetch(session, _TASK, {"task": task_id}):
            _check_mandate(session, viewer, UserTask(**row._asdict()))
        raise NotFound(kind="task", id=str(task_id))
    return found


def _check_mandate(session: Session, viewer: Viewer, task: UserTask) -> None:
    """Raises MandateEnded where an open task is for a role that the viewer held and does not hold any more.

    Whoever only stood in for somebody learns nothing of what is not in his hands after those days.
    """
    kind, _, person = viewer.actor.id.partition(":")
    if kind != "person" or ADMIN in viewer.actor.roles or task.state != "created":
        return
    his = task.assignee == viewer.actor.id
    held = viewer.actor.roles
    lost = roles.lost(session, UUID(person), task.candidates, held, viewer.today, as_substitute=his)
    if lost is not None:
        raise MandateEnded


def about_me(viewer: Viewer) -> ColumnElement[bool]:
    """Cases that the viewer began, to which a link was sent to him, or in which a task is his by name."""
    begun = select(ProcessInstance.id).where(ProcessInstance.started_by.in_(viewer.identities))
    sent = select(SignedLink.instance_id).where(SignedLink.actor.in_(viewer.identities))
    his = select(UserTask.instance_id).where(UserTask.assignee.in_(viewer.identities))
    # One list of ids, each part of it by its own index: of a member's few cases among very many.
    return ProcessInstance.id.in_(union_all(begun, sent, his))


def _about_staff(viewer: Viewer) -> ColumnElement[bool]:
    """The same for people who see many cases anyway: asked of one case after the other, the newest first."""
    sent = select(literal(1)).where(
        SignedLink.instance_id == ProcessInstance.id, SignedLink.actor.in_(viewer.identities)
    )
    his = select(literal(1)).where(UserTask.instance_id == ProcessInstance.id, UserTask.assignee.in_(viewer.identities))
    return or_(ProcessInstance.started_by.in_(viewer.identities), sent.exists(), his.exists())


def _cases(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    owned = ProcessInstance.process_id.in_(viewer.processes)
    if not viewer.staff:
        own = [owned] if viewer.processes else []  # the Foundation's: it may also move them to another version
        return or_(about_me(viewer), _at_work(viewer), *own) if action == "read" else false()
    if viewer.oversees:
        return true()
    if action == "operate":
        return owned
    handled = select(literal(1)).where(
        UserTask.instance_id == ProcessInstance.id,
        or_(UserTask.role.in_(viewer.actor.roles), UserTask.closed_by == viewer.actor.id, _candidate(viewer)),
    )
    return or_(owned, handled.exists(), _about_staff(viewer))


def _at_work(viewer: Viewer) -> ColumnElement[bool]:
    """Cases in which somebody from outside (the school's registrar) has work now, or did some."""
    waiting = and_(UserTask.state == "created", or_(UserTask.role.in_(viewer.actor.roles), _candidate(viewer)))
    work = select(literal(1)).where(
        UserTask.instance_id == ProcessInstance.id, or_(waiting, UserTask.closed_by == viewer.actor.id)
    )
    return work.exists()


def _candidate(viewer: Viewer) -> ColumnElement[bool]:
    """Tasks for which one of the viewer's roles, or he himself, stands second: whoever may do one reads its case."""
    names = {*viewer.actor.roles, *(f"user:{each}" for each in viewer.identities)}
    named = select(literal(1)).where(TaskCandidate.task_id == UserTask.id, TaskCandidate.candidate.in_(names))
    return named.exists()


def _tasks(viewer: Viewer, action: Action) -> ColumnElement[bool]:
    mine = or_(UserTask.assignee.in_(viewer.identities), UserTask.role.in_(viewer.actor.roles), _candidate(viewer))
    if ADMIN in viewer.actor.roles and viewer.staff:
        mine = true()
    if action == "work":
        marks = viewer.actor.marks
        no = select(literal(1)).where(TaskCandidate.task_id == UserTask.id, TaskCandidate.candidate.in_(marks))
        return and_(UserTask.state == "created", mine, ~no.exists())
    if not viewer.staff:
        return or_(mine, UserTask.closed_by.in_(viewer.identities))
    in_case = select(literal(1)).where(ProcessInstance.id == UserTask.instance_id, _cases(viewer, action))
    return or_(mine, UserTask.closed_by.in_(viewer.identities), in_case.exists())
