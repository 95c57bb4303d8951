"""Which open tasks ask the same as another one: those that can be worked together."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select

from engine.models import UserTask
from webapp.authorize import Viewer, authorize

MOST: Final = 100  # tasks of one stack


def alike(task: UserTask, viewer: Viewer) -> Select[tuple[UUID]]:
    """The open tasks of the same element and version that the viewer has or may take, the most urgent first."""
    query = select(UserTask.id).where(
        UserTask.definition_id == task.definition_id,
        UserTask.element == task.element,
        or_(UserTask.assignee.is_(None), UserTask.assignee.in_(viewer.identities)),
        authorize(viewer, "work", UserTask),
    )
    return query.order_by(UserTask.rank_at, UserTask.created_at, UserTask.id).limit(MOST)
