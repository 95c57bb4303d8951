"""Conditional start events of the latest versions: whoever brings variables asks which of them begin cases.

BPMN 2.0, 10.5.2 ("Conditional") leaves open who asks; as in Camunda 8.9 nothing asks by itself, a program does. Each
start event whose condition is true over the given variables begins one case with them, several of a process included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.definitions import Definition, definition, latest
from engine.errors import Refused
from engine.feel.values import Value
from engine.models import Subscription
from engine.newcase import Origin, new_case
from engine.requests import answered, remember
from engine.variables import entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["Evaluated", "MayStart", "evaluate"]

MayStart = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What became of one start event: what its condition answered (None: null, or no boolean), and the case begun."""

    process_id: str
    element: str
    answer: bool | None
    instance_id: UUID | None = None


def evaluate(
    session: Session, engine: Engine, variables: Mapping[str, object] | None, *, by: Actor,
    process_id: str | None, may_start: MayStart | None, request_key: str | None,
) -> tuple[Evaluated, ...]:  # fmt: skip
    """Asks every condition first, then begins the cases; see `engine.commands`."""
    act = f"evaluate conditions of {process_id or 'all processes'}"
    known = answered(session, request_key, act, by)
    if known is not None:
        return _read(known)
    given = entering(variables)
    if process_id is not None:
        latest(session, engine, process_id)
    asked = [
        (found, trigger, said) for found, trigger, said in _asked(session, engine, given, process_id)
        if said is not True or _allowed(found.process_id, may_start)
    ]  # fmt: skip
    done = tuple(
        Evaluated(
            found.process_id, trigger.partition(" (")[0], said,
            _begin(session, engine, found, trigger, given, by) if said is True else None,
        )
        for found, trigger, said in asked
    )  # fmt: skip
    remember(session, request_key, act, by, _text(done), engine.clock.now())
    return done


def _asked(
    session: Session, engine: Engine, given: Mapping[str, Value], process_id: str | None
) -> list[tuple[Definition, str, bool | None]]:
    """The start events whose condition is asked, process by process, with what it answers."""
    query = select(Subscription).where(
        Subscription.kind == "conditional", Subscription.name == "", Subscription.key == "",
        Subscription.instance_id.is_(None),
    )  # fmt: skip
    if process_id is not None:
        query = query.where(Subscription.process_id == process_id)
    asked = []
    for row in session.scalars(query.order_by(Subscription.process_id, Subscription.element)):
        assert row.definition_id is not None
        found = definition(session, engine, row.definition_id)
        start = next(each for each in found.spec.start_events if each.trigger == row.element)
        if start.asks(given):
            asked.append((found, row.element, start.answer(given, engine.environment)))
    return asked


def _allowed(process_id: str, may_start: MayStart | None) -> bool:
    """True. Raises Refused where its cases may not be started."""
    if may_start is not None and not may_start(process_id):
        raise Refused(action="start", kind="process")
    return True


def _begin(
    session: Session, engine: Engine, found: Definition, trigger: str, given: Mapping[str, Value], by: Actor
) -> UUID:
    step = new_case(engine, session, found, given, by, Origin(start_element=trigger))
    advance(step)
    return step.instance.id


def _text(done: tuple[Evaluated, ...]) -> str:
    """The stored answer of a request key."""
    return json.dumps([{**asdict(one), "instance_id": one.instance_id and str(one.instance_id)} for one in done])


def _read(answer: str) -> tuple[Evaluated, ...]:
    """The opposite of `_text`."""
    return tuple(
        Evaluated(**{**one, "instance_id": one["instance_id"] and UUID(one["instance_id"])})
        for one in json.loads(answer)
    )
