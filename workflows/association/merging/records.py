"""A merge of two people: who asked, what was chosen field by field, who confirmed; and, for a time, how to undo it.

What undoing needs (the record that went, which rows were led elsewhere) tells more than the merge itself: it is a
table of its own, and `retention_rule` says how long it is kept. So long a merge can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Json, Moment
from engine.personal import Personal

__all__ = ["ASKED", "DISTINCT", "DONE", "REFUSED", "UNDONE", "MergeUndo", "PersonMerge"]

ASKED, DONE, REFUSED, UNDONE, DISTINCT = "ASKED", "DONE", "REFUSED", "UNDONE", "DISTINCT"
STANDING: Final = (ASKED, DONE, DISTINCT)


class PersonMerge(Base):
    """One pair of records. `state`: ASKED, DONE, REFUSED, UNDONE; DISTINCT where somebody said that they are two."""

    __tablename__ = "person_merge"
    __privacy__ = Personal(
        "record", "kept_id@person gone_id@person", ids="asked_by decided_by", plain="state choices", since="decided_at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    kept_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    gone_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    state: Mapped[str] = mapped_column(String(8), default=ASKED)
    choices: Mapped[dict[str, str]] = mapped_column(Json)  # field: KEPT or GONE
    rows: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    asked_by: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    __table_args__ = (Index("ix_person_merge_state", "state", "asked_at"),)


class MergeUndo(Base):
    """What it takes to undo one merge."""

    __tablename__ = "person_merge_undo"
    __privacy__ = Personal("merge", "merge_id", erase="traces", since="at")
    merge_id: Mapped[UUID] = mapped_column(ForeignKey("person_merge.id", ondelete="CASCADE"), primary_key=True)
    traces: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Moment)


def of_pair(session: Session, one: UUID, other: UUID) -> PersonMerge | None:
    """What stands of two records: asked, done, or that they are two people."""
    both = (one, other)
    query = select(PersonMerge).where(
        PersonMerge.kept_id.in_(both), PersonMerge.gone_id.in_(both), PersonMerge.state.in_(STANDING)
    )
    return session.scalars(query.order_by(PersonMerge.asked_at.desc())).first()


def asked_about(session: Session, person_id: UUID) -> PersonMerge | None:
    """The open question in which a record has a part."""
    either = or_(PersonMerge.kept_id == person_id, PersonMerge.gone_id == person_id)
    return session.scalars(select(PersonMerge).where(PersonMerge.state == ASKED, either)).first()


def latest(session: Session, *, limit: int = 50) -> Sequence[PersonMerge]:
    """What waits for a decision first, then the last decisions; what is two people is not told again."""
    query = select(PersonMerge).where(PersonMerge.state != DISTINCT)
    return session.scalars(query.order_by(PersonMerge.state != ASKED, PersonMerge.asked_at.desc()).limit(limit)).all()
