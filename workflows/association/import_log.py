"""The imports that were carried out: who, when, from which file, and what an undo needs."""

from __future__ import annotations

from collections.abc import Sequence
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
    """This import cannot be undone: {count} of its people have applied or hold a membership since."""

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
    before: Mapped[list[dict[str, object]]] = mapped_column(Json)  # [{person_id | table, id; fields}], to undo
    contacts: Mapped[list[dict[str, str]]] = mapped_column(Json)  # rows added, new people apart: table, id
    undone_at: Mapped[datetime | None] = mapped_column(Moment)


def made(session: Session, kind: str | None = None) -> Sequence[RecordImport]:
    """Every import, of one kind where it is named, the latest first."""
    query = select(RecordImport).order_by(RecordImport.at.desc())
    return session.scalars(query if kind is None else query.where(RecordImport.kind == kind)).all()
