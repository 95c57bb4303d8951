"""Files that were chosen in a page's form when the session had ended: kept, and sent along with it.

A browser cannot be told which files to send. So each of them stays here, a box in its form says by name that it goes
along, and it joins the request that is sent with this box ticked. A file that is chosen anew takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, LargeBinary, String, Uuid, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import FileStorage

from engine.models import Base, Moment
from engine.personal import Personal

__all__ = ["KEPT", "KeptFile", "UnsentFile", "forget", "hold", "of_form", "to_send", "uploads"]

KEPT: Final = "kept_file"  # the field of a page's form: the ids of what goes along
LIFETIME: Final = timedelta(hours=2)
OF_ONE: Final = 20_000_000  # bytes of one person
ALTOGETHER: Final = 200_000_000  # bytes
FILES: Final = 20  # of one form


class UnsentFile(Base):
    """One file: the form that was sent with it, where it was sent, its field, its name and type as the browser said."""

    __tablename__ = "unsent_file"
    __privacy__ = Personal(
        "draft",
        "person_id",
        erase="name body",
        plain="form_id path field media_type",
        since="held_at",
        lasts=LIFETIME,
    )
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    form_id: Mapped[UUID] = mapped_column(Uuid, index=True)  # an `UnsentForm`, which is gone once it was shown
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    field: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    held_at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What a page says of a file that goes along: its id, the field in which it was chosen, its name."""

    id: UUID
    field: str
    name: str


def uploads(files: Iterable[tuple[str, FileStorage]]) -> list[tuple[str, FileStorage]]:
    """Of the files of a request those that somebody chose: an empty field sends one without a name."""
    return [(field, each) for field, each in files if each.filename]


def hold(
    session: Session,
    owner: tuple[UUID, UUID, str],
    sent: Sequence[tuple[str, FileStorage]],
    again: Sequence[UUID],
    now: datetime,
) -> list[str]:
    """Keeps the files for their `owner` (form, person, path); answers the names of those for which there is no room.

    `again`: files that were kept before and went along with this form: they belong to it now.
    """
    form_id, person_id, path = owner
    session.execute(delete(UnsentFile).where(UnsentFile.held_at < now - LIFETIME))
    chosen = {field for field, _ in sent}
    theirs = (UnsentFile.id.in_(again), UnsentFile.person_id == person_id, UnsentFile.field.not_in(chosen))
    session.execute(update(UnsentFile).where(*theirs).values(form_id=form_id, held_at=now))
    size = func.coalesce(func.sum(func.length(UnsentFile.body)), 0)
    room = min(
        OF_ONE - (session.scalar(select(size).where(UnsentFile.person_id == person_id)) or 0),
        ALTOGETHER - (session.scalar(select(size)) or 0),
    )
    lost: list[str] = []
    for number, (field, each) in enumerate(sent):
        name, body = (each.filename or "")[-200:], each.stream.read()
        if number >= FILES or len(body) > room or len(field) > 200:
            lost.append(name)
            continue
        room -= len(body)
        session.add(
            UnsentFile(
                id=uuid4(), form_id=form_id, person_id=person_id, path=path, field=field, name=name,
                media_type=each.mimetype[:100], body=body, held_at=now,
            )
        )  # fmt: skip
    return lost


def of_form(session: Session, form_id: UUID, person_id: UUID, now: datetime) -> Sequence[KeptFile]:
    """The files of one form of this person, by field and name."""
    query = select(UnsentFile.id, UnsentFile.field, UnsentFile.name).where(
        UnsentFile.form_id == form_id, UnsentFile.person_id == person_id, UnsentFile.held_at >= now - LIFETIME
    )
    return [KeptFile(*row) for row in session.execute(query.order_by(UnsentFile.field, UnsentFile.name)).tuples()]


def to_send(
    session: Session, ids: Sequence[UUID], person_id: UUID, path: str, now: datetime
) -> Sequence[tuple[KeptFile, FileStorage]]:
    """Those of these files that this person chose in the form of this address, as a request holds them."""
    query = select(UnsentFile.id, UnsentFile.field, UnsentFile.name, UnsentFile.media_type, UnsentFile.body).where(
        UnsentFile.id.in_(ids), UnsentFile.person_id == person_id, UnsentFile.path == path,
        UnsentFile.held_at >= now - LIFETIME,
    )  # fmt: skip
    return [
        (KeptFile(id_, field, name), FileStorage(BytesIO(body), name, field, media_type))
        for id_, field, name, media_type, body in session.execute(query.order_by(UnsentFile.name)).tuples()
    ]


def forget(session: Session, ids: Sequence[UUID]) -> None:
    """They were sent."""
    session.execute(delete(UnsentFile).where(UnsentFile.id.in_(ids)))
