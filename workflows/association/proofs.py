"""Proof files are deleted 90 days after the decision (domain F1), whatever became of the case until then.

The promise is a job of its own, so that a case may end: `proof.erase`, due on the day, carried out at least once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from engine.models import Job
from engine.registry import Connector, ConnectorWork
from engine.transaction import transaction
from workflows.association import applications
from workflows.association.applications import Application
from workflows.association.case_variables import uuid_or_none
from workflows.association.privacy.categories import cutoff
from workflows.association.settings import Association

JOB_TYPE = "proof.erase"


def erase_later(session: Session, application: Application, today: date, now: datetime) -> None:
    """Promises the erasure of an application's proof files as the table `retention_rule` says."""
    day = cutoff(session, "proof", today)
    _promise(session, application, now + (today - day if day is not None else timedelta(0)))


def erase_soon(session: Session, application: Application, now: datetime) -> None:
    """Promises the erasure of an application's proof files at once."""
    _promise(session, application, now)


def erase_files_later(session: Session, files: Sequence[str], today: date, now: datetime) -> None:
    """Promises the erasure of proof files of no application, as the table `retention_rule` says."""
    day = cutoff(session, "proof", today)
    erase_files_at(session, files, now + (today - day if day is not None else timedelta(0)))


def erase_files_at(session: Session, files: Sequence[str], due_at: datetime) -> None:
    """Promises the erasure of files at a moment."""
    if files:
        _add_job(session, {"files": list(files)}, due_at)


def _promise(session: Session, application: Application, due_at: datetime) -> None:
    if application.proof_files:
        payload = {"application_id": str(application.id), "files": list(application.proof_files)}
        _add_job(session, payload, due_at)


def _add_job(session: Session, payload: Mapping[str, object], due_at: datetime) -> None:
    session.add(
        Job(
            id=uuid4(),
            process_id="",
            kind="connector",
            type=JOB_TYPE,
            payload={"variables": dict(payload)},
            due_at=due_at,
            retries=5,
        )
    )


def connector(association: Association) -> Connector:
    """The connector `proof.erase` of an association."""

    def erase(work: ConnectorWork) -> None:
        files = work.variables.get("files")
        named = [UUID(str(file)) for file in files] if isinstance(files, list | tuple) else []
        with transaction(work.engine) as session:
            known = uuid_or_none(work.variables, "application_id")
            application = applications.get(session, known) if known is not None else None
            if application is not None:
                gone = {str(file) for file in named}
                application.proof_files = [file for file in application.proof_files if file not in gone]
            for file in named:
                association.erase_file(session, file, work.now)

    return Connector(JOB_TYPE, erase, retries=5, policy="idempotent", results=frozenset())
