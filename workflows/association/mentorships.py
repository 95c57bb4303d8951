"""Mentorships as records: who accompanies whom, from when to when. Some were brought along by an import, each in its
own month; the others began with a proposal that both said yes to.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal

FIRST_CONTACT, RUNNING, ENDED = "FIRST_CONTACT", "RUNNING", "ENDED"
LIVE: Final = (FIRST_CONTACT, RUNNING)


class Mentorship(Base):
    """One mentor and one mentee. `ends_on` is planned for a running one; `meetings` were held so far.

    `started_on`: the day of the second signature, before it that of the introduction. `steps`: dates of the calendar
    that are behind the pair. `guided`: its calendar has the question after eight weeks and the notice of the last
    month, which older ones have not. `sign_on`: the last day on which either gave a sign; moods from 1 to 5 as last
    said. `beside_id`: the pair of the same mentor that this one works beside, three people together. `offer_on`: the
    day on which either told of a job offer from one to the other, which is allowed once it is told of.
    """

    __tablename__ = "mentorship"
    __privacy__ = (
        Personal(
            "membership",
            "mentor_id",
            "empty",
            erase="aims",
            plain="state rhythm channel ending",
            withheld="mentee_id mentee_mood",
            since="ends_on",
        ),
        Personal(
            "membership",
            "mentee_id",
            "empty",
            erase="aims",
            plain="state rhythm channel ending",
            withheld="mentor_id mentor_mood",
            since="ends_on",
        ),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    mentor_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    mentee_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    started_on: Mapped[date]
    ends_on: Mapped[date]
    meetings: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(16), default=RUNNING, index=True)
    proposal_id: Mapped[UUID | None] = mapped_column(Uuid, unique=True)
    demand_id: Mapped[UUID | None] = mapped_column(Uuid)
    instance_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    introduced_on: Mapped[date | None]
    first_word_on: Mapped[date | None]
    guided: Mapped[bool] = mapped_column(default=False, server_default=false())
    aims: Mapped[str] = mapped_column(Text, default="")
    rhythm: Mapped[str] = mapped_column(String(12), default="")
    channel: Mapped[str] = mapped_column(String(8), default="")
    mentor_signed_at: Mapped[datetime | None] = mapped_column(Moment)
    mentee_signed_at: Mapped[datetime | None] = mapped_column(Moment)
    steps: Mapped[int] = mapped_column(default=0)
    extended: Mapped[bool] = mapped_column(default=False)
    sign_on: Mapped[date | None]
    mentor_mood: Mapped[int | None]
    mentee_mood: Mapped[int | None]
    next_on: Mapped[date | None]  # where both moved the next date to
    paused_days: Mapped[int] = mapped_column(default=0, server_default="0")
    ended_on: Mapped[date | None]
    ending: Mapped[str] = mapped_column(String(16), default="")
    beside_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    offer_on: Mapped[date | None]
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
