"""What starts cases by itself: timers, messages, signals and conditions of the start events of each process's latest
version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import SYSTEM
from engine.bounds import IDENTIFIER, check
from engine.bpmn import ProcessSpec, StartEvent
from engine.calendar import Firing
from engine.definitions import definition
from engine.errors import AmicaleError
from engine.feel import Environment
from engine.findings import Finding
from engine.models import Job, Subscription
from engine.newcase import Origin, new_case
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import decode

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["SUBSCRIBED", "check_starts", "replace_starts", "start_by_job"]

# Start events that stand as subscriptions; timers stand as jobs.
SUBSCRIBED: Final = frozenset({"message", "signal", "conditional"})


def check_starts(environment: Environment, spec: ProcessSpec) -> Iterator[Finding]:
    """What keeps a start event from being set: its name or its time, evaluated as at deployment."""
    for start in spec.start_events:
        try:
            if start.kind == "timer":
                start.firing(environment.now(), environment, None)
            else:
                check({f"name of the {start.kind}": start.subscription_name(environment)}, IDENTIFIER)
        except AmicaleError as refused:
            params = {**refused.params, "reason": refused.message, "code": refused.code}
            yield Finding("error", "start_refused", f"{start.element}: {refused.message}", params, start.element)


def replace_starts(session: Session, engine: Engine, definition_id: UUID, spec: ProcessSpec) -> None:
    """The start events of this version take the place of those of the version before."""
    process = spec.process_id
    session.execute(delete(Job).where(Job.kind == "start_timer", Job.process_id == process))
    session.execute(delete(Subscription).where(Subscription.process_id == process, Subscription.instance_id.is_(None)))
    for start in spec.start_events:
        if start.kind == "timer":
            _set_timer(session, engine, definition_id, process, start, engine.clock.now(), None)
        elif start.kind in SUBSCRIBED:
            session.add(
                Subscription(
                    id=uuid4(), kind=start.kind, name=start.subscription_name(engine.environment), key="",
                    process_id=process, element=start.trigger, instance_id=None, token=None,
                    definition_id=definition_id, opened_at=engine.clock.now(),
                )
            )  # fmt: skip
    session.flush()


def _set_timer(
    session: Session, engine: Engine, definition_id: UUID, process_id: str, start: StartEvent, anchor: datetime,
    after: Firing | None,
) -> None:  # fmt: skip
    """Leaves the job of the next firing, counted from the anchor: the moment of deployment."""
    firing = start.firing(anchor, engine.environment, after)
    if firing is None:
        return
    payload: dict[str, object] = {
        "definition_id": str(definition_id), "element": start.trigger, "number": firing.number,
        "anchor": anchor.isoformat(), "due_at": firing.due_at.isoformat(),
    }  # fmt: skip
    job = job_row(None, process_id, "start_timer", firing.due_at, id_=uuid4(), element=start.element, payload=payload)
    add(session, JOB, [job])
    if firing.due_at <= engine.clock.now():
        afterwards(session).due.append(job["id"])


def fire_start_timer(session: Session, engine: Engine, job: Job) -> None:
    """A start timer is due: a case begins, and the next firing is set."""
    payload = {name: str(value) for name, value in job.payload.items()}
    start_by_job(session, engine, job)
    found = definition(session, engine, UUID(payload["definition_id"]))
    start = next(each for each in found.spec.start_events if each.trigger == payload["element"])
    firing = Firing(int(payload["number"]), datetime.fromisoformat(payload["due_at"]))
    anchor = datetime.fromisoformat(payload["anchor"])
    _set_timer(session, engine, found.id, found.process_id, start, anchor, firing)


def start_by_job(session: Session, engine: Engine, job: Job) -> None:
    """Begins a case at the start event that the job names, with the variables it carries."""
    stored = job.payload.get("variables")
    variables = decode(stored) if isinstance(stored, dict) else {}
    found = definition(session, engine, UUID(str(job.payload["definition_id"])))
    element = str(job.payload["element"])
    advance(new_case(engine, session, found, variables, SYSTEM, Origin(start_element=element)))
