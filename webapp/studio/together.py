"""Several people in one draft: who is at it now, and what they remark on it and on its elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.bounds import IDENTIFIER
from engine.errors import Invalid, NotFound
from webapp.operations.names import names_of, tongues_of
from webapp.studio.models import StudioComment, StudioPresence

__all__ = ["Remark", "arrive", "remark", "remarks", "settle"]

HERE: Final = timedelta(seconds=45)  # an editor tells every quarter of a minute that it is open
LONGEST: Final = 2000


class RemarkEmpty(Invalid):
    """Write what you want to say, in at most {limit} characters."""

    code: ClassVar[str] = "studio_remark"


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody remarked. `settled_by`: who said that it is done with."""

    id: UUID
    element: str
    text: str
    by: str
    at: datetime
    settled_by: str | None
    lang: str  # its author's language, where the page is in another


def arrive(session: Session, draft_id: UUID, file: str, *, by: str, now: datetime) -> Sequence[str]:
    """Says that this person has a file of the draft open; answers the names of the others who are at the draft."""
    row = session.get(StudioPresence, (draft_id, by))
    if row is None:
        session.execute(delete(StudioPresence).where(StudioPresence.seen_at < now - HERE))
        session.add(StudioPresence(draft_id=draft_id, actor=by, file=file[:IDENTIFIER], seen_at=now))
    else:
        row.file, row.seen_at = file[:IDENTIFIER], now
    query = select(StudioPresence.actor).where(
        StudioPresence.draft_id == draft_id, StudioPresence.actor != by, StudioPresence.seen_at >= now - HERE
    )
    others = session.scalars(query).all()
    return sorted(names_of(session, others)[actor] for actor in others)


def remark(session: Session, draft_id: UUID, text: str, element: str, *, by: str, now: datetime) -> None:
    """Keeps a remark on the draft, or on an element of it. Raises RemarkEmpty."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise RemarkEmpty(limit=LONGEST)
    session.add(
        StudioComment(
            id=uuid4(), draft_id=draft_id, file="", element=element.strip()[:IDENTIFIER], text=said, written_at=now,
            written_by=by,
        )
    )  # fmt: skip


def settle(session: Session, draft_id: UUID, remark_id: UUID, *, by: str) -> None:
    """Says that a remark is done with. Raises NotFound."""
    row = session.get(StudioComment, remark_id)
    if row is None or row.draft_id != draft_id:
        raise NotFound(kind="remark", id=str(remark_id))
    row.settled_by = row.settled_by or by


def remarks(session: Session, draft_id: UUID, shown: str) -> Sequence[Remark]:
    """The remarks on a draft for a page in this language: what is open first, the oldest first."""
    query = select(StudioComment).where(StudioComment.draft_id == draft_id).order_by(StudioComment.written_at)
    rows = session.scalars(query).all()
    names = names_of(session, [actor for row in rows for actor in (row.written_by, row.settled_by)])
    tongues = tongues_of(session, {row.written_by for row in rows}, shown)
    found = [
        Remark(
            row.id, row.element, row.text, names[row.written_by], row.written_at, names.get(row.settled_by or ""),
            tongues.get(row.written_by, ""),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.settled_by is not None)
