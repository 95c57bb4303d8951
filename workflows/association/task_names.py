"""What a task is called in its reader's language, for mails and notices, which no page puts into words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.definitions import definition
from engine.engine import Engine
from engine.models import UserTask
from workflows.association.wording import typographic


def name_of(session: Session, engine: Engine, task: UserTask, language: str) -> str:
    """The name of a task's element as its diagram says it in this language, as print has it."""
    element = definition(session, engine, task.definition_id).spec.elements.get(task.element)
    return typographic(task.name if element is None else element.name_in(language))
