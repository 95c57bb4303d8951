"""Who may do a task of a try, in a reader’s words: every person and every role that its assignment names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from uuid import UUID

from sqlalchemy.orm import Session

from engine.models import UserTask
from webapp.operations.names import names_of
from webapp.words import _
from workflows.association.role_names import ROLES, role_name

__all__ = ["whose"]

USER = "user:"


def whose(session: Session, tasks: Sequence[UserTask], language: str) -> Mapping[UUID, str]:
    """By id of a task, who may do it: its person, else the persons and roles among which it is free."""
    named = {task.id: _persons(task) for task in tasks}
    names = names_of(session, (person for persons in named.values() for person in persons))
    return {
        task.id: _or([*(names[each] for each in named[task.id]), *(role_name(each, language) for each in _roles(task))])
        for task in tasks
    }


def _persons(task: UserTask) -> Sequence[str]:
    if task.assignee:
        return [task.assignee]
    return [each.removeprefix(USER) for each in task.candidates if each.startswith(USER)]


def _roles(task: UserTask) -> Sequence[str]:
    return [] if task.assignee else [each for each in task.candidates if each.partition("@")[0] in ROLES]


def _or(words: Sequence[str]) -> str:
    return reduce(lambda said, one: _("%(said)s or %(one)s", said=said, one=one), words) if words else ""
