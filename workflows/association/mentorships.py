"""Mentorships as records: who accompanies whom, from when to when. Running ones were brought along by an import.

The process of mentorships is not drawn yet; these rows are what it will begin with, each in its own month.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base
from engine.personal import Personal


class Mentorship(Base):
    """One mentor and one mentee. `ends_on` is planned for a running one; `meetings` were held so far."""

    __tablename__ = "mentorship"
    __privacy__ = (
        Personal("membership", "mentor_id", withheld="mentee_id", since="ends_on"),
        Personal("membership", "mentee_id", withheld="mentor_id", since="ends_on"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    mentee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    started_on: Mapped[date]
    ends_on: Mapped[date]
    meetings: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index("uq_mentorship_pair", "mentor_id", "mentee_id", "started_on", unique=True),
        CheckConstraint("mentor_id <> mentee_id", name="ck_mentorship_two"),
        CheckConstraint("ends_on >= started_on", name="ck_mentorship_dates"),
    )


def month_of(pair: Mentorship, on: date) -> int:
    """In which month a mentorship is on a day, the first being 1; counted from its first day, as anniversaries are."""
    months = (on.year - pair.started_on.year) * 12 + on.month - pair.started_on.month
    return months + (on.day >= pair.started_on.day or _is_clamped(pair.started_on, on))


def _is_clamped(anchor: date, on: date) -> bool:
    """Whether a day is the last of a month that has no such day as the anchor: 31 January, then 28 February."""
    following = date.fromordinal(on.toordinal() + 1)
    return following.day == 1 and anchor.day > on.day
