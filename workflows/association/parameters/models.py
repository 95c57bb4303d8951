"""The tables behind the parameter tables: rows, what was done to them and by whom, and a mark of the last change."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR
from engine.personal import Impersonal, Personal
from engine.schema import Base, Json, Moment

__all__ = ["ParameterEvent", "ParameterRevision", "ParameterRow"]

KEY = 60
LABEL = 160


class ParameterRow(Base):
    """One row of a parameter table, in force from a day to a day, both included. `data`: texts by column.

    A row that was withdrawn stays for the record and is never read. `rev` counts the changes, for people who edit
    the same row at the same time.
    """

    __tablename__ = "parameter_row"
    __privacy__ = Impersonal("figures, and which body decided them")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    table: Mapped[str] = mapped_column("table_name", String(40))
    key: Mapped[str] = mapped_column(String(KEY))
    label_fr: Mapped[str] = mapped_column(String(LABEL))
    label_en: Mapped[str] = mapped_column(String(LABEL))
    data: Mapped[dict[str, str | None]] = mapped_column(Json)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_on: Mapped[date]
    applies_to_running: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    rev: Mapped[int] = mapped_column(Integer, default=1)
    __table_args__ = (Index("ix_parameter_row_table", "table_name", "key", "valid_from"),)


class ParameterEvent(Base):
    """What was done to a row: delivered, decided, ended, withdrawn. Added, never changed. `by`: an actor id."""

    __tablename__ = "parameter_event"
    __privacy__ = Personal("work", "by@actor", "keep", ids="by", plain="kind reason")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    row_id: Mapped[UUID] = mapped_column(ForeignKey("parameter_row.id"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(ACTOR))
    valid_to: Mapped[date | None]  # the last day of the row after this
    reason: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("ix_parameter_event_row", "row_id", "at"),)


class ParameterRevision(Base):
    """One row with a mark that is new after every change: what a process remembers is good while the mark is."""

    __tablename__ = "parameter_revision"
    __privacy__ = Impersonal("a counter")
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32))
