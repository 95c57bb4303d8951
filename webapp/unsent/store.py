"""What was typed into a page's form when the session had ended, until the same person has signed in again.

Whose it is is known by the session that ended: nobody else can take it, and what nobody can be known to have written is
not kept. Bounded in size, number and time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Json, Moment
from engine.personal import Personal
from webapp.accounts import sessions
from webapp.accounts.models import WebSession

__all__ = ["LIFETIME", "UnsentForm", "held", "hold", "take"]

LIFETIME: Final = timedelta(hours=2)
LONGEST: Final = 100_000  # characters of one form
FIELDS: Final = 300
OF_ONE: Final = 10  # forms of one person
Typed = Mapping[str, list[str]]


class UnsentForm(Base):
    """One form: where it was sent, and the texts of its fields."""

    __tablename__ = "unsent_form"
    __privacy__ = Personal("draft", "person_id", erase="typed", plain="path", since="held_at", lasts=LIFETIME)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    typed: Mapped[dict[str, list[str]]] = mapped_column(Json)
    held_at: Mapped[datetime] = mapped_column(Moment, index=True)


def hold(
    session: Session, token: str, path: str, typed: Typed, now: datetime, *, files: bool = False
) -> UnsentForm | None:
    """Keeps what was typed for whose session it was; None where nobody knows, or where it is too much.

    `files`: files were chosen, so that the form is kept also where nothing was typed beside them.
    """
    session.execute(delete(UnsentForm).where(UnsentForm.held_at < now - LIFETIME))
    size = sum(len(text) for texts in typed.values() for text in texts)
    if not (typed or files) or size > LONGEST or len(typed) > FIELDS or len(path) > 500:
        return None
    person_id = session.scalar(select(WebSession.person_id).where(WebSession.token_digest == sessions.digest(token)))
    if person_id is None:
        return None
    theirs = select(func.count()).select_from(UnsentForm).where(UnsentForm.person_id == person_id)
    if (session.scalar(theirs) or 0) >= OF_ONE:
        return None
    held = UnsentForm(id=uuid4(), person_id=person_id, path=path, typed=dict(typed), held_at=now)
    session.add(held)
    return held


def held(session: Session, held_id: UUID, person_id: UUID, now: datetime) -> UnsentForm | None:
    """What this person typed; None where it is gone, too old or another's. It stays."""
    found = session.get(UnsentForm, held_id)
    return None if found is None or found.person_id != person_id or found.held_at < now - LIFETIME else found


def take(session: Session, held_id: UUID, person_id: UUID, now: datetime) -> UnsentForm | None:
    """What this person typed, once; None where it is gone, too old or another's."""
    found = held(session, held_id, person_id, now)
    if found is None:
        return None
    session.delete(found)
    session.flush()
    return found
