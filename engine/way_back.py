"""The table of what can be undone: how a case was before a task of it was completed (`engine.undo`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR
from engine.personal import Personal
from engine.schema import Base, Json, Moment

__all__ = ["WayBack"]


class WayBack(Base):
    """How a case was before a task was completed, while that can be undone."""

    __tablename__ = "way_back"
    __privacy__ = Personal("case", "instance_id@case", ids="by state rows")
    task_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    rev: Mapped[int] = mapped_column(Integer)  # of the case once the completion was written
    state: Mapped[str] = mapped_column(Text)  # before it
    by: Mapped[str] = mapped_column(String(ACTOR))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    rows: Mapped[dict[str, Any]] = mapped_column(Json)  # what the step opened, closed, left and voided
