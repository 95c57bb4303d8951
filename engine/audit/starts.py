"""The start events of the latest versions are set, and those of no other version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.audit.faults import Fault
from engine.definitions import definition
from engine.errors import AmicaleError
from engine.models import Job, ProcessDefinition, Subscription
from engine.schedule import SUBSCRIBED, replace_starts
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["audit_starts"]


def audit_starts(engine: Engine, *, repair: bool) -> Iterator[Fault]:
    """Processes whose start events begin no case, or one of an old version; and unreadable versions."""
    newest = select(ProcessDefinition.process_id, func.max(ProcessDefinition.version).label("version"))
    latest = newest.group_by(ProcessDefinition.process_id).subquery()
    with reading(engine) as session:
        query = select(ProcessDefinition.id, ProcessDefinition.process_id).join(
            latest,
            (latest.c.process_id == ProcessDefinition.process_id) & (latest.c.version == ProcessDefinition.version),
        )
        versions = [(row.id, row.process_id) for row in session.execute(query.order_by(ProcessDefinition.process_id))]
        every = list(session.scalars(select(ProcessDefinition.id).order_by(ProcessDefinition.id)))
        found = [*_unreadable(session, engine, every)]
        broken = {fault.about for fault in found}
        wrong = [(id_, process) for id_, process in versions if id_ not in broken and _wrong(session, engine, id_)]
    for id_, process in wrong:
        message = f"What begins the process “{process}” is not what its latest version says."
        found.append(Fault("starts_wrong", id_, message, "it is set again", partial(_set_again, engine, id_)))
    for fault in found:
        if repair and fault.mend is not None:
            with transaction(engine) as session:
                fault.mend(session)
        yield fault


def _unreadable(session: Session, engine: Engine, versions: list[UUID]) -> Iterator[Fault]:
    for id_ in versions:
        try:
            definition(session, engine, id_)
        except AmicaleError as error:
            yield Fault("version_unreadable", id_, f"The version {id_} of a process cannot be read: {error.message}")


def _wrong(session: Session, engine: Engine, id_: UUID) -> bool:
    spec = definition(session, engine, id_).spec
    expected = {
        (id_, start.kind, start.trigger, start.subscription_name(engine.environment))
        for start in spec.start_events
        if start.kind in SUBSCRIBED
    }
    query = select(Subscription).where(
        Subscription.process_id == spec.process_id, Subscription.instance_id.is_(None)
    )  # fmt: skip
    there = {(row.definition_id, row.kind, row.element, row.name) for row in session.scalars(query)}
    timers = select(Job.payload).where(Job.kind == "start_timer", Job.process_id == spec.process_id)
    of_others = [payload for payload in session.scalars(timers) if payload.get("definition_id") != str(id_)]
    return there != expected or bool(of_others)


def _set_again(engine: Engine, id_: UUID, session: Session) -> None:
    replace_starts(session, engine, id_, definition(session, engine, id_).spec)
