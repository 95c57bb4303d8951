"""What people say of a career group: the closing questionnaire (form F11), and their news three, six, twelve months on.

Answers are read together alone: figures of fewer people than the rule says are not shown. Source: domain §P2.8, §P2.10.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from workflows.association.records import Values

STATEMENTS: Final = ("clarity", "content", "leading", "trust", "pace", "network")  # each agreed with from 1 to 5
OUTCOMES: Final = (
    "JOB_SAME", "JOB_CHANGED", "INDEPENDENT", "CREATION", "TRAINING", "SEARCHING", "STAYED", "OTHER",
)  # fmt: skip


class CohortOpinion(Base):
    """How far somebody agrees with each of the six statements, from 1 (not at all) to 5."""

    __tablename__ = "cohort_opinion"
    __privacy__ = Personal("programme", "seat_id", "keep", since="given_at")
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), primary_key=True)
    clarity: Mapped[int]
    content: Mapped[int]
    leading: Mapped[int]
    trust: Mapped[int]
    pace: Mapped[int]
    network: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(Moment)


class CohortNews(Base):
    """Where somebody stood at a follow-up: 1, 2 or 3, as the rules name their months."""

    __tablename__ = "cohort_news"
    __privacy__ = Personal("programme", "seat_id", "keep", plain="outcome", since="told_at")
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("cohort_seat.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    told_at: Mapped[datetime] = mapped_column(Moment)


def keep(session: Session, seat_id: UUID, values: Values, now: datetime) -> None:
    """Keeps the answers to the six statements, where the form asked for them; the last ones count."""
    if any(values.get(name) in {None, ""} for name in STATEMENTS):
        return
    given = {name: min(5, max(1, int(str(values[name])))) for name in STATEMENTS}
    session.merge(CohortOpinion(seat_id=seat_id, given_at=now, **given))


def tell(session: Session, seat_id: UUID, number: int, outcome: str, now: datetime) -> None:
    """Keeps where somebody stands at a follow-up; the last word counts."""
    session.merge(CohortNews(seat_id=seat_id, number=number, outcome=outcome, told_at=now))
