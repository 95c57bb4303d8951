"""One task as its page shows it: what is asked, whose it is and why, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import ADMIN, SYSTEM, is_barred, may_act, may_claim
from engine.engine import Engine
from engine.models import UserTask
from engine.taking import held_in_person, in_person
from webapp.authorize import Viewer
from webapp.behalf.answerable import answerable
from webapp.behalf.personal import reason
from webapp.comments.store import Comment
from webapp.dates import day
from webapp.inbox.alike import alike
from webapp.inbox.asking import asker_of, given, said_with
from webapp.inbox.due import Due, due
from webapp.inbox.team import may_remind, may_steer
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Shape
from webapp.operations.names import names_of, tongues_of
from webapp.process_titles import number_beside, process_title
from webapp.task_work import Work
from webapp.words import _
from workflows.association import people, task_handovers
from workflows.association.role_names import role_name

INSTRUCTIONS = "task.instructions"


@dataclass(frozen=True, slots=True)
class TaskView:
    """Everything that the head of the page says."""

    id: UUID
    instance_id: UUID
    title: str
    process: str
    case_key: str | None
    case_title: str | None
    due: Due
    role: str
    holder: str
    why: str
    instructions: str
    open: bool
    suspended: bool
    closed_words: str
    may_claim: bool
    may_release: bool
    may_work: bool
    may_steer: bool
    may_give: bool
    may_remind: bool
    for_subject: bool
    personal: str
    mine: bool
    later: datetime | None
    draft_at: datetime | None
    draft_by: str
    alike: int
    asker: str
    said: Comment | None
    said_in: str  # its author's language, where the page is in another


def view_of(session: Session, engine: Engine, viewer: Viewer, task: UserTask, work: Work, language: str) -> TaskView:
    """The head of a task's page for this viewer. `task` is its row at this moment; the work may have begun earlier."""
    case, shape = work.case, drawing(session, engine, task.definition_id).shapes[task.element]
    asker = asker_of(session, task) if viewer.staff else None
    mine, is_open = task.assignee in viewer.identities, task.state == "created"
    handed = given(session, task) if viewer.staff and mine and is_open else None
    names = names_of(session, (task.assignee, task.closed_by, asker, work.draft_by, handed[0] if handed else None))
    said, actor = said_with(session, task, handed) if handed else None, viewer.acting_on(task)
    return TaskView(
        id=task.id,
        instance_id=task.instance_id,
        title=shape.label(language),
        process=process_title(session, case, language),
        case_key=number_beside(case.title_in(language), case.business_key),
        case_title=case.title_in(language),
        due=due(task.due_at, engine.clock.now(), engine.settings.staff_calendar(session).between),
        role=role_name(task.role, language),
        holder=_holder(task, mine, names.get(task.assignee or "", "")),
        why=_why(task, viewer, language, names.get(handed[0], "") if handed else "", _away(session, task, handed)),
        instructions=instructions(task, shape, language),
        open=is_open,
        suspended=is_open and case.status == "suspended",
        closed_words=closed_words(task, names.get(task.closed_by or "", "")),
        may_claim=is_open and task.assignee is None and may_claim(actor, task),
        may_release=is_open and mine and bool(task.candidates) and not held_in_person(session, task),
        may_work=is_open and may_act(actor, task),
        may_steer=is_open and may_steer(viewer, task),
        may_give=is_open and may_act(actor, task) and not in_person(task),
        may_remind=task.assignee is not None and may_remind(viewer, task),
        for_subject=is_open and answerable(viewer, task),
        personal=reason(task),
        mine=mine,
        later=_later(task, engine.clock.now()),
        draft_at=work.draft_at,
        draft_by=names.get(work.draft_by or "", ""),
        asker=names.get(asker or "", ""),
        said=said,
        said_in=tongues_of(session, [said.author], language).get(said.author, "") if said else "",
        alike=alike_count(session, viewer, task) if viewer.staff and is_open else 0,
    )


def alike_count(session: Session, viewer: Viewer, task: UserTask) -> int:
    """How many open tasks ask the same and are his or free to take, this one too."""
    return len(session.scalars(alike(task, viewer)).all())


def _later(task: UserTask, now: datetime) -> datetime | None:
    """Until when an open task stays out of sight; None for one that is in sight."""
    waits = task.state == "created" and task.follow_up_at is not None and task.follow_up_at > now
    return task.follow_up_at if waits else None


def instructions(task: UserTask, shape: Shape, language: str) -> str:
    """What the process owner wrote for whoever does the task."""
    return shape.properties.get(f"i18n.{language}.instructions") or str(task.properties.get(INSTRUCTIONS) or "")


def closed_words(task: UserTask, name: str) -> str:
    """How a closed task ended; empty for an open one."""
    if task.state == "created" or task.closed_at is None:
        return ""
    if task.state == "canceled":
        return _("This task is no longer needed since %(day)s.", day=day(task.closed_at))
    return _("%(name)s completed this task on %(day)s.", name=name or "Amicale", day=day(task.closed_at))


def _holder(task: UserTask, mine: bool, name: str) -> str:
    if mine:
        return _("You have this task")
    return _("%(name)s has this task", name=name) if task.assignee else _("Nobody has taken it")


def _away(session: Session, task: UserTask, handed: tuple[str, datetime] | None) -> str:
    """Why the machine gave it: for whom its holder stands in, or that he is back."""
    if handed is None or handed[0] != SYSTEM.id:
        return ""
    away = task_handovers.whose(session, task)
    if away is None:
        return _("It is yours again: you had it before.")
    return _("You have it while you stand in for %(name)s.", name=people.display_name(session, away))


def _why(task: UserTask, viewer: Viewer, language: str, giver: str, away: str) -> str:
    held = next((key for key in (task.role, *task.candidates) if key in viewer.actor.roles), None)
    role = role_name((held or task.role or "").partition("@")[0], language)
    if is_barred(viewer.actor, task):
        return _("It concerns yourself, or what you asked for or approved: somebody else does it.")
    if away:
        return away
    if task.assignee in viewer.identities and giver:
        return _("%(name)s gave it to you.", name=giver)
    if task.assignee in viewer.identities and task.role:
        return _("You took it from the queue of the role “%(role)s”.", role=role)
    if task.assignee in viewer.identities:
        return _("The process gave it to you by name.")
    if held is not None and (task.assignee or task.state != "created"):
        return _("It came from the queue of the role “%(role)s”, which you hold.", role=role)
    if held is not None:
        return _("It waits in the queue of the role “%(role)s”, which you hold.", role=role)
    if f"user:{viewer.actor.id}" in task.candidates:
        return _("It is offered to you by name.")
    if ADMIN in viewer.actor.roles:
        return _("It belongs to the role “%(role)s”; as an administrator you may stand in.", role=role)
    return _("It is not yours: you see it because you may see this case.")
