"""What starts cases by itself: timers, messages and signals of the start events of each process's latest version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.advance import advance
from engine.assignment import SYSTEM
from engine.bpmn import ProcessSpec, start_firing
from engine.bpmn.model import Element, Site
from engine.calendar import Firing
from engine.definitions import definition
from engine.feel import Expression
from engine.feel.values import to_text
from engine.models import Job, Subscription
from engine.newcase import Origin, new_case
from engine.store import JOB, add, job_row
from engine.transaction import afterwards
from engine.variables import decode

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["replace_starts", "start_by_job"]


def replace_starts(session: Session, engine: Engine, definition_id: UUID, spec: ProcessSpec) -> None:
    """The start events of this version take the place of those of the version before."""
    process = spec.process_id
    session.execute(delete(Job).where(Job.kind == "start_timer", Job.process_id == process))
    session.execute(
        delete(Subscription).where(Subscription.process_id == process, Subscription.instance_id.is_(None))
    )
    for element in spec.start_events:
        event = element.event
        if event is None or event.kind == "none":
            continue
        if event.kind == "timer":
            _set_timer(session, engine, definition_id, process, element, None)
        elif event.kind in ("message", "signal"):
            session.add(
                Subscription(
                    id=uuid4(), kind=event.kind, name=_static(engine, event.name), key="", process_id=process,
                    element=element.id, instance_id=None, token=None, definition_id=definition_id,
                    opened_at=engine.clock.now(),
                )
            )  # fmt: skip
    session.flush()


def _static(engine: Engine, site: Site | None) -> str:
    """The text of a name that is evaluated at deployment, without variables (dialect §2)."""
    if site is None:
        return ""
    if isinstance(site, Expression):
        value = site.evaluate({}, engine.environment).value
        return "" if value is None else to_text(value)
    return site.text


def _set_timer(
    session: Session, engine: Engine, definition_id: UUID, process_id: str, element: Element, after: Firing | None,
    anchor: str | None = None,
) -> None:  # fmt: skip
    assert element.event is not None
    settings, now = engine.settings, engine.clock.now()
    counted_from = datetime.fromisoformat(anchor) if anchor else now
    firing = start_firing(element.event, counted_from, settings.zone, settings.limits, after)
    if firing is None:
        return
    payload: dict[str, object] = {
        "definition_id": str(definition_id), "element": element.id, "number": firing.number,
        "anchor": counted_from.isoformat(), "due_at": firing.due_at.isoformat(),
    }  # fmt: skip
    job = job_row(None, process_id, "start_timer", firing.due_at, id_=uuid4(), element=element.id, payload=payload)
    add(session.connection(), JOB, [job])
    if firing.due_at <= now:
        afterwards(session).due.append(job["id"])


def fire_start_timer(session: Session, engine: Engine, job: Job) -> None:
    """A start timer is due: a case begins, and the next firing is set."""
    payload = {name: str(value) for name, value in job.payload.items()}
    start_by_job(session, engine, job)
    found = definition(session, engine, UUID(payload["definition_id"]))
    element = found.spec.elements[payload["element"]]
    firing = Firing(int(payload["number"]), datetime.fromisoformat(payload["due_at"]))
    _set_timer(session, engine, found.id, found.process_id, element, firing, payload["anchor"])


def start_by_job(session: Session, engine: Engine, job: Job) -> None:
    """Begins a case at the start event that the job names, with the variables it carries."""
    stored = job.payload.get("variables")
    variables = decode(stored) if isinstance(stored, dict) else {}
    found = definition(session, engine, UUID(str(job.payload["definition_id"])))
    element = str(job.payload["element"])
    advance(new_case(engine, session, found, variables, SYSTEM, Origin(start_element=element)))
