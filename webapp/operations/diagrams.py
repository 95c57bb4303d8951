"""The drawings of deployed versions, kept in the engine's bounded cache; element names in the reader's language."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.errors import NotFound
from engine.models import ProcessDefinition, Resource
from webapp.operations.ahead import element_name as name_in
from webapp.operations.drawing import Drawing, read_drawing


def source(session: Session, definition_id: UUID) -> tuple[bytes, str]:
    """The deployed file of this version and the id of its process in it. Raises NotFound."""
    row = session.execute(
        select(Resource.body, ProcessDefinition.process_id)
        .join(ProcessDefinition, ProcessDefinition.resource_id == Resource.id)
        .where(ProcessDefinition.id == definition_id)
    ).one_or_none()
    if row is None:
        raise NotFound(kind="process version", id=str(definition_id))
    return row.body, row.process_id


def drawing(session: Session, engine: Engine, definition_id: UUID) -> Drawing:
    """The drawing of this version, read once."""
    return engine.definitions.get("drawing", definition_id, lambda: read_drawing(*source(session, definition_id)))


def element_name(session: Session, engine: Engine, definition_id: UUID, element: str, language: str) -> str:
    """An element's name as drawn, or its translation."""
    return name_in(drawing(session, engine, definition_id), element, language) or element
