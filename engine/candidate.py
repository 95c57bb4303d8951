"""The table of those who may take a task beside its first role."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR
from engine.schema import Base, Moment, only_where

__all__ = ["TaskCandidate"]


class TaskCandidate(Base):
    """Who else may take an open task: one row a candidate beyond `user_task.role`, deleted when the task closes.

    Where the task stands in lists and whether nobody holds it are said here too, as `user_task` has them, so that an
    index answers each candidate's part of the queue in its order (`engine.further`).
    """

    __tablename__ = "task_candidate"
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    candidate: Mapped[str] = mapped_column(String(ACTOR), primary_key=True)  # ROLE, "user:<id>", "not:<id>"
    rank_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    free: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (
        Index("ix_task_candidate_candidate", "candidate", "task_id"),
        Index("ix_task_candidate_queue", "candidate", "rank_at", "created_at", "task_id", **only_where("free")),
    )
