"""Which running cases keep the old row when a new one becomes valid."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import workflows
from engine.definitions import latest
from engine.engine import Engine
from engine.errors import NotFound
from engine.models import ProcessInstance
from workflows.association.case_variables import local_day
from workflows.association.parameters import DatedRow, Table

HEADER = "table"


def readers(session: Session, engine: Engine, table: Table) -> frozenset[str]:
    """The processes that read this table: as it declares, and those whose newest diagram says so in a header."""
    found = set(table.processes)
    for entry in workflows.catalogue():
        try:
            elements = latest(session, engine, entry.process_id).spec.elements.values()
        except NotFound:  # of the catalogue, and not deployed here
            continue
        headers = [element.job.headers.get(HEADER, "") for element in elements if element.job is not None]
        if any(table.name in [name.strip() for name in header.split(",")] for header in headers):
            found.add(entry.process_id)
    return frozenset(found)


def starts(session: Session, engine: Engine, table: Table) -> Sequence[date] | None:
    """The days on which the running cases of these processes began; None where no process is known to read it."""
    processes = readers(session, engine, table)
    if not processes:
        return None
    query = select(ProcessInstance.started_at).where(
        ProcessInstance.process_id.in_(processes), ProcessInstance.ended_at.is_(None)
    )
    return sorted(local_day(each, engine.settings.zone) for each in session.scalars(query))


def kept_by(row: DatedRow, began: Sequence[date]) -> int:
    """How many of the cases that began on these days keep a row: those whose first day it was in force on."""
    last = row.valid_to or date.max
    return bisect_right(began, last) - bisect_left(began, row.valid_from)


def running(session: Session, engine: Engine, table: Table, before: date) -> int | None:
    """How many cases of these processes run that began before a day; None where no process is known to read it."""
    processes = readers(session, engine, table)
    if not processes:
        return None
    day = datetime.combine(before, time(), engine.settings.zone)
    query = select(func.count()).where(
        ProcessInstance.process_id.in_(processes), ProcessInstance.ended_at.is_(None), ProcessInstance.started_at < day
    )
    return session.scalar(query) or 0
