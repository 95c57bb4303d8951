"""What an operator does to the way of a case: takes it elsewhere, begins it anew, passes over an incident.

Each is recorded with its reason in the case's history, and takes the lock of the case's row as every verb does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine import stuck
from engine.advance import advance
from engine.assignment import Actor
from engine.bounds import KEY, check
from engine.bpmn import Case, TokenGone, TokenView, Way
from engine.bpmn.errors import NotSkippable
from engine.definitions import definition
from engine.errors import DecisionNeeded, NotFound
from engine.feel.values import Value
from engine.models import Incident, ProcessInstance
from engine.requests import answered, remember
from engine.step import Step, begin
from engine.variables import encode, entering, without

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["MOVED", "SKIPPED", "Standing", "move_tokens", "skip_incident", "standing"]

MOVED: Final = "token_moved"
SKIPPED: Final = "incident_skipped"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: its tokens that may be moved, those that were chosen, and what moving them would mean."""

    tokens: tuple[TokenView, ...]
    chosen: tuple[UUID, ...]
    way: Way

    @property
    def places(self) -> tuple[str, ...]:
        """The elements to which the chosen ones may go."""
        return self.way.places


def standing(session: Session, engine: Engine, case: ProcessInstance, chosen: Collection[UUID] = ()) -> Standing:
    """What of a case may be moved, and where to; nothing is changed. `chosen` empty: all that it stands at.

    Raises TokenGone, NotMovable, StateUnreadable.
    """
    loaded = Case.load(definition(session, engine, case.definition_id).spec, case.state)
    moved = tuple(chosen) or _outermost(loaded)
    way = loaded.way_from(moved) if moved else Way((), ())
    return Standing(tuple(each for each in loaded.tokens if each.movable), moved, way)


def _outermost(case: Case) -> tuple[UUID, ...]:
    """The tokens that may be moved and stand in no sub-process."""
    elements = case.spec.elements
    return tuple(each.id for each in case.tokens if each.movable and elements[each.element].parent is None)


def move_tokens(
    session: Session, engine: Engine, instance_id: UUID, element: str, *, by: Actor, tokens: Collection[UUID] = (),
    reason: str, request_key: str | None = None,
) -> None:  # fmt: skip
    """Takes a case elsewhere; see `engine.commands`."""
    act = f"move {instance_id} to {element}"
    if answered(session, request_key, act, by) is not None:
        return
    check({"reason": reason}, KEY)
    step = begin(engine, session, instance_id, by)
    views = {token.id: token for token in step.case.tokens}
    moved = tuple(tokens) or _outermost(step.case)
    if not moved:
        raise TokenGone(element=element)
    left = [views[each].element for each in moved if each in views]
    step.note(MOVED, element, None, {"from": left, "reason": reason}, by.id)
    step.case.move(moved, element, step.host)
    advance(step)
    remember(session, request_key, act, by, "", step.now)


def skip_incident(
    session: Session, engine: Engine, incident_id: UUID, *, by: Actor, reason: str,
    variables: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Passes over the step of an incident; see `engine.commands`."""
    check({"reason": reason}, KEY)
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound(kind="incident", id=incident_id)
    if incident.resolved_at is None and incident.code == stuck.UNKNOWN:
        raise DecisionNeeded()
    if incident.code == stuck.CODE:  # machinery failed: there is no step that could be passed over
        raise NotSkippable(element=incident.element)
    step = begin(engine, session, incident.instance_id, by)
    session.refresh(incident)
    if incident.resolved_at is not None:
        return
    _pass_over(step, incident, entering(variables), reason)


def _pass_over(step: Step, incident: Incident, given: Mapping[str, Value], reason: str) -> None:
    kept = encode(without(given, step.definition.transient))
    step.note(SKIPPED, incident.element, incident.token, {"reason": reason, "variables": kept}, step.by.id)
    step.case.skip(incident.token, given, step.host)
    advance(step)
