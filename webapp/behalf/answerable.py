"""Which tasks staff may answer for somebody."""

from __future__ import annotations

from engine.models import UserTask
from webapp.authorize import Viewer
from webapp.operations.drawing import SUBJECT_ROLES


def answerable(who: Viewer, task: UserTask) -> bool:
    """Whether staff may answer this task for whom the case is about: it is that person's, and not the viewer's own."""
    of_subject = task.role in SUBJECT_ROLES or (task.assignee or "").startswith("link:")
    return who.staff and of_subject and task.assignee is not None and task.assignee not in who.identities
