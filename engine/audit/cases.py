"""One case after the other: its state loads, and its rows say the same as its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.audit.faults import Fault, Mend
from engine.audit.rows import CaseRows, rows_of, rows_of_all
from engine.audit.terms import wrong_terms
from engine.audit.waits import derived_rows, lost_rows, missing_rows
from engine.bpmn import Case
from engine.definitions import definition
from engine.errors import AmicaleError
from engine.models import Incident, ProcessInstance
from engine.store import FAR_FUTURE, lock_instance
from engine.stuck import CODE
from engine.transaction import reading, transaction

if TYPE_CHECKING:
    from engine.engine import Engine

__all__ = ["audit_case", "audit_cases"]

BATCH = 200


def audit_cases(engine: Engine, *, repair: bool, seen: Callable[[int], None] = lambda count: None) -> Iterator[Fault]:
    """The faults of every case, while people work; `seen` is told how many cases were looked at.

    A case that seems wrong is looked at again under its row lock, since it may have moved between two readings. With
    `repair`, what is derived is mended in that same transaction.
    """
    after, count = UUID(int=0), 0
    while True:
        with reading(engine) as session:
            page = select(ProcessInstance.id).where(ProcessInstance.id > after).order_by(ProcessInstance.id)
            ids = list(session.scalars(page.limit(BATCH)))
            suspects = [id_ for id_, rows in rows_of_all(session, ids).items() if _faults(session, engine, rows)]
        for suspect in suspects:
            with transaction(engine) as session:
                lock_instance(session, suspect)
                found = audit_case(session, engine, suspect)
                for fault in found if repair else ():
                    if fault.mend is not None:
                        fault.mend(session)
            yield from found
        count += len(ids)
        seen(count)
        if len(ids) < BATCH:
            return
        after = ids[-1]


def audit_case(session: Session, engine: Engine, instance_id: UUID) -> list[Fault]:
    """What is wrong with this case."""
    rows = rows_of(session, instance_id)
    return [] if rows is None else _faults(session, engine, rows)


def _faults(session: Session, engine: Engine, rows: CaseRows) -> list[Fault]:
    instance_id: UUID = rows.instance.id
    if rows.instance.ended_at is not None:
        return [*_of_ended(rows), *_counted(rows), *wrong_terms(rows, None)]
    try:
        case = Case.load(definition(session, engine, rows.instance.definition_id).spec, rows.instance.state)
    except AmicaleError as error:
        message = f"Case {instance_id} cannot be loaded: {error.message}"
        return [Fault("state_unreadable", instance_id, message)]
    if case.ended:
        return [
            Fault("ended_unsaid", instance_id, f"The last token of case {instance_id} has ended, the case has not.")
        ]
    tokens = {token.id: token for token in case.tokens}
    found = [
        *missing_rows(rows, tokens, engine.clock.now()),
        *lost_rows(rows, tokens),
        *derived_rows(rows, FAR_FUTURE),
        *_resolved(rows, {token.id for token in tokens.values() if token.kind == "incident"}),
    ]
    return [*found, *_counted(rows), *wrong_terms(rows, case)]


def _of_ended(rows: CaseRows) -> Iterator[Fault]:
    """Nothing waits for a case that has ended."""
    yield from lost_rows(rows, {})
    yield from derived_rows(rows, FAR_FUTURE)
    yield from _resolved(rows, frozenset())


def _resolved(rows: CaseRows, standing: frozenset[UUID] | set[UUID]) -> Iterator[Fault]:
    """Open incidents of tokens that do not stand still, and of jobs that are gone."""
    jobs = {row.id for row in rows.jobs}
    for row in rows.incidents:
        if row.token not in (jobs if row.code == CODE else standing):
            message = f"The incident {row.id} at “{row.element}” of case {rows.instance.id} is open without a cause."
            yield Fault("incident_lost", row.id, message, "it is resolved", _resolving(row.id))


def _resolving(incident: UUID) -> Mend:
    def mend(session: Session) -> None:
        resolved = update(Incident).where(Incident.id == incident)
        session.execute(resolved.values(resolved_at=Incident.raised_at, resolved_by="doctor"))

    return mend


def _counted(rows: CaseRows) -> Iterator[Fault]:
    """The case's own count of incidents."""
    case, open_ = rows.instance, len(rows.incidents)
    if case.incidents != open_:
        message = f"Case {case.id} counts {case.incidents} incidents, {open_} are open."
        yield Fault("incidents_miscounted", case.id, message, "they are counted again", _counting(case.id))


def _counting(case: UUID) -> Mend:
    def mend(session: Session) -> None:
        rows = rows_of(session, case)
        count = len(rows.incidents) if rows is not None else 0
        session.execute(update(ProcessInstance).where(ProcessInstance.id == case).values(incidents=count))

    return mend
