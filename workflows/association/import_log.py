"""The imports that were carried out: who, when, from which file, and what an undo needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import Conflict
from engine.models import Base, Json, Moment
from engine.personal import Personal

PEOPLE: Final = "people"


class ImportUsed(Conflict):
    """This import cannot be undone: {count} of its people are in use by now, or were changed since."""

    code: ClassVar[str] = "import_used"


class RecordImport(Base):
    """An import that was carried out: who, when, what it made, and what it changed (the values before)."""

    __tablename__ = "people_import"
    __privacy__ = Personal(
        "import", "by@actor", "keep", ids="by contacts", entries="before", plain="kind name digest", since="at"
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), default="people", server_default="people")
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(64))
    added: Mapped[int]
    changed: Mapped[int]
    # As large as the file, and so read where an undo asks for them, never for a list: what was, as
    # {person_id | table, id; fields}, and the rows that were added, new people apart, as {table, id}.
    before: Mapped[list[dict[str, object]]] = mapped_column(Json, deferred=True)
    contacts: Mapped[list[dict[str, str]]] = mapped_column(Json, deferred=True)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


def made(session: Session, kinds: Collection[str], most: int | None = None) -> Sequence[RecordImport]:
    """The imports of these kinds, the latest first; `most` of them where it is given."""
    query = select(RecordImport).where(RecordImport.kind.in_(kinds)).order_by(RecordImport.at.desc()).limit(most)
    return session.scalars(query).all()


def standing(session: Session, kind: str, digest: str) -> RecordImport | None:
    """The latest import of a file with this content that nobody has undone."""
    query = select(RecordImport).where(
        RecordImport.kind == kind, RecordImport.digest == digest, RecordImport.undone_at.is_(None)
    )
    return session.scalars(query.order_by(RecordImport.at.desc()).limit(1)).first()
