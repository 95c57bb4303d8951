"""The tables of acts on many cases: what somebody asked for, and what became of each case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR, IDENTIFIER
from engine.personal import Personal
from engine.schema import Base, Json, Moment

__all__ = ["Base", "CollectiveAct", "CollectiveCase"]


class CollectiveAct(Base):
    """What was asked for. `element`: where it applies, `place`: where the cases go on, `due_at`: the new date,
    `variables`: what a step that is passed over would have brought, or the value that is corrected. `process_id` is
    empty where cases of several processes were chosen."""

    __tablename__ = "collective_act"
    __privacy__ = Personal(
        "work", "asked_by@actor", "keep", ids="asked_by", plain="kind process_id element place variables reason"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER), default="")
    element: Mapped[str] = mapped_column(String(IDENTIFIER), default="")
    place: Mapped[str] = mapped_column(String(IDENTIFIER), default="")
    variables: Mapped[dict[str, object]] = mapped_column(Json)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(ACTOR))
    total: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_collective_act_asked", "asked_at"),)


class CollectiveCase(Base):
    """One case of an act, its work list and its result at once.

    `state`: waiting, done, left (as it was: `code` and `params` say why).
    """

    __tablename__ = "collective_case"
    __privacy__ = Personal("case", "instance_id@case", "keep", plain="state code params")
    act_id: Mapped[UUID] = mapped_column(ForeignKey("collective_act.id"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(80), default="")
    params: Mapped[dict[str, object]] = mapped_column(Json)
    at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_collective_case_state", "act_id", "state", "instance_id"),
        Index("ix_collective_case_instance", "instance_id"),
    )
