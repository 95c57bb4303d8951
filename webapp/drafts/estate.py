"""Whose draft a task shows: one's own, that of whoever had begun it and may not go on (a mandate that ended, the days
of a substitute), or that of whoever had the task before it was given on."""

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
    others = [each for each in found if each is not own and each.actor.startswith("person:")]
    if not others or not actor.roles.intersection(task.candidates):
        return own
    left = next((each for each in others if _was_left(session, each, task, today)), None)
    if left is not None and (own is None or own.saved_at < left.saved_at):
        return left
    if own is not None:
        return own
    return others[0] if task.assignee == actor.id else None


def _was_left(session: Session, draft: Draft, task: UserTask, today: date) -> bool:
    person = UUID(draft.actor.removeprefix("person:"))
    return roles.lost(session, person, task.candidates, roles.keys_of(session, person, today), today) is not None
