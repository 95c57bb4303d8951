"""The table of what leaves the house: each attempt with its outcome."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.bounds import ACTOR, BUSINESS_KEY, IDENTIFIER
from engine.personal import Impersonal, Personal
from engine.schema import Base, Moment, OptionalJson, only_where

__all__ = ["ConnectorPace", "Effect"]


class Effect(Base):
    """One fact about one attempt of a connector, append-only: rows are added, never changed (`engine.ledger`).

    `step` 0: attempted, recorded before the call. 1: what came of it (answered, failed, lost, unknown). 2: what a
    worker said that was given up as lost. 3: what a person decided (went_out, not_gone). No two rows share key, number
    and step: two workers cannot both make the same attempt, whatever else fails.
    """

    __tablename__ = "effect"
    __privacy__ = Personal(
        "case", "instance_id@case", "empty", erase="answer", ids="by", plain="key fact type policy process_id element"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(BUSINESS_KEY))  # the idempotency key: the same over all attempts
    number: Mapped[int] = mapped_column(Integer)  # of the attempt, from 1
    step: Mapped[int] = mapped_column(Integer)
    fact: Mapped[str] = mapped_column(String(12))
    type: Mapped[str] = mapped_column(String(IDENTIFIER))
    policy: Mapped[str] = mapped_column(String(16))
    process_id: Mapped[str] = mapped_column(String(IDENTIFIER))
    instance_id: Mapped[UUID | None] = mapped_column(Uuid)  # None: work of no case
    element: Mapped[str | None] = mapped_column(String(IDENTIFIER))
    job_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str | None] = mapped_column(String(ACTOR))  # who decided
    answer: Mapped[dict[str, object] | None] = mapped_column(OptionalJson)  # the receiver's, without personal data
    __table_args__ = (
        UniqueConstraint("key", "number", "step"),
        Index("ix_effect_instance", "instance_id", "at"),
        Index("ix_effect_unknown", "at", "id", **only_where("fact = 'unknown'")),
    )


class ConnectorPace(Base):
    """When a connector that declares a rate has no call left to make up for; see engine/pacing.py."""

    __tablename__ = "connector_pace"
    __privacy__ = Impersonal("when a type of work may begin again")
    type: Mapped[str] = mapped_column(String(IDENTIFIER), primary_key=True)
    free_at: Mapped[datetime] = mapped_column(Moment)
