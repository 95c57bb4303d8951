"""No mail to somebody while a question about them is open: a bank that reports a death, before anybody confirmed it.

The sender asks at the moment of sending (`mail_guard`), so that what was queued before stops too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch

DEATH_REPORTED = "DEATH_REPORTED"


class MailHold(Base):
    """From a moment until it is lifted. Rows are kept: they say why a mail did not go."""

    __tablename__ = "mail_hold"
    __privacy__ = Personal("record", "person_id", plain="reason", since="lifted_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(24))
    since: Mapped[datetime] = mapped_column(Moment)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_mail_hold_person", "person_id", "lifted_at"),)


_HELD: Final = (
    select(MailHold.id)
    .where(MailHold.person_id == bindparam("person", type_=Uuid()), MailHold.lifted_at.is_(None))
    .limit(1)
)


def is_held(session: Session, person_id: UUID) -> bool:
    """Whether mails to a person are held: what each reminder asks, and each mail."""
    return bool(fetch(session, _HELD, {"person": person_id}))


def hold(session: Session, person_id: UUID, reason: str, now: datetime) -> None:
    """Stops every mail to a person; a second time changes nothing."""
    if not is_held(session, person_id):
        session.add(MailHold(id=uuid4(), person_id=person_id, reason=reason, since=now))
        session.flush()


def lift(session: Session, person_id: UUID, now: datetime) -> None:
    """Mails may go again."""
    for found in session.scalars(select(MailHold).where(MailHold.person_id == person_id, MailHold.lifted_at.is_(None))):
        found.lifted_at = now
