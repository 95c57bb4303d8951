"""One draft a person and task: written by autosave or by the “save draft” button, gone when the task is completed.

The answers of a completion that can be undone (`engine.undo`) are a draft for a day: undone, the form shows them again.
A draft holds what `forms` answers as one: the raw texts of the deployed form's own fields, without transient answers
and files. Drafts older than `RETENTION` are purged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid, and_, bindparam, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Json, Moment, UserTask
from engine.personal import Personal
from engine.prepared import fetch, write
from webapp.drafts.changes import kept

RETENTION = timedelta(days=30)
DAY = timedelta(days=1)
Typed = Mapping[str, list[str]]


class Draft(Base):
    """The unsent answers of one actor to one task: field name to the list of texts of a form post."""

    __tablename__ = "draft"
    __privacy__ = Personal("draft", "task_id actor@actor", erase="typed asked", ids="actor", since="saved_at")
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    actor: Mapped[str] = mapped_column(String(64), primary_key=True)
    typed: Mapped[dict[str, list[str]]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment, index=True)
    asked: Mapped[dict[str, Any] | None] = mapped_column(Json)  # how each question was asked (`webapp.drafts.changes`)


_DROP: Final = delete(Draft).where(Draft.task_id == bindparam("b_task", type_=Uuid()))
_LOAD: Final = select(*Draft.__table__.columns).where(Draft.task_id == bindparam("task", type_=Uuid()))


def save(
    session: Session, task_id: UUID, actor: str, typed: Typed, now: datetime, asked: dict[str, Any] | None = None
) -> Draft:  # fmt: skip
    """Keeps the draft, over an older one of the same person and task. Forgets what is past its retention.

    `asked`: how the form asks; what the older draft answered and this form does not ask any more stays with it.
    """
    closed = select(UserTask.id).where(UserTask.id == Draft.task_id, UserTask.state != "created").exists()
    session.execute(
        delete(Draft).where(or_(Draft.saved_at < now - RETENTION, and_(Draft.saved_at < now - DAY, closed)))
    )
    draft = session.get(Draft, (task_id, actor))
    if draft is None:
        draft = Draft(task_id=task_id, actor=actor, typed=dict(typed), saved_at=now, asked=asked)
        session.add(draft)
    else:
        if asked is not None:
            draft.asked = kept(draft.asked, draft.typed, asked)
        draft.typed, draft.saved_at = dict(typed), now
    return draft


def load(session: Session, task_id: UUID, actor: str) -> Draft | None:
    """The draft of this person for this task, or None."""
    return next((each for each in every(session, task_id) if each.actor == actor), None)


def every(session: Session, task_id: UUID) -> list[Draft]:
    """The drafts of a task, the newest first: seldom more than one."""
    found = [Draft(**row._asdict()) for row in fetch(session, _LOAD, {"task": task_id})]
    return sorted(found, key=lambda draft: draft.saved_at, reverse=True)


def drop(session: Session, task_id: UUID) -> None:
    """Forgets everybody's drafts of a task: it is done."""
    write(session, _DROP, [{"b_task": task_id}])
