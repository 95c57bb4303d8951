"""How long cases are kept: as their diagram says (`privacy.retention`), from their end, with all that tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engine.calendar import Duration, parse_duration
from engine.definitions import definition
from engine.models import Base, ProcessInstance
from workflows.association.privacy import removal
from workflows.association.privacy.categories import cutoff
from workflows.association.privacy.night import Night

__all__ = ["batch", "count", "count_proofs", "erase_proofs"]

PROPERTY = "privacy.retention"
FEW = 20  # cases of a batch: each has hundreds of rows


def count(session: Session, night: Night) -> int:
    """How many cases are old enough."""
    return session.scalar(select(func.count()).select_from(ProcessInstance).where(_old(session, night))) or 0


def batch(session: Session, night: Night, most: int) -> int:
    """Deletes some of them, with those that they called."""
    query = select(ProcessInstance.id).where(_old(session, night)).order_by(ProcessInstance.ended_at)
    roots = list(session.scalars(query.limit(min(most, FEW))))
    found, wave = list(roots), list(roots)
    while wave:
        wave = list(session.scalars(select(ProcessInstance.id).where(ProcessInstance.parent_id.in_(wave))))
        found += wave
    for file_id in _files(session, found):
        night.association.erase_file(session, file_id, night.now)
    session.flush()
    removal.without_cases(session, found)
    return len(roots)


def count_proofs(session: Session, night: Night) -> int:
    """How many documents are older than the decision of their case allows."""
    old = _old_proofs(session, night)
    return 0 if old is None else len(list(session.scalars(old)))


def erase_proofs(session: Session, night: Night, most: int) -> int:
    """Erases the bytes and the names of some of them."""
    old = _old_proofs(session, night)
    found = [] if old is None else list(session.scalars(old.limit(most)))
    for file_id in found:
        night.association.erase_file(session, file_id, night.now)
    session.flush()
    return len(found)


def _old(session: Session, night: Night) -> ColumnElement[bool]:
    """Ended, called by nobody, and older than the version of the diagram says."""
    parts = [
        (ProcessInstance.definition_id == each) & (ProcessInstance.ended_at < _before(session, night, each))
        for each in session.scalars(
            select(ProcessInstance.definition_id).where(ProcessInstance.ended_at.is_not(None)).distinct()
        )
    ]
    return ProcessInstance.parent_id.is_(None) & or_(False, *parts)


def _before(session: Session, night: Night, definition_id: UUID) -> datetime:
    said = definition(session, night.engine, definition_id).properties.get(PROPERTY)
    length = parse_duration(str(getattr(said, "text", ""))) if said is not None else None
    if length is not None:
        return Duration(-length.months, -length.days, -length.exact).after(night.now, night.engine.settings.zone)
    day = cutoff(session, "case", night.today)
    return datetime.combine(day or night.today, time(), night.engine.settings.zone)


def _files(session: Session, case_ids: list[UUID]) -> Iterator[UUID]:
    table = Base.metadata.tables.get("stored_file")
    if table is not None and case_ids:
        yield from list(session.scalars(select(table.c.id).where(table.c.instance_id.in_(case_ids))))


def _old_proofs(session: Session, night: Night) -> Any:
    """Documents of ended cases. Those of an application are erased by their own job, earlier where it is decided so."""
    table, day = Base.metadata.tables.get("stored_file"), cutoff(session, "proof", night.today)
    if table is None or day is None:
        return None
    ended = select(ProcessInstance.id).where(
        ProcessInstance.ended_at < datetime.combine(day, time(), night.engine.settings.zone)
    )
    return select(table.c.id).where(table.c.erased_at.is_(None), table.c.instance_id.in_(ended))
