"""Drafts that began before the version in force did: what that version brought stands in them as if it were taken out.

It is brought in as another author's work is: the version in force stands beside the draft as a draft of its own from
the same beginning, and both are brought together.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.models import ProcessDefinition
from webapp.studio import drafts, versions
from webapp.studio.models import StudioDraft

__all__ = ["beside", "is_overtaken", "settle"]


def is_overtaken(draft: StudioDraft, in_force: ProcessDefinition) -> bool:
    """Whether this version came into force since the draft began; one of an earlier version is meant to go back."""
    return draft.base_id not in (None, in_force.id) and in_force.deployed_at > draft.begun_at


def beside(
    session: Session, draft: StudioDraft, in_force: ProcessDefinition, name: str, *, by: str, now: datetime
) -> StudioDraft:
    """The version in force as a draft from the beginning of this one, to bring both together."""
    made = drafts.branch(session, draft.id, 1, {}, name, by=by, now=now)
    there = versions.in_force(session, in_force)
    gone = dict.fromkeys(drafts.names_of(session, made.id, made.rev))
    drafts.save(session, made.id, made.rev, {**gone, **there}, by=by, now=now, saved_by=name)
    made.base_id = in_force.id
    return made


def settle(draft: StudioDraft, other: StudioDraft) -> None:
    """Both were brought together: the draft now goes on from the newer version of the two."""
    if other.base_id is not None:
        draft.base_id = other.base_id
