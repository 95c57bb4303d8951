"""What came since a page was made: asked every twenty seconds, answered by 304 nearly always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.models import UserTask
from webapp.authorize import Viewer, authorize
from webapp.inbox.listing import Tab
from webapp.words import ngettext

MOST = 99


@dataclass(frozen=True, slots=True)
class News:
    """How many tasks are new, and a tag that changes with it."""

    count: int

    @property
    def words(self) -> str:
        """“3 new tasks”; empty where nothing came."""
        return ngettext("%(num)d new task", "%(num)d new tasks", self.count) if self.count else ""

    @property
    def tag(self) -> str:
        return f"news-{self.count}"


def news(session: Session, viewer: Viewer, tab: Tab, seen: datetime) -> News:
    """The tasks of this tab that were opened after `seen`. What does not wait for the viewer has none."""
    if tab in {"archive", "later", "team"}:
        return News(0)
    theirs = UserTask.assignee.in_(viewer.identities) if tab == "mine" else UserTask.assignee.is_(None)
    newer = (
        select(UserTask.id)
        .where(UserTask.created_at > seen, theirs, authorize(viewer, "work", UserTask))
        .limit(MOST)
        .subquery()
    )
    return News(session.scalar(select(func.count()).select_from(newer)) or 0)
