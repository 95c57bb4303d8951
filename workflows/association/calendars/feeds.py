"""Private addresses of calendars: whoever has one reads it, until its owner takes it back.

Only the SHA-256 of the secret is stored (a secret of full entropy needs no slow hash), so that the address is shown
once; a lost one is taken back and another made. `calendar` empty: everything that its owner is invited to.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal

MINE: Final = ""
MOST: Final = 10  # living addresses of one person


class CalendarFeed(Base):
    """An address that was handed out."""

    __tablename__ = "calendar_feed"
    __privacy__ = Personal("account", "person_id", erase="digest", plain="calendar", since="revoked_at")
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    calendar: Mapped[str] = mapped_column(String(40), default=MINE)
    made_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make(session: Session, person_id: UUID, now: datetime, *, calendar: str = MINE) -> str:
    """A fresh address for somebody; answers its secret. Beyond MOST the oldest is taken back."""
    for old in living(session, person_id)[MOST - 1 :]:
        old.revoked_at = now
    secret = secrets.token_urlsafe(32)
    session.add(CalendarFeed(id=uuid4(), digest=_digest(secret), person_id=person_id, calendar=calendar, made_at=now))
    session.flush()
    return secret


def living(session: Session, person_id: UUID) -> Sequence[CalendarFeed]:
    """The addresses of somebody that still work, the newest first."""
    query = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return session.scalars(query.order_by(CalendarFeed.made_at.desc(), CalendarFeed.id)).all()


def find(session: Session, secret: str) -> CalendarFeed | None:
    """The feed of a secret, while it works."""
    query = select(CalendarFeed).where(CalendarFeed.digest == _digest(secret), CalendarFeed.revoked_at.is_(None))
    return session.scalars(query).one_or_none()


def revoke(session: Session, person_id: UUID, feed_id: UUID, now: datetime) -> bool:
    """Takes an address back; answers whether it was this person's and worked."""
    found = session.get(CalendarFeed, feed_id)
    if found is None or found.person_id != person_id or found.revoked_at is not None:
        return False
    found.revoked_at = now
    return True
