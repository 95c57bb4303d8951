"""Where uploaded bytes lie and what is known of them.

The name on disk is random and never the sender's; the sender's name, made safe by `forms`, is text that is shown.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.models import Base, Moment
from engine.personal import Personal
from engine.prepared import fetch
from forms import UploadedFile

LONGEST_NAME = 120
SWEPT_AFTER = timedelta(days=1)
ATTACHED = ""  # the field of what was put beside a case by hand: no form has a question of this name


class StoredFile(Base):
    """One document: whose case it belongs to, the sender's name for it, its type, size and digest."""

    __tablename__ = "stored_file"
    __privacy__ = (
        Personal(
            "proof", "instance_id@case", "empty", erase="name", ids="uploaded_by", plain="field media_type sha256"
        ),
        Personal(
            "proof", "uploaded_by@actor", "empty", erase="name", ids="uploaded_by", plain="field media_type sha256",
            where="field <> ''",
        ),
        # What staff put beside a case is of whom the case is about, and stays when they leave.
        Personal(
            "work", "uploaded_by@actor", "keep", ids="uploaded_by", withheld="name instance_id", where="field = ''"
        ),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None] = mapped_column(Uuid)
    field: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(64))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    internal: Mapped[bool] = mapped_column(Boolean, default=False)  # for staff who handle the case alone
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    __table_args__ = (Index("ix_stored_file_case", "instance_id", "uploaded_at"),)


def path_of(directory: Path, file_id: UUID) -> Path:
    """Where the bytes lie: two levels of folders by the random id, so that no folder grows huge."""
    return directory / file_id.hex[:2] / file_id.hex


def store(
    directory: Path, field: str, upload: UploadedFile, instance_id: UUID, task_id: UUID | None, by: str, now: datetime
) -> StoredFile:
    """Writes the bytes and answers the row, for the caller to add once its case exists.

    Where the transaction then fails, the bytes stay under a name that nobody knows, until `sweep` deletes them.
    """
    file_id = uuid4()
    path = path_of(directory, file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as target:
        while part := upload.stream.read(1 << 16):
            digest.update(part)
            target.write(part)
    os.utime(path, (now.timestamp(), now.timestamp()))  # `sweep` reads the engine's time, which may be virtual
    return StoredFile(
        id=file_id,
        instance_id=instance_id,
        task_id=task_id,
        field=field,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
        uploaded_at=now,
        internal=False,
    )


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Deletes the bytes in this folder that no row speaks of: their transaction failed. Answers how many files.

    Called for the folder of each upload: ids are random, so that every folder is visited sooner or later. What was
    written within a day may still belong to a transaction under way.
    """
    old = {path.name: path for path in folder.iterdir() if path.stat().st_mtime < (now - SWEPT_AFTER).timestamp()}
    known = session.scalars(select(StoredFile.id).where(StoredFile.id.in_([UUID(name) for name in old])))
    lost = old.keys() - {file_id.hex for file_id in known}
    for name in lost:
        old[name].unlink(missing_ok=True)
    return len(lost)


_OF_CASE: Final = (
    select(*StoredFile.__table__.columns)
    .where(StoredFile.instance_id == bindparam("case", type_=Uuid()), StoredFile.erased_at.is_(None))
    .order_by(StoredFile.uploaded_at.desc(), StoredFile.id)
)


def of_case(session: Session, instance_id: UUID) -> Sequence[StoredFile]:
    """The documents of a case that were not erased, newest first."""
    return [StoredFile(**row._asdict()) for row in fetch(session, _OF_CASE, {"case": instance_id})]


def erase(session: Session, directory: Path, file_id: UUID, now: datetime) -> None:
    """Deletes the bytes for good; the row stays, without name, as a proof that there was a document."""
    stored = session.get(StoredFile, file_id)
    if stored is None:
        return
    stored.erased_at, stored.name = now, ""
    path_of(directory, file_id).unlink(missing_ok=True)
