"""The tables of migrations: what somebody asked for, and what became of each case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR, IDENTIFIER, LABEL
from engine.personal import Personal
from engine.schema import Base, Json, Moment

__all__ = ["Base", "Migration", "MigrationCase"]


class Migration(Base):
    """Cases that are to move to a version. `moved`: the elements whose ids changed, former id by new one."""

    __tablename__ = "migration"
    __privacy__ = Personal("work", "asked_by@actor", "keep", ids="asked_by", plain="process_id moved reason")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    moved: Mapped[dict[str, str]] = mapped_column(Json)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(ACTOR))
    reason: Mapped[str] = mapped_column(Text, default="")
    returns_until: Mapped[datetime] = mapped_column(Moment)
    total: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_migration_process", "process_id", "asked_at"),)


class MigrationCase(Base):
    """One case of a migration, its work list and its result at once.

    `state`: waiting, moved, blocked, ended (it had ended before), returning, returned, stays (it could not go back).
    `code`, `element`, `name`, `params`: why it was blocked, or stays. `former`: its state before, while it may go back.
    """

    __tablename__ = "migration_case"
    __privacy__ = Personal(
        "case", "instance_id@case", "keep", ids="former asked_by", plain="state code element name params"
    )
    migration_id: Mapped[UUID] = mapped_column(ForeignKey("migration.id"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    from_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))
    former: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[str] = mapped_column(String(ACTOR))
    at: Mapped[datetime | None] = mapped_column(Moment)
    code: Mapped[str] = mapped_column(String(80), default="")
    element: Mapped[str] = mapped_column(String(IDENTIFIER), default="")
    name: Mapped[str] = mapped_column(String(LABEL), default="")
    params: Mapped[dict[str, object]] = mapped_column(Json)
    __table_args__ = (
        Index("ix_migration_case_state", "migration_id", "state", "instance_id"),
        Index("ix_migration_case_instance", "instance_id"),
    )
