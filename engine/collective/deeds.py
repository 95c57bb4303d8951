"""What an act does to one case, and what would keep a case out of it. The verbs are those of `engine.commands`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from engine import cases, moving, pending, promised, stuck
from engine.assignment import Actor
from engine.bpmn import Case, DiagramRefused, StateUnreadable
from engine.definitions import definition
from engine.errors import Conflict, Invalid
from engine.models import Incident, Job, ProcessInstance
from engine.variables import encode, entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["KINDS", "REVERSED", "Asked", "awaited", "do", "is_complete", "obstacle", "places", "stands"]

KINDS: Final = ("suspend", "resume", "cancel", "move", "restart", "skip", "retry", "run", "date", "correct")
REVERSED: Final[Mapping[str, str]] = {"suspend": "resume", "resume": "suspend"}  # the acts that another one undoes


@dataclass(frozen=True, slots=True)
class Asked:
    """An act: its kind, the element where it applies (empty: wherever it may), the element at which cases go on, the
    variables that a step which is passed over would have brought, or the value that is corrected, why, and the new
    date of what is waited for."""

    kind: str
    element: str = ""
    place: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    due_at: datetime | None = None


def is_complete(asked: Asked) -> bool:
    """Whether everything is said that the act needs."""
    needed: Mapping[str, bool] = {
        "move": bool(asked.place), "restart": bool(asked.place), "run": bool(asked.element),
        "date": bool(asked.element) and asked.due_at is not None, "correct": bool(asked.variables),
    }  # fmt: skip
    return asked.kind in KINDS and needed.get(asked.kind, True)


def obstacle(session: Session, engine: Engine, case: ProcessInstance, asked: Asked) -> str:
    """Why this case would be left as it is; empty where the act would be done. Nothing is changed.

    ended, suspended, running (it is not suspended), called (an open case called it), no_incident, not_there (nothing of
    it stands at the element), no_way (it may not go on at the place), no_date (nothing is waited for at the element),
    no_value (it has no such value), same_value (it has this one already), unreadable.
    """
    if case.ended_at is not None:
        return "ended"
    if asked.kind == "resume":
        return "" if case.status == "suspended" else "running"
    if asked.kind == "cancel":
        return "called" if _is_called(session, case) else ""
    if asked.kind == "correct":
        return _value_obstacle(session, engine, case, asked)
    if asked.kind == "date":
        return "" if awaited(session, case.id, asked.element) else "no_date"
    if case.status == "suspended":
        return "suspended"
    if asked.kind in ("skip", "retry"):
        return "" if _incidents(session, case.id, asked) else "no_incident"
    if asked.kind == "run":
        return "" if awaited(session, case.id, asked.element) else "no_date"
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


def _value_obstacle(session: Session, engine: Engine, case: ProcessInstance, asked: Asked) -> str:
    try:
        known = Case.load(definition(session, engine, case.definition_id).spec, case.state).variables
    except (StateUnreadable, DiagramRefused):
        return "unreadable"
    given = entering(asked.variables)
    if not given.keys() <= known.keys():
        return "no_value"
    return "same_value" if encode({name: known[name] for name in given}) == encode(given) else ""


def awaited(session: Session, instance_id: UUID, element: str) -> Sequence[Row[tuple[UUID, UUID | None, str]]]:
    """Id, token and kind of the timers and other promised work that a case waits for at this element, by date: what is
    not being done at this moment, and is no reminder of a task."""
    query = select(Job.id, Job.token, Job.kind).where(
        Job.instance_id == instance_id, Job.element == element, Job.kind != "deadline", Job.leased_until.is_(None),
        Job.retries > 0,
    )  # fmt: skip
    return session.execute(query.order_by(Job.due_at, Job.id)).all()


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


def _run(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    for job, token, kind in awaited(session, instance_id, asked.element):
        if session.scalars(select(Job.id).where(Job.id == job)).first() is None:  # what ran before it ended its wait
            continue
        if kind == "timer" and token is not None:
            pending.run_timer(session, engine, instance_id, token, by=by, reason=asked.reason)
        else:
            promised.move_job(session, engine, instance_id, job, engine.clock.now(), by=by, reason=asked.reason)


def _date(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    due_at = asked.due_at or engine.clock.now()
    for job, token, kind in awaited(session, instance_id, asked.element):
        if kind == "timer" and token is not None:
            pending.move_timer(session, engine, instance_id, token, due_at, by=by, reason=asked.reason)
        else:
            promised.move_job(session, engine, instance_id, job, due_at, by=by, reason=asked.reason)


def _correct(session: Session, engine: Engine, instance_id: UUID, asked: Asked, by: Actor) -> None:
    cases.set_variables(session, engine, instance_id, asked.variables, by=by, reason=asked.reason)


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
    "retry": _retry, "run": _run, "date": _date, "correct": _correct,
}  # fmt: skip
