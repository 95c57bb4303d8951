"""The night's work: notices of mandates, what lapses unused, and retention, as a job that leaves the next one behind.

A job has few batches, so that it ends soon; what is left is done by one a minute later.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import select

from engine.engine import Engine
from engine.models import Job
from engine.registry import Connector, ConnectorWork
from engine.transaction import reading, transaction
from workflows.association import mandate_lapse, mandate_notices
from workflows.association.case_variables import local_day
from workflows.association.privacy import erasure_log, request_work, retention
from workflows.association.settings import Association

__all__ = ["JOB_TYPE", "connector", "ensure"]

JOB_TYPE: Final = "retention.nightly"
AT: Final = time(3, 30)
BATCHES: Final = 20  # of one job


def connector(association: Association) -> Connector:
    """The work of one night, or of a part of it."""

    def carry_out(work: ConnectorWork) -> None:
        today = local_day(work.now, work.engine.settings.zone)
        mandate_notices.tell(work.engine, today)
        mandate_lapse.lapse(work.engine, today)
        request_work.erase_after_gifts(work.engine)
        counted = list(retention.run(work.engine, association, most=BATCHES))
        if association.erasure_file is not None:
            with reading(work.engine) as reader:
                erasure_log.keep_in_file(reader, association.erasure_file)
        unfinished = any(each.done < each.found for each in counted) and any(each.done for each in counted)
        if unfinished:
            _promise(work.engine, work.now + timedelta(minutes=1))
        else:
            _promise(work.engine, _tonight(work.engine, today))

    return Connector(JOB_TYPE, carry_out, retries=5, policy="idempotent", results=frozenset())


def ensure(engine: Engine) -> None:
    """Sees that the next night is promised: called where a process begins to run jobs."""
    with reading(engine) as reader:
        known = reader.scalar(select(Job.id).where(Job.type == JOB_TYPE).limit(1))
    if known is None:
        _promise(engine, _tonight(engine, local_day(engine.clock.now(), engine.settings.zone)))


def _tonight(engine: Engine, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), AT, engine.settings.zone)


def _promise(engine: Engine, due_at: datetime) -> None:
    """The job of that moment, once, whoever promises it."""
    job_id = uuid5(NAMESPACE_OID, f"{JOB_TYPE} {due_at.isoformat()}")
    with transaction(engine) as session:
        if session.get(Job, job_id) is None:
            session.add(
                Job(
                    id=job_id, process_id="", kind="connector", type=JOB_TYPE, payload={"variables": {}},
                    due_at=due_at, retries=5, priority=10,
                )
            )  # fmt: skip
