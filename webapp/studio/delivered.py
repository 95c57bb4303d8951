"""Scenarios and golden cases that an update of the software brought, beside those of a draft and of what is in force.

Neither changes by itself: what two people decided stays until somebody takes the new ones into a draft.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.models import ProcessDefinition
from webapp.studio import drafts, versions
from webapp.studio.models import StudioDecision, StudioDraft, StudioRevision

__all__ = ["TAKEN", "offered", "taken_in", "unknown", "updated"]

FEW = 10  # saves that are read at once
TAKEN = "delivered"  # the note of a save that took in what the software brought


def offered(session: Session, draft: StudioDraft, found: ProcessDefinition) -> Mapping[str, bytes | None]:
    """What a draft that began as a copy of a version can take in: what neither it nor anything that came into force
    ever held, and what it left as it was though the software has it otherwise (None: has it no more)."""
    first = session.get(StudioRevision, (draft.id, 1))
    if first is None or not versions.is_copy(first.note):
        return {}
    new = _new(session, draft.process_id, draft)
    brought = versions.delivered(draft.process_id)
    return {**new, **{name: brought.get(name) for name in updated(session, draft, found)}}


def updated(session: Session, draft: StudioDraft, found: ProcessDefinition) -> frozenset[str]:
    """The scenarios and golden cases that came otherwise with an update of the software since this draft began as a
    copy of the version in force, and about which nobody said anything in the draft: they are no change of its own."""
    first = session.get(StudioRevision, (draft.id, 1))
    if first is None or draft.base_id != found.id or first.note != versions.copied(found):
        return frozenset()
    there, now = versions.in_force(session, found), drafts.files_of(session, draft.id, draft.rev)
    began, newest = first.files, drafts.names_of(session, draft.id, draft.rev)
    names = {*there, *now}
    return frozenset(name for name in names if there.get(name) != now.get(name) and began.get(name) == newest.get(name))


def taken_in(session: Session, draft: StudioDraft, found: ProcessDefinition, name: str) -> Mapping[str, bytes | None]:
    """The file of this name as the software brings it, to be saved. Raises NotFound: it is none of those offered."""
    brought = offered(session, draft, found)
    if name not in brought:
        raise NotFound(kind="file", id=name)
    return {name: brought[name]}


def unknown(session: Session, found: ProcessDefinition) -> list[str]:
    """By name what the software brings that a version which came into force from the studio does not have, nor any
    before it."""
    query = select(StudioDecision.id).where(StudioDecision.deployment_id == found.deployment_id)
    return sorted(_new(session, found.process_id)) if session.scalars(query).first() is not None else []


def _new(session: Session, process_id: str, draft: StudioDraft | None = None) -> dict[str, bytes]:
    """What the software brings and no save held: of drafts that came into force, and of this one. Most often the newest
    save holds all of it: no more saves are read than it takes to find each."""
    brought = versions.delivered(process_id)
    left = {(name, hashlib.sha256(body).hexdigest()) for name, body in brought.items()}
    counted = StudioDraft.state == "deployed"
    if draft is not None:
        counted = or_(counted, StudioDraft.id == draft.id)
    query = (
        select(StudioRevision.files)
        .join(StudioDraft, StudioDraft.id == StudioRevision.draft_id)
        .where(StudioDraft.process_id == process_id, counted)
        .order_by(StudioRevision.saved_at.desc(), StudioRevision.number.desc())
        .execution_options(yield_per=FEW)
    )
    if left:
        for files in session.scalars(query):
            left -= files.items()
            if not left:
                break
    missing = {name for name, _digest in left}
    return {name: body for name, body in brought.items() if name in missing}
