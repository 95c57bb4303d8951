"""The variables of a case, as stored: ids, enums, dates and amounts; never a name or a free text."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Case
from engine.definitions import definition
from engine.engine import Engine
from engine.feel.values import Value, to_text
from engine.models import ProcessInstance

LONGEST = 300


def variables_of(
    session: Session, engine: Engine, instance_id: UUID, *, token: UUID | None = None
) -> Mapping[str, Value]:
    """The root scope of a case, or what a live token sees; empty where there is no such case."""
    row = session.execute(
        select(ProcessInstance.definition_id, ProcessInstance.state).where(ProcessInstance.id == instance_id)
    ).one_or_none()
    if row is None:
        return {}
    case = Case.load(definition(session, engine, row.definition_id).spec, row.state)
    return case.variables if token is None else case.visible(token)


def in_words(variables: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Names and values for a reader, by name; long values are cut."""
    return [(name, _cut(to_text(value) or "")) for name, value in sorted(variables.items())]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
