"""What a year came to, as JSON: for whoever sizes a machine, and for whoever looks for what is slow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading
from engine.workdays import WorkCalendar
from webapp.year import story
from webapp.year.invariants import escalations_per_week, violations
from workflows.association.issued_documents import IssuedDocument
from workflows.association.mails import Mail
from workflows.association.settings import Association


def report(engine: Engine, documents: Path, association: Association, first: date, last: date) -> dict[str, object]:
    """The figures of the database and what is wrong in it; days are those of the story, the last excluded."""
    with reading(engine) as session:
        return {
            "cases": _count(session, select(ProcessInstance.id)),
            "cases_by_process": _by(session, ProcessInstance.process_id, ProcessInstance.id),
            "completions": _count(session, select(UserTask.id).where(UserTask.state == "completed")),
            "mails": _by(session, Mail.state, Mail.id),
            "documents": _by(session, IssuedDocument.kind, IssuedDocument.id),
            "tasks_per_role_and_day": _work(session, first, last),
            "escalations_per_week": escalations_per_week(session, engine),
            "database_mb": megabytes(engine.database),
            "story": story.digest(session),
            "violations": violations(engine, documents, association),
        }


def megabytes(database: sqlalchemy.Engine) -> float:
    """How large the database is, in millions of bytes."""
    if database.dialect.name == "sqlite":
        place = Path(str(database.url.database))
        beside = (place, place.with_name(f"{place.name}-wal"))
        return round(sum(file.stat().st_size for file in beside if file.exists()) / 1e6, 1)
    with database.connect() as connection:
        return round(int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0) / 1e6, 1)


def _count(session: Session, query: sqlalchemy.Select[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(query.subquery())) or 0)


def _by(session: Session, kind: Any, id_: Any) -> Mapping[str, int]:
    rows = session.execute(select(kind, func.count(id_)).group_by(kind).order_by(kind))
    return {str(name): int(count) for name, count in rows}


def _work(session: Session, first: date, last: date) -> Mapping[str, float]:
    """Tasks that were done, by role, a working day: what a role has to be able to do."""
    calendar = WorkCalendar()
    days = calendar.between(first - timedelta(days=1), last - timedelta(days=1))
    rows = session.execute(
        select(UserTask.role, func.count(UserTask.id))
        .where(UserTask.state == "completed", UserTask.role.is_not(None))
        .group_by(UserTask.role)
        .order_by(UserTask.role)
    )
    return {str(role): round(int(count) / max(days, 1), 2) for role, count in rows}
