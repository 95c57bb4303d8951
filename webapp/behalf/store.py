"""What staff answered for whom a case is about, with channel and evidence: seen by staff and by that person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Integer, String, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.assignment import Actor
from engine.models import Base, Moment
from engine.personal import Personal

CHANNELS: Final = ("PHONE", "LETTER", "VISIT", "EMAIL")
LONGEST: Final = 2_000


class OnBehalf(Base):
    """One answer, or one start of a case, that staff wrote down for somebody. `files`: how many documents show it."""

    __tablename__ = "on_behalf"
    __privacy__ = (
        Personal("notes", "instance_id@case", "empty", erase="words", ids="actor", plain="element channel"),
        Personal("work", "actor@actor", "keep", ids="actor", withheld="words"),
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    element: Mapped[str | None] = mapped_column(String(200))  # the task; None: the case was started so
    actor: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    files: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Moment)


def note(
    session: Session, instance_id: UUID, element: str | None, by: Actor, channel: str, words: str, files: int,
    now: datetime,
) -> None:  # fmt: skip
    """Puts on record by which channel an answer came and what shows it."""
    session.add(
        OnBehalf(
            id=uuid4(), instance_id=instance_id, element=element, actor=by.id, channel=channel, words=words,
            files=files, at=now,
        )
    )  # fmt: skip


def of_case(session: Session, instance_id: UUID) -> Sequence[OnBehalf]:
    """What was said for somebody in this case, the newest first."""
    query = select(OnBehalf).where(OnBehalf.instance_id == instance_id)
    return session.scalars(query.order_by(OnBehalf.at.desc(), OnBehalf.id)).all()
