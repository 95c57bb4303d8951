"""Ad-hoc sub-processes of a case: what people may begin in them, and the verbs by which they do (BPMN 2.0, 10.3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.bpmn import Case, Choice
from engine.definitions import definition
from engine.models import ProcessInstance
from engine.requests import answered, remember
from engine.step import begin

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["choose", "close_choice", "open_choices"]


def open_choices(session: Session, engine: Engine, instance_id: UUID) -> Sequence[Choice]:
    """The ad-hoc sub-processes at work in an active case, oldest first, each with what may begin in it now."""
    query = select(ProcessInstance.definition_id, ProcessInstance.state)
    query = query.where(ProcessInstance.id == instance_id, ProcessInstance.status == "active")
    row = session.execute(query).one_or_none()
    if row is None:
        return ()
    spec = definition(session, engine, row.definition_id).spec
    if all(element.ad_hoc is None for element in spec.elements.values()):
        return ()
    return Case.load(spec, row.state).choices


def choose(
    session: Session, engine: Engine, instance_id: UUID, token: UUID, element: str, *, by: Actor,
    request_key: str | None = None,
) -> None:  # fmt: skip
    """Begins an element; see `engine.commands`."""
    act = f"choose {element} in {token}"
    if answered(session, request_key, act, by) is not None:
        return
    step = begin(engine, session, instance_id, by)
    step.case.choose(token, element, step.host)
    step.note("activity_chosen", element, token, by=by.id)
    advance(step)
    remember(session, request_key, act, by, "", step.now)


def close_choice(session: Session, engine: Engine, instance_id: UUID, token: UUID, *, by: Actor) -> None:
    """Lets nothing more begin; see `engine.commands`."""
    step = begin(engine, session, instance_id, by)
    element = next((choice.element for choice in step.case.choices if choice.token == token), None)
    step.case.close_choice(token, step.host)
    step.note("choice_closed", element, token, by=by.id)
    advance(step)
