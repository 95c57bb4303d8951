"""What was typed into a task's form when the session had ended: held until its writer signs in again.

The row is found by a random id that travels in the address of the sign-in page; whoever opens it must be able to work
on the task all the same. It is shown once as a draft, then it is gone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Json, Moment
from engine.personal import Personal
from webapp.drafts.store import Typed

LIFETIME = timedelta(hours=2)
OF_ONE_TASK = 10  # posts of nobody yet
ALTOGETHER = 1_000


class HeldPost(Base):
    """Typed answers of nobody yet: field name to the texts of the post."""

    __tablename__ = "held_post"
    __privacy__ = Personal("draft", "task_id", erase="typed", since="held_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    typed: Mapped[dict[str, list[str]]] = mapped_column(Json)
    held_at: Mapped[datetime] = mapped_column(Moment, index=True)


def hold(session: Session, task_id: UUID, typed: Typed, now: datetime) -> UUID | None:
    """Keeps what was typed and answers under which id; None where too much is kept already. Forgets what nobody came
    back for."""
    session.execute(delete(HeldPost).where(HeldPost.held_at < now - LIFETIME))
    kept = select(func.count()).select_from(HeldPost)
    if (session.scalar(kept) or 0) >= ALTOGETHER:
        return None
    if (session.scalar(kept.where(HeldPost.task_id == task_id)) or 0) >= OF_ONE_TASK:
        return None
    held = HeldPost(id=uuid4(), task_id=task_id, typed=dict(typed), held_at=now)
    session.add(held)
    return held.id


def take(session: Session, held_id: UUID, task_id: UUID, now: datetime) -> Typed | None:
    """What was typed into this task's form, once; None where it is gone or was another task's."""
    held = session.get(HeldPost, held_id)
    if held is None or held.task_id != task_id or held.held_at < now - LIFETIME:
        return None
    session.delete(held)
    return held.typed
