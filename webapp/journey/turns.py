"""Whose turn it is at a step that waits, and how long it took others, measured from the cases before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from webapp.authorize import Viewer
from webapp.words import _, ngettext
from workflows.association import roles
from workflows.association.role_names import role_name

LOOKED_AT: Final = 60  # cases before this one: so the question costs the same in ten years
ENOUGH: Final = 5  # of them, before a usual delay is told
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who acts, in words. `other`: it is somebody of the case, and nobody in the name of the association."""

    who: str
    other: bool


def turns(session: Session, viewer: Viewer, case: ProcessInstance, language: str, today: date) -> Mapping[str, Turn]:
    """Who acts at each open step that is not the viewer's, by element."""
    query = select(UserTask).where(UserTask.instance_id == case.id, UserTask.state == "created")
    found: dict[str, Turn] = {}
    for task in session.scalars(query):
        if task.assignee in viewer.identities:
            continue
        other = (case.process_id == "mentorship" and task.assignee is not None) or _personal(session, task, today)
        role = (task.role or "").partition("@")[0]
        found[task.element] = Turn(_("the other person") if other else role_name(role, language), other)
    return found


def _personal(session: Session, task: UserTask, today: date) -> bool:
    """Whether a person does the task who was named for it: the role beside it is who helps out, and not his."""
    if not task.role or task.assignee is None:
        return not task.role
    person = task.assignee.removeprefix("person:")
    held = roles.keys_of(session, UUID(person), today) if person != task.assignee else frozenset[str]()
    return roles.parts(task.role)[0] not in {roles.parts(each)[0] for each in held}


def usual_delay(session: Session, case: ProcessInstance, element: str) -> str:
    """How long this step usually takes, in words; empty where too few cases tell."""
    before = select(ProcessInstance.id).where(
        ProcessInstance.process_id == case.process_id, ProcessInstance.id != case.id
    )  # fmt: skip
    recent = session.scalars(before.order_by(ProcessInstance.started_at.desc()).limit(LOOKED_AT)).all()
    took = select(UserTask.created_at, UserTask.closed_at).where(
        UserTask.instance_id.in_(recent), UserTask.state == "completed", UserTask.element == element
    )
    lengths = [(closed - made) / _DAY for made, closed in session.execute(took) if closed is not None]
    if len(lengths) < ENOUGH:
        return ""
    days = round(median(lengths))
    if days < 1:
        return _("This usually takes less than a day.")
    return ngettext("This usually takes %(num)d day.", "This usually takes %(num)d days.", days)
