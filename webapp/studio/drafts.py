"""The verbs of drafts: begin, save, restore, branch off, put away. Every save is a revision that stays.

Two people in one draft: whoever saves over a revision that he did not see is told who saved, and nothing is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.bounds import LABEL, check
from engine.errors import Conflict, Invalid, NotFound
from webapp.studio.bundle import accept
from webapp.studio.models import StudioDraft, StudioFile, StudioRevision
from webapp.studio.renames import carried

__all__ = [
    "ACTIVE", "DraftClosed", "SavedMeanwhile", "begin", "branch", "discard", "draft", "files_of", "history",
    "names_of", "root_of", "save",
]  # fmt: skip

MOST_REVISIONS: Final = 2000
# What a save that accepted the answer of a golden case is noted as, and one that took it back: file and case follow.
ACCEPTED: Final = "accepted "
REFUSED: Final = "refused "
ACTIVE: Final = frozenset({"open", "rehearsing", "proposed"})  # what may still be changed


class SavedMeanwhile(Conflict):
    """{name} saved this draft while you were working on it. Nothing of yours is lost: keep both, or look at theirs."""

    code: ClassVar[str] = "studio_saved_meanwhile"


class DraftClosed(Conflict):
    """This draft is closed: it came into force, or was put away. Begin a new one from it."""

    code: ClassVar[str] = "studio_draft_closed"


class TooManySaves(Invalid):
    """This draft has been saved {limit} times: begin a new one from it."""

    code: ClassVar[str] = "studio_too_many_saves"


def draft(session: Session, draft_id: UUID) -> StudioDraft:
    """The draft. Raises NotFound."""
    found = session.get(StudioDraft, draft_id)
    if found is None:
        raise NotFound(kind="draft", id=str(draft_id))
    return found


def begin(
    session: Session, process_id: str, name: str, files: Mapping[str, bytes], *, by: str, now: datetime,
    base: UUID | None = None, note: str = "",
) -> StudioDraft:  # fmt: skip
    """A new draft with its first revision. Raises as `webapp.studio.bundle.accept`, TextTooLong."""
    check({"name": name}, LABEL)
    accept(files)
    made = StudioDraft(
        id=uuid4(), process_id=process_id, name=name, base_id=base, rev=1, state="open", begun_at=now, begun_by=by,
        reason="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    _revision(session, made.id, 1, files, by, now, note)
    return made


def save(
    session: Session, draft_id: UUID, seen: int, changed: Mapping[str, bytes | None], *, by: str, now: datetime,
    saved_by: str, note: str = "",
) -> int:  # fmt: skip
    """Writes these files over those of the newest revision (None takes a file out); answers the newest number.

    What changes nothing makes no revision. Scenarios follow what the diagram calls its steps. `seen`: the revision that
    the author worked on; what others saved in other files since then stays. `saved_by`: what to call the other in the
    refusal.

    Raises NotFound, DraftClosed, SavedMeanwhile, and as `accept`.
    """
    found = draft(session, draft_id)
    if found.state not in ACTIVE:
        raise DraftClosed
    if found.rev != seen and not _elsewhere(session, found, seen, changed):
        raise SavedMeanwhile(name=saved_by, rev=found.rev)
    seen = found.rev
    before = files_of(session, draft_id, seen)
    files = {name: body for name, body in {**before, **changed}.items() if body is not None}
    if files == before:
        return seen
    if seen >= MOST_REVISIONS:
        raise TooManySaves(limit=MOST_REVISIONS)
    accept(files)
    files = carried(before, files, changed)
    # What somebody is asked to approve does not change under his eyes: a save takes the question back.
    taken = update(StudioDraft).where(StudioDraft.id == draft_id, StudioDraft.rev == seen)
    written = session.execute(taken.values(rev=seen + 1, state="open", proposed_by=None))
    if written.rowcount != 1:  # type: ignore[attr-defined]
        raise SavedMeanwhile(name=saved_by, rev=seen + 1)
    session.expire(found)
    _revision(session, draft_id, seen + 1, files, by, now, note)
    return seen + 1


def _elsewhere(session: Session, found: StudioDraft, seen: int, changed: Iterable[str]) -> bool:
    """Whether nobody touched these files since the revision that was seen."""
    looked_at = session.get(StudioRevision, (found.id, seen))
    newest = names_of(session, found.id, found.rev)
    return looked_at is not None and all(looked_at.files.get(name) == newest.get(name) for name in changed)


def branch(
    session: Session, draft_id: UUID, number: int, changed: Mapping[str, bytes], name: str, *, by: str, now: datetime
) -> StudioDraft:
    """A draft of its own from a revision, with what was typed over it as its second save: the way to keep both, and
    to bring both together. Raises NotFound, and as `save`."""
    found = draft(session, draft_id)
    files = files_of(session, draft_id, number)
    made = begin(session, found.process_id, name, files, by=by, now=now, base=found.base_id, note=f"save {number}")
    save(session, made.id, 1, changed, by=by, now=now, saved_by=name)
    return made


def root_of(session: Session, draft_id: UUID, branch_id: UUID) -> int:
    """The save of a draft that another began from. Raises NotFound: it began elsewhere."""
    began = names_of(session, branch_id, 1)
    found = next((row.number for row in history(session, draft_id) if row.files == began), None)
    if found is None or draft_id == branch_id:
        raise NotFound(kind="draft", id=str(branch_id))
    return found


def discard(session: Session, draft_id: UUID) -> None:
    """Puts a draft away; it stays on record. Raises NotFound, DraftClosed."""
    found = draft(session, draft_id)
    if found.state not in ACTIVE:
        raise DraftClosed
    found.state = "discarded"
    beside = update(StudioDraft).where(StudioDraft.beside_id == draft_id, StudioDraft.state == "open")
    session.execute(beside.values(state="discarded"))


def names_of(session: Session, draft_id: UUID, number: int) -> Mapping[str, str]:
    """The digests of a revision's files by name. Raises NotFound."""
    found = session.get(StudioRevision, (draft_id, number))
    if found is None:
        raise NotFound(kind="revision", id=str(number))
    return found.files


def files_of(session: Session, draft_id: UUID, number: int) -> dict[str, bytes]:
    """The files of a revision. Raises NotFound."""
    names = names_of(session, draft_id, number)
    query = select(StudioFile.digest, StudioFile.body).where(StudioFile.digest.in_(set(names.values())))
    bodies = dict(session.execute(query).tuples().all())
    return {name: bodies[digest] for name, digest in names.items()}


def accepted_in(session: Session, draft_id: UUID, number: int) -> tuple[str, str]:
    """The file and the case of which a save accepted the new answer. Raises NotFound: it accepted none."""
    found = session.get(StudioRevision, (draft_id, number))
    name, _blank, case = found.note.removeprefix(ACCEPTED).partition(" ") if found is not None else ("", "", "")
    if found is None or not found.note.startswith(ACCEPTED) or number < 2 or len(found.note) >= LABEL:
        raise NotFound(kind="case", id=str(number))
    return name, case


def history(session: Session, draft_id: UUID) -> Sequence[StudioRevision]:
    """Every revision, newest first."""
    query = select(StudioRevision).where(StudioRevision.draft_id == draft_id)
    return session.scalars(query.order_by(StudioRevision.number.desc())).all()


def _revision(
    session: Session, draft_id: UUID, number: int, files: Mapping[str, bytes], by: str, now: datetime, note: str
) -> None:
    names = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    kept = set(session.scalars(select(StudioFile.digest).where(StudioFile.digest.in_(set(names.values())))))
    bodies = {names[name]: body for name, body in files.items() if names[name] not in kept}
    session.add_all(StudioFile(digest=digest, body=body) for digest, body in bodies.items())
    session.add(
        StudioRevision(draft_id=draft_id, number=number, files=names, saved_at=now, saved_by=by, note=note[:LABEL])
    )
    session.flush()
