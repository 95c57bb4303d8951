"""Whose draft a task shows: one's own, or that of whoever had begun it and lost the mandate to go on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.models import UserTask
from webapp.drafts import store
from webapp.drafts.store import Draft
from workflows.association import roles


def draft_of(session: Session, task: UserTask, actor: Actor, today: date) -> Draft | None:
    """The draft that this actor goes on with. A colleague's is his own while he may still act."""
    found = store.every(session, task.id)
    own = next((each for each in found if each.actor == actor.id), None)
    if own is not None or not actor.roles.intersection(task.candidates):
        return own
    return next((each for each in found if _was_left(session, each, task, today)), None)


def _was_left(session: Session, draft: Draft, task: UserTask, today: date) -> bool:
    kind, _, person = draft.actor.partition(":")
    if kind != "person":
        return False
    held = roles.keys_of(session, UUID(person), today)
    return roles.lost(session, UUID(person), task.candidates, held, today) is not None
