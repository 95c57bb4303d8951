"""Trying many incidents again: chosen by process, element and error, in the background, with its progress.

One job goes through what is chosen and leaves a job for each incident, some hundred at a time; these are patient work
(`engine.due`), so nobody else waits for them. What fails again raises a new incident and is not tried twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.due import PATIENT
from engine.models import Incident, ProcessInstance
from engine.store import JOB, add, job_row
from engine.stuck import UNKNOWN
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["BulkRetry", "Chosen", "go_on", "remaining", "retry_matching"]

AT_ONCE: Final = 200  # incidents for which one transaction leaves jobs


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which open incidents: of a process, an element, an error code. What is empty chooses nothing out."""

    process_id: str = ""
    element: str = ""
    code: str = ""

    def conditions(self, until: datetime) -> list[ColumnElement[bool]]:
        """On `incident` joined with `process_instance`. What waits for a person's decision is left alone."""
        found: list[ColumnElement[bool]] = [
            Incident.resolved_at.is_(None), Incident.raised_at <= until, Incident.code != UNKNOWN,
        ]  # fmt: skip
        if self.process_id:
            found.append(ProcessInstance.process_id == self.process_id)
        if self.element:
            found.append(Incident.element == self.element)
        if self.code:
            found.append(Incident.code == self.code)
        return found


@dataclass(frozen=True, slots=True)
class BulkRetry:
    """What was asked for: how many there were, and until when they were raised (`remaining` counts by that)."""

    chosen: Chosen
    total: int
    until: datetime


def retry_matching(session: Session, engine: Engine, chosen: Chosen, *, by: Actor) -> BulkRetry:
    """Lets every chosen incident be tried again in the background."""
    asked = BulkRetry(chosen, remaining(session, chosen, engine.clock.now()), engine.clock.now())
    if asked.total:
        _leave(session, engine, chosen, by.id, asked.until, None)
    return asked


def remaining(session: Session, chosen: Chosen, until: datetime) -> int:
    """How many of them still stand still."""
    query = select(func.count()).select_from(Incident).join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
    return int(session.execute(query.where(*chosen.conditions(until))).scalar_one())


def go_on(session: Session, engine: Engine, payload: Mapping[str, object]) -> None:
    """The next few hundred: a job for each, and one for those that follow."""
    parts = {name: str(payload[name]) for name in ("process_id", "element", "code", "by", "until")}
    chosen = Chosen(parts["process_id"], parts["element"], parts["code"])
    until = datetime.fromisoformat(parts["until"])
    query = (
        select(Incident.id, Incident.instance_id, Incident.element, ProcessInstance.process_id)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(*chosen.conditions(until))
        .order_by(Incident.id)
        .limit(AT_ONCE)
    )
    if payload["after"] is not None:
        query = query.where(Incident.id > UUID(str(payload["after"])))
    rows = session.execute(query).all()
    now = engine.clock.now()
    jobs = [
        job_row(
            row.instance_id, row.process_id, "retry", now, id_=uuid4(), element=row.element, priority=PATIENT,
            payload={"incident": str(row.id), "by": parts["by"]},
        )
        for row in rows
    ]  # fmt: skip
    add(session, JOB, jobs)
    afterwards(session).due.extend(job["id"] for job in jobs)
    if len(rows) == AT_ONCE:
        _leave(session, engine, chosen, parts["by"], until, rows[-1].id)


def _leave(
    session: Session, engine: Engine, chosen: Chosen, by: str, until: datetime, after: UUID | None
) -> None:  # fmt: skip
    payload: dict[str, object] = {
        "process_id": chosen.process_id, "element": chosen.element, "code": chosen.code, "by": by,
        "until": until.isoformat(), "after": None if after is None else str(after),
    }  # fmt: skip
    row = job_row(
        None, chosen.process_id, "retry_all", engine.clock.now(), id_=uuid4(), payload=payload, priority=PATIENT
    )  # fmt: skip
    add(session, JOB, [row])
    afterwards(session).due.append(row["id"])
