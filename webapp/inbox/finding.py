"""What a search in the inbox finds beyond titles and numbers: tasks by their name, cases by whom they are about."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessDefinition, UserTask
from webapp.operations.diagrams import drawing
from webapp.operations.subjects import about


def found_too(session: Session, engine: Engine, text: str, language: str) -> ColumnElement[bool] | None:
    """The condition for rows of the inbox; None where nothing is searched for.

    Whoever may see a task reads on its page whom the case is about, so he may also find it by that name.
    """
    if not text:
        return None
    return or_(
        UserTask.name.icontains(text, autoescape=True), _named(session, engine, text, language), about(session, text)
    )


def _named(session: Session, engine: Engine, text: str, language: str) -> ColumnElement[bool]:
    """Tasks whose name in the reader's language holds the text, accents aside, in any version that has open tasks."""
    versions = session.scalars(
        select(ProcessDefinition.id).where(ProcessDefinition.id.in_(select(UserTask.definition_id).distinct()))
    )
    wanted = fold(text)
    named = [
        and_(UserTask.definition_id == version, UserTask.element.in_(elements))
        for version in versions
        if (elements := _elements(session, engine, version, wanted, language))
    ]
    return or_(UserTask.id.is_(None), *named)


def _elements(session: Session, engine: Engine, version: UUID, wanted: str, language: str) -> list[str]:
    shapes = drawing(session, engine, version).shapes.values()
    return [shape.id for shape in shapes if shape.kind == "userTask" and wanted in fold(shape.label(language))]


def fold(text: str) -> str:
    """A text without case and accents: “Contrôler” is found by “controler”."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()
