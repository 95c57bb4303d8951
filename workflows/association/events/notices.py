"""What those who registered read when dates are called off or moved: a text for each date, and one for the event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Text, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal


class EventNotice(Base):
    """What an organiser tells about a date of an event; `appointment_id` null: about the whole event."""

    __tablename__ = "event_notice"
    __privacy__ = Personal("programme", "event_id@association_event", "keep", erase="text text_en", since="told_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("association_event.id"))
    appointment_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text, default="")  # where the association itself says it
    told_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (Index("uq_event_notice_date", "event_id", "appointment_id", unique=True),)

    def said(self, lang: str) -> str:
        """The text as it is read in one language."""
        return (self.text_en or self.text) if lang == "en" else self.text


def tell(
    session: Session, event_id: UUID, appointment_id: UUID | None, text: str, now: datetime, *, english: str = ""
) -> None:  # fmt: skip
    """Says something about a date, or about the event, in the place of what was said of it before.

    An empty text is kept too: whoever reads of a new change is not told again why an earlier one was made."""
    for each in of_event(session, event_id):
        if each.appointment_id == appointment_id:
            session.delete(each)
    session.flush()
    told = EventNotice(
        id=uuid4(), event_id=event_id, appointment_id=appointment_id, text=text, text_en=english, told_at=now
    )
    session.add(told)
    session.flush()


def of_event(session: Session, event_id: UUID) -> Sequence[EventNotice]:
    """All that is told of an event, the oldest first."""
    query = select(EventNotice).where(EventNotice.event_id == event_id)
    return session.scalars(query.order_by(EventNotice.told_at, EventNotice.id)).all()


def about(session: Session, event_id: UUID, appointment_id: UUID | None, lang: str) -> str:
    """What somebody who comes on this date is told last: of the date, or of the whole event; empty where nothing is."""
    heard = [each for each in of_event(session, event_id) if each.appointment_id in (None, appointment_id)]
    return heard[-1].said(lang) if heard else ""
