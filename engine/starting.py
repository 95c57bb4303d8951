"""Starting a case by hand or by a program, at the none start event of the latest version."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import Actor
from engine.completion import next_tasks, opened_so_far
from engine.definitions import Definition, latest
from engine.jsontext import to_ascii_json
from engine.newcase import Origin, new_case
from engine.requests import answered, remember
from engine.variables import entering

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["StartContext", "Started", "start"]


@dataclass(frozen=True, slots=True)
class StartContext:
    """What a writer of records knows of the case that begins; it writes in the same transaction."""

    engine: Engine
    instance_id: UUID
    definition: Definition
    by: Actor
    now: datetime


@dataclass(frozen=True, slots=True)
class Started:
    """The new case, and the tasks that it opened and that the same actor may do."""

    instance_id: UUID
    next_tasks: tuple[UUID, ...]
    ended: bool = False

    def dump(self) -> str:
        """The stored answer of a request key."""
        tasks = [str(task) for task in self.next_tasks]
        return to_ascii_json({"instance": str(self.instance_id), "tasks": tasks, "ended": self.ended})

    @classmethod
    def load(cls, answer: str) -> Started:
        """The opposite of `dump`."""
        stored = json.loads(answer)
        return cls(UUID(stored["instance"]), tuple(map(UUID, stored["tasks"])), stored["ended"])


Writer = Callable[[Session, StartContext], Mapping[str, object] | None]


def start(
    session: Session,
    engine: Engine,
    process_id: str,
    variables: Mapping[str, object] | None = None,
    *,
    by: Actor,
    request_key: str | None = None,
    business_key: str | None = None,
    write: Writer | None = None,
    at: str | None = None,
    reason: str = "",
) -> Started:
    """Starts a case; see `engine.commands`."""
    act = f"start {process_id}" if at is None else f"start {process_id} at {at}"
    known = answered(session, request_key, act, by)
    if known is not None:
        return Started.load(known)
    before = opened_so_far(session)
    found, instance_id, now = latest(session, engine, process_id), uuid4(), engine.clock.now()
    given = entering(variables)
    if write is not None:
        given |= entering(write(session, StartContext(engine, instance_id, found, by, now)))
    step = new_case(
        engine, session, found, given, by, Origin(business_key=business_key, at=at, reason=reason), instance_id
    )
    advance(step)
    started = Started(instance_id, next_tasks(session, by, before), step.instance.ended_at is not None)
    remember(session, request_key, act, by, started.dump(), now)
    return started
