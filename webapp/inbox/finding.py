"""What a search in the inbox finds: tasks by words of their case, by whom it is about, and by their own name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engine import search
from engine.engine import Engine
from engine.folding import fold
from engine.models import ProcessDefinition, UserTask
from engine.shapes import OPEN
from webapp.operations.diagrams import drawing
from webapp.operations.subjects import records

FEW = 500  # matching cases that are named one by one


def found(session: Session, engine: Engine, text: str, language: str) -> ColumnElement[bool] | None:
    """The condition for rows of the inbox; None where nothing is searched for.

    Whoever may see a task reads on its page whom the case is about, so he may also find it by that name.
    """
    if not text:
        return None
    sought = search.Sought.of(text, records(session, text))
    cases = search.first_matches(session, sought, FEW)
    by_case = search.found(sought) if cases is None else UserTask.instance_id.in_(cases)
    return or_(by_case, _named(session, engine, text, language))


def _named(session: Session, engine: Engine, text: str, language: str) -> ColumnElement[bool]:
    """Tasks whose name in the reader's language holds the text, accents aside, in any version that has open tasks."""
    waiting = exists().where(OPEN, UserTask.definition_id == ProcessDefinition.id)
    wanted = fold(text)
    named = [
        and_(UserTask.definition_id == version, UserTask.element.in_(elements))
        for version in session.scalars(select(ProcessDefinition.id).where(waiting))
        if wanted and (elements := _elements(session, engine, version, wanted, language))
    ]
    return or_(UserTask.id.is_(None), *named)


def _elements(session: Session, engine: Engine, version: UUID, wanted: str, language: str) -> list[str]:
    shapes = drawing(session, engine, version).shapes.values()
    return [shape.id for shape in shapes if shape.kind == "userTask" and wanted in fold(shape.label(language))]
