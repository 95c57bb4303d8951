"""Trying many incidents again: chosen by process, element and error, in the background, with its progress.

One job goes through what is chosen and leaves a job for each incident, some hundred at a time; these are patient work
(`engine.due`), so nobody else waits for them. What fails again raises a new incident and is not tried twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from engine.assignment import Actor
from engine.due import PATIENT
from engine.models import Incident, ProcessInstance
from engine.store import JOB, add, job_row
from engine.stuck import UNKNOWN
from engine.transaction import afterwards

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = [
    "BulkRetry",
    "Chosen",
    "Group",
    "Result",
    "failed_again",
    "go_on",
    "groups",
    "remaining",
    "results",
    "retry_matching",
    "touched",
]

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


@dataclass(frozen=True, slots=True)
class Group:
    """Open incidents of one process, element and error: how many, since when, and one of them."""

    process_id: str
    definition_id: UUID
    element: str
    code: str
    count: int
    oldest: datetime
    example: Incident


@dataclass(frozen=True, slots=True)
class Result:
    """An incident that was to be tried again, its case, and the incident in which that ended, where it did."""

    incident: Incident
    case: ProcessInstance
    again: Incident | None

    @property
    def outcome(self) -> str:
        """waiting: not tried yet. going: its case goes on. again: it stands still again."""
        if self.incident.resolved_at is None:
            return "waiting"
        return "going" if self.again is None else "again"


def remaining(session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool] | None = None) -> int:
    """How many of them still stand still; `scope` narrows the cases, on `process_instance`."""
    query = _joined(select(func.count()).select_from(Incident))
    return int(session.execute(query.where(*chosen.conditions(until), *_within(scope))).scalar_one())


def failed_again(session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool] | None = None) -> int:
    """How many were tried and stand still again."""
    query = _joined(select(func.count(Incident.id.distinct()))).where(Incident.resolved_at > until)
    matches = chosen.conditions(until)[1:]
    return int(session.execute(query.where(*matches, *_within(scope), _newer(until).exists())).scalar_one())


def groups(
    session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool] | None = None, *, limit: int
) -> list[Group]:
    """What stands still for one reason each, the largest group first."""
    by = ProcessInstance.process_id, Incident.element, Incident.code
    count, first = func.count(), func.min(Incident.raised_at)
    query = _joined(select(*by, count, first).select_from(Incident)).where(*chosen.conditions(until), *_within(scope))
    found = session.execute(query.group_by(*by).order_by(count.desc(), *by).limit(limit)).all()
    return [_group(session, *row) for row in found]


def _group(session: Session, process_id: str, element: str, code: str, count: int, oldest: datetime) -> Group:
    alike = _joined(select(Incident, ProcessInstance.definition_id)).where(
        Incident.resolved_at.is_(None), Incident.raised_at == oldest, Incident.element == element,
        Incident.code == code, ProcessInstance.process_id == process_id,
    )  # fmt: skip
    example, definition_id = session.execute(alike.limit(1)).one()
    return Group(process_id, definition_id, element, code, count, oldest, example)


def results(
    session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool] | None = None, *, limit: int,
    offset: int = 0, ended_too: bool,
) -> list[Result]:  # fmt: skip
    """The incidents one by one, what was tried last first; with `ended_too` those that were tried since `until`."""
    query = _joined(select(Incident, ProcessInstance)).where(*_tried(chosen, until, ended_too), *_within(scope))
    newest = query.order_by(Incident.resolved_at.desc().nulls_last(), Incident.raised_at, Incident.id)
    found = session.execute(newest.limit(limit).offset(offset)).all()
    return [Result(incident, case, _again(session, incident, until)) for incident, case in found]


def touched(session: Session, chosen: Chosen, until: datetime, scope: ColumnElement[bool] | None = None) -> int:
    """How many `results` there are with those that were tried since `until`."""
    query = _joined(select(func.count()).select_from(Incident)).where(*_tried(chosen, until, True), *_within(scope))
    return int(session.execute(query).scalar_one())


def _tried(chosen: Chosen, until: datetime, ended_too: bool) -> list[ColumnElement[bool]]:
    open_, *matches = chosen.conditions(until)
    return [or_(open_, Incident.resolved_at > until) if ended_too else open_, *matches]


def _again(session: Session, incident: Incident, until: datetime) -> Incident | None:
    if incident.resolved_at is None:
        return None
    query = select(Incident).where(
        Incident.instance_id == incident.instance_id, Incident.element == incident.element,
        Incident.resolved_at.is_(None), Incident.raised_at >= until, Incident.id != incident.id,
    )  # fmt: skip
    return session.scalars(query.limit(1)).first()


def _newer(until: datetime) -> Select[Any]:
    later = aliased(Incident)
    return select(later.id).where(
        later.instance_id == Incident.instance_id, later.element == Incident.element, later.resolved_at.is_(None),
        later.raised_at >= until, later.id != Incident.id,
    )  # fmt: skip


def _joined(query: Select[Any]) -> Select[Any]:
    return query.join(ProcessInstance, ProcessInstance.id == Incident.instance_id)


def _within(scope: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    return [] if scope is None else [scope]


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
