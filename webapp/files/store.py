"""Where uploaded bytes lie and what is known of them.

The name on disk is random and never the sender's; the sender's name is text that is shown. A row without a case belongs
to a public form that is not confirmed yet; such files are purged with it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, Integer, String, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment

LONGEST_NAME = 120
UNCONFIRMED = timedelta(days=30)
_UNWANTED = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class StoredFile(Base):
    """One document: whose case it belongs to, the sender's name for it, its type, size and digest."""

    __tablename__ = "stored_file"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None] = mapped_column(Uuid)
    field: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_stored_file_case", "instance_id", "uploaded_at"),)


@dataclass(frozen=True, slots=True)
class Upload:
    """What a form handed over: checked by `forms` for type and size."""

    field: str
    name: str
    media_type: str
    content: bytes


def clean_name(name: str) -> str:
    """A name that is safe to show and to save: no path, no control or direction marks, at most 120 characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = _UNWANTED.sub("_", last).strip(" .")
    stem, dot, suffix = cleaned.rpartition(".")
    if len(cleaned) > LONGEST_NAME and dot and len(suffix) <= 8:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return cleaned[:LONGEST_NAME] or "document"


def path_of(directory: Path, file_id: UUID) -> Path:
    """Where the bytes lie: two levels of folders by the random id, so that no folder grows huge."""
    return directory / file_id.hex[:2] / file_id.hex


def store(
    session: Session,
    directory: Path,
    upload: Upload,
    *,
    instance_id: UUID | None,
    task_id: UUID | None,
    by: str,
    now: datetime,
) -> StoredFile:
    """Writes the bytes, then adds the row. Where the transaction fails the bytes stay, unknown to all, until swept."""
    file_id = uuid4()
    path = path_of(directory, file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as target:
        target.write(upload.content)
    stored = StoredFile(
        id=file_id,
        instance_id=instance_id,
        task_id=task_id,
        field=upload.field,
        name=clean_name(upload.name),
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        uploaded_by=by,
        uploaded_at=now,
    )
    session.add(stored)
    return stored


def of_case(session: Session, instance_id: UUID) -> Sequence[StoredFile]:
    """The documents of a case that were not erased, newest first."""
    return session.scalars(
        select(StoredFile)
        .where(StoredFile.instance_id == instance_id, StoredFile.erased_at.is_(None))
        .order_by(StoredFile.uploaded_at.desc(), StoredFile.id)
    ).all()


def adopt(session: Session, file_ids: Iterable[UUID], instance_id: UUID) -> None:
    """Gives files of an unconfirmed form to the case that it started."""
    session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(list(file_ids)), StoredFile.instance_id.is_(None))
        .values(instance_id=instance_id)
    )


def erase(session: Session, directory: Path, file_id: UUID, now: datetime) -> None:
    """Deletes the bytes for good; the row stays, without name, as a proof that there was a document."""
    stored = session.get(StoredFile, file_id)
    if stored is None:
        return
    stored.erased_at, stored.name = now, ""
    path_of(directory, file_id).unlink(missing_ok=True)
