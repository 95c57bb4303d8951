"""What an act does to one case, and what would keep a case out of it. The verbs are those of `engine.commands`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import cases, moving, stuck
from engine.assignment import Actor
from engine.bpmn import Case, DiagramRefused, StateUnreadable
from engine.definitions import definition
from engine.errors import Conflict, Invalid
from engine.models import Incident, ProcessInstance

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["KINDS", "REVERSED", "Asked", "do", "obstacle", "places", "stands"]

KINDS: Final = ("suspend", "resume", "cancel", "move", "restart", "skip", "retry")
REVERSED: Final[Mapping[str, str]] = {"suspend": "resume", "resume": "suspend"}  # the acts that another one undoes


@dataclass(frozen=True, slots=True)
class Asked:
    """An act: its kind, the element where it applies (empty: wherever it may), the element at which cases go on, the
    variables that a step which is passed over would have brought, and why."""

    kind: str
    element: str = ""
    place: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""


def obstacle(session: Session, engine: Engine, case: ProcessInstance, asked: Asked) -> str:
    """Why this case would be left as it is; empty where the act would be done. Nothing is changed.

    ended, suspended, running (it is not suspended), called (an open case called it), no_incident, not_there (nothing of
    it stands at the element), no_way (it may not go on at the place), unreadable.
    """
    if case.ended_at is not None:
        return "ended"
    if asked.kind == "resume":
        return "" if case.status == "suspended" else "running"
    if asked.kind == "cancel":
        return "called" if _is_called(session, case) else ""
    if case.status == "suspended":
        return "suspended"
    if asked.kind in ("skip", "retry"):
        return "" if _incidents(session, case.id, asked) else "no_incident"
    return "" if asked.kind == "suspend" else _way_obstacle(session, engine, case, asked)


def _is_called(session: Session, case: ProcessInstance) -> bool:
    caller = select(ProcessInstance.id).where(ProcessInstance.id == case.parent_id, ProcessInstance.ended_at.is_(None))
    return case.parent_id is not None and session.scalars(caller).first() is not None


def _way_obstacle(session: Session, engine: Engine, case: ProcessInstance, asked: Asked) -> str:
    try:
        chosen = stands(session, engine, case).get(asked.element, ()) if asked.kind == "move" else ()
        if asked.kind == "move" and not chosen:
            return "not_there"
        return "" if asked.place in moving.standing(session, engine, case, chosen).places else "no_way"
    except (StateUnreadable, DiagramRefused):
        return "unreadable"
    except Conflict:  # what stands there is moved with what is around it
        return "no_way"


def stands(session: Session, engine: Engine, case: ProcessInstance) -> Mapping[str, Sequence[UUID]]:
    """The tokens of a case that may be moved, by the element where they stand. Raises StateUnreadable,
    DiagramRefused."""
    loaded = Case.load(definition(session, engine, case.definition_id).spec, case.state)
    found: dict[str, list[UUID]] = {}
    for token in loaded.tokens:
        if token.movable:
            found.setdefault(token.element, []).append(token.id)
    return found


def places(session: Session, engine: Engine, case: ProcessInstance, asked: Asked) -> frozenset[str]:
    """The elements at which this case may go on, where the act moves cases."""
    try:
        chosen = stands(session, engine, case).get(asked.element, ()) if asked.kind == "move" else ()
        if asked.kind == "move" and not chosen:
            return frozenset()
        return frozenset(moving.standing(session, engine, case, chosen).places)
    except (StateUnreadable, DiagramRefused, Conflict, Invalid):
        return frozenset()


def do(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    """Does it to one case; what cannot be done raises as the verbs of `engine.commands` do."""
    _DEEDS[asked.kind](session, engine, instance_id, asked, by)


def _suspend(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    cases.suspend(session, engine, instance_id, by=by, reason=asked.reason)


def _resume(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    cases.resume(session, engine, instance_id, by=by)


def _cancel(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    cases.cancel(session, engine, instance_id, by=by, reason=asked.reason)


def _move(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    case = session.get_one(ProcessInstance, instance_id)
    tokens = stands(session, engine, case).get(asked.element, ()) if asked.kind == "move" else ()
    moving.move_tokens(session, engine, instance_id, asked.place, by=by, tokens=tokens, reason=asked.reason)


def _skip(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    for incident in _incidents(session, instance_id, asked):
        moving.skip_incident(session, engine, incident, by=by, reason=asked.reason, variables=asked.variables)


def _retry(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    for incident in _incidents(session, instance_id, asked):
        cases.retry_incident(session, engine, incident, by=by)


def _incidents(session: Session, instance_id: UUID, asked: Asked) -> Sequence[UUID]:
    """The open incidents that the act may touch: what waits for a person's decision is left alone, and what stands
    still because machinery failed has no step that could be passed over."""
    fits: list[ColumnElement[bool]] = [Incident.code != stuck.UNKNOWN]
    if asked.kind == "skip":
        fits.append(Incident.code != stuck.CODE)
    if asked.element:
        fits.append(Incident.element == asked.element)
    query = select(Incident.id).where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None), *fits)
    return session.scalars(query.order_by(Incident.raised_at, Incident.id)).all()


_DEEDS: Final[Mapping[str, Callable[[Session, Engine, UUID, Asked, Actor], None]]] = {
    "suspend": _suspend, "resume": _resume, "cancel": _cancel, "move": _move, "restart": _move, "skip": _skip,
    "retry": _retry,
}  # fmt: skip
