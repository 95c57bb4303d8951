"""Who opened whose page, when, from where, and what was shown: so that curiosity can be seen. Added, never changed.

The person it is about is told of it in an export: on which day, in which role, not who (art. 15 GDPR; CJEU C-579/21).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal

__all__ = ["MEMBER", "PersonOpening", "note", "of_person"]

MEMBER: Final = "MEMBER"  # the role of whoever looks as one member at another


class PersonOpening(Base):
    """One look. `shown`: the parts of the page, by their keys; `reason`: search, case:ID, request, bank,
    directory or link."""

    __tablename__ = "person_opening"
    __privacy__ = (
        Personal(
            "openings",
            "person_id@person",
            since="opened_at",
            ids="opened_by reason",
            plain="role shown",
            withheld="opened_by",
        ),
        Personal("openings", "opened_by@actor", "keep", ids="opened_by"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(Uuid)
    opened_by: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(64))
    shown: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    __table_args__ = (
        Index("ix_person_opening_person", "person_id", "opened_at"),
        Index("ix_person_opening_actor", "opened_by", "opened_at"),
    )


def note(
    session: Session, person_id: UUID, *, by: str, role: str, reason: str, shown: Iterable[str], now: datetime
) -> None:
    """Adds a look."""
    session.add(
        PersonOpening(
            id=uuid4(), person_id=person_id, opened_by=by, role=role, reason=reason[:64],
            shown=" ".join(sorted(shown))[:120], opened_at=now,
        )
    )  # fmt: skip


def of_person(session: Session, person_id: UUID, *, limit: int = 50) -> Sequence[PersonOpening]:
    """The latest looks at a person, the newest first."""
    query = select(PersonOpening).where(PersonOpening.person_id == person_id)
    return session.scalars(query.order_by(PersonOpening.opened_at.desc(), PersonOpening.id).limit(limit)).all()
