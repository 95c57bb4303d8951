"""The variables of a case, as stored: ids, enums, dates and amounts; never a name or a free text."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.bpmn import Case
from engine.definitions import definition
from engine.engine import Engine
from engine.errors import NotFound
from engine.feel.values import Value, to_text
from engine.models import ProcessInstance
from engine.prepared import fetch
from workflows.association import discretion

LONGEST = 300
_STATE: Final = select(ProcessInstance.definition_id, ProcessInstance.state).where(
    ProcessInstance.id == bindparam("case")
)


def variables_of(
    session: Session, engine: Engine, instance_id: UUID, *, token: UUID | None = None
) -> Mapping[str, Value]:
    """The root scope of a case, or what a live token sees; empty where there is no such case."""
    rows = fetch(session, _STATE, {"case": instance_id})
    return _read(session, engine, rows[0].definition_id, rows[0].state, token) if rows else {}


def variables_in(session: Session, engine: Engine, case: ProcessInstance, token: UUID | None) -> Mapping[str, Value]:
    """The same of a case whose row was read already."""
    return _read(session, engine, case.definition_id, case.state, token)


def _read(session: Session, engine: Engine, definition_id: UUID, state: str, token: UUID | None) -> Mapping[str, Value]:
    case = Case.load(definition(session, engine, definition_id).spec, state)
    return case.variables if token is None else case.visible(token)


def withheld(
    session: Session, engine: Engine, case: ProcessInstance, given: Set[str], roles: Set[str]
) -> frozenset[str]:
    """Of these names of values those that holders of these roles do not see in this case, and so do not write."""
    names = given | variables_in(session, engine, case, None).keys()
    return discretion.hidden(names, case.process_id, roles) & given


def check_seen(session: Session, engine: Engine, case: ProcessInstance, given: Set[str], roles: Set[str]) -> None:
    """Raises NotFound where one of these values is withheld from holders of these roles."""
    hidden = withheld(session, engine, case, given, roles) if given else frozenset()
    if hidden:
        raise NotFound(kind="value", id=min(hidden))


def in_words(variables: Mapping[str, Value]) -> list[tuple[str, str]]:
    """Names and values for a reader, by name; long values are cut."""
    return [(name, _cut(to_text(value) or "")) for name, value in sorted(variables.items())]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
