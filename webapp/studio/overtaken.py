"""Drafts that began before the version in force did: what that version brought stands in them as if it were taken out.

It is brought in as another author's work is: the version in force stands beside the draft as a draft of its own from
the same beginning, and both are brought together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessDefinition
from webapp.studio import drafts, versions
from webapp.studio.models import StudioDraft, StudioRevision
from webapp.words import _

__all__ = ["beside", "called", "common", "is_overtaken", "settle"]

SAVES: Final = 2  # of a version set beside a draft: what both began with, and itself


def is_overtaken(draft: StudioDraft, in_force: ProcessDefinition) -> bool:
    """Whether this version came into force since the draft began; one of an earlier version is meant to go back."""
    return draft.base_id not in (None, in_force.id) and in_force.deployed_at > draft.begun_at


def beside(
    session: Session, draft: StudioDraft, in_force: ProcessDefinition, name: str, *, by: str, now: datetime
) -> StudioDraft:
    """The version in force as a draft from the beginning of this one, to bring both together: the one that stands there
    from an earlier press, else a new one. It is in no list of drafts, so whoever leaves the page leaves nothing."""
    standing = session.scalars(
        select(StudioDraft).where(StudioDraft.beside_id == draft.id, StudioDraft.state == "open")
    ).all()
    for each in standing:
        if each.base_id == in_force.id and each.rev == SAVES:
            return each
        each.state = "discarded"  # of a version that is no longer in force, or changed by hand
    began, note = _beginning(session, draft)
    made = drafts.begin(session, draft.process_id, name, began, by=by, now=now, base=in_force.id, note=note)
    made.beside_id = draft.id
    there = versions.in_force(session, in_force)
    drafts.save(session, made.id, 1, {**dict.fromkeys(began), **there}, by=by, now=now, saved_by=name)
    return made


def called(session: Session, beside: StudioDraft) -> str:
    """What the version is called that stands beside a draft, in the reader's language."""
    number = versions.version(session, beside.base_id).version if beside.base_id is not None else ""
    return _("Version %(number)s, in force", number=number)


def _beginning(session: Session, draft: StudioDraft) -> tuple[dict[str, bytes], str]:
    """The version that the draft goes on from, and its note. The first save is that version only where it is a copy of
    it: one that began with files taken in, or by keeping two apart, holds changes of its author."""
    assert draft.base_id is not None
    base = versions.version(session, draft.base_id)
    note, first = versions.copied(base), session.get_one(StudioRevision, (draft.id, 1))
    return drafts.files_of(session, draft.id, 1) if first.note == note else versions.in_force(session, base), note


def common(session: Session, theirs: StudioDraft, mine: StudioDraft) -> dict[str, bytes]:
    """The files from which both drafts began. Raises NotFound: they began elsewhere."""
    if mine.base_id == theirs.base_id or mine.process_id != theirs.process_id:
        return drafts.files_of(session, theirs.id, drafts.root_of(session, theirs.id, mine.id))
    return drafts.files_of(session, mine.id, 1)


def settle(draft: StudioDraft, other: StudioDraft) -> None:
    """Both were brought together: the draft now goes on from the newer version of the two."""
    if other.base_id is not None:
        draft.base_id = other.base_id
